from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingwu.domain.media import SAMPLE_RATE, TimeRange
from tingwu.speech.regions import (
    FRAME_SECONDS,
    GrowingRegions,
    SpeechActivity,
    SpeechDetector,
    VadOptions,
    find_regions,
)


def listen(samples, block):
    detector = SpeechDetector()
    for begin in range(0, len(samples), block):
        detector.feed(samples[begin : begin + block])
    return detector.finish()


@pytest.fixture(scope="module")
def noises():
    """20 s of hum and noise in bursts, so that the detector's numbers vary; 7 samples more than whole frames."""
    random = np.random.default_rng(1)
    time = np.arange(20 * SAMPLE_RATE + 7) / SAMPLE_RATE
    voice = sum(np.sin(2 * np.pi * 130 * k * time) / k for k in range(1, 20)) * (np.sin(2 * np.pi * 3 * time) > 0)
    return (2000 * voice + 200 * random.standard_normal(len(time))).astype(np.int16)


@pytest.mark.parametrize("block", [333, 16_000, 262_144, 1_000_000])
def test_blocks_of_any_size_give_the_same_numbers(noises, block) -> None:
    whole, parts = listen(noises, len(noises)), listen(noises, block)
    np.testing.assert_array_equal(parts.probabilities, whole.probabilities)
    np.testing.assert_array_equal(parts.energy_dbfs, whole.energy_dbfs)
    assert parts.regions == whole.regions
    assert parts.duration == whole.duration == pytest.approx(20 + 7 / SAMPLE_RATE)
    assert len(whole.probabilities) == 626
    assert np.ptp(whole.probabilities) > 0.01


def test_a_block_may_be_reused_after_it_was_fed(noises) -> None:
    detector, block = SpeechDetector(), np.zeros(16_000, np.int16)
    for begin in range(0, 160_000, 16_000):
        block[:] = noises[begin : begin + 16_000]
        detector.feed(block)
    expected = listen(noises[:160_000], 160_000)
    np.testing.assert_array_equal(detector.finish().probabilities, expected.probabilities)


def test_silence_has_no_speech_and_is_at_the_floor() -> None:
    activity = listen(np.zeros(5 * SAMPLE_RATE, np.int16), 4_000)
    assert activity.regions == ()
    assert activity.speech_seconds == 0
    assert set(activity.energy_dbfs) == {-100.0}


def test_nothing_at_all() -> None:
    activity = SpeechDetector().finish()
    assert (activity.regions, activity.duration, len(activity.probabilities)) == ((), 0.0, 0)
    assert activity.loudest_probability(TimeRange(start=0, end=1)) == 0.0


def test_full_scale_square_wave_has_zero_dbfs() -> None:
    square = np.where(np.arange(SAMPLE_RATE) % 100 < 50, 32767, -32768).astype(np.int16)
    assert listen(square, 1_000).energy_dbfs[0] == pytest.approx(0.0, abs=0.01)


def test_quiet_sound_is_made_louder_before_it_is_judged_but_its_energy_is_reported_as_it_is(noises) -> None:
    loud, quiet = listen(noises, len(noises)), listen(noises // 8, len(noises))
    assert np.abs(loud.probabilities - quiet.probabilities).mean() < 0.05
    assert np.median(loud.energy_dbfs - quiet.energy_dbfs) == pytest.approx(18, abs=1)


def test_a_region_begins_above_the_threshold_and_ends_below_the_release() -> None:
    frames = np.array([0, 0.3, 0.5, 0.3, 0.3, 0.2, 0], np.float32)
    options = VadOptions(threshold=0.4, release=0.25, min_speech=0, min_silence=0, pad=0)
    (region,) = find_regions(frames, 7 * FRAME_SECONDS, options)
    assert region.start == pytest.approx(2 * FRAME_SECONDS)
    assert region.end == pytest.approx(5 * FRAME_SECONDS)


def test_pads_stay_inside_the_recording() -> None:
    (region,) = find_regions(np.ones(10, np.float32), 0.3, VadOptions())
    assert (region.start, region.end) == (0.0, 0.3)


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.3, 0.39, 0.41, 0.9]), max_size=80))
def test_hysteresis_agrees_with_a_plain_loop(values) -> None:
    options = VadOptions(threshold=0.4, release=0.25, min_speech=0, min_silence=0, pad=0)
    speaking, naive = False, []
    for value in values:
        speaking = value >= 0.4 or (speaking and value >= 0.25)
        naive.append(speaking)
    regions = find_regions(np.array(values, np.float32), len(values) * FRAME_SECONDS, options)
    frames = [any(r.start <= (i + 0.5) * FRAME_SECONDS < r.end for r in regions) for i in range(len(values))]
    assert frames == naive


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, width=32), max_size=200))
def test_regions_are_in_order_apart_and_inside(values) -> None:
    duration = len(values) * FRAME_SECONDS
    regions = find_regions(np.array(values, np.float32), duration, VadOptions())
    assert all(0 <= region.start < region.end <= duration for region in regions)
    assert all(first.end < second.start for first, second in pairwise(regions))


def test_probabilities_of_a_part() -> None:
    frames = np.array([0.1, 0.2, 0.9, 0.4], np.float32)
    activity = SpeechActivity(regions=(), frame_seconds=0.032, probabilities=frames, energy_dbfs=frames, duration=0.128)
    assert activity.loudest_probability(TimeRange(start=0.0, end=0.05)) == pytest.approx(0.2)
    assert activity.mean_probability(TimeRange(start=0.064, end=0.128)) == pytest.approx(0.65)
    assert activity.loudest_probability(TimeRange(start=9, end=10)) == pytest.approx(0.4), "the last frame"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.3, 0.45, 0.99]), st.integers(1, 60)), max_size=60), st.integers(1, 500)
)
def test_regions_of_what_is_heard_bit_by_bit_are_those_of_the_whole(parts: list[tuple[float, int]], step: int) -> None:
    frames = np.array([level for level, count in parts for _ in range(count)], np.float32)
    growing, options = GrowingRegions(VadOptions()), VadOptions()
    for end in range(step, len(frames), step):
        assert growing.find(frames[:end], end * FRAME_SECONDS) == find_regions(
            frames[:end], end * FRAME_SECONDS, options
        )
    duration = len(frames) * FRAME_SECONDS
    assert growing.find(frames, duration) == find_regions(frames, duration, options)
