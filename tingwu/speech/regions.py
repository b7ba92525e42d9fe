"""Where somebody speaks: PCM blocks in, speech regions and the evidence for them out.

The voice detector is Silero VAD v6 (the ONNX file that ships inside faster-whisper), run with its recurrent state
carried from block to block. Only three numbers per 32 ms survive a block, so ten hours take about 10 MB.
This module does not know what was said, nor whether music with singing is speech: Silero often says it is.
"""

# pyright: reportMissingTypeStubs=false

from bisect import bisect_left
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from faster_whisper.utils import get_assets_path
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE, SpeechRegion, TimeRange
from tingwu.errors import ModelUnusable

FRAME_SAMPLES = 512
"""Silero v6 at 16 kHz takes steps of 512 samples: 32 ms."""
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
_CONTEXT_SAMPLES = 64
_BATCH_FRAMES = 512
"""Frames per model call. Always the same number, so that results cannot depend on how the stream was cut."""
_FULL_SCALE = 32768.0
_FLOOR_DBFS = -100.0
_LOUD_PERCENTILE = 95
_TARGET_DBFS = -25.0
_MAX_GAIN_DB = 18.0
_LEVEL_FALLS_DB = 3.0
_UNSETTLED_SECONDS = 2.0
"""Regions that ended so long ago cannot become longer: more than a pause and both pads."""

_engine: Any = onnxruntime
"""onnxruntime's types are incomplete."""

Frames = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class VadOptions:
    """How probabilities become regions. Lower thresholds than Silero's own 0.5: a missed word is worse than a pause."""

    threshold: float = 0.4
    """Speech begins at this probability. Silero's own 0.5 is for telling speech from noise, not for losing no word."""
    release: float = 0.25
    """Speech ends below this one (Silero's rule: threshold - 0.15)."""
    min_speech: float = 0.1
    """Shorter speech, in seconds, is taken for a click."""
    min_silence: float = 0.3
    """Shorter silence, in seconds, does not end a region."""
    pad: float = 0.2
    """Seconds added on both sides: onsets and fading vowels score low."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpeechActivity:
    """What the detector heard in a whole recording.

    `probabilities` and `energy_dbfs` have one float32 per frame of `frame_seconds`, shape `(n_frames,)`; frame i covers
    `[i, i + 1) * frame_seconds`. `regions` are in order and do not touch. `duration` is in seconds.
    """

    regions: tuple[SpeechRegion, ...]
    frame_seconds: float
    probabilities: Frames
    energy_dbfs: Frames
    duration: float

    @property
    def speech_seconds(self) -> float:
        return sum(region.duration for region in self.regions)

    def frames(self, part: TimeRange) -> slice:
        """The frames that `part` touches; at least one wherever the recording has any."""
        count = len(self.probabilities)
        first = min(int(part.start / self.frame_seconds), max(count - 1, 0))
        return slice(first, min(max(int(np.ceil(part.end / self.frame_seconds)), first + 1), count))

    def loudest_probability(self, part: TimeRange) -> float:
        """Highest speech probability within `part`; 0 outside of the recording."""
        frames = self.probabilities[self.frames(part)]
        return float(frames.max()) if frames.size else 0.0

    def mean_probability(self, part: TimeRange) -> float:
        """Mean speech probability over `part`; 0 outside of the recording."""
        frames = self.probabilities[self.frames(part)]
        return float(frames.mean()) if frames.size else 0.0


class SpeechDetector:
    """Listens to a stream of int16 blocks of any length and remembers a few numbers per frame."""

    def __init__(self, options: VadOptions | None = None) -> None:
        """Raises ModelUnusable if the detector's file cannot be loaded."""
        self._options = options or VadOptions()
        self._session = _load_session()
        self._state = (np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32))
        self._context = np.zeros(_CONTEXT_SAMPLES, np.float32)
        self._level = _FLOOR_DBFS
        self._waiting: list[NDArray[np.int16]] = []
        self._waiting_samples = 0
        self._samples = 0
        self._heard = _Heard()
        self._regions = GrowingRegions(self._options)

    def feed(self, block: NDArray[np.int16]) -> bool:
        """Take the next block: mono 16 kHz int16, shape `(n_samples,)`. It is copied, so the caller may reuse it.

        Whether more was heard, which happens every 16 s of sound.
        """
        self._waiting.append(np.array(block, np.int16))
        self._waiting_samples += len(block)
        self._samples += len(block)
        batch = _BATCH_FRAMES * FRAME_SAMPLES
        if self._waiting_samples < batch:
            return False
        samples = np.concatenate(self._waiting)
        whole = len(samples) - len(samples) % batch
        for begin in range(0, whole, batch):
            self._listen(samples[begin : begin + batch])
        self._waiting = [samples[whole:].copy()]
        self._waiting_samples = len(samples) - whole
        return True

    def so_far(self) -> SpeechActivity:
        """What was heard until now. The last 2 s of it may still change; everything before is final."""
        return self._activity(self._heard.count * FRAME_SECONDS)

    def finish(self) -> SpeechActivity:
        """The end of the stream: everything that was heard. The detector must not be fed afterwards."""
        rest = np.concatenate([*self._waiting, np.zeros(0, np.int16)])
        self._waiting, self._waiting_samples = [], 0
        if len(rest):
            self._listen(np.pad(rest, (0, -len(rest) % FRAME_SAMPLES)))
        return self._activity(self._samples / SAMPLE_RATE)

    def _activity(self, duration: float) -> SpeechActivity:
        probabilities = self._heard.probabilities
        return SpeechActivity(
            regions=self._regions.find(probabilities, duration),
            frame_seconds=FRAME_SECONDS,
            probabilities=probabilities,
            energy_dbfs=self._heard.energy_dbfs,
            duration=duration,
        )

    def _listen(self, samples: NDArray[np.int16]) -> None:
        frames = (samples.astype(np.float32) / np.float32(_FULL_SCALE)).reshape(-1, FRAME_SAMPLES)
        energy = _energy_dbfs(frames)
        gain = self._gain(energy)
        tails = frames[:, -_CONTEXT_SAMPLES:]
        context = np.concatenate([self._context[None], tails[:-1]])
        hidden, cell = self._state
        outputs: list[Any] = self._session.run(
            None, {"input": np.concatenate([context, frames], 1) * gain, "h": hidden, "c": cell}
        )
        self._state = (outputs[1], outputs[2])
        self._context = tails[-1].copy()
        self._heard.add(np.asarray(outputs[0], np.float32).reshape(-1), energy)

    def _gain(self, energy: Frames) -> np.float32:
        """How much to amplify this batch: Silero misses words of quiet speakers that it hears when they are louder.

        The level falls slowly, so that a pause does not make the noise in it loud at once.
        """
        loud = float(np.percentile(energy, _LOUD_PERCENTILE))
        self._level = max(loud, self._level - _LEVEL_FALLS_DB)
        decibels = min(max(_TARGET_DBFS - self._level, 0.0), _MAX_GAIN_DB)
        return np.float32(10 ** (decibels / 20))


