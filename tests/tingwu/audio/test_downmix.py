"""Downmix: nobody gets lost, whatever channel they speak in."""

import numpy as np
from numpy.typing import NDArray

from tingwu.audio.downmix import Downmix


def block(*channels: NDArray[np.float64] | list[int]) -> NDArray[np.int16]:
    return np.stack([np.asarray(channel) for channel in channels], axis=1).astype(np.int16)


def noise(seed: int, level: float = 3000.0) -> NDArray[np.float64]:
    return np.random.default_rng(seed).normal(0, level, 16000)


def test_equal_channels_stay_as_they_are() -> None:
    sound = noise(1)
    np.testing.assert_array_equal(Downmix(2)(block(sound, sound)), sound.astype(np.int16))


def test_two_voices_are_averaged() -> None:
    assert Downmix(2)(block([100, 0, -100], [0, 50, -50])).tolist() == [50, 25, -75]


def test_silent_and_hissing_channels_do_not_weaken_the_voice() -> None:
    voice, hiss = noise(1), noise(2, level=3.0)
    mixed = Downmix(8)(block(*[hiss] * 3, voice, *[hiss] * 4))
    np.testing.assert_array_equal(mixed, voice.astype(np.int16))


def test_opposite_signs_do_not_cancel() -> None:
    voice = noise(1).astype(np.int16).astype(np.float64)
    np.testing.assert_array_equal(Downmix(2)(block(voice, -voice)), voice.astype(np.int16))


def test_eight_unrelated_voices_are_averaged_not_picked() -> None:
    voices = [noise(seed) for seed in range(8)]
    mixed = Downmix(8)(block(*voices))
    np.testing.assert_allclose(mixed, np.mean(np.trunc(voices), axis=0), atol=1)


def test_a_channel_that_was_heard_once_stays_in_the_mix() -> None:
    mix = Downmix(2)
    voice, silence = noise(1), np.zeros(16000)
    assert np.std(mix(block(voice, silence))) == np.std(voice.astype(np.int16))
    mix(block(silence, voice))
    np.testing.assert_allclose(mix(block(voice, silence)), voice / 2, atol=1)


def test_silence_stays_silence_and_full_scale_does_not_wrap() -> None:
    assert not Downmix(2)(block([0, 0], [0, 0])).any()
    assert Downmix(2)(block([-32768, 32767], [-32768, 32767])).tolist() == [-32768, 32767]


def test_a_chosen_channel_is_taken_as_it_is() -> None:
    assert Downmix(3, channel=1)(block([1, 2], [3, 4], [5, 6])).tolist() == [3, 4]
    assert Downmix(1)(block([7, 8])).tolist() == [7, 8]
