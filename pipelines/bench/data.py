"""Recordings whose words are known: folders on disk -> References.

A folder holds either sound files and `refs.tsv` (file name, tab, text; the folder is named after its locale, such as
en-US), or a made recording with `transcript.json`: language, audio, utterances with start, end and text, and perhaps
the same of each word in `words`, beside or inside the utterances. Folders named silence, noise, music or the like, and
those whose texts are all empty, hold no speech: there every written word is wrong.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from tingwu.domain.media import TimeRange
from tingwu.errors import InvalidOption, MediaNotFound, StoredDataInvalid

_OPTION = "data"
_REFERENCES = "refs.tsv"
_TRANSCRIPT = "transcript.json"
_NON_SPEECH = frozenset({"silence", "noise", "music", "nonspeech"})
_LOCALE = re.compile(r"([a-z]{2,3})(?:[-_][A-Za-z0-9]+)*")
_NO_SOUND = frozenset({".tsv", ".json", ".toml", ".txt", ".md", ".rttm", ".svg", ".png"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenText(TimeRange):
    """A word or an utterance, and when it is heard."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is heard in the `files` of one folder, one after the other.

    `language` is an ISO 639 code, empty where it is unknown. `turns` and `words` are known of made recordings alone.
    """

    name: str
    language: str
    files: tuple[Path, ...]
    text: str
    turns: tuple[SpokenText, ...] = ()
    words: tuple[SpokenText, ...] = ()

    @property
    def is_speech(self) -> bool:
        return bool(self.text)


class _Line(BaseModel):
    """A word or an utterance of `transcript.json`."""

    start: float
    end: float
    text: str
    words: list["_Line"] = []


class _Transcript(BaseModel):
    """The part of `transcript.json` that is needed here."""

    language: str
    audio: str
    utterances: list[_Line]
    words: list[_Line] = []


def load_references(folder: Path, languages: frozenset[str] = frozenset()) -> tuple[Reference, ...]:
    """The references in the folders of `folder`, or in itself, ordered by name.

    With `languages`, speech in others is left out. Raises MediaNotFound where there is nothing or a named file is
    missing, InvalidOption for a folder or line that cannot be understood, StoredDataInvalid for damaged references.
    """
    if not folder.is_dir():
        raise MediaNotFound(str(folder))
    own = _read(folder)
    within = (_read(child) for child in sorted(folder.iterdir()) if child.is_dir())
    found = [own] if own else [one for one in within if one]
    if not found:
        raise MediaNotFound(str(folder), "no folder in it has refs.tsv or transcript.json")
    chosen = tuple(one for one in found if not languages or not one.is_speech or one.language in languages)
    if languages and not any(one.is_speech for one in chosen):
        there = sorted({one.language for one in found if one.is_speech})
        raise InvalidOption("languages", ",".join(sorted(languages)), f"there is only {', '.join(there) or 'none'}")
    return chosen


def _read(folder: Path) -> Reference | None:
    if (folder / _TRANSCRIPT).is_file():
        return _made_recording(folder)
    silent = re.split(r"[-_]", folder.name.lower().replace("non-speech", "nonspeech"))[0] in _NON_SPEECH
    if (folder / _REFERENCES).is_file():
        return _sound_files(folder, silent=silent)
    files = tuple(_sounds(folder)) if silent else ()
    return Reference(name=folder.name, language="", files=files, text="") if files else None


def _sounds(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.startswith(".") and path.suffix.lower() not in _NO_SOUND:
            yield path


def _sound_files(folder: Path, *, silent: bool) -> Reference:
    rows = list(_rows(folder / _REFERENCES))
    if not rows:
        raise InvalidOption(_OPTION, str(folder / _REFERENCES), "it has no lines")
    texts = [text for _, text in rows if text]
    if texts and (silent or len(texts) < len(rows)):
        raise InvalidOption(_OPTION, str(folder / _REFERENCES), "give every file a text, or none where nobody speaks")
    locale = _LOCALE.fullmatch(folder.name)
    if texts and not locale:
        raise InvalidOption(_OPTION, str(folder), "name the folder after its locale, such as en-US or zh-CN")
    return Reference(
        name=folder.name,
        language=locale[1] if locale and not silent else "",
        files=_existing(folder, (name for name, _ in rows)),
        text=" ".join(texts),
    )


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """(file name, text) of each line."""
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if line.strip():
            name, tab, text = line.partition("\t")
            if not tab or not name.strip():
                raise InvalidOption(_OPTION, f"{path}, line {number}", "a line is a file name, a tab and a text")
            yield name.strip(), text.strip()


def _made_recording(folder: Path) -> Reference:
    path = folder / _TRANSCRIPT
    try:
        told = _Transcript.model_validate_json(_text(path))
        turns = _spoken(told.utterances)
        words = _spoken(told.words or [word for line in told.utterances for word in line.words])
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoredDataInvalid(str(path), f"{where}: {first['msg']}") from error
    except ValueError as error:
        raise StoredDataInvalid(str(path), str(error)) from error
    return Reference(
        name=folder.name,
        language=told.language,
        files=_existing(folder, [told.audio]),
        text=" ".join(line.text for line in turns),
        turns=turns,
        words=words,
    )


def _spoken(lines: Iterable[_Line]) -> tuple[SpokenText, ...]:
    return tuple(SpokenText(start=line.start, end=line.end, text=line.text) for line in lines)


def _existing(folder: Path, names: Iterable[str]) -> tuple[Path, ...]:
    paths = tuple(folder / name for name in names)
    for path in paths:
        if not path.is_file():
            raise MediaNotFound(str(path))
    return paths


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StoredDataInvalid(str(path), "it is not UTF-8") from error
