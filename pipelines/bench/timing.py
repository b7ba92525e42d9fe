"""Times against reference: speech without words, and how far off the starts of words are. Times in seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipelines.bench.data import SpokenText
from pipelines.bench.score import align, mixed_units
from tingwu.domain.media import TimeRange

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingOptions:
    """The limits that the product's own audit of its coverage has."""

    reach: float = 1.0
    """A word covers speech so far to both sides."""
    longest_word: float = 1.0
    """No word covers more."""
    least: float = 0.5
    """Shorter stretches without words are breaths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """Speech that has no word near it, and the part of it that the engine did not own up to."""

    seconds: float
    unreported_seconds: float


def unwritten(
    turns: Iterable[TimeRange],
    written: Iterable[TimeRange],
    reported: Iterable[TimeRange],
    *,
    by_word: bool,
    options: TimingOptions | None = None,
) -> Unwritten:
    """What of the `turns` has nothing `written` near it. Pieces are words, or whole segments if not `by_word`."""
    limits = options or TimingOptions()
    longest = limits.longest_word if by_word else float("inf")
    near = [(one.start - limits.reach, min(one.end, one.start + longest) + limits.reach) for one in written]
    missed = _lasting(subtract([(one.start, one.end) for one in turns], near), limits.least)
    silent = _lasting(subtract(missed, [(one.start, one.end) for one in reported]), limits.least)
    return Unwritten(seconds=_length(missed), unreported_seconds=_length(silent))


def start_errors(said: Sequence[SpokenText], written: Sequence[SpokenText], language: str) -> tuple[float, ...]:
    """How far the starts of the `written` words are from those of the same words `said`, without sign.

    Words are the same when an alignment of both texts puts them together and they are spelled alike.
    """
    told, told_starts = _with_starts(said, language)
    heard, heard_starts = _with_starts(written, language)
    errors: list[float] = []
    for chunk in align(told, heard).alignments[0]:
        if chunk.type == "equal":
            pairs = zip(
                told_starts[chunk.ref_start_idx : chunk.ref_end_idx],
                heard_starts[chunk.hyp_start_idx : chunk.hyp_end_idx],
                strict=True,
            )
            errors += [abs(a - b) for a, b in pairs if a is not None and b is not None]
    return tuple(errors)


def subtract(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The parts of `spans` that lie outside of `taken`, in order and without overlaps."""
    rest: list[Span] = []
    gone = union(taken)
    for start, end in union(spans):
        here = start
        for begin, finish in gone:
            if finish <= here or begin >= end:
                continue
            if begin > here:
                rest.append((here, begin))
            here = max(here, finish)
        if here < end:
            rest.append((here, end))
    return rest


def union(spans: Iterable[Span]) -> list[Span]:
    """The same times in order and without overlaps."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _lasting(spans: Iterable[Span], seconds: float) -> list[Span]:
    return [span for span in spans if span[1] - span[0] >= seconds]


def _length(spans: Iterable[Span]) -> float:
    return sum(end - start for start, end in spans)


def _with_starts(words: Sequence[SpokenText], language: str) -> tuple[list[str], list[float | None]]:
    """Units of all words, and for the first unit of each word its start."""
    found: list[str] = []
    starts: list[float | None] = []
    for word in words:
        here = mixed_units(word.text, language)
        found += here
        starts += [word.start, *[None] * (len(here) - 1)][: len(here)]
    return found, starts
