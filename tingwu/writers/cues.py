"""Cues: a transcript cut into what a viewer reads at a time, broken at phrases and held long enough.

The cut is the cheapest one over all places where the text may part (dynamic programming, as Knuth and Plass break
paragraphs, https://doi.org/10.1002/spe.4380111102): ends of sentences cost nothing, every other place the more the
worse it reads. What cannot be had together gives way in this order: reading speed, the word's own time, line width
(one word wider than a line stays whole). Text and its order never give way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Transcript
from tingwu.writers.cue_times import Held, hold
from tingwu.writers.cue_units import Limits, Unit, unit_runs
from tingwu.writers.phrases import Break

_NARROW_COLUMNS = 42
_WIDE_COLUMNS = 20

_PER_CUE = 10.0
_PER_BREAK = {Break.SENTENCE: 0.0, Break.CLAUSE: 3.0, Break.LINK: 8.0, Break.WORD: 14.0, Break.POOR: 30.0}
_PER_FORCED_BREAK = 60.0
_PER_SENTENCE_INSIDE = 4.0
_PER_MISSING_SECOND = 15.0
_PER_SECOND_OF_HASTE = 6.0
_PER_SECOND_OF_PAUSE = 8.0
_FULLNESS = 6.0
_LONG_PAUSE = 0.6
_LONGEST_PAUSE = 2.0
_TAKING_OVER = 0.5
"""Seconds for which the times of two speakers who take turns may overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CueOptions:
    """How much a cue may hold. The defaults follow the common rules of subtitling houses."""

    max_line_width: int | None = None
    """Characters in a line; None means 42 narrow or 20 full-width ones, and mixed lines in proportion."""
    max_line_count: int = 2
    """Lines in a cue."""
    max_words_per_line: int | None = None
    """Words in a line; a phrase of a script without spaces counts as one."""
    highlight_words: bool = False
    """Show each cue once per word, with the word that is being said marked."""
    min_seconds: float = 1.0
    """A cue stays at least so long, even when it then ends after its last word."""
    max_seconds: float = 7.0
    """A cue stays no longer, even when its words are not over."""
    gap_seconds: float = 0.08
    """Between the end of a cue and the beginning of the next: two frames at 25 per second."""
    narrow_per_second: float = 17.0
    """Reading speed in narrow characters, spaces included."""
    wide_per_second: float = 9.0
    """Reading speed in Han, kana and Hangul characters."""

    @property
    def limits(self) -> Limits:
        """What one line holds."""
        return Limits(
            narrow=self.max_line_width or _NARROW_COLUMNS,
            wide=self.max_line_width or _WIDE_COLUMNS,
            words=self.max_words_per_line,
        )

    def reading_seconds(self, narrow: int, wide: int) -> float:
        """Seconds that reading so many characters takes."""
        return narrow / self.narrow_per_second + wide / self.wide_per_second


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWord(TimeRange):
    """Characters `[begin, stop)` of line `line` are said in `[start, end)`."""

    line: int
    begin: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue(TimeRange):
    """What is shown in `[start, end)`, whole milliseconds: plain text lines of one speaker, and the words in them."""

    lines: tuple[str, ...]
    speaker: str | None = None
    words: tuple[CueWord, ...] = ()

    @property
    def text(self) -> str:
        """All lines, broken as shown."""
        return "\n".join(self.lines)


def cues(transcript: Transcript, options: CueOptions) -> tuple[Cue, ...]:
    """The transcript as cues: in order of their beginnings, `gap_seconds` apart, together all of its text.

    They overlap only where speakers do.
    """
    limits = options.limits
    found: list[tuple[str | None, tuple[Unit, ...]]] = []
    for speaker, units in unit_runs(transcript, limits):
        edges = _best_cut(units, limits, options)
        found += [(speaker, units[begin:stop]) for begin, stop in pairwise(edges)]
    together = _speak_together(transcript)
    if together:
        found.sort(key=lambda one: one[1][0].start)
    wanted = [
        Held(
            start=units[0].start,
            end=units[-1].end,
            reading=options.reading_seconds(*_size(units)),
            lane=speaker if together else None,
        )
        for speaker, units in found
    ]
    times = hold(wanted, shortest=options.min_seconds, longest=options.max_seconds, gap=options.gap_seconds)
    shown = [_cue(time, speaker, units, limits) for time, (speaker, units) in zip(times, found, strict=True)]
    return tuple(sorted(shown, key=lambda cue: cue.start))


def _speak_together(transcript: Transcript) -> bool:
    """Whether somebody speaks while somebody else does, and not only takes over."""
    return any(
        later.start < earlier.end - _TAKING_OVER and later.speaker != earlier.speaker
        for earlier, later in pairwise(transcript.segments)
    )


