"""Puts spoken lines on one time line: trimmed, levelled, paused between, in a quiet room. Times are exact.

Everything random comes from one seeded generator, so the same clips and seed give the same samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from samples.kokoro import SAMPLE_RATE, Sound
from tingwu.domain.media import TimeRange

FRAME_SAMPLES = SAMPLE_RATE // 100
"""Loudness is looked at in steps of 10 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One line as spoken. `gap` is the pause before it in seconds, None to have one drawn."""

    speaker: str
    sound: Sound
    gain_db: float = 0.0
    gap: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How a recording sounds besides its voices. Pauses are drawn evenly from their (shortest, longest), in seconds."""

    noise_db: float = -62.0
    """RMS of the noise in dB below full scale."""
    speech_db: float = -24.0
    """RMS of a line with no gain, silence left out, in dB below full scale."""
    turn_gap: tuple[float, float] = (0.25, 0.8)
    """Between different speakers."""
    own_gap: tuple[float, float] = (0.3, 0.6)
    """Between two lines of one speaker."""
    wobble_db: float = 0.8
    """Lines of one speaker differ by at most so much from each other."""
    edge: float = 0.6
    """Silence before the first and after the last line, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """A finished recording and where in it each clip is, in the order of the clips."""

    sound: Sound
    times: tuple[TimeRange, ...]

    @property
    def duration(self) -> float:
        return len(self.sound) / SAMPLE_RATE


def mix(clips: Sequence[Clip], room: Room, seed: int) -> Mix:
    """All clips one after the other, in a room. Nothing clips: peaks are rounded off."""
    rng = np.random.default_rng(seed)
    voices = [levelled(trimmed(clip.sound), room.speech_db + clip.gain_db + wobble(rng, room)) for clip in clips]
    starts = place([len(voice) for voice in voices], gaps_before(clips, room, rng), round(room.edge * SAMPLE_RATE))
    length = max(start + len(voice) for start, voice in zip(starts, voices, strict=True))
    sound = room_noise(length + round(room.edge * SAMPLE_RATE), room.noise_db, rng)
    for start, voice in zip(starts, voices, strict=True):
        sound[start : start + len(voice)] += voice
    times = tuple(
        TimeRange(start=start / SAMPLE_RATE, end=(start + len(voice)) / SAMPLE_RATE)
        for start, voice in zip(starts, voices, strict=True)
    )
    return Mix(sound=rounded_peaks(sound), times=times)


def wobble(rng: np.random.Generator, room: Room) -> float:
    """How much louder this line is than the speaker's others, in dB."""
    return float(rng.uniform(-room.wobble_db, room.wobble_db))


def gaps_before(clips: Sequence[Clip], room: Room, rng: np.random.Generator) -> list[float]:
    """The pause before each clip but the first, in seconds: the clip's own, or a drawn one."""
    gaps: list[float] = []
    for before, clip in pairwise(clips):
        drawn = float(rng.uniform(*(room.own_gap if clip.speaker == before.speaker else room.turn_gap)))
        gaps.append(drawn if clip.gap is None else clip.gap)
    return gaps


def place(lengths: Sequence[int], gaps: Sequence[float], first: int) -> list[int]:
    """The sample at which each clip begins. A negative gap starts a clip before the one in front of it ends."""
    starts = [first]
    for length, gap in zip(lengths, gaps, strict=False):
        starts.append(starts[-1] + max(0, length + round(gap * SAMPLE_RATE)))
    return starts


def trimmed(sound: Sound, floor_db: float = -38.0) -> Sound:
    """`sound` without its quiet ends: frames of 10 ms that are `floor_db` or more below the loudest frame."""
    loud = np.flatnonzero(frame_rms(sound) > frame_rms(sound).max(initial=0.0) * from_db(floor_db))
    if not len(loud):
        return sound
    return sound[loud[0] * FRAME_SAMPLES : (loud[-1] + 1) * FRAME_SAMPLES]


def levelled(sound: Sound, level_db: float) -> Sound:
    """`sound` at `level_db` RMS, counting only the frames in which somebody speaks; silence stays as it is."""
    loudness = frame_rms(sound)
    speech = loudness[loudness > loudness.max(initial=0.0) * from_db(-30.0)]
    if not len(speech):
        return sound
    return sound * np.float32(from_db(level_db) / np.sqrt(np.mean(speech**2)))


def frame_rms(sound: Sound) -> NDArray[np.float64]:
    """RMS of each 10 ms, shape `(n_frames,)`; the last frame is filled up with silence."""
    padded = np.pad(sound.astype(np.float64), (0, -len(sound) % FRAME_SAMPLES))
    return np.sqrt(np.mean(padded.reshape(-1, FRAME_SAMPLES) ** 2, axis=1))


def room_noise(length: int, level_db: float, rng: np.random.Generator) -> Sound:
    """`length` samples of dull noise, like a fan next door, at `level_db` RMS."""
    white = rng.standard_normal(length)
    dull = np.asarray(lfilter([0.08], [1.0, -0.92], white), np.float64)
    return (dull * (from_db(level_db) / np.sqrt(np.mean(dull**2)))).astype(np.float32)


def rounded_peaks(sound: Sound, knee: float = 0.8) -> Sound:
    """`sound` with everything beyond the `knee` bent back below 1; the rest is untouched."""
    over = np.abs(sound) > knee
    bent = np.sign(sound) * (knee + (1 - knee) * np.tanh((np.abs(sound) - knee) / (1 - knee)))
    return np.where(over, bent, sound).astype(np.float32)


def from_db(level_db: float) -> float:
    """A factor on amplitudes from decibels."""
    return 10.0 ** (level_db / 20.0)
