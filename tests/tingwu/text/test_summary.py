"""The summary: a point of every long chapter, introductions only where there is nothing else."""

from tingwu.domain.notes import Chapter, Citation, Claim, Proof
from tingwu.text.summary import summary_of

INTRODUCTION = "我是周敏，今天由我主持会议。"


def _claim(start: float, text: str) -> Claim:
    citation = Citation(start=start, end=start + 5, quote=text, segment_ids=(0,))
    return Claim(text=text, citations=(citation,), proof=Proof.QUOTE)


def _chapter(start: float, *texts: str) -> Chapter:
    points = tuple(_claim(start + index, text) for index, text in enumerate(texts))
    return Chapter(start=start, end=start + 60, title="t", title_proof=Proof.QUOTE, points=points)


def test_a_point_comes_before_an_introduction() -> None:
    chapters = [_chapter(0, INTRODUCTION, "服务器已经升级。"), _chapter(60, "预算增加了。")]
    assert [claim.text for claim in summary_of(chapters, 2)] == ["服务器已经升级。", "预算增加了。"]


def test_the_only_point_of_a_chapter_stays() -> None:
    chapters = [_chapter(0, INTRODUCTION), _chapter(60, "预算增加了。", "费用减少了。")]
    assert [claim.text for claim in summary_of(chapters, 2)] == [INTRODUCTION, "预算增加了。"]


def test_nothing_has_no_summary() -> None:
    assert summary_of([], 6) == ()
