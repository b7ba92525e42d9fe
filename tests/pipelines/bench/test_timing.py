"""Speech without words, what of it is owned up to, and the starts of words."""

import pytest

from pipelines.bench.data import SpokenText
from pipelines.bench.timing import Unwritten, start_errors, subtract, union, unwritten
from tingwu.domain.media import TimeRange


def span(start: float, end: float) -> TimeRange:
    return TimeRange(start=start, end=end)


def word(start: float, text: str) -> SpokenText:
    return SpokenText(start=start, end=start + 0.4, text=text)


@pytest.mark.parametrize(
    ("spans", "taken", "rest"),
    [
        ([(0, 10)], [(2, 3), (5, 6)], [(0, 2), (3, 5), (6, 10)]),
        ([(0, 4), (3, 6)], [(-1, 1), (5, 9)], [(1, 5)]),
        ([(0, 2), (4, 6)], [(1, 5)], [(0, 1), (5, 6)]),
        ([(0, 2)], [(0, 2)], []),
        ([(0, 2)], [], [(0, 2)]),
    ],
)
def test_subtract(
    spans: list[tuple[float, float]], taken: list[tuple[float, float]], rest: list[tuple[float, float]]
) -> None:
    assert subtract(spans, taken) == rest


def test_union() -> None:
    assert union([(5, 6), (0, 2), (1, 3), (3, 4)]) == [(0, 4), (5, 6)]


def test_speech_far_from_words_is_unwritten() -> None:
    found = unwritten([span(0, 10), span(20, 25)], [span(1, 1.5), span(8, 9)], [], by_word=True)
    assert found == Unwritten(seconds=4.5 + 5, unreported_seconds=4.5 + 5)


def test_reported_speech_is_not_lost_in_silence() -> None:
    turns, words = [span(0, 10), span(20, 25)], [span(1, 1.5), span(8, 9)]
    assert unwritten(turns, words, [span(19, 26)], by_word=True) == Unwritten(seconds=9.5, unreported_seconds=4.5)
    covered = unwritten(turns, words, [span(2.9, 6.8), span(20.1, 24.8)], by_word=True)
    assert covered == Unwritten(seconds=9.5, unreported_seconds=0), "slivers under half a second are no losses"


def test_a_word_drawn_out_hides_nothing_but_a_segment_covers_all_of_itself() -> None:
    assert unwritten([span(0, 10)], [span(0, 10)], [], by_word=True).seconds == 8
    assert unwritten([span(0, 10)], [span(0, 10)], [], by_word=False).seconds == 0


def test_starts_are_compared_where_the_words_are_the_same() -> None:
    said = [word(0.0, "Good"), word(0.5, "morning"), word(1.0, "dear"), word(1.5, "friends.")]
    written = [word(0.1, " good"), word(0.45, " morning,"), word(0.9, " deer"), word(1.8, " friends")]
    assert start_errors(said, written, "en") == pytest.approx((0.1, 0.05, 0.3))


def test_starts_of_chinese_words_that_are_cut_differently() -> None:
    said = [word(0.0, "我们"), word(1.0, "今天"), word(2.0, "开会")]
    written = [word(0.2, "我們"), word(0.9, "今"), word(1.4, "天开"), word(2.3, "会")]
    assert start_errors(said, written, "zh") == pytest.approx((0.2, 0.1))