def _best_cut(units: Sequence[Unit], limits: Limits, options: CueOptions) -> list[int]:
    """Where cues begin, and the end: `[0, ..., len(units)]` at the least total cost."""
    cost = [0.0] + [inf] * len(units)
    previous = [0] * (len(units) + 1)
    for begin in range(len(units)):
        fill = _Fill(limits, options.max_line_count)
        inside = 0.0
        for stop in range(begin + 1, len(units) + 1):
            unit = units[stop - 1]
            alone = stop == begin + 1
            fits = fill.add(unit) and unit.end - units[begin].start <= options.max_seconds
            pause = 0.0 if alone else unit.start - units[stop - 2].end
            if not alone and (not fits or pause > _LONGEST_PAUSE):
                break
            inside += 0.0 if alone else _cost_inside(unit, pause)
            total = cost[begin] + inside + _cost_of_cue(units, begin, stop, fill, options)
            if total < cost[stop]:
                cost[stop], previous[stop] = total, begin
    edges = [len(units)]
    while edges[-1] > 0:
        edges.append(previous[edges[-1]])
    return edges[::-1]


class _Fill:
    """Lines filled one unit after the other, each as full as it gets."""

    def __init__(self, limits: Limits, max_lines: int) -> None:
        self._limits, self._max_lines = limits, max_lines
        self.lines = 0
        self.narrow = self.wide = 0
        self._line = (0, 0, 0)

    @property
    def share(self) -> float:
        """How many full lines it would be."""
        return self._limits.share(self.narrow, self.wide)

    def add(self, unit: Unit) -> bool:
        """Put `unit` into the last line or a new one; False when there are then too many."""
        narrow, wide, count = self._line
        self.narrow, self.wide = self.narrow + unit.narrow + unit.spaced, self.wide + unit.wide
        longer = (narrow + unit.spaced + unit.narrow, wide + unit.wide, count + unit.count)
        if self.lines and _holds(self._limits, *longer):
            self._line = longer
        else:
            self.lines += 1
            self._line = (unit.narrow, unit.wide, unit.count)
        return self.lines <= self._max_lines


def _holds(limits: Limits, narrow: int, wide: int, words: int) -> bool:
    return limits.share(narrow, wide) <= 1 and (limits.words is None or words <= limits.words)


def _cost_inside(unit: Unit, pause: float) -> float:
    sentence = _PER_SENTENCE_INSIDE if unit.level == Break.SENTENCE else 0.0
    return sentence + (_PER_SECOND_OF_PAUSE * pause if pause > _LONG_PAUSE else 0.0)


def _cost_of_cue(units: Sequence[Unit], begin: int, stop: int, fill: _Fill, options: CueOptions) -> float:
    at_end = stop == len(units)
    room = options.max_seconds if at_end else units[stop].start - options.gap_seconds - units[begin].start
    room = min(room, options.max_seconds)
    needed = min(options.reading_seconds(fill.narrow, fill.wide), options.max_seconds)
    fullness = fill.share / options.max_line_count
    return (
        _PER_CUE
        + (0.0 if at_end else _PER_BREAK.get(units[stop].level, _PER_FORCED_BREAK))
        + _PER_MISSING_SECOND * max(0.0, options.min_seconds - room)
        + _PER_SECOND_OF_HASTE * max(0.0, needed - room)
        + _FULLNESS * fullness**2
    )


def _size(units: Sequence[Unit]) -> tuple[int, int]:
    narrow = sum(unit.narrow + unit.spaced for unit in units) - units[0].spaced
    return narrow, sum(unit.wide for unit in units)


def _cue(time: TimeRange, speaker: str | None, units: Sequence[Unit], limits: Limits) -> Cue:
    lines: list[str] = []
    words: list[CueWord] = []
    for number, line in enumerate(_balanced(units, limits)):
        text = ""
        for unit in line:
            text += " " if unit.spaced and text else ""
            words += [
                CueWord(
                    start=word.start,
                    end=word.end,
                    line=number,
                    begin=word.begin + len(text),
                    stop=word.stop + len(text),
                )
                for word in unit.words
            ]
            text += unit.text
        lines.append(text)
    return Cue(start=time.start, end=time.end, lines=tuple(lines), speaker=speaker, words=tuple(words))


def _balanced(units: Sequence[Unit], limits: Limits) -> list[Sequence[Unit]]:
    """As few lines as hold the units, parted where it reads best and lines come out alike."""
    fill = _Fill(limits, len(units))
    for unit in units:
        fill.add(unit)
    if fill.lines == 1:
        return [units]
    best: list[list[tuple[float, int]]] = [[(0.0, 0)] + [(inf, 0)] * len(units)]
    for _ in range(fill.lines):
        best.append([_best_last_line(best[-1], units, stop, limits) for stop in range(len(units) + 1)])
    stops = [len(units)]
    for table in reversed(best[1:]):
        stops.append(table[stops[-1]][1])
    stops.reverse()
    return [units[begin:stop] for begin, stop in pairwise(stops)]


def _best_last_line(
    before: list[tuple[float, int]], units: Sequence[Unit], stop: int, limits: Limits
) -> tuple[float, int]:
    """(cost, where it begins) of the best last line that ends at `stop`, given the lines before it."""
    best = (inf, 0)
    for begin in range(stop - 1, -1, -1):
        line = units[begin:stop]
        size = _size(line)
        if len(line) > 1 and not _holds(limits, *size, sum(unit.count for unit in line)):
            break
        broken = 0.0 if begin == 0 else _PER_BREAK.get(units[begin].level, _PER_FORCED_BREAK)
        total = before[begin][0] + broken + 4 * _FULLNESS * limits.share(*size) ** 2
        best = min(best, (total, begin))
    return best
