"""Sound: the decoded sound of one job and what the voice detector heard in it, on disk, made again when missing."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipelines.backends import Backends
from tingwu.audio.decode import decode
from tingwu.audio.spool import PcmSpool
from tingwu.domain.media import DecodeReport, Media, SpeechRegion
from tingwu.errors import OutputNotWritable
from tingwu.files import open_atomically
from tingwu.progress import Progress, Step
from tingwu.speech.asr import AsrOptions
from tingwu.speech.chinese import Script
from tingwu.speech.regions import SpeechActivity, SpeechDetector


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribeOptions:
    """What a user may choose about a transcript. `model` `auto` is settled before the job starts."""

    model: str = "auto"
    asr: AsrOptions = field(default_factory=AsrOptions)
    script: Script = "auto"
    """Chinese characters: `auto` follows the settings."""
    audio_stream: int | None = None
    """Which sound track, counted from 0; None takes the default one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One media file on its way to a transcript, and all that the way needs.

    `folder` holds the decoded sound and what the voice detector heard. Both are made when they are missing, so that
    a resumed job may have lost them.
    """

    source: Path
    media: Media
    options: TranscribeOptions
    folder: Path
    backends: Backends
    progress: Progress

    def spool(self) -> PcmSpool:
        """The decoded sound, to be closed by the caller. Raises MediaError, OutputError or Cancelled."""
        spool = PcmSpool.reopen(self._spool_path)
        if spool is None:
            self.listen()
            spool = PcmSpool.reopen(self._spool_path)
        if spool is None:
            raise OutputNotWritable(str(self._spool_path), "the decoded sound vanished")
        return spool

    def activity(self) -> SpeechActivity:
        """What the voice detector heard. Raises as `spool` does."""
        path = self.folder / "activity.npz"
        return _load(path) if path.exists() else self.listen()[1]

    @property
    def _spool_path(self) -> Path:
        return self.folder / "sound.pcm"

    def listen(self) -> tuple[DecodeReport, SpeechActivity]:
        """Decode the media into `folder` and find the speech, in one pass over its sound."""
        detector = SpeechDetector()
        limits = self.backends.media_limits()
        decoding = decode(self.source, self.media, stream=self.options.audio_stream, limits=limits)
        total = self.media.duration or 0.0
        with decoding, PcmSpool.create(self._spool_path) as spool:
            for block in decoding:
                spool.append(block)
                detector.feed(block)
                self.progress(Step.DECODE, spool.seconds, max(total, spool.seconds))
            spool.finish()
        activity = detector.finish()
        _save(activity, self.folder / "activity.npz")
        return decoding.report, activity


def _save(activity: SpeechActivity, path: Path) -> None:
    with open_atomically(path) as file:
        np.savez(
            file,
            regions=np.array([(region.start, region.end) for region in activity.regions], np.float64).reshape(-1, 2),
            frame_seconds=np.float64(activity.frame_seconds),
            probabilities=activity.probabilities,
            energy_dbfs=activity.energy_dbfs,
            duration=np.float64(activity.duration),
        )


def _load(path: Path) -> SpeechActivity:
    with np.load(path, allow_pickle=False) as stored:
        return SpeechActivity(
            regions=tuple(SpeechRegion(start=float(start), end=float(end)) for start, end in stored["regions"]),
            frame_seconds=float(stored["frame_seconds"]),
            probabilities=stored["probabilities"],
            energy_dbfs=stored["energy_dbfs"],
            duration=float(stored["duration"]),
        )
