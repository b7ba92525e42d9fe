"""Cross-talk: what the microphone of one channel hears of the speakers at the others, and which channels are the same.

A voice reaches every other microphone weaker by about the same number of decibels all the time. How many is learnt for
each pair of channels from the frames in which one voice is the loudest; a channel that is no louder than what the
others explain has no speaker of its own there. Only energies and speech probabilities are looked at, so echoes that
come more than a few frames later, and microphones whose gain changes, are not recognised. In doubt speech stays: words
that come twice are better than words that are lost.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from tingwu.speech.regions import FRAME_SAMPLES, Frames, SpeechActivity, VadOptions, find_regions

Mask = NDArray[np.bool_]
Samples = NDArray[np.float32]
_NO_POWER = 1e-10
"""-100 dBFS, the lowest energy of a frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosstalkOptions:
    """When a frame is taken for cross-talk. Levels in dB, times in frames of 32 ms; measured on made recordings."""

    active: float = 0.4
    """From this speech probability on somebody is taken to speak."""
    nearest: float = -8.0
    """Channels in which a voice differs by less cannot be told apart: nothing is taken for cross-talk there."""
    widest: float = 10.0
    """Half of the frames must agree on the level within this range."""
    min_correlation: float = 0.6
    """The levels of a voice in two channels rise and fall together: 0.85 and more, by ranks. Those of two people who
    speak at once have 0.5 at most where one of them is the louder one."""
    min_frames: int = 60
    """Fewer frames teach nothing: 2 s."""
    margin: float = 4.0
    """So much louder than the cross-talk that is expected a speaker of its own is heard."""
    noise_percentile: float = 10.0
    """The level of a channel in which nobody speaks is that of its quietest frames."""
    echo: int = 3
    """A voice is heard in the other channel for so long after it was spoken."""
    own: tuple[int, int] = (4, 7)
    """So many of so many frames make a speaker of its own: cross-talk flickers."""
    around_own: int = 8
    """So many frames on both sides of a speaker of its own stay: onsets and endings are quiet."""
    same_within: float = 1.5
    """Channels whose levels always differ by the same, give or take this, carry the same sound."""
    same_share: float = 0.95
    """In so many of the frames with speech."""


def copies(activities: Sequence[SpeechActivity], options: CrosstalkOptions | None = None) -> tuple[int, ...]:
    """The channels, counted from 0, in which the same is heard as in one before them. Arguments as for `crosstalk`."""
    options = options or CrosstalkOptions()
    found: list[int] = []
    for second in range(len(activities)):
        before = [first for first in range(second) if first not in found]
        if any(_same(activities[first], activities[second], options) for first in before):
            found.append(second)
    return tuple(found)


def _same(first: SpeechActivity, second: SpeechActivity, options: CrosstalkOptions) -> bool:
    spoken = np.maximum(first.probabilities, second.probabilities) >= options.active
    differences = (first.energy_dbfs - second.energy_dbfs)[spoken]
    if not differences.size:
        return False
    alike = np.abs(differences - np.median(differences)) <= options.same_within
    return float(alike.mean()) >= options.same_share


def crosstalk(activities: Sequence[SpeechActivity], options: CrosstalkOptions | None = None) -> tuple[Mask, ...]:
    """For each channel the frames in which only others are heard, shape `(n_frames,)`.

    `activities` are those of the channels of one recording, with the same number of frames.
    """
    options = options or CrosstalkOptions()
    levels, speech = _levels(activities), _speech(activities, options)
    noise = np.array([_noise(row, options) for row in levels])
    held = np.stack([_latest_loudest(row, options.echo) for row in levels])
    spoken = np.stack([_dilated(row, options.echo) for row in speech])
    expected = np.tile(_power(noise)[:, None], levels.shape[1])
    reached = np.zeros(levels.shape, dtype=bool)
    for here, there, leak in _leaks(levels, speech, options):
        if leak <= options.nearest:
            expected[here] += np.where(spoken[there], _power(held[there] + leak), 0.0)
            reached[here] |= spoken[there] & (held[there] > levels[here])
    own = speech & (_power(levels) > expected * _power(options.margin))
    return tuple(
        reached[i] & ~_dilated(_often(own[i] | speech[i] & ~reached[i], *options.own), options.around_own)
        for i in range(len(levels))
    )


