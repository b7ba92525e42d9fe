"""Is this window's text believable? Measures of one decoding attempt, and the ladder of further attempts.

Nothing here samples: the same window, told the same, always climbs the same rungs.
Thresholds for compression and log-probability are those of Whisper's own fallback (openai/whisper, transcribe.py).
"""

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

MAX_COMPRESSION = 2.4
MIN_LOGPROB = -1.0
_LONGEST_PERIOD = 60
_MIN_ECHO_CHARACTERS = 8
_MIN_ECHO_IDEOGRAPHS = 4


class Fault(StrEnum):
    """What is wrong with an attempt, worst first."""

    LOOP = "loop"
    """The same tokens follow each other again and again."""
    ECHO = "echo"
    """The text is the prompt."""
    COMPRESSION = "compression"
    """The text compresses so well that it must repeat itself."""
    UNSURE = "unsure"
    """The model gives its own words a low probability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One decoding of one window. `tokens` are text tokens only; `avg_logprob` is natural, per token with the end.

    `told` is the prompt that the model was given.
    """

    tokens: tuple[int, ...]
    text: str
    avg_logprob: float
    no_speech_prob: float
    told: str = ""

    @property
    def compression_ratio(self) -> float:
        return compression_ratio(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One way to decode again. `full_window` pads to 30 s as in training; `keep_prompt` keeps prompt and hot words."""

    beam_size: int = 5
    repetition_penalty: float = 1.0
    no_repeat_ngram: int = 0
    full_window: bool = False
    keep_prompt: bool = True


LADDER = (
    Rung(full_window=True, keep_prompt=False),
    Rung(repetition_penalty=1.15, no_repeat_ngram=4, full_window=True, keep_prompt=False),
)
"""Tried in this order until an attempt has no fault. The rest is cut at its loop and flagged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Tokens `[start, start + period * repeats)` are one phrase of `period` tokens, said `repeats` times."""

    start: int
    period: int
    repeats: int


def fault(attempt: Attempt) -> Fault | None:
    """The worst fault of an attempt, None if it is believable."""
    if find_loop(attempt.tokens):
        return Fault.LOOP
    if attempt.told and _echoes(attempt.text, attempt.told):
        return Fault.ECHO
    if attempt.compression_ratio > MAX_COMPRESSION:
        return Fault.COMPRESSION
    if attempt.tokens and attempt.avg_logprob < MIN_LOGPROB:
        return Fault.UNSURE
    return None


def better(first: Attempt, second: Attempt) -> Attempt:
    """The more believable of two attempts at one window: milder fault, then higher log-probability, then the first.

    No words are more believable than an echo alone.
    """

    def rank(attempt: Attempt) -> tuple[int, float]:
        found = fault(attempt)
        severity = 0 if found is None else len(Fault) - list(Fault).index(found)
        return -severity, attempt.avg_logprob

    if first.tokens and not second.tokens and fault(first) is not Fault.ECHO:
        return first  # an empty text is always sure of itself
    return second if rank(second) > rank(first) else first


def find_loop(tokens: Sequence[int]) -> Loop | None:
    """The first phrase that is repeated more often than people do, None if there is none.

    A phrase counts from 4 times and 16 tokens on, or from 3 times if it has 8 tokens or more.
    """
    found = [loop for period in range(1, min(_LONGEST_PERIOD, len(tokens) // 3) + 1) for loop in _runs(tokens, period)]
    return min(found, key=lambda loop: (loop.start, loop.period), default=None)


def cut_loops(tokens: Sequence[int]) -> tuple[int, ...]:
    """`tokens` with every loop reduced to its first round."""
    kept = tuple(tokens)
    while loop := find_loop(kept):
        kept = kept[: loop.start + loop.period] + kept[loop.start + loop.period * loop.repeats :]
    return kept


def compression_ratio(text: str) -> float:
    """Bytes of `text` per byte after zlib; 0 for no text. Whisper's measure of repetition."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def _runs(tokens: Sequence[int], period: int) -> list[Loop]:
    """Loops with exactly this period. A run of n equal pairs at distance `period` is n // period + 1 rounds."""
    ends = [-1, *(i for i in range(len(tokens) - period) if tokens[i] != tokens[i + period]), len(tokens) - period]
    loops = [
        Loop(start=before + 1, period=period, repeats=(after - before - 1) // period + 1)
        for before, after in pairwise(ends)
    ]
    return [loop for loop in loops if _too_often(loop)]


def _too_often(loop: Loop) -> bool:
    if loop.period >= 8:
        return loop.repeats >= 3
    return loop.repeats >= 4 and loop.repeats * loop.period >= 16


def _echoes(text: str, prompt: str) -> bool:
    said, told = _letters(text), _letters(prompt)
    shortest = _MIN_ECHO_CHARACTERS if said.isascii() else _MIN_ECHO_IDEOGRAPHS
    return len(said) >= shortest and said in told


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
