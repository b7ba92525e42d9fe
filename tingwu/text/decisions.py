"""What was decided: sentences with the words of a decision, less the supposed, the past and the revoked."""

from tingwu.text.cues import DECISION, HYPOTHETICAL, RETRACTION, is_question
from tingwu.text.evidence import Source
from tingwu.text.sentences import weight

_MIN_WORDS = 4.0
_SAME = 0.6


def find_decisions(source: Source) -> tuple[int, ...]:
    """Positions of the sentences that state a decision; of two that say the same, the earlier one."""
    found: list[int] = []
    for position, sentence in enumerate(source.sentences):
        text = sentence.text
        if not DECISION.search(text) or HYPOTHETICAL.search(text) or is_question(text) or weight(text) < _MIN_WORDS:
            continue
        if len(source.vectors.terms[position]) < 2 or _is_open(text) or _is_revoked(source, position):
            continue
        if not any(_overlap(source, position, other) >= _SAME for other in found):
            found.append(position)
    return tuple(found)


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


def _overlap(source: Source, left: int, right: int) -> float:
    one, two = set(source.vectors.terms[left]), set(source.vectors.terms[right])
    return len(one & two) / max(1, min(len(one), len(two)))
