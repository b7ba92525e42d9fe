"""Mixing: the times that are reported are those at which the sound is; levels, gaps and noise are as asked."""

import numpy as np
import pytest

from samples.kokoro import SAMPLE_RATE
from samples.mixing import Clip, Room, frame_rms, levelled, mix, place, room_noise, rounded_peaks, trimmed

QUIET = Room(noise_db=-120.0, edge=0.5)


def burst(seconds: float, before: float = 0.0, after: float = 0.0, loud: float = 0.3) -> np.ndarray:
    """A tone of a whole number of frames with silence around it."""
    count = round(seconds * SAMPLE_RATE)
    sound = loud * np.sin(2 * np.pi * 300 * np.arange(count) / SAMPLE_RATE)
    silence = [np.zeros(round(length * SAMPLE_RATE)) for length in (before, after)]
    return np.concatenate([silence[0], sound, silence[1]]).astype(np.float32)


def test_times_are_where_the_sound_is() -> None:
    clips = [
        Clip(speaker="a", sound=burst(0.5, before=0.2, after=0.3)),
        Clip(speaker="b", sound=burst(0.3, before=0.1), gap=0.4),
        Clip(speaker="b", sound=burst(0.2)),
    ]
    mixed = mix(clips, QUIET, seed=1)
    first, second, third = mixed.times
    assert (first.start, first.end) == pytest.approx((0.5, 1.0))
    assert (second.start, second.end) == pytest.approx((1.4, 1.7))
    assert QUIET.own_gap[0] <= third.start - second.end <= QUIET.own_gap[1]
    assert mixed.duration == pytest.approx(third.end + QUIET.edge)
    heard = np.flatnonzero(frame_rms(mixed.sound) > 0.001) / 100
    inside = [any(time.start - 0.01 < moment < time.end for time in mixed.times) for moment in heard]
    assert all(inside)
    assert len(heard) == pytest.approx(100, abs=2)


def test_a_negative_gap_lets_two_speak_at_once() -> None:
    clips = [Clip(speaker="a", sound=burst(0.5)), Clip(speaker="b", sound=burst(0.5), gap=-0.1)]
    first, second = mix(clips, QUIET, seed=1).times
    assert first.overlap(second) == pytest.approx(0.1)


def test_no_gap_is_so_negative_that_the_order_changes() -> None:
    assert place([100, 50], [-1.0], first=10) == [10, 10]


def test_the_same_seed_gives_the_same_samples_and_another_one_others() -> None:
    clips = [Clip(speaker=name, sound=burst(0.3)) for name in "abab"]
    again = mix(clips, Room(), seed=7)
    assert np.array_equal(mix(clips, Room(), seed=7).sound, again.sound)
    assert mix(clips, Room(), seed=8).times != again.times


def test_only_the_quiet_ends_are_trimmed() -> None:
    pause = np.concatenate([burst(0.2), np.zeros(SAMPLE_RATE // 5, np.float32), burst(0.2)])
    padded = np.concatenate([np.zeros(2400, np.float32), pause, np.zeros(4800, np.float32)])
    assert np.array_equal(trimmed(padded), pause)


def test_silence_can_be_trimmed_and_levelled() -> None:
    silence = np.zeros(1000, np.float32)
    assert trimmed(silence) is silence
    assert levelled(silence, -20.0) is silence


def test_a_pause_does_not_make_a_line_louder() -> None:
    steady = levelled(burst(0.4), -20.0)
    paused = levelled(burst(0.4, after=2.0), -20.0)
    assert np.allclose(paused[: len(steady)], steady, rtol=0.01)
    assert np.sqrt(np.mean(steady**2)) == pytest.approx(0.1, rel=0.01)


def test_noise_has_the_level_that_was_asked_for() -> None:
    noise = room_noise(SAMPLE_RATE, -60.0, np.random.default_rng(3))
    assert np.sqrt(np.mean(noise**2)) == pytest.approx(0.001, rel=1e-3)


def test_peaks_are_bent_back_and_the_rest_is_untouched() -> None:
    sound = np.array([-3.0, -0.5, 0.0, 0.79, 1.0], np.float32)
    bent = rounded_peaks(sound)
    assert np.array_equal(bent[1:4], sound[1:4])
    assert np.all(np.abs(bent) <= 1.0)
    assert 0.8 < bent[4] < 1.0
