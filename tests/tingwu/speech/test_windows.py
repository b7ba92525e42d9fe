from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tingwu.speech.activity import from_probabilities, heard
from tingwu.speech.regions import FRAME_SECONDS
from tingwu.speech.windows import WindowOptions, WindowPlanner, plan_windows

runs = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.45, 0.99]), st.integers(1, 400)), max_size=30)


@settings(max_examples=200, deadline=None)
@given(runs)
def test_every_moment_of_speech_is_in_a_window_and_no_window_is_too_long(parts: list[tuple[float, int]]) -> None:
    activity = from_probabilities([level for level, count in parts for _ in range(count)])
    options = WindowOptions()
    windows = plan_windows(activity, options)
    for region in activity.regions:
        at = region.start
        for window in windows:
            if window.start <= at < window.end:
                at = window.end
        assert at >= region.end - 1e-9
    assert all(0 < window.duration <= options.longest + 1e-9 for window in windows)
    assert all(first.start < second.start and first.end < second.end for first, second in pairwise(windows))
    assert all(first.end - second.start <= options.overlap + 1e-9 for first, second in pairwise(windows))
    assert windows == plan_windows(activity, options)


def test_no_speech_no_windows() -> None:
    assert plan_windows(heard(60)) == ()
    assert plan_windows(heard(0)) == ()


def test_short_speech_is_one_window() -> None:
    (window,) = plan_windows(heard(20, (3, 5), (6, 9)))
    assert (window.start, window.end) == (3, 9)


def test_a_long_silence_ends_a_window() -> None:
    windows = plan_windows(heard(20, (1, 3), (7, 9)))
    assert [(window.start, window.end) for window in windows] == [(1, 3), (7, 9)]


def test_the_cut_goes_to_the_longest_silence_near_the_end_of_the_budget() -> None:
    windows = plan_windows(heard(40, (0, 5), (5.8, 11), (11.2, 12.5), (13.1, 14.2), (14.4, 25)))
    assert windows[0].end == pytest.approx(12.5)
    assert windows[1].start == pytest.approx(13.1)


def test_a_short_dip_in_a_single_region_is_found() -> None:
    frames = [0.99] * 1000
    frames[380:390] = [0.26] * 10
    first, second = plan_windows(from_probabilities(frames))
    assert first.end == second.start == pytest.approx(385 * FRAME_SECONDS, abs=0.1)


def test_speech_without_a_pause_up_to_the_longest_stays_whole() -> None:
    assert len(plan_windows(heard(27, (0, 27)))) == 1


def test_endless_speech_is_cut_with_overlap() -> None:
    windows = plan_windows(heard(100, (0, 100)))
    assert len(windows) > 3
    assert all(first.end - second.start == pytest.approx(2.0) for first, second in pairwise(windows))


def test_a_pause_after_the_budget_is_better_than_a_cut_into_speech() -> None:
    first, second = plan_windows(heard(50, (0, 24), (25, 44)))[:2]
    assert first.end == pytest.approx(24)
    assert second.start == pytest.approx(25)


@settings(max_examples=200, deadline=None)
@given(runs, st.integers(64, 1500))
def test_windows_of_what_is_heard_bit_by_bit_are_those_of_the_whole(parts: list[tuple[float, int]], step: int) -> None:
    values = [level for level, count in parts for _ in range(count)]
    planner = WindowPlanner()
    windows = [
        window for end in range(step, len(values), step) for window in planner.feed(from_probabilities(values[:end]))
    ]
    whole = from_probabilities(values)
    assert (*windows, *planner.finish(whole)) == plan_windows(whole)


def test_a_window_comes_out_half_a_minute_after_its_beginning() -> None:
    planner = WindowPlanner()
    assert planner.feed(heard(29, (0, 29))) == ()
    assert len(planner.feed(heard(31, (0, 31)))) == 1
    assert planner.feed(heard(31, (0, 31))) == ()


def test_a_window_comes_out_soon_after_a_long_silence_began() -> None:
    planner = WindowPlanner()
    assert planner.feed(heard(8, (1, 3))) == ()
    assert len(planner.feed(heard(9, (1, 3)))) == 1
