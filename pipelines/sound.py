"""Sound: the decoded sound of one job and what the voice detector heard in it, on disk, made again when missing."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pipelines.backends import Backends
from pipelines.listening import Heard, Listening, everything
from tingwu.audio.decode import Decoding, decode
from tingwu.audio.spool import PcmSpool
from tingwu.domain.media import DecodeReport, Media
from tingwu.errors import OutputNotWritable
from tingwu.progress import Progress, Step
from tingwu.speech.asr import AsrOptions
from tingwu.speech.chinese import Script
from tingwu.speech.glossary import Glossary, prompt_terms
from tingwu.speech.regions import SpeechActivity

Channels = Literal["mix", "split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribeOptions:
    """What a user may choose about a transcript. `model` `auto` is settled before the job starts."""

    model: str = "auto"
    asr: AsrOptions = field(default_factory=AsrOptions)
    script: Script = "auto"
    """Chinese characters: `auto` follows the settings."""
    audio_stream: int | None = None
    """Which sound track, counted from 0; None takes the default one."""
    glossary: Glossary | None = None
    """Terms in the spelling that is wanted; None follows the settings."""
    channels: Channels = "mix"
    """`mix` hears all channels of the track as one; with `split` each is one speaker's (see `channels`)."""

    @property
    def terms(self) -> Glossary:
        """The glossary with the hot words."""
        return (self.glossary or Glossary()).with_hotwords(self.asr.hotwords)

    @property
    def prompted(self) -> AsrOptions:
        """`asr` with as many of the terms for hot words as may be told."""
        told = prompt_terms(self.glossary or Glossary(), self.asr.hotwords)
        return replace(self.asr, hotwords=told or None)


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

    def listening(self, idle: Callable[[], None]) -> Listening:
        """One pass over the sound, for whoever wants the windows as they are found. `idle` is called while waiting."""
        return Listening(self._heard, self._decode, idle)

    def spool(self) -> PcmSpool:
        """The decoded sound, to be closed by the caller. Raises MediaError, OutputError or Cancelled."""
        spool = self._heard.spool()
        if spool is None:
            self._listen()
            spool = self._heard.spool()
        if spool is None:
            raise OutputNotWritable(str(self.folder), "the decoded sound vanished")
        return spool

    def activity(self) -> SpeechActivity:
        """What the voice detector heard. Raises as `spool` does."""
        self.spool().close()
        activity = self._heard.activity()
        if activity is None:
            raise OutputNotWritable(str(self.folder), "what was heard vanished")
        return activity

    def report(self) -> DecodeReport:
        """How decoding ended. Raises as `spool` does."""
        self.spool().close()
        report = self._heard.report()
        if report is None:
            raise OutputNotWritable(str(self.folder), "what was decoded vanished")
        return report

    def _listen(self) -> None:
        listening = self.listening(lambda: self.progress(Step.DECODE, listening.seconds, self.media.duration or 0.0))
        everything(listening)

    @property
    def _heard(self) -> Heard:
        return Heard(self.folder)

    def _decode(self) -> Decoding:
        limits = self.backends.media_limits()
        return decode(self.source, self.media, stream=self.options.audio_stream, limits=limits)
