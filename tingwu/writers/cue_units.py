"""Units: the pieces of a transcript that no line break may part, each with its time.

This module does not know how units become lines and cues.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Segment, Transcript
from tingwu.writers.escaping import one_line
from tingwu.writers.phrasers import Phraser, phraser_for
from tingwu.writers.phrases import Break, break_levels, is_wide, is_zero_width


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedSpan(TimeRange):
    """Characters `[begin, stop)` of a text are said in `[start, end)`."""

    begin: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(TimeRange):
    """A word, phrase, name or number. `level` says how good a break before it is.

    `spaced` is true when a space parts it from the unit before. `narrow` and `wide` count its characters of one and of
    two columns, `count` its words as spaces part them. `words` are all words in it, with offsets in `text`.
    """

    text: str
    level: Break
    spaced: bool
    narrow: int
    wide: int
    count: int
    words: tuple[TimedSpan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one line holds: `narrow` columns of narrow or `wide` of wide characters, and at most `words` words."""

    narrow: int
    wide: int
    words: int | None = None

    def share(self, narrow: int, wide: int) -> float:
        """The part of a line that so many characters fill."""
        return narrow / self.narrow + wide / self.wide


def count_words(text: str) -> int:
    """Words as spaces part them; a phrase without spaces is one."""
    return text.count(" ") + 1


def unit_runs(transcript: Transcript, limits: Limits) -> Iterator[tuple[str | None, tuple[Unit, ...]]]:
    """(speaker, units) for each stretch in which the speaker stays the same; no text is left out."""
    phraser = phraser_for(transcript.text, transcript.language)
    for speaker, segments in groupby(transcript.segments, key=lambda segment: segment.speaker):
        run = _join(segments)
        if run.text:
            yield speaker, tuple(_units(run, phraser, limits))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The text of adjacent segments on one line, its words in order of offset and of time, and where segments begin."""

    text: str
    words: tuple[TimedSpan, ...]
    begins: tuple[int, ...]


def _join(segments: Iterable[Segment]) -> _Run:
    text = ""
    begins: list[int] = []
    spans: list[TimedSpan] = []
    now = 0.0
    for segment in segments:
        line = one_line(segment.text)
        if not line:
            continue
        if text and not (is_wide(text[-1]) or is_wide(line[0])):
            text += " "
        begins.append(len(text))
        for span in _word_spans(segment, line):
            start = max(now, span.start)
            now = max(start, span.end)
            spans.append(TimedSpan(start=start, end=now, begin=span.begin + len(text), stop=span.stop + len(text)))
        text += line
    return _Run(text=text, words=tuple(spans), begins=tuple(begins))


def _word_spans(segment: Segment, line: str) -> list[TimedSpan]:
    """Where in `line` each word is. Words that do not spell the line are not believed: its time is shared out."""
    spans: list[TimedSpan] = []
    offset = 0
    for word in segment.words:
        text = one_line(word.text)
        begin = offset + (line[offset : offset + 1] == " ")
        if text and line.startswith(text, begin):
            offset = begin + len(text)
            spans.append(TimedSpan(start=word.start, end=word.end, begin=begin, stop=offset))
        elif text:
            return _shared_out(segment, line)
    return spans if offset == len(line) else _shared_out(segment, line)


def _shared_out(segment: Segment, line: str) -> list[TimedSpan]:
    """As if each character took the same time."""
    spans: list[TimedSpan] = []
    offset = 0
    pace = segment.duration / len(line)
    for part in line.split(" "):
        stop = offset + len(part)
        start, end = (min(segment.end, segment.start + place * pace) for place in (offset, stop))
        spans.append(TimedSpan(start=start, end=end, begin=offset, stop=stop))
        offset = stop + 1
    return spans


def _units(run: _Run, phraser: Phraser | None, limits: Limits) -> Iterator[Unit]:
    text, words = run.text, run.words
    levels = break_levels(text, {word.begin for word in words}, phraser)
    for begin in run.begins[1:]:
        levels[begin] = max(levels[begin], Break.CLAUSE)
    begins = [0, *(place for place, level in enumerate(levels) if level > Break.FORCED), len(text)]
    cursor = 0
    for begin, stop in pairwise(begins):
        for piece_begin, piece_stop in _pieces(text, levels, begin, stop, limits):
            while words[cursor].stop <= piece_begin:
                cursor += 1
            last = cursor
            while last + 1 < len(words) and words[last + 1].begin < piece_stop:
                last += 1
            yield _unit(text, levels, piece_begin, piece_stop, words[cursor : last + 1])


def _pieces(text: str, levels: list[Break], begin: int, stop: int, limits: Limits) -> Iterator[tuple[int, int]]:
    """`[begin, stop)` whole if a line holds it, else cut where FORCED allows it, as late as possible."""
    cut = begin
    for place in range(begin + 1, stop):
        if levels[place] != Break.FORCED:
            continue
        if cut > begin and not _fits(text[begin:place].rstrip(), limits):
            yield begin, cut
            begin = cut
        cut = place
    if cut > begin and not _fits(text[begin:stop].rstrip(), limits):
        yield begin, cut
        begin = cut
    yield begin, stop


def _fits(text: str, limits: Limits) -> bool:
    if limits.words is not None and count_words(text) > limits.words:
        return False
    return limits.share(*_count(text)) <= 1


def _count(text: str) -> tuple[int, int]:
    wide = sum(is_wide(char) for char in text)
    return len(text) - wide - sum(is_zero_width(char) for char in text), wide


def _unit(text: str, levels: list[Break], begin: int, stop: int, words: tuple[TimedSpan, ...]) -> Unit:
    shown = text[begin:stop].rstrip()
    inside = tuple(
        replace(word, begin=max(0, word.begin - begin), stop=min(len(shown), word.stop - begin)) for word in words
    )
    narrow, wide = _count(shown)
    return Unit(
        start=_time_at(words[0], begin),
        end=_time_at(words[-1], begin + len(shown)),
        text=shown,
        level=levels[begin],
        spaced=begin > 0 and text[begin - 1] == " ",
        narrow=narrow,
        wide=wide,
        count=count_words(shown),
        words=inside,
    )


def _time_at(word: TimedSpan, place: int) -> float:
    """When the character at `place` is said, if `word` is said evenly."""
    share = (place - word.begin) / (word.stop - word.begin)
    return word.start + word.duration * min(1.0, max(0.0, share))
