"""Channels: a recording in which every channel is one speaker's becomes one transcript with speakers.

Each channel goes the way of a whole recording, one after the other; the parts are kept under names of its own. Two
people who speak at once are two segments whose times overlap.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pipelines.channel_sound import ChannelSound, Layout, channel_sound, make_channels, need_channels
from pipelines.sound import Sound
from pipelines.transcribe import Gathered, Keep, assemble, at_once, gather
from tingwu.bilingual import Bilingual
from tingwu.domain.media import DecodeReport
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.transcript import Coverage, ReportedRange, Transcript
from tingwu.progress import Progress, Step
from tingwu.speech.language import main_language

Result = TypeVar("Result")
_LITTLE_SPEECH = 30.0
"""A channel with fewer seconds of speech is taken to be in the main one's language: `mm` sounds like any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredChannel:
    """All that the transcript of channel `channel`, counted from 0, is made of."""

    channel: int
    gathered: Gathered


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredChannels:
    """All that the transcript of a recording is made of, in the order of channels."""

    layout: Layout
    channels: tuple[GatheredChannel, ...]

    @property
    def end(self) -> DecodeReport:
        """How decoding ended, which is the same for all channels."""
        return self.channels[0].gathered.end


def gather_channels(sound: Sound, keep: Keep = at_once) -> GatheredChannels:
    """Do all that takes long, for each channel that does not repeat another one.

    Raises MediaError, InvalidOption, ModelError, OutputError or Cancelled.
    """
    layout = keep("channels", lambda: make_channels(sound), Layout)
    own = layout.own
    speech = {channel: channel_sound(sound, channel).activity().speech_seconds for channel in own}
    found: dict[int, Gathered] = {}
    language: str | None = None
    for number, channel in enumerate(sorted(own, key=lambda channel: -speech[channel])):
        one = replace(channel_sound(sound, channel), progress=_share(sound.progress, number, len(own)))
        if number and speech[channel] < _LITTLE_SPEECH:
            one = _in_language(one, language)
        found[channel] = gather(one, _named(keep, channel))
        if not number:
            language = main_language(tuple(found[channel].texts))[0]
    channels = tuple(GatheredChannel(channel=channel, gathered=found[channel]) for channel in own)
    return GatheredChannels(layout=layout, channels=channels)


def assemble_channels(sound: Sound, gathered: GatheredChannels) -> Transcript:
    """One transcript of all channels. Raises MediaError, ModelError, OutputError or Cancelled."""
    found = [(one.channel, assemble(channel_sound(sound, one.channel), one.gathered)) for one in gathered.channels]
    main = max((transcript for _, transcript in found), key=lambda transcript: transcript.coverage.speech_seconds)
    if len(found) > 1:
        found = [(channel, _spoken_by(transcript, name_of(channel, main.language))) for channel, transcript in found]
    transcripts = [transcript for _, transcript in found]
    segments = sorted((segment for one in transcripts for segment in one.segments), key=lambda segment: segment.start)
    return replace(
        main,
        segments=tuple(replace(segment, id=number) for number, segment in enumerate(segments)),
        coverage=_all_covered([transcript.coverage for transcript in transcripts]),
        warnings=_all_warnings(sound, gathered.layout, transcripts),
        corrections=tuple(
            sorted((made for one in transcripts for made in one.corrections), key=lambda made: made.start)
        ),
    )


def name_of(channel: int, language: str) -> str:
    """The speaker of a channel, counted from 0: `Channel 1`."""
    return Bilingual(en=f"Channel {channel + 1}", zh=f"声道 {channel + 1}").in_language(language)


def _named(keep: Keep, channel: int) -> Keep:
    def keep_one(name: str, work: Callable[[], Result], kind: Any) -> Result:
        return keep(f"channel {channel + 1} {name}", work, kind)

    return keep_one


def _share(progress: Progress, number: int, count: int) -> Progress:
    """Progress of part `number` of `count` as that of the whole."""

    def report(step: Step, done: float, total: float, result: object = None) -> None:
        if step is Step.TRANSCRIBE:
            done, total = number * total + done, count * total
        progress(step, done, total, result)

    return report


def _in_language(sound: ChannelSound, language: str | None) -> ChannelSound:
    asr = sound.options.asr
    return replace(sound, options=replace(sound.options, asr=replace(asr, language=asr.language or language)))


def _spoken_by(transcript: Transcript, speaker: str) -> Transcript:
    coverage = transcript.coverage
    return replace(
        transcript,
        segments=tuple(replace(segment, speaker=speaker) for segment in transcript.segments),
        coverage=replace(
            coverage,
            missed=tuple(replace(found, speaker=speaker) for found in coverage.missed),
            suspect=tuple(replace(found, speaker=speaker) for found in coverage.suspect),
        ),
    )


def _all_covered(coverages: list[Coverage]) -> Coverage:
    return Coverage(
        speech_seconds=sum(one.speech_seconds for one in coverages),
        covered_seconds=sum(one.covered_seconds for one in coverages),
        missed=_in_order(found for one in coverages for found in one.missed),
        suspect=_in_order(found for one in coverages for found in one.suspect),
    )


def _in_order(found: Iterable[ReportedRange]) -> tuple[ReportedRange, ...]:
    return tuple(sorted(found, key=lambda one: one.start))


def _all_warnings(sound: Sound, layout: Layout, transcripts: list[Transcript]) -> tuple[Notice, ...]:
    """Each warning once; a channel in which nobody speaks is no matter while somebody does in another."""
    silent = not any(transcript.segments for transcript in transcripts)
    every = dict.fromkeys(notice for transcript in transcripts for notice in transcript.warnings)
    kept = [notice for notice in every if silent or notice.code is not NoticeCode.NO_SPEECH]
    count = need_channels(sound.media, sound.options)
    again = ", ".join(str(channel + 1) for channel in range(count) if channel not in layout.own)
    if again:
        kept.append(Notice(code=NoticeCode.SAME_SOUND, values=(again,)))
    if layout.inseparable:
        kept.append(Notice(code=NoticeCode.INSEPARABLE))
    return tuple(kept)
