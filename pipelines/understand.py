"""Transcript -> notes, with every answer of the language model remembered, so that stopped work continues.

A missing or failing language model never costs the transcript: the notes are then quotes and say so.
"""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipelines.backends import NO_MODEL, Backends
from tingwu.domain.recording import Recording
from tingwu.errors import LlmError, ModelError
from tingwu.files import output_error
from tingwu.progress import Progress
from tingwu.text.llm import Completion, LanguageModel, LlmOptions, Prompt
from tingwu.text.notes import NotesOptions, write_notes

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandOptions:
    """What a user may choose about notes. `llm` `auto` is settled before the job starts; `none` writes quotes only."""

    llm: str = "auto"
    notes: NotesOptions = field(default_factory=NotesOptions)


def understand(
    recording: Recording, options: UnderstandOptions, folder: Path, backends: Backends, progress: Progress
) -> Recording:
    """`recording` with notes. Raises OutputError or Cancelled; answers so far are kept in `folder`."""
    model, trouble = _load(options.llm, backends, progress)
    remembered = RememberedModel(model, folder / "answers.jsonl") if model else None
    notes = write_notes(recording.transcript, remembered, options.notes, progress)
    if trouble:
        warning = f"The notes are quotes, because {trouble}."
        notes = replace(notes, warnings=(*notes.warnings, warning))
    return replace(recording, notes=notes)


def _load(name: str, backends: Backends, progress: Progress) -> tuple[LanguageModel | None, str]:
    """The model, or None and the reason why there is none."""
    if name == NO_MODEL:
        return None, ""
    try:
        return backends.language_model(name, progress), ""
    except (LlmError, ModelError) as error:
        _log.warning("notes without a language model: %s", error)
        return None, str(error)


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
        key = self._key("complete", prompt, options)
        if key not in self._answers:
            self._remember(key, asdict(self._model.complete(prompt, options)))
        return Completion(**self._answers[key])

    def choose(self, prompt: Prompt, choices: tuple[str, ...]) -> dict[str, float]:
        """The remembered probabilities, else the model's."""
        key = self._key("choose", prompt, choices)
        if key not in self._answers:
            self._remember(key, self._model.choose(prompt, choices))
        return dict(self._answers[key])

    def count_tokens(self, text: str) -> int:
        """Asked anew each time: it is cheap."""
        return self._model.count_tokens(text)

    def close(self) -> None:
        """Nothing: the model belongs to somebody else."""

    def _key(self, *parts: object) -> str:
        return hashlib.sha256("\0".join(map(repr, (self.name, *parts))).encode()).hexdigest()

    def _remember(self, key: str, answer: dict[str, object] | dict[str, float]) -> None:
        self._answers[key] = answer
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"key": key, "answer": answer}) + "\n")
        except OSError as error:
            raise output_error(self._path, error) from error


def _read(path: Path) -> dict[str, dict[str, object]]:
    """All whole lines of the file; a missing file has none."""
    answers: dict[str, dict[str, object]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                answers[entry["key"]] = entry["answer"]
            except (ValueError, KeyError, TypeError):
                continue
    return answers
