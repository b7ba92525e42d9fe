"""Spoken: what a synthetic voice said, with the time of every word, and how its edges at pauses are found.

A voice knows when it *means* to begin a word; after a pause nobody can hear that before the sound is there (the closure
of a `p` is silence). So words beside a pause begin and end where their sound does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from samples.kokoro import SAMPLE_RATE, Sound
from samples.mixing import from_db

FRAME_SAMPLES = SAMPLE_RATE // 200
"""Edges are looked for in steps of 5 ms."""
PAUSE = 0.1
"""A longer gap between two words, in seconds, is a pause."""
EDGE_DB = -36.0
"""A frame is sound from so many dB below the loudest frame of the line."""
EARLY, LATE = 0.12, 0.3
"""A sound may begin so many seconds before or after the voice meant to; it may end `LATE` before or after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """One word. Times in seconds from the beginning of the line, later of the recording."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One line as spoken, at SAMPLE_RATE."""

    sound: Sound
    words: tuple[SpokenWord, ...]


def heard_edges(spoken: Spoken) -> Spoken:
    """`spoken` with the words beside a pause, and the first and last, cut to where their sound is."""
    loud = _loud(spoken.sound)
    words = list(spoken.words)
    for i, word in enumerate(words):
        before = words[i - 1].end if i else 0.0
        after = spoken.words[i + 1].start if i + 1 < len(words) else len(spoken.sound) / SAMPLE_RATE
        begins = i == 0 or word.start - spoken.words[i - 1].end > PAUSE
        ends = i + 1 == len(words) or after - word.end > PAUSE
        words[i] = replace(
            word,
            start=_onset(loud, word, before) if begins else word.start,
            end=_offset(loud, word, after) if ends else word.end,
        )
    return replace(spoken, words=tuple(words))


def trim(spoken: Spoken, margin: float = 0.05) -> Spoken:
    """`spoken` from `margin` seconds before its first word to as much after its last."""
    begin = max(0, round((spoken.words[0].start - margin) * SAMPLE_RATE))
    end = round((spoken.words[-1].end + margin) * SAMPLE_RATE)
    return Spoken(sound=spoken.sound[begin:end], words=moved(spoken.words, -begin / SAMPLE_RATE))


def moved(words: Sequence[SpokenWord], seconds: float) -> tuple[SpokenWord, ...]:
    """`words`, all later by `seconds`."""
    return tuple(replace(word, start=word.start + seconds, end=word.end + seconds) for word in words)


def _loud(sound: Sound) -> np.ndarray:
    whole = sound[: len(sound) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    level = np.sqrt(np.mean(whole.astype(np.float64) ** 2, axis=1))
    return level > level.max() * from_db(EDGE_DB)


def _onset(loud: np.ndarray, word: SpokenWord, before: float) -> float:
    """Where silence turns to sound nearest the start of the word; its own start where there is no silence."""
    begin, end = max(_frame(word.start - EARLY), _frame(before), 1), _frame(min(word.start + LATE, word.end))
    turns = [i for i in range(begin, end) if not loud[i - 1] and loud[i : i + 2].all()]
    found = min(turns, key=lambda i: abs(i - _frame(word.start)), default=None)
    return word.start if found is None else found * FRAME_SAMPLES / SAMPLE_RATE


def _offset(loud: np.ndarray, word: SpokenWord, after: float) -> float:
    """Where sound turns to silence last near the end of the word; its own end where there is no silence."""
    begin, end = _frame(max(word.end - LATE, word.start)) + 1, _frame(min(word.end + LATE, after))
    turns = [i for i in range(begin, end) if loud[i - 1] and not loud[i : i + 2].any()]
    return max(turns) * FRAME_SAMPLES / SAMPLE_RATE if turns else word.end


def _frame(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE / FRAME_SAMPLES)