class _Heard:
    """The numbers of all frames, in arrays that double when they are full: what was given out is never copied."""

    def __init__(self) -> None:
        self.count = 0
        self._numbers = np.zeros((2, _BATCH_FRAMES), np.float32)

    def add(self, probabilities: Frames, energy_dbfs: Frames) -> None:
        end = self.count + len(probabilities)
        if end > self._numbers.shape[1]:
            self._numbers = np.concatenate([self._numbers, np.zeros_like(self._numbers)], axis=1)
        self._numbers[0, self.count : end] = probabilities
        self._numbers[1, self.count : end] = energy_dbfs
        self.count = end

    @property
    def probabilities(self) -> Frames:
        return self._numbers[0, : self.count]

    @property
    def energy_dbfs(self) -> Frames:
        return self._numbers[1, : self.count]


class GrowingRegions:
    """`find_regions` for frames that become more: regions that cannot change any more are not looked for again."""

    def __init__(self, options: VadOptions) -> None:
        self._options = options
        self._settled: list[SpeechRegion] = []
        self._from = 0
        """First frame that is looked at again: one of certain silence, behind all settled regions."""

    def find(self, probabilities: Frames, duration: float) -> tuple[SpeechRegion, ...]:
        """All regions of `probabilities`, which begin as at the last call."""
        found = find_regions(probabilities[self._from :], duration, self._options, first=self._from)
        everything = (*self._settled, *found)
        final = bisect_left(found, duration - _UNSETTLED_SECONDS, key=lambda region: region.end)
        if final:
            self._settled += found[:final]
            self._from = ceil(found[final - 1].end / FRAME_SECONDS)
        return everything


def find_regions(
    probabilities: Frames, duration: float, options: VadOptions, *, first: int = 0
) -> tuple[SpeechRegion, ...]:
    """Speech regions by hysteresis: on at `threshold`, off below `release`, then merged, weeded and padded.

    `probabilities` has shape `(n_frames,)` and begins with frame `first` of the recording, before which it is silent;
    regions end at `duration` at the latest.
    """
    runs = _merge(_runs(probabilities, options, first), options.min_silence)
    kept = [(start, end) for start, end in runs if end - start >= options.min_speech]
    padded = [(max(start - options.pad, 0.0), min(end + options.pad, duration)) for start, end in kept]
    return tuple(SpeechRegion(start=start, end=end) for start, end in _merge(padded, 0.0) if start < end)


def _runs(probabilities: Frames, options: VadOptions, first: int) -> list[tuple[float, float]]:
    """Stretches of speech in seconds. A frame between the two thresholds continues what was before it."""
    decided = np.where(probabilities >= options.threshold, 1, np.where(probabilities < options.release, -1, 0))
    latest = np.maximum.accumulate(np.where(decided != 0, np.arange(len(decided)), 0))
    speaking = (decided[latest] == 1).astype(np.int8)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], speaking, [0]]))) + first
    return [(float(a) * FRAME_SECONDS, float(b) * FRAME_SECONDS) for a, b in edges.reshape(-1, 2)]


def _merge(runs: list[tuple[float, float]], gap: float) -> list[tuple[float, float]]:
    """Join runs with at most `gap` seconds between them (runs that touch or overlap always)."""
    merged: list[tuple[float, float]] = []
    for start, end in runs:
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _energy_dbfs(frames: Frames) -> Frames:
    power = np.mean(np.square(frames), axis=1)
    return np.maximum(10 * np.log10(power + 1e-12), _FLOOR_DBFS).astype(np.float32)


def _load_session() -> Any:
    path = Path(get_assets_path()) / "silero_vad_v6.onnx"
    try:
        model = path.read_bytes()
    except OSError as error:
        raise ModelUnusable("silero-vad", f"{path.name} is not in this faster-whisper") from error
    options = _engine.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return _engine.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])
