"""Titles: the model's, if it is short, says something and stands in the recording; else the top terms."""

import re
from collections import Counter
from collections.abc import Sequence

from tingwu.domain.notes import Claim, Proof
from tingwu.text.evidence import Source
from tingwu.text.keywords import keywords
from tingwu.text.numbers import missing_numbers, normalise
from tingwu.text.scribe import Scribe
from tingwu.text.sentences import Sentence, weight
from tingwu.text.terms import HAN, content_terms, names_in

_GENERIC = re.compile(
    r"(?:(?:the |a )?(?:introduction|conclusion|discussion|meeting|summary|overview|chapter|transcript|recording|title|topic|key points?|conversation|"
    r"main points?|next steps?|update|notes|minutes|untitled)s?(?: (?:of|and|notes?|summary|overview|points?|\d+))*\s*)+|"
    r"(?:会议|录音|转写稿|本章|章节|主要|内容|讨论|总结|概述|概要|介绍|标题|要点|记录|纪要|开场|结束|对话|交流|主题)+",
    re.IGNORECASE,
)
_EDGE = "。.，,、;；:：!！\"'“”‘’《》「」 "
_MIN_RECALL = 0.5
_POINTS_SHOWN = 10


def chapter_title(
    source: Source, span: tuple[int, int], points: Sequence[Claim], chunk: str, scribe: Scribe, previous: str
) -> tuple[str, Proof]:
    """A title for sentences `span`, and whether the model wrote it (verified) or its terms were taken (quote)."""
    task = scribe.prompts.chapter_title.replace("{previous}", previous or "-").replace("{points}", _listed(points))
    part = source.part(*span)
    longest = 16 if scribe.language == "zh" else 9
    for line in scribe.ask(chunk, task, max_tokens=30)[:1]:
        title = _checked(line, part, longest)
        if title and normalise(title) != normalise(previous):
            return title, Proof.VERIFIED
    scribe.fallbacks += scribe.model is not None
    return term_title(source.sentences, *span, avoid=previous), Proof.QUOTE


def recording_title(source: Source, points: Sequence[Claim], scribe: Scribe) -> str:
    """A title for the whole recording; the top terms without a model."""
    task = scribe.prompts.title.replace("{points}", _listed(points))
    longest = 24 if scribe.language == "zh" else 12
    for line in scribe.ask("", task, max_tokens=40)[:1]:
        title = _checked(line, source, longest)
        if title:
            return title
    scribe.fallbacks += scribe.model is not None
    return term_title(source.sentences, 0, len(source.sentences))


def term_title(sentences: Sequence[Sentence], first: int, last: int, avoid: str = "") -> str:
    """The terms that are said here more than elsewhere, joined; a short sentence's words where there are no terms."""
    here = keywords(sentences[first:last], 8)
    everywhere = Counter({term.text: len(term.times) for term in keywords(sentences, 60)})
    if first or last < len(sentences):
        here = tuple(sorted(here, key=lambda term: -(len(term.times) ** 1.5) / (2 + everywhere[term.text])))
    terms = [term.text for term in here if term.text not in avoid][:2]
    if not terms:
        return _opening(sentences[first:last])
    chinese = HAN.search("".join(terms)) is not None
    title = ("与" if chinese else ", ").join(terms)
    return title[0].upper() + title[1:]


def _opening(sentences: Sequence[Sentence]) -> str:
    text = sentences[0].text.strip(_EDGE) if sentences else ""
    words = text.split()
    short = text[:12] if HAN.search(text) else " ".join(words[:8])
    return short.strip(_EDGE)


def _listed(points: Sequence[Claim]) -> str:
    return "\n".join(f"- {point.text}" for point in points[:_POINTS_SHOWN])


def _checked(line: str, source: Source, longest: int) -> str:
    """The title if it can be shown, else nothing."""
    title = line.strip(_EDGE)
    size = len(HAN.findall(title)) if HAN.search(title) else weight(title)
    terms = set(content_terms(title))
    if not terms or size > longest or _GENERIC.fullmatch(title):
        return ""
    said = set[str]().union(*source.vectors.terms) if source.sentences else set[str]()
    text = " ".join(source.plain)
    held = sum(term in said or (HAN.match(term) is not None and term in text) for term in terms)
    if held < _MIN_RECALL * len(terms) or missing_numbers(title, text):
        return ""
    strange = [name for name in names_in(title) if HAN.search(title) and name not in text]
    return "" if strange else title
