"""What was decided: sentences with the words of a decision, less the supposed, the past and the revoked."""

from tingwu.text.cues import DECISION, HYPOTHETICAL, RETRACTION, is_question
from tingwu.text.evidence import Source
from tingwu.text.sentences import weight

_MIN_WORDS = 4.0
_MIN_TERMS = 2
_SAME = 0.6


def find_decisions(source: Source) -> tuple[tuple[int, ...], ...]:
    """Positions of the sentences that state each decision, in order; of two that say the same, the earlier one.

    "That is decided, then" says nothing alone: it is kept with the next sentence of its speaker, else the one before.
    """
    found: list[tuple[int, ...]] = []
    for position in range(len(source.sentences)):
        stated = _stated(source, position)
        if stated and not any(_overlap(source, stated, other) >= _SAME for other in found):
            found.append(stated)
    return tuple(found)


def _stated(source: Source, position: int) -> tuple[int, ...]:
    text = source.sentences[position].text
    if not DECISION.search(text) or HYPOTHETICAL.search(text) or is_question(text) or _is_open(text):
        return ()
    if _is_revoked(source, position):
        return ()
    if weight(text) >= _MIN_WORDS and len(source.vectors.terms[position]) >= _MIN_TERMS:
        return (position,)
    for other in (position + 1, position - 1):
        if not 0 <= other < len(source.sentences) or len(source.vectors.terms[other]) < _MIN_TERMS:
            continue
        same = source.sentences[other].speaker == source.sentences[position].speaker
        if same and not is_question(source.sentences[other].text):
            return tuple(sorted((position, other)))
    return ()


def _is_open(text: str) -> bool:
    """A decision still to be made, or not made."""
    plain = text.lower()
    marks = (
        "haven't decided",
        "not decided",
        "need to decide",
        "have to decide",
        "to be decided",
        "didn't decide",
        "hasn't been",
    )
    chinese = (
        "没有决定",
        "没决定",
        "还没定",
        "未决定",
        "需要决定",
        "再决定",
        "来决定",
        "没定",
        "不确定",
        "不一定",
        "怎么决定",
        "由.*决定",
    )
    return any(mark in plain for mark in marks + chinese)


def _is_revoked(source: Source, position: int) -> bool:
    here = set(source.vectors.terms[position])
    later = range(position + 1, len(source.sentences))
    return any(
        RETRACTION.search(source.sentences[index].text)
        and (
            len(here & set(source.vectors.terms[index])) >= 2
            or (index == position + 1 and weight(source.sentences[index].text) <= 8)
        )
        for index in later
    )


def _overlap(source: Source, left: tuple[int, ...], right: tuple[int, ...]) -> float:
    one = {term for index in left for term in source.vectors.terms[index]}
    two = {term for index in right for term in source.vectors.terms[index]}
    return len(one & two) / max(1, min(len(one), len(two)))
