"""When cues come and go."""

import pytest

from tingwu.writers.cue_times import Held, hold


def shown(*wanted: tuple[float, float, float]) -> list[tuple[float, float]]:
    cues = [Held(start=start, end=end, reading=reading) for start, end, reading in wanted]
    return [(time.start, time.end) for time in hold(cues, shortest=1.0, longest=7.0, gap=0.08)]


@pytest.mark.parametrize(
    ("wanted", "times"),
    [
        ([(1.0, 3.0, 1.0)], [(1.0, 3.0)]),
        ([(1.0, 3.0, 4.0)], [(1.0, 5.0)]),
        ([(1.0, 1.2, 0.1)], [(1.0, 2.0)]),
        ([(1.0, 20.0, 1.0)], [(1.0, 8.0)]),
        ([(1.0, 3.0, 20.0)], [(1.0, 8.0)]),
        ([(1.0, 3.0, 5.0), (4.0, 6.0, 1.0)], [(1.0, 3.92), (4.0, 6.0)]),
        ([(1.0, 3.0, 1.0), (3.0, 6.0, 1.0)], [(1.0, 2.92), (3.0, 6.0)]),
        ([(0.0, 5.0, 1.0), (3.0, 6.0, 1.0)], [(0.0, 2.92), (3.0, 6.0)]),
    ],
)
def test_times(wanted: list[tuple[float, float, float]], times: list[tuple[float, float]]) -> None:
    assert shown(*wanted) == times


def test_a_short_cue_comes_early_before_it_delays_the_next() -> None:
    assert shown((2.0, 2.4, 0.2), (2.9, 5.0, 1.0)) == [(1.82, 2.82), (2.9, 5.0)]


def test_a_crowd_is_delayed_and_recovers_in_the_next_pause() -> None:
    times = shown((0.0, 0.1, 0.1), (0.1, 0.2, 0.1), (0.2, 0.3, 0.1), (9.0, 9.9, 0.5))
    assert times == [(0.0, 1.0), (1.08, 2.08), (2.16, 3.16), (9.0, 10.0)]


def test_cues_of_two_lanes_overlap_only_where_words_do() -> None:
    wanted = [
        Held(start=0.0, end=6.0, reading=1.0, lane="A"),
        Held(start=2.0, end=2.4, reading=0.5, lane="B"),
        Held(start=5.0, end=5.5, reading=3.0, lane="B"),
        Held(start=6.5, end=8.0, reading=1.0, lane="A"),
    ]
    times = hold(wanted, shortest=1.0, longest=7.0, gap=0.08)
    assert [(time.start, time.end) for time in times] == [(0.0, 6.0), (2.0, 3.0), (5.0, 6.42), (6.5, 8.0)]


def test_no_cues() -> None:
    assert shown() == []
