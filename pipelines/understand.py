"""Transcript -> notes, with every answer of the language model remembered, so that stopped work continues.

A missing or failing language model never costs the transcript: the notes are then quotes and say so.
"""

import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pipelines.backends import NO_MODEL, Backends
from tingwu.domain.notes import Notes
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.recording import Recording
from tingwu.error_words import error_words
from tingwu.errors import LlmError, ModelError, StoredDataInvalid, TingwuError
from tingwu.files import output_error
from tingwu.progress import Progress
from tingwu.store.codec import from_json, to_json
from tingwu.text.llm import Completion, LanguageModel, LlmOptions, Prompt
from tingwu.text.notes import NotesOptions, write_notes

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandOptions:
    """What a user may choose about notes. `llm` `auto` is settled before the job starts; `none` writes quotes only."""

    llm: str = "auto"
    notes: NotesOptions = field(default_factory=NotesOptions)


def stand(notes: Notes | None, options: UnderstandOptions) -> bool:
    """Whether `notes` are what `options` ask for, of the transcript as it is, and without a failure of the model."""
    return notes is not None and notes.written_with == _digest(options) and not _wanting(notes)


def _digest(options: UnderstandOptions) -> str:
    return hashlib.sha256(to_json(options).encode()).hexdigest()[:32]


def _wanting(notes: Notes) -> bool:
    faults = {
        NoticeCode.TRANSCRIPT_CHANGED,
        NoticeCode.SPEAKERS_MERGED,
        NoticeCode.NO_MODEL,
        NoticeCode.MODEL_NEVER_BEGAN,
        NoticeCode.MODEL_STOPPED,
        NoticeCode.NO_USABLE_ANSWER,
    }
    return any(notice.code in faults for notice in notes.warnings)


def understand(
    recording: Recording, options: UnderstandOptions, folder: Path, backends: Backends, progress: Progress
) -> Recording:
    """`recording` with notes. Raises OutputError or Cancelled; answers so far are kept in `folder`."""
    model, trouble = _load(options.llm, backends, progress)
    remembered = RememberedModel(model, folder / "answers.jsonl") if model else None
    wanted = replace(options.notes, recorded=options.notes.recorded or recording.media.recorded)
    notes = write_notes(recording.transcript, remembered, wanted, progress)
    if trouble:
        warning = Notice(code=NoticeCode.NO_MODEL, values=(error_words(trouble),))
        notes = replace(notes, warnings=(*notes.warnings, warning))
    return replace(recording, notes=replace(notes, written_with=_digest(options)))


def _load(name: str, backends: Backends, progress: Progress) -> tuple[LanguageModel | None, TingwuError | None]:
    """The model, or None and what loading it failed with, if it was tried."""
    if name == NO_MODEL:
        return None, None
    try:
        return backends.language_model(name, progress), None
    except (LlmError, ModelError) as error:
        _log.warning("notes without a language model: %s", error)
        return None, error


class RememberedModel:
    """A LanguageModel that asks another one, and never twice the same.

    Answers are appended to `path`, a JSON line each. A line cut off by a crash is ignored and asked for again.
    """

    def __init__(self, model: LanguageModel, path: Path) -> None:
        self.name = model.name
        self.context_tokens = model.context_tokens
        self._model = model
        self._path = path
        self._answers = _read(path)

    def complete(self, prompt: Prompt, options: LlmOptions) -> Completion:
        """The remembered answer, else the model's. Raises as the model does, and OutputError."""
        return self._ask(Completion, f"complete {prompt!r} {options!r}", lambda: self._model.complete(prompt, options))

    def choose(self, prompt: Prompt, choices: tuple[str, ...]) -> dict[str, float]:
        """The remembered probabilities, else the model's. Raises as `complete` does."""
        return self._ask(
            dict[str, float], f"choose {prompt!r} {choices!r}", lambda: self._model.choose(prompt, choices)
        )

    def count_tokens(self, text: str) -> int:
        """Asked anew each time: it is cheap."""
        return self._model.count_tokens(text)

    def close(self) -> None:
        """Nothing: the model belongs to somebody else."""

    def _ask(self, kind: type[T], question: str, ask: Callable[[], T]) -> T:
        key = hashlib.sha256(f"{self.name} {question}".encode()).hexdigest()
        if key in self._answers:
            return from_json(kind, self._answers[key], source=str(self._path))
        answer = ask()
        self._answers[key] = to_json(answer, kind)
        line = to_json(_Line(key=key, answer=self._answers[key]))
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise output_error(self._path, error) from error
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    key: str
    answer: str


def _read(path: Path) -> dict[str, str]:
    """Question -> answer of all whole lines of the file; a missing file has none."""
    answers: dict[str, str] = {}
    if path.exists():
        for text in path.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(StoredDataInvalid):
                line = from_json(_Line, text)
                answers[line.key] = line.answer
    return answers
