"""Boundaries fall where the words change."""

import pytest

from tingwu.text.chapters import Granularity, chapter_count, chapter_spans
from tingwu.text.evidence import source_of
from tingwu.text.sentences import Sentence

SUBJECTS = (
    "The garden needs water, the roses and tulips grow in good soil, plants want sun.",
    "The engine burns fuel, its pistons move the crankshaft, the gearbox turns the wheels.",
    "The bank lends money, interest rates rise, credit and loans cost the customers more.",
)


def _talk(*subjects: str, each: int = 30, seconds: float = 4.0) -> list[Sentence]:
    texts = [f"{subject} Part {number % 7}." for subject in subjects for number in range(each)]
    return [
        Sentence(id=index, start=index * seconds, end=(index + 1) * seconds, text=text, segment_ids=(index,))
        for index, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("minutes", "normal", "coarse", "fine"),
    [(1, 1, 1, 1), (4, 2, 1, 2), (10, 4, 2, 7), (60, 7, 3, 14), (600, 16, 8, 32)],
)
def test_how_many(minutes: int, normal: int, coarse: int, fine: int) -> None:
    assert chapter_count(minutes * 60, Granularity.NORMAL) == normal
    assert chapter_count(minutes * 60, Granularity.COARSE) == coarse
    assert chapter_count(minutes * 60, Granularity.FINE) == fine


def test_boundaries_fall_between_subjects() -> None:
    sentences = _talk(*SUBJECTS)
    bounds = {span.first for span in chapter_spans(sentences, source_of(sentences).vectors)}
    assert {0, 30, 60} <= bounds


def test_chapters_cover_everything_once() -> None:
    sentences = _talk(*SUBJECTS)
    for granularity in Granularity:
        spans = chapter_spans(sentences, source_of(sentences).vectors, granularity)
        assert [span.first for span in spans[1:]] == [span.last for span in spans[:-1]]
        assert (spans[0].first, spans[-1].last) == (0, len(sentences))
        assert all(span.duration >= 20 for span in spans)


def test_one_sentence_is_one_chapter_and_none_is_none() -> None:
    sentences = _talk(SUBJECTS[0], each=1)
    (span,) = chapter_spans(sentences, source_of(sentences).vectors)
    assert (span.first, span.last, span.start, span.end) == (0, 1, 0.0, 4.0)
    assert chapter_spans([], source_of([]).vectors) == ()


def test_sentences_at_one_instant_do_not_divide_by_zero() -> None:
    sentences = [Sentence(id=i, start=0.0, end=0.0, text=f"word{i} here", segment_ids=(i,)) for i in range(5)]
    assert len(chapter_spans(sentences, source_of(sentences).vectors)) == 1


@pytest.mark.parametrize("announcement", ["第二件事，退货的情况。", "Let's turn to the passengers."])
def test_announced_subjects_begin_chapters(announcement: str) -> None:
    texts = ["We look at the figures of the month in detail."] * 40
    for index in (10, 20, 30):
        texts[index] = announcement
    sentences = [
        Sentence(id=index, start=index * 8.0, end=index * 8.0 + 8, text=text, segment_ids=(index,))
        for index, text in enumerate(texts)
    ]
    spans = chapter_spans(sentences, source_of(sentences).vectors)
    assert [span.first for span in spans] == [0, 10, 20, 30]
    assert len(chapter_spans(sentences, source_of(sentences).vectors, Granularity.COARSE)) == 2
