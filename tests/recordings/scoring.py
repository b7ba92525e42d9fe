"""How far the times of heard words are from those of the words that were said, and which words they are.

Words are compared by their letters only, in the order in which both come; Chinese character by character, where a
heard word of several characters gives the start of its first and the end of its last.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from tests.recordings.spoken import PAUSE, SpokenWord
from tingwu.domain.transcript import Word
from tingwu.speech.chinese import convert

PLACES = ("first", "after a pause", "middle")
"""Where a word can be: the first of a line, the first after a pause within one, or any other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One word that was said and heard. Errors in seconds, positive when the heard edge is late; None where a heard
    word goes on beyond this character, or began before it."""

    text: str
    place: str
    start_error: float | None
    end_error: float | None
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The answers of a recording: words in order of time, each with its place."""

    audio: Path
    language: str
    words: tuple[SpokenWord, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    text: str
    start: float | None
    end: float | None
    probability: float


def read(folder: Path) -> Told:
    """The answers in `folder`."""
    told = json.loads((folder / "transcript.json").read_text("utf-8"))
    words = tuple(SpokenWord(**word) for word in told["words"])
    firsts = {row["start"] for row in told["utterances"]}
    places = [
        "first" if word.start in firsts else "after a pause" if word.start - before.end > PAUSE else "middle"
        for before, word in zip([words[0], *words], words, strict=False)
    ]
    return Told(audio=folder / told["audio"], language=told["language"], words=words, places=tuple(places))


def match(told: Told, heard: Sequence[Word]) -> list[Match]:
    """The words that were said and heard."""
    units = [unit for word in heard for unit in _units(word, told.language)]
    said = [_letters(word.text, told.language) for word in told.words]
    blocks = SequenceMatcher(None, said, [unit.text for unit in units], autojunk=False).get_matching_blocks()
    pairs = [(block.a + i, units[block.b + i]) for block in blocks for i in range(block.size)]
    return [
        Match(
            text=told.words[at].text,
            place=told.places[at],
            start_error=None if unit.start is None else unit.start - told.words[at].start,
            end_error=None if unit.end is None else unit.end - told.words[at].end,
            probability=unit.probability,
        )
        for at, unit in pairs
    ]


def start_errors(matches: Sequence[Match], place: str | None = None) -> np.ndarray:
    """Signed start errors in seconds, of all words or of those in one place."""
    errors = [m.start_error for m in matches if m.start_error is not None and place in (None, m.place)]
    return np.array(errors, np.float64)


def end_errors(matches: Sequence[Match]) -> np.ndarray:
    """Signed end errors in seconds."""
    return np.array([m.end_error for m in matches if m.end_error is not None], np.float64)


def _units(word: Word, language: str) -> list[_Unit]:
    letters = _letters(word.text, language)
    parts = list(letters) if language == "zh" else [letters]
    last = len(parts) - 1
    return [
        _Unit(
            text=part,
            start=word.start if i == 0 else None,
            end=word.end if i == last else None,
            probability=word.probability,
        )
        for i, part in enumerate(parts)
        if part
    ]


def _letters(text: str, language: str) -> str:
    letters = "".join(c for c in text.casefold() if c.isalnum())
    return convert(letters, "simplified") if language == "zh" else letters
