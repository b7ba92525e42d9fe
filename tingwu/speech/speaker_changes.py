"""Changes of speaker: flips that nobody made are taken back, and a change moves to where a reader expects it.

Voices are told apart to about a quarter of a second and words are timed no better, so a change that is heard in the
middle of a sentence often belongs a word or two beside it. This module does not know segments or turns, only units in
order of time with the seconds for which each speaker is heard in them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate, groupby, pairwise

from tingwu.chinese_words import chinese_words
from tingwu.domain.media import TimeRange
from tingwu.speech.sentences import is_sentence_end

_CLAUSE_ENDS = tuple(",，、;；:：—")
_CLOSERS = "\"'”’」』）)》]】 "
_HAN = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3041-\u30ff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOptions:
    """What may be changed about who speaks. Times in seconds; chosen by reading transcripts of made conversations."""

    flip: float = 0.4
    """A speaker who has the word for less than this between words of one other speaker never had it, unless what was
    said is a sentence of its own."""
    equal: float = 0.01
    """Who is heard for as long as another, give or take this, is heard equally."""
    words: int = 2
    """A change moves over so many words, and over any number in which both speakers are heard equally."""
    pause: float = 0.3
    """A pause from this on is as good a place for a change as a comma."""
    for_sentence: float = 1.2
    """To put the change at the end of a sentence, so much speech may go to somebody else than was heard."""
    for_clause: float = 0.7
    """The same for a comma or a pause."""
    against_parting: float = 0.4
    """The same to keep a Chinese word of several characters in one piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(TimeRange):
    """Words that no change parts: one, mostly, with punctuation that came as words of its own.

    `segment` counts segments from 0 and `first` the words in it: where the unit begins. `heard` are seconds by speaker,
    the longest first.
    """

    text: str
    segment: int
    first: int
    heard: tuple[tuple[str, float], ...]


class Place(IntEnum):
    """How good a place is for a change of speaker."""

    PARTING = 0
    """In the middle of a Chinese word."""
    WITHIN = 1
    CLAUSE = 2
    SENTENCE = 3


def smooth(units: Sequence[Unit], speakers: Sequence[str | None], options: ChangeOptions) -> list[str | None]:
    """`speakers`, one a unit, without short flips: the neighbours' speaker has these units too.

    A flip is short if it takes less than `flip`, or is one unit in the middle of a sentence. A sentence stays with who
    said it, however short.
    """
    smoothed = list(speakers)
    runs = list(_runs(speakers))
    for first, stop in runs[1:-1]:
        around = smoothed[first - 1]
        if around == speakers[stop] and around != speakers[first] and _is_flip(units, first, stop, options):
            smoothed[first:stop] = [around] * (stop - first)
    return smoothed


def _runs(speakers: Sequence[str | None]) -> Iterator[tuple[int, int]]:
    first = 0
    for _, same in groupby(speakers):
        stop = first + sum(1 for _ in same)
        yield first, stop
        first = stop


def _is_flip(units: Sequence[Unit], first: int, stop: int, options: ChangeOptions) -> bool:
    begins, ends = _ends_sentence(units, first), _ends_sentence(units, stop)
    if begins and ends:
        return False
    return units[stop - 1].end - units[first].start < options.flip or (stop - first == 1 and not begins and not ends)


def snap(units: Sequence[Unit], speakers: Sequence[str | None], options: ChangeOptions) -> list[str | None]:
    """`speakers`, one a unit, with every change at the best place that is near enough; nobody loses all of a turn."""
    moved = list(speakers)
    begun = 0
    for (_, at), (_, stop) in pairwise(_runs(speakers)):
        before, after = moved[at - 1], moved[at]
        if before is not None and after is not None:
            place = _best(units, range(begun + 1, stop), at, (before, after), options)
            moved[place:at] = [after] * (at - place)
            moved[at:place] = [before] * (place - at)
            begun = place
        else:
            begun = at
    return moved


def _best(units: Sequence[Unit], places: range, at: int, speakers: tuple[str, str], options: ChangeOptions) -> int:
    """Which of `places` gains most for what it costs; the nearest of equals. The change is at `at`."""
    worth = (-options.against_parting, 0.0, options.for_clause, options.for_sentence)
    now = _place(units, at, options)
    if now is Place.SENTENCE:
        return at
    best, most = at, worth[now]
    for place, cost in sorted(_reachable(units, places, at, speakers, options), key=lambda one: abs(one[0] - at)):
        gain = worth[_place(units, place, options)] - cost
        if gain > most + options.equal:
            best, most = place, gain
    return best


def _reachable(
    units: Sequence[Unit], places: range, at: int, speakers: tuple[str, str], options: ChangeOptions
) -> Iterator[tuple[int, float]]:
    """Other places for the change at `at`, and the seconds of speech that then go to who was heard less."""
    before, after = speakers
    for step, winner, loser in ((-1, after, before), (1, before, after)):
        place, cost, words = at, 0.0, 0
        while place + step in places:
            passed = units[place - 1 if step < 0 else place]
            place += step
            lost = max(0.0, _seconds(passed, loser) - _seconds(passed, winner))
            cost += lost
            words += lost > options.equal or not passed.heard
            if words > options.words or cost > options.for_sentence:
                break
            yield place, cost


def _seconds(unit: Unit, speaker: str) -> float:
    return next((seconds for name, seconds in unit.heard if name == speaker), 0.0)


def _place(units: Sequence[Unit], at: int, options: ChangeOptions) -> Place:
    """What stands between unit `at` and the one before it."""
    if _ends_sentence(units, at):
        return Place.SENTENCE
    before, after = units[at - 1], units[at]
    if before.text.rstrip(_CLOSERS).endswith(_CLAUSE_ENDS) or after.start - before.end >= options.pause:
        return Place.CLAUSE
    return Place.PARTING if _parts_chinese(units, at) else Place.WITHIN


def _ends_sentence(units: Sequence[Unit], at: int) -> bool:
    """Whether a sentence, or at least a segment, ends before unit `at`."""
    before, after = units[at - 1], units[at]
    return before.segment != after.segment or is_sentence_end(before.text, after.text)


def _parts_chinese(units: Sequence[Unit], at: int) -> bool:
    """Whether the units before and from `at` on share a Chinese word."""
    if not (_HAN.match(units[at - 1].text[-1:]) and _HAN.match(units[at].text[:1])):
        return False
    first, stop = at - 1, at
    while first > 0 and units[first - 1].segment == units[at].segment:
        first -= 1
    while stop < len(units) and units[stop].segment == units[at].segment:
        stop += 1
    text = "".join(unit.text for unit in units[first:stop])
    return not _KANA.search(text) and sum(len(unit.text) for unit in units[first:at]) not in _word_edges(text)


@lru_cache(maxsize=4)
def _word_edges(text: str) -> frozenset[int]:
    """Cached, because the places around a change are asked for one by one."""
    return frozenset(accumulate(map(len, chinese_words().cut(text))))
