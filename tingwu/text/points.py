"""The key points of a chapter: short lines by the model, each proved, or the best sentences as they were said."""

from collections.abc import Sequence
from dataclasses import replace

from tingwu.domain.notes import Citation, Claim
from tingwu.text.evidence import Refusal, Source, prove
from tingwu.text.numbers import normalise
from tingwu.text.quotes import quote
from tingwu.text.scribe import Scribe
from tingwu.text.select import best_sentences
from tingwu.text.sentences import weight
from tingwu.text.terms import HAN, content_terms
from tingwu.text.windows import Window

SAME_JACCARD = 0.6
_TOKENS_A_LINE = 45
_WORDS_A_POINT = 150.0
_MAX_QUOTES = 5


def quoted_points(source: Source, first: int, last: int) -> tuple[Claim, ...]:
    """The best sentences of `[first, last)` as quotes: one for about every minute, five at most."""
    words = sum(weight(sentence.text) for sentence in source.sentences[first:last])
    number = max(1, min(_MAX_QUOTES, round(words / _WORDS_A_POINT) + 1))
    return tuple(quote(source.sentences[index]) for index in best_sentences(source, first, last, number))


def written_points(source: Source, window: Window, chunk: str, scribe: Scribe) -> tuple[Claim, ...]:
    """Two to four proved lines on one window; asked again once if none is proved, then quotes."""
    part = source.part(window.first, window.last)
    words = sum(weight(sentence.text) for sentence in part.sentences)
    number = 2 if words < 250 else 3 if words < 600 else 4
    for task in (scribe.prompts.points, scribe.prompts.points_again):
        if not scribe.writes:
            break
        lines = scribe.ask(
            chunk, task.replace("{number}", str(number)), max_tokens=_TOKENS_A_LINE * number, answer_start="-"
        )
        proofs = [prove(line, part) for line in lines]
        points = [proof for proof in proofs if not isinstance(proof, Refusal)]
        if points:
            scribe.used += 1
            return _weightiest(without_twins(points), number, part)
    scribe.fallbacks += scribe.model is not None
    return quoted_points(source, window.first, window.last)


def _weightiest(points: Sequence[Claim], number: int, source: Source) -> tuple[Claim, ...]:
    """The `number` points with the rarest words, in the order in which they were written."""
    idf = source.vectors.idf
    worth = [sum(idf.get(term, 0.0) for term in set(content_terms(point.text))) for point in points]
    best = sorted(range(len(points)), key=lambda index: (-worth[index], index))[:number]
    return tuple(points[index] for index in sorted(best))


def without_twins(points: Sequence[Claim]) -> tuple[Claim, ...]:
    """Points that say different things; a twin's citations go to the one that is kept."""
    kept: list[Claim] = []
    for point in points:
        twin = next(
            (index for index, other in enumerate(kept) if jaccard(point.text, other.text) >= SAME_JACCARD), None
        )
        if twin is None:
            kept.append(point)
        else:
            kept[twin] = replace(kept[twin], citations=_united(kept[twin].citations, point.citations))
    return tuple(kept)


def jaccard(left: str, right: str) -> float:
    """Shared part of the pairs of characters (Chinese) or words of two texts, in [0, 1]."""
    one, two = _pairs(left), _pairs(right)
    return len(one & two) / max(1, len(one | two))


def _pairs(text: str) -> set[tuple[str, ...]]:
    plain = normalise(text)
    units = [char for char in plain if char.isalnum()] if HAN.search(plain) else plain.split()
    return {tuple(units[index : index + 2]) for index in range(max(1, len(units) - 1))}


def _united(left: Sequence[Citation], right: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple(sorted(dict.fromkeys((*left, *right)), key=lambda citation: citation.start))
