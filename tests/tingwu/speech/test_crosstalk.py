"""Cross-talk: constructed channels of which it is known who speaks in each frame."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.crosstalk import copies, crosstalk, inseparable, silenced, without
from tingwu.speech.regions import FRAME_SAMPLES, FRAME_SECONDS, SpeechActivity, VadOptions, find_regions

COUNT = 2000
"""Frames: 64 s."""


def voice(seed: int, *spoken: tuple[int, int]) -> np.ndarray:
    """Power of a voice whose level wanders by about 8 dB between words of 10 frames; nothing outside of `spoken`."""
    random = np.random.default_rng(seed)
    decibels = np.repeat(random.normal(-22, 6, COUNT // 10), 10) + random.normal(0, 3, COUNT)
    power = np.zeros(COUNT)
    for first, last in spoken:
        power[first:last] = 10 ** (decibels[first:last] / 10)
    return power


def channel(power: np.ndarray, *, noise: float = -65.0) -> SpeechActivity:
    """What is heard of sound with `power` in noise of so many dBFS: a voice that is 8 dB above it is speech."""
    random = np.random.default_rng(9)
    level = 10 * np.log10(power + 10 ** ((noise + random.normal(0, 0.3, COUNT)) / 10))
    probabilities = np.where(level > noise + 8, 0.95, 0.02).astype(np.float32)
    duration = COUNT * FRAME_SECONDS
    return SpeechActivity(
        regions=find_regions(probabilities, duration, VadOptions()),
        frame_seconds=FRAME_SECONDS,
        probabilities=probabilities,
        energy_dbfs=level.astype(np.float32),
        duration=duration,
    )


def microphones(voices: list[np.ndarray], *, leak: float, noise: float = -65.0, spread: float = 1.5) -> list:
    """A channel for each voice, in which the others are `leak` dB weaker, give or take `spread`."""
    random = np.random.default_rng(4)
    heard = []
    for own in range(len(voices)):
        power = voices[own].copy()
        for other in range(len(voices)):
            if other != own:
                power += voices[other] * 10 ** ((leak + random.normal(0, spread, COUNT)) / 10)
        heard.append(channel(power, noise=noise))
    return heard


TURNS = (((0, 600), (1000, 1500)), ((600, 1000), (1500, 2000)))


def in_turn(**settings: float) -> list[SpeechActivity]:
    return microphones([voice(1, *TURNS[0]), voice(2, *TURNS[1])], **settings)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("leak", [-12.0, -20.0, -35.0])
@pytest.mark.parametrize("noise", [-65.0, -45.0])
def test_what_leaks_is_taken_out_and_turns_stay(leak: float, noise: float) -> None:
    activities = in_turn(leak=leak, noise=noise)
    for own, (activity, mask) in enumerate(zip(activities, crosstalk(activities), strict=True)):
        left = silenced(activity, mask)
        mine = np.zeros(COUNT, dtype=bool)
        for first, last in TURNS[own]:
            mine[first:last] = True
        assert not (mask & mine & (activity.probabilities > 0.5)).any()
        assert left.probabilities[~mine].sum() <= 0.02 * COUNT + 0.05 * activity.probabilities[~mine].sum()
        assert sum(region.duration for region in left.regions) == pytest.approx(mine.sum() * FRAME_SECONDS, rel=0.05)


def test_two_who_speak_at_once_are_both_kept() -> None:
    voices = [voice(1, (0, 700), (1000, 1600)), voice(2, (500, 1000), (1400, 2000))]
    activities = microphones(voices, leak=-20)
    for activity, mask, power in zip(activities, crosstalk(activities), voices, strict=True):
        own = power > 0
        kept = silenced(activity, mask).probabilities[own] > 0.5
        assert kept.mean() > 0.95 * (activity.probabilities[own] > 0.5).mean()


def test_a_single_word_within_the_other_ones_speech_is_kept() -> None:
    voices = [voice(1, (0, 1000), (1400, 2000)), voice(2, (500, 512), (1000, 1400))]
    activities = microphones(voices, leak=-20)
    mask = crosstalk(activities)[1]
    assert not mask[500:512].any()
    assert mask[100:480].all()
    assert mask[530:980].all()


def test_people_who_speak_at_once_all_the_time_are_not_taken_for_cross_talk() -> None:
    activities = microphones([voice(1, (0, COUNT)), voice(2, (0, COUNT))], leak=-90)
    assert not any(mask.any() for mask in crosstalk(activities))


@pytest.mark.parametrize("leak", [0.0, -3.0, -6.0])
def test_channels_that_cannot_be_told_apart_lose_nothing(leak: float) -> None:
    assert not any(mask.any() for mask in crosstalk(in_turn(leak=leak)))
    assert inseparable(in_turn(leak=leak))


def test_channels_that_can_be_told_apart_are_not_called_inseparable() -> None:
    assert not inseparable(in_turn(leak=-20))
    assert not inseparable(microphones([voice(1, (0, COUNT)), voice(2, (0, COUNT))], leak=-90))


def test_a_channel_with_constant_noise_keeps_its_speaker() -> None:
    quiet, loud = in_turn(leak=-20), in_turn(leak=-20, noise=-38)
    activities = [quiet[0], loud[1]]
    masks = crosstalk(activities)
    own = np.zeros(COUNT, dtype=bool)
    own[600:1000] = own[1500:2000] = True
    assert not (masks[1] & own & (activities[1].probabilities > 0.5)).any()
    assert masks[0][620:980].mean() > 0.95


def test_single_frames_that_are_louder_are_still_cross_talk() -> None:
    first, second = in_turn(leak=-20)
    spikes = second.energy_dbfs.copy()
    spikes[50:550:25] += 15
    mask = crosstalk([first, replace(second, energy_dbfs=spikes)])[1]
    assert mask[20:580].all()


def test_a_single_frame_of_the_other_voice_does_not_hide_a_speaker() -> None:
    first, second = in_turn(leak=-20)
    spikes = first.energy_dbfs.copy()
    spikes[650:950:25] = -5.0
    assert not crosstalk([replace(first, energy_dbfs=spikes), second])[1][600:1000].any()


def test_three_channels_with_two_voices_in_the_third() -> None:
    voices = [voice(1, (0, 800)), voice(2, (600, 1400)), voice(3, (1400, 2000))]
    masks = crosstalk(microphones(voices, leak=-20))
    assert masks[2][20:1380].mean() > 0.95
    assert not masks[2][1400:].any()


def test_too_little_speech_teaches_nothing() -> None:
    activities = microphones([voice(1, (0, 40)), voice(2, (60, 100))], leak=-20)
    assert not any(mask.any() for mask in crosstalk(activities))


def test_silence_has_no_cross_talk() -> None:
    silent = channel(np.zeros(COUNT), noise=-100)
    speaking = channel(voice(1, (0, COUNT)))
    assert not crosstalk([speaking, silent])[0].any()
    assert not silenced(silent, crosstalk([speaking, silent])[1]).regions


def test_copies_are_found_whatever_their_level() -> None:
    first, second = in_turn(leak=-20)
    quieter = replace(first, energy_dbfs=first.energy_dbfs - np.float32(6))
    assert copies([first, second]) == ()
    assert copies([first, first]) == (1,)
    assert copies([first, quieter, second, second]) == (1, 3)


def test_a_voice_in_a_room_with_two_microphones_is_no_copy() -> None:
    assert copies(in_turn(leak=-3, spread=3)) == ()


def test_silent_channels_are_no_copies() -> None:
    silent = channel(np.zeros(COUNT), noise=-100)
    assert copies([silent, silent, channel(voice(1, (0, 500)))]) == ()


def test_masked_frames_are_silent_and_the_others_untouched_however_sound_is_cut() -> None:
    sound = np.full(40 * FRAME_SAMPLES + 100, 0.5, np.float32)
    mask = np.zeros(41, dtype=bool)
    mask[10:20] = True
    whole = without(sound, mask, first=0)
    assert (whole[11 * FRAME_SAMPLES : 19 * FRAME_SAMPLES] == 0).all()
    assert (whole[: 9 * FRAME_SAMPLES] == 0.5).all()
    assert (whole[21 * FRAME_SAMPLES :] == 0.5).all()
    assert np.abs(np.diff(whole)).max() < 0.01
    cuts = [0, 9 * FRAME_SAMPLES + 17, 10 * FRAME_SAMPLES, SAMPLE_RATE, len(sound)]
    pieces = [without(sound[a:b], mask, first=a) for a, b in pairwise(cuts)]
    assert np.array_equal(np.concatenate(pieces), whole)