def inseparable(activities: Sequence[SpeechActivity], options: CrosstalkOptions | None = None) -> bool:
    """Whether two of the channels hear the same voices too equally for `crosstalk`. Arguments as there."""
    options = options or CrosstalkOptions()
    leaks = _leaks(_levels(activities), _speech(activities, options), options)
    return any(leak > options.nearest for _, _, leak in leaks)


def silenced(activity: SpeechActivity, mask: Mask, options: VadOptions | None = None) -> SpeechActivity:
    """The activity of a channel that is silent in the frames of `mask`."""
    probabilities = np.where(mask, np.float32(0), activity.probabilities)
    return replace(
        activity,
        probabilities=probabilities,
        energy_dbfs=np.where(mask, np.float32(-100), activity.energy_dbfs),
        regions=find_regions(probabilities, activity.duration, options or VadOptions()),
    )


def without(samples: Samples, mask: Mask, *, first: int) -> Samples:
    """`samples` with the masked frames faded to silence; a fade takes one frame.

    They are float32 of shape `(n,)`, from sample `first` of the recording on.
    """
    places = (np.arange(first, first + len(samples)) / FRAME_SAMPLES - 0.5).astype(np.float64)
    frames = np.arange(max(first // FRAME_SAMPLES - 1, 0), min((first + len(samples)) // FRAME_SAMPLES + 2, len(mask)))
    if not mask[frames].any():
        return samples
    return samples * np.interp(places, frames, ~mask[frames]).astype(np.float32)


def _levels(activities: Sequence[SpeechActivity]) -> Frames:
    return np.stack([activity.energy_dbfs for activity in activities])


def _speech(activities: Sequence[SpeechActivity], options: CrosstalkOptions) -> Mask:
    return np.stack([activity.probabilities for activity in activities]) >= options.active


def _leaks(levels: Frames, speech: Mask, options: CrosstalkOptions) -> Iterator[tuple[int, int, float]]:
    """(here, there, dB) wherever a channel `here` hears the voice of `there`, by so much louder: a negative number."""
    for here, there in permutations(range(len(levels)), 2):
        loudest = speech[there] & (levels[there] >= levels.max(axis=0))
        leak = _leak(levels[here, loudest], levels[there, loudest], _noise(levels[here], options), options)
        if leak is not None:
            yield here, there, leak


def _leak(level: Frames, voice: Frames, noise: float, options: CrosstalkOptions) -> float | None:
    """How much louder `voice` is in this channel than in its own, in dB; None if nobody can say.

    The arguments are for the frames in which the voice is the loudest. Half of them must agree: those that agree best,
    so that neither a speaker of this channel's own nor its noise counts as long as they are fewer. Two people who speak
    at once do not go up and down together.
    """
    if len(level) < options.min_frames:
        return None
    here = 10 * np.log10(np.maximum(_power(level) - _power(noise), _NO_POWER))
    if _rank_correlation(here, voice) < options.min_correlation:
        return None
    differences = np.sort(here - voice)
    half = len(differences) // 2
    widths = differences[half:] - differences[: len(differences) - half]
    first = int(np.argmin(widths))
    return float(np.median(differences[first : first + half + 1])) if widths[first] <= options.widest else None


def _rank_correlation(first: Frames, second: Frames) -> float:
    """Spearman's coefficient: how well the order of one follows that of the other, in [-1, 1]."""
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (first, second)]
    apart = float(np.square(ranks[0] - ranks[1], dtype=np.float64).sum())
    return 1 - 6 * apart / (len(first) * (len(first) ** 2 - 1))


def _noise(level: Frames, options: CrosstalkOptions) -> float:
    return float(np.percentile(level, options.noise_percentile)) if level.size else -100.0


def _power(decibels: Frames | float) -> Frames:
    return (10 ** (np.asarray(decibels, np.float32) / 10)).astype(np.float32)


def _latest_loudest(level: Frames, echo: int) -> Frames:
    """The loudest of each frame, the one behind it and the `echo` before it."""
    padded = np.pad(level, (echo, 1), constant_values=-100.0)
    return np.lib.stride_tricks.sliding_window_view(padded, echo + 2).max(axis=1)


def _dilated(mask: Mask, frames: int) -> Mask:
    padded = np.pad(mask, frames)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, 2 * frames + 1).any(axis=1))


def _often(mask: Mask, frames: int, among: int) -> Mask:
    """The frames of `mask` around which it has at least `frames` of `among`."""
    padded = np.pad(mask, among // 2)
    counts = np.lib.stride_tricks.sliding_window_view(padded, among).sum(axis=1)
    return np.asarray(mask & (counts >= frames))
