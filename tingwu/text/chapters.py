"""Where one subject ends and the next begins, from the words alone; titles come later.

Every gap between two sentences gets a score: how little the words before and after it have in common, at two scales,
and whether somebody says "next" or hands over. Dynamic programming then places the chapters where the sum of scores,
less a penalty for uneven lengths, is greatest. Sources: TextTiling (Hearst 1997) for the score, TreeSeg (arXiv
2407.12028) and YTSeg (arXiv 2402.17633) for scales; number of chapters and penalty were fitted on development
recordings.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import TimeRange
from tingwu.text.sentences import Sentence
from tingwu.text.vectors import Matrix, Vectors, cosines, window_sums, z_scores

Floats = NDArray[np.float64]

WORD_SPAN = 150.0
"""Seconds on each side of a gap that are compared word by word."""
MEANING_SPAN = 240.0
"""Seconds on each side that are compared by meaning."""
UNEVENNESS = 0.5
"""Cost of a chapter that is e times longer or shorter than the ideal, in deviations of the score."""
CUE_WEIGHT = 0.4
SNAP = 8.0
"""Seconds within which a boundary moves to a pause or a change of speaker."""
MAX_CANDIDATES = 600
_SHORT = 300.0

_CUES = re.compile(
    r"^(?:(?:ok|okay|alright|all right|right|so|now|well|great|anyway|and|perfect|excellent)[,.\s]+)*"
    r"(?:next (?:up|item|topic|on)|moving on|let'?s (?:move|talk|start|get started|recap|turn|go (?:to|on))|"
    r"one more thing|another (?:thing|topic)|before we wrap|finally|to (?:sum|wrap)|in conclusion|the (?:next|"
    r"last|second|third)"
    r" (?:thing|topic|item|point|part)|so (?:today|now)|first of all|any (?:other|questions))"
    r"|^(?:好[的啦了]?|那么?|嗯|行|ok|OK|然后)*[，,、\s]*(?:接下来|下面|下一[个位项]|我们(?:再|先|开始|进入|来看)|"
    r"首先|其次|最后|另外|第[二三四五六七八九]"
    r"|还有一[个件]|换个话题|言归正传|说到|关于|那?今天(?:的|我们)|有请|请问?.{1,6}(?:总|老师|教授|博士|先生|女士))",
    re.IGNORECASE,
)

_AGENDA = re.compile(
    r"^(?:(?:ok|okay|alright|all right|right|so|now|well|great|good|fine)[,.\s]+)*"
    r"(?:next (?:item|topic|point|on the agenda)|moving on|let'?s (?:move on|turn to|talk about|go on to)|"
    r"the (?:next|last|second|third|fourth) (?:item|topic|thing|point) |last (?:item|topic|point)\b)"
    r"|^(?:好[的啦了]?|那么?|嗯|行|然后)*[，,、\s]*(?:第[一二三四五六七八九]件事|第.个(?:议题|话题|议程|环节|"
    r"部分)|最后一(?:件事|个议题|项)|"
    r"下一?个?(?:议题|话题|议程|环节)|接下来(?:我们)?(?:看|讨论|说|讲|进入)|那?我总结一下)",
    re.IGNORECASE,
)
"""Somebody says outright that a new subject begins."""
AGENDA_BONUS = 2.0
AGENDA_APART = 25.0
"""Seconds between two such words for both to count."""


class Granularity(StrEnum):
    """How finely a recording is cut."""

    COARSE = "coarse"
    NORMAL = "normal"
    FINE = "fine"


_FACTOR = {Granularity.COARSE: 0.5, Granularity.NORMAL: 1.0, Granularity.FINE: 2.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span(TimeRange):
    """Sentences `[first, last)` and the time they take."""

    first: int
    last: int


def chapter_spans(
    sentences: Sequence[Sentence], vectors: Vectors, granularity: Granularity = Granularity.NORMAL
) -> tuple[Span, ...]:
    """The chapters, in order, covering every sentence; empty for no sentences."""
    if not sentences:
        return ()
    length = sentences[-1].end - sentences[0].start
    number = chapter_count(length, granularity)
    if granularity is Granularity.NORMAL:
        number = max(number, min(2 * number, 1 + _announced(sentences)))
    candidates, scores = _candidates(sentences, vectors)
    times = _starts(sentences)[candidates] - sentences[0].start
    bounds = _best_bounds(candidates, scores, times, length, number)
    edges = [0, *_snapped(sentences, bounds), len(sentences)]
    return tuple(_span(sentences, first, last) for first, last in pairwise(edges) if first < last)


def chapter_count(seconds: float, granularity: Granularity) -> int:
    """How many chapters a recording of this length gets."""
    minutes = max(0.0, seconds) / 60
    fitted = round(1.6 * minutes**0.36 * _FACTOR[granularity])
    if seconds < _SHORT:
        return max(1, min(fitted, 1 if seconds < _SHORT / 3 else 2))
    return max(2, min(fitted, 48 if granularity is Granularity.FINE else 24))


def _announced(sentences: Sequence[Sentence]) -> int:
    """How many new subjects are announced, not counting what opens the recording."""
    counted = sentences[0].start
    number = 0
    for sentence in sentences:
        if sentence.start - counted >= AGENDA_APART and _AGENDA.search(sentence.text):
            counted = sentence.start
            number += 1
    return number


def _starts(sentences: Sequence[Sentence]) -> Floats:
    return np.array([sentence.start for sentence in sentences], dtype=np.float64)


def _span(sentences: Sequence[Sentence], first: int, last: int) -> Span:
    end = max(sentence.end for sentence in sentences[first:last])
    return Span(first=first, last=last, start=sentences[first].start, end=max(end, sentences[first].start))


def _candidates(sentences: Sequence[Sentence], vectors: Vectors) -> tuple[NDArray[np.int64], Floats]:
    """Positions of sentences that may begin a chapter (never 0), and the score of each."""
    starts = _starts(sentences)
    gaps = np.arange(1, len(sentences), dtype=np.int64)
    if not gaps.size:
        return gaps, np.zeros(0)
    score = z_scores(1 - _similarity(vectors.tfidf, starts, gaps, WORD_SPAN))
    score = score + z_scores(1 - _similarity(vectors.lsa, starts, gaps, MEANING_SPAN))
    cues = z_scores(np.array([_cue(sentences, int(gap)) for gap in gaps], dtype=np.float64))
    score = score + CUE_WEIGHT * np.minimum(3.0, cues)
    score = score + np.array([AGENDA_BONUS * bool(_AGENDA.search(sentences[int(gap)].text)) for gap in gaps])
    if gaps.size > MAX_CANDIDATES:
        best = np.sort(np.argsort(-score, kind="stable")[:MAX_CANDIDATES])
        return gaps[best], score[best]
    return gaps, score


def _similarity(rows: Matrix, starts: Floats, gaps: NDArray[np.int64], span: float) -> Floats:
    at = starts[gaps]
    lefts = np.searchsorted(starts, at - span).astype(np.int64)
    rights = np.maximum(np.searchsorted(starts, at + span), gaps + 1).astype(np.int64)
    return cosines(window_sums(rows, lefts, gaps), window_sums(rows, gaps, rights))


def _cue(sentences: Sequence[Sentence], gap: int) -> float:
    here, before = sentences[gap], sentences[gap - 1]
    said = 1.0 if _CUES.search(here.text) else 0.0
    turned = 0.3 if here.speaker != before.speaker else 0.0
    return said + turned + min(0.3, max(0.0, here.start - before.end) / 10)


def _best_bounds(
    candidates: NDArray[np.int64],
    scores: Floats,
    times: Floats,
    length: float,
    number: int,
) -> list[int]:
    """The `number - 1` candidates with the greatest sum of score less their cost; fewer when they do not fit.

    A chapter of `x` times the ideal length costs `UNEVENNESS * log(x)^2`, and one much shorter is not allowed.
    `times` are seconds from the beginning, of the candidates; `length` is that of the whole.
    """
    ideal = length / number
    shortest = max(20.0, min(60.0, ideal / 4))
    points = np.concatenate([[0.0], times, [length]])
    gains = np.concatenate([[0.0], scores, [0.0]])
    spans = points[None, :] - points[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = UNEVENNESS * np.log(np.where(spans > 0, spans, 1.0) / max(ideal, 1e-6)) ** 2
    step = np.where(spans >= shortest, gains[None, :] - cost, -np.inf)
    best = np.full(len(points), -np.inf)
    best[0] = 0.0
    history: list[NDArray[np.int64]] = []
    ends: list[float] = []
    for _ in range(number):
        sums = best[:, None] + step
        history.append(np.argmax(sums, axis=0).astype(np.int64))
        best = np.max(sums, axis=0)
        ends.append(float(best[-1]))
    used = next((count for count in range(number, 0, -1) if np.isfinite(ends[count - 1])), 0)
    return _trace(history[:used], candidates)


def _trace(history: Sequence[NDArray[np.int64]], candidates: NDArray[np.int64]) -> list[int]:
    bounds: list[int] = []
    at = len(candidates) + 1
    for back in reversed(history):
        at = int(back[at])
        if at:
            bounds.append(int(candidates[at - 1]))
    return bounds[::-1]


def _snapped(sentences: Sequence[Sentence], bounds: Sequence[int]) -> list[int]:
    """Move each boundary, by `SNAP` seconds at most, to a change of speaker or a pause."""
    moved = [max(_near(sentences, bound), key=lambda gap: (_edge(sentences, gap, bound), -gap)) for bound in bounds]
    return sorted(set(moved))


def _near(sentences: Sequence[Sentence], bound: int) -> list[int]:
    at = sentences[bound].start
    return [
        gap
        for gap in range(max(1, bound - 4), min(len(sentences), bound + 5))
        if abs(sentences[gap].start - at) <= SNAP
    ]


def _edge(sentences: Sequence[Sentence], gap: int, bound: int) -> float:
    here, before = sentences[gap], sentences[gap - 1]
    value = 2.0 if _CUES.search(here.text) else 0.0
    value += 1.0 if here.speaker != before.speaker else 0.0
    value += min(1.0, max(0.0, here.start - before.end))
    value += 0.5 if before.complete else 0.0
    return value - abs(sentences[gap].start - sentences[bound].start) / SNAP
