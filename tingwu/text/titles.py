"""Titles: the model's, if it is short, says something and stands in the recording; else the top terms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tingwu.domain.notes import Chapter, Claim, Proof
from tingwu.text.evidence import Source, opposites_in
from tingwu.text.keywords import TermTable
from tingwu.text.numbers import missing_numbers, normalise
from tingwu.text.scribe import Scribe
from tingwu.text.sentences import Sentence, weight
from tingwu.text.terms import HAN, content_terms, names_in
from tingwu.text.windows import Window

_GENERIC = re.compile(
    r"(?:(?:the |a )?(?:introduction|conclusion|discussion|meeting|summary|overview|chapter|transcript|"
    r"recording|title|topic|key points?|conversation|"
    r"main points?|next steps?|update|notes|minutes|untitled)s?(?: (?:of|and|notes?|summary|overview|points?|"
    r"\d+))*\s*)+|"
    r"(?:会议|录音|转写稿|本章|章节|主要|内容|讨论|总结|概述|概要|介绍|标题|要点|记录|纪要|开场|结束|对话|交流|主题)+",
    re.IGNORECASE,
)
_FRAME = (
    "报告 分析 讨论 建议 方案 计划 总结 情况 安排 介绍 改进 说明 进展 回顾 更新 确定 决定 策略 措施 原因 结果 沟通 "
    "汇报 调整 变更 report review analysis discussion update plan overview summary proposal decision status "
    "progress reason"
)
"""Words that titles put around what was talked about; nobody needs to have said them."""
_EDGE = "。.，,、;；:：!！\"'“”‘’《》「」 "
_MIN_RECALL = 0.75
_SHORTEST = 2
_POINTS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Titler:
    """Finds titles in one recording."""

    source: Source
    terms: TermTable
    scribe: Scribe

    def chapter(self, window: Window, points: Sequence[Claim], chunk: str, previous: str) -> tuple[str, Proof]:
        """A title for the sentences of `window`; verified if the model wrote it, else their terms as a quote."""
        prompt = self.scribe.prompts.chapter_title
        task = prompt.replace("{previous}", previous or "-").replace("{points}", _listed(points))
        part = self.source.part(window.first, window.last)
        longest = 20 if self.scribe.language == "zh" else 9
        for line in self.scribe.ask(chunk, task, max_tokens=30)[:1]:
            title = _checked(line, part, longest)
            if title and normalise(title) != normalise(previous):
                self.scribe.used += 1
                return title, Proof.VERIFIED
        self.scribe.fallbacks += self.scribe.model is not None
        return self._of_terms(window.first, window.last, previous), Proof.QUOTE

    def recording(self, chapters: Sequence[Chapter], points: Sequence[Claim]) -> str:
        """A title for the whole recording, from its chapters' titles or else its points; top terms without a model."""
        parts = [f"- {chapter.title}" for chapter in chapters[:_POINTS_SHOWN]]
        listed = "\n".join(parts) if len(parts) > 1 else _listed(points)
        task = self.scribe.prompts.title.replace("{points}", listed)
        longest = 24 if self.scribe.language == "zh" else 12
        for line in self.scribe.ask("", task, max_tokens=40)[:1]:
            title = _checked(line, self.source, longest, listed)
            if title:
                self.scribe.used += 1
                return title
        self.scribe.fallbacks += self.scribe.model is not None
        return self._of_terms(0, len(self.source.sentences), "")

    def _of_terms(self, first: int, last: int, avoid: str) -> str:
        """The two top terms; the opening words where there are no terms."""
        whole = first == 0 and last == len(self.source.sentences)
        found = self.terms.top(5, first, last, typical=not whole)
        terms = [term.text for term in found if term.text not in avoid][:2]
        if not terms or last - first == 1:
            return _opening(self.source.sentences[first:last])
        title = ("与" if HAN.search("".join(terms)) else ", ").join(terms)
        return title[0].upper() + title[1:]


def _opening(sentences: Sequence[Sentence]) -> str:
    text = sentences[0].text.strip(_EDGE) if sentences else ""
    words = text.split()
    short = text[:12] if HAN.search(text) else " ".join(words[:8])
    return short.strip(_EDGE)


def _listed(points: Sequence[Claim]) -> str:
    return "\n".join(f"- {point.text}" for point in points[:_POINTS_SHOWN])


def _checked(line: str, source: Source, longest: int, proved: str = "") -> str:
    """The title if it can be shown, else nothing; its words may also stand in `proved` text."""
    title = _shortened(line.strip(_EDGE), longest)
    size = _size(title)
    terms = set(content_terms(title)) - _frame_terms()
    if not terms or not _SHORTEST <= size <= longest or _GENERIC.fullmatch(title):
        return ""
    said = set(content_terms(proved)).union(*source.vectors.terms)
    text = " ".join(source.plain)
    held = sum(term in said or (HAN.match(term) is not None and term in text) for term in terms)
    if held < _MIN_RECALL * len(terms) or missing_numbers(title, text) or opposites_in(title) - opposites_in(text):
        return ""
    strange = [name for name in names_in(title) if HAN.search(title) and name not in text]
    return "" if strange else title


def _size(title: str) -> float:
    """Characters of a Chinese title, words of another."""
    return len(HAN.findall(title)) if HAN.search(title) else weight(title)


def _shortened(title: str, longest: int) -> str:
    """An enumeration that is too long, without its last members."""
    parts = re.split(r"(?<=[、，；,;])", title)
    while len(parts) > 1 and _size("".join(parts)) > longest:
        parts.pop()
    return "".join(parts).strip(_EDGE)


@cache
def _frame_terms() -> frozenset[str]:
    """`_FRAME` as terms; not before they are needed, since the Chinese dictionary takes 80 MB and a second."""
    return frozenset(content_terms(_FRAME))
