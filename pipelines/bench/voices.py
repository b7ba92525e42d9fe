"""Clips of single voices -> utterances: what is said between two pauses, without silence at its ends.

Speech is told from silence by loudness alone, so the clips must be quiet: read speech, not a meeting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tingwu.audio.decode import decode
from tingwu.audio.limits import MediaLimits
from tingwu.audio.probe import probe
from tingwu.domain.media import SAMPLE_RATE
from tingwu.errors import InvalidOption, MediaNotFound
from tingwu.speech.asr import Samples

STEP_SAMPLES = SAMPLE_RATE // 100
"""Loudness is looked at in steps of 10 ms; utterances begin and end on one."""
Voices = Mapping[str, Sequence[Samples]]
"""Clips of each voice by its name: 16 kHz, mono, float32 in [-1, 1]."""
_NO_SOUND = frozenset({".txt", ".md", ".tsv", ".json", ".toml", ".rttm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOptions:
    """Times in seconds, loudness in dB. What is `depth_db` below the loud steps of a clip is silence."""

    pause: float = 0.3
    """A longer pause ends an utterance."""
    breath: float = 0.05
    """At a pause of this length an utterance may be entered late or left early."""
    shortest: float = 0.5
    longest: float = 12.0
    """Utterances beyond are cut at their last breath before it."""
    depth_db: float = 35.0
    above_floor_db: float = 6.0
    """Speech is so much louder than the quietest tenth of a clip."""
    level_db: float = -26.0
    """RMS of the speech of every voice, in dB of full scale."""


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """Speech that begins and ends with sound. `runs` are its (first, last + 1) samples between two breaths."""

    sound: Samples
    runs: tuple[tuple[int, int], ...]

    def part(self, samples: int, shortest: int, rng: np.random.Generator) -> Samples:
        """Runs that follow each other, as near to `samples` as there are any; all of it where that is not enough."""
        firsts = [first for first, _ in self.runs if len(self.sound) - first >= max(samples, shortest)]
        first = firsts[int(rng.integers(len(firsts)))] if firsts else 0
        ends = [end for _, end in self.runs if end - first >= shortest]
        return self.sound[first : min(ends, key=lambda end: abs(end - first - samples))]


def read_voices(folder: Path, limits: MediaLimits) -> dict[str, list[Samples]]:
    """The clips in the folders of `folder`, each named after its voice.

    Raises MediaNotFound where there is none, MediaError for what cannot be decoded.
    """
    if not folder.is_dir():
        raise MediaNotFound(str(folder))
    voices: dict[str, list[Samples]] = {}
    for child in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = sorted(path for path in child.iterdir() if path.is_file() and not path.name.startswith("."))
        clips = [read_clip(path, limits) for path in files if path.suffix.lower() not in _NO_SOUND]
        if clips:
            voices[child.name] = clips
    if not voices:
        raise MediaNotFound(str(folder), "no folder in it holds sound of a voice")
    return voices


def read_clip(path: Path, limits: MediaLimits) -> Samples:
    """All samples of a media file. Raises MediaError."""
    with decode(path, probe(path, limits=limits), limits=limits) as decoding:
        return np.concatenate(list(decoding)).astype(np.float32) / np.float32(32768)


def utterances(name: str, clips: Sequence[Samples], options: CutOptions | None = None) -> tuple[Utterance, ...]:
    """The utterances of the voice `name`, all clips at the same loudness. Raises InvalidOption if there is none."""
    options = options or CutOptions()
    found: list[Utterance] = []
    for clip in clips:
        loud = _is_speech(clip, options)
        if loud.any():
            spoken = clip[: len(loud) * STEP_SAMPLES].reshape(len(loud), STEP_SAMPLES)[loud]
            gain = 10 ** (options.level_db / 20) / np.sqrt(np.mean(spoken.astype(np.float64) ** 2))
            found += _cut(clip * np.float32(gain), _runs(loud), options)
    if not found:
        raise InvalidOption("voices", name, f"no clip of it holds {options.shortest:g} s of speech")
    return tuple(found)


def _is_speech(clip: Samples, options: CutOptions) -> NDArray[np.bool_]:
    """For each whole step of `clip`, whether somebody speaks."""
    steps = len(clip) // STEP_SAMPLES
    frames = clip[: steps * STEP_SAMPLES].reshape(steps, STEP_SAMPLES).astype(np.float64)
    level = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12)
    if not steps or level.max() < -80:
        return np.zeros(steps, np.bool_)
    high, low = float(np.percentile(level, 95)), float(np.percentile(level, 10))
    least = max(high - options.depth_db, low + options.above_floor_db)
    return level > min(least, high - options.depth_db / 2)


def _runs(loud: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first step, step after the last) of each run of speech."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False]))))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _cut(clip: Samples, runs: Sequence[tuple[int, int]], options: CutOptions) -> Iterator[Utterance]:
    """Runs of speech put together to utterances."""
    steps = SAMPLE_RATE / STEP_SAMPLES
    joined = _closed(runs, options.breath * steps)
    for group in _groups(joined, pause=options.pause * steps, longest=options.longest * steps):
        first, last = group[0][0], group[-1][1]
        if last - first >= options.shortest * steps:
            inside = tuple(((a - first) * STEP_SAMPLES, (b - first) * STEP_SAMPLES) for a, b in group)
            yield Utterance(clip[first * STEP_SAMPLES : last * STEP_SAMPLES], inside)


def _closed(runs: Sequence[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Runs joined over gaps that are shorter than `gap`."""
    found: list[tuple[int, int]] = []
    for first, last in runs:
        if found and first - found[-1][1] < gap:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _groups(runs: Sequence[tuple[int, int]], *, pause: float, longest: float) -> Iterator[list[tuple[int, int]]]:
    """Runs with short pauses between them, none of the groups longer than `longest` if it has a breath."""
    group: list[tuple[int, int]] = []
    for run in runs:
        if group and (run[0] - group[-1][1] > pause or run[1] - group[0][0] > longest):
            yield group
            group = []
        group.append(run)
    if group:
        yield group
