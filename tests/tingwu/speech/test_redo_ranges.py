"""Which ranges people mean, in words and in times."""

import pytest

from tests.builders import make_transcript
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Coverage, RangeProblem, ReportedRange
from tingwu.errors import InvalidOption
from tingwu.speech.redo_ranges import Redo, chosen_ranges, named_ranges, parse_redo


def spans(ranges: tuple[TimeRange, ...]) -> list[tuple[float, float]]:
    return [(one.start, one.end) for one in ranges]


@pytest.mark.parametrize("text", ["missed", "suspect", "all", " ALL "])
def test_words(text: str) -> None:
    assert parse_redo(text) == Redo(reported=text.strip().lower())  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("83.5-91", [(83.5, 91)]),
        ("2:00-2:13.5, 0-7", [(0, 7), (120, 133.5)]),
        ("1:00:00-01:00:01", [(3600, 3601)]),
        ("1-2,2-3", [(1, 2), (2, 3)]),
    ],
)
def test_times(text: str, expected: list[tuple[float, float]]) -> None:
    assert spans(parse_redo(text).ranges) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abc", "write missed"),
        ("", "write missed"),
        ("10", "write missed"),
        ("1-2-3", "write missed"),
        ("-5-3", "write missed"),
        ("1-2,", "write missed"),
        ("missed,suspect", "write missed"),
        ("nan-3", "write missed"),
        ("5-3", "must end after it begins"),
        ("5-5", "must end after it begins"),
        ("1-9,5-12", "must not overlap"),
    ],
)
def test_what_is_no_range(text: str, reason: str) -> None:
    with pytest.raises(InvalidOption, match=reason) as caught:
        parse_redo(text)
    assert caught.value.option == "redo_ranges"


def test_no_ranges_at_all() -> None:
    with pytest.raises(InvalidOption):
        named_ranges([])


def reported(start: float, end: float, problem: RangeProblem) -> ReportedRange:
    return ReportedRange(start=start, end=end, problem=problem)


def test_reported_ranges_are_joined_where_they_meet() -> None:
    coverage = Coverage(
        speech_seconds=15,
        covered_seconds=10,
        missed=tuple(reported(*span, RangeProblem.NO_TEXT) for span in ((2, 4), (11, 12.5), (12.75, 13))),
        suspect=(reported(3, 8, RangeProblem.LOW_CONFIDENCE),),
    )
    transcript = make_transcript(coverage=coverage)
    assert spans(chosen_ranges(Redo(reported="missed"), transcript)) == [(2, 4), (11, 13)]
    assert spans(chosen_ranges(Redo(reported="suspect"), transcript)) == [(3, 8)]
    assert spans(chosen_ranges(Redo(reported="all"), transcript)) == [(2, 8), (11, 13)]
    whole = make_transcript(coverage=Coverage(speech_seconds=15, covered_seconds=15))
    assert chosen_ranges(Redo(reported="all"), whole) == ()


def test_ranges_beyond_the_end() -> None:
    transcript = make_transcript()
    assert spans(chosen_ranges(parse_redo("3-15.9"), transcript)) == [(3, 15)], "a second is a rounded clock"
    for text in ("3-17", "15-15.5", "100-200"):
        with pytest.raises(InvalidOption, match="the recording ends at 00:15"):
            chosen_ranges(parse_redo(text), transcript)
