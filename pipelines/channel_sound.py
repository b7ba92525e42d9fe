"""Channel sound: each channel of a sound track on disk as if it were a recording of its own.

First every channel is decoded and searched for speech, to its end; then what its microphone heard only of the speakers
at the others is taken out. What is left lies in a folder per channel; all of them are made again when one is missing.
"""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from pipelines.listening import Heard, Listening, everything
from pipelines.sound import Sound, TranscribeOptions
from tingwu.audio.decode import choose_track, decode
from tingwu.domain.media import SAMPLE_RATE, DecodeReport, Media
from tingwu.errors import InvalidOption, OutputNotWritable
from tingwu.progress import Step
from tingwu.speech.crosstalk import Mask, copies, crosstalk, inseparable, silenced, without
from tingwu.speech.regions import SpeechActivity

MOST_CHANNELS = 8
_BLOCK_SAMPLES = 30 * SAMPLE_RATE
_FULL_SCALE = 32768


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`own` are the channels that do not repeat another one, counted from 0.

    `inseparable` says that some of them hear the same voices almost equally loud.
    """

    own: tuple[int, ...]
    inseparable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSound(Sound):
    """One channel of the sound track; `folder` is its own. `make` makes the folders of all channels."""

    make: Callable[[], object]

    def listening(self, idle: Callable[[], None]) -> Listening:
        """Windows of what is on disk. Raises MediaError, OutputError or Cancelled."""
        if not _is_whole(self._heard):
            self.make()
        return Listening(self._heard, self._decode, idle)

    def _listen(self) -> None:
        self.make()


def need_channels(media: Media, options: TranscribeOptions) -> int:
    """How many channels are to be split, 0 if they are mixed. Raises InvalidOption when it is one or too many.

    Raises NoAudioStream for a track that is not there.
    """
    if options.channels == "mix":
        return 0
    count = choose_track(media, options.audio_stream).channels
    if count < 2:
        raise InvalidOption("channels", options.channels, f"{media.name} has one channel; use mix")
    if count > MOST_CHANNELS:
        raise InvalidOption(
            "channels", options.channels, f"{media.name} has {count} channels, more than {MOST_CHANNELS}; use mix"
        )
    return count


def channel_sound(sound: Sound, channel: int) -> ChannelSound:
    """Channel `channel`, counted from 0, of `sound`."""
    return ChannelSound(
        source=sound.source,
        media=sound.media,
        options=sound.options,
        folder=_folder(sound, channel),
        backends=sound.backends,
        progress=sound.progress,
        make=partial(make_channels, sound),
    )


def make_channels(sound: Sound) -> Layout:
    """Make the folders of all channels; returns what they turned out to be.

    Raises MediaError, InvalidOption, OutputError or Cancelled.
    """
    count = need_channels(sound.media, sound.options)
    raw = [_heard(sound, channel, count) for channel in range(count)]
    activities = [activity for _, activity, _ in raw]
    for channel, (heard, mask) in enumerate(zip(raw, crosstalk(activities), strict=True)):
        _write(Heard(_folder(sound, channel)), heard, mask)
    shutil.rmtree(_raw_folder(sound), ignore_errors=True)
    again = copies(activities)
    own = tuple(channel for channel in range(count) if channel not in again)
    return Layout(own=own, inseparable=inseparable([activities[channel] for channel in own]))


_Raw = tuple[Heard, SpeechActivity, DecodeReport]


def _heard(sound: Sound, channel: int, count: int) -> _Raw:
    """All that is in one channel, made when it is missing."""
    heard = Heard(_raw_folder(sound) / str(channel))
    if not _is_whole(heard):
        limits = sound.backends.media_limits()
        stream = sound.options.audio_stream
        length = sound.media.duration or 0.0

        def report() -> None:
            done = channel * length + min(listening.seconds, length)
            sound.progress(Step.DECODE, done, count * length)

        listening = Listening(
            heard, lambda: decode(sound.source, sound.media, stream=stream, channel=channel, limits=limits), report
        )
        everything(listening)
    activity, report_ = heard.activity(), heard.report()
    if activity is None or report_ is None:
        raise OutputNotWritable(str(sound.folder), "what was heard vanished")
    return heard, activity, report_


def _write(into: Heard, raw: _Raw, mask: Mask) -> None:
    """Keep the sound of one channel without its masked frames."""
    heard, activity, report = raw
    source = heard.spool()
    if source is None:
        raise OutputNotWritable(str(into), "the decoded sound vanished")
    with closing(source), closing(into.begin()) as spool:
        for first in range(0, source.n_samples, _BLOCK_SAMPLES):
            samples = source.read_samples(first, min(first + _BLOCK_SAMPLES, source.n_samples))
            spool.append(np.rint(without(samples, mask, first=first) * _FULL_SCALE).astype(np.int16))
        into.finish(spool, silenced(activity, mask), report)


def _is_whole(heard: Heard) -> bool:
    spool = heard.spool()
    if spool is not None:
        spool.close()
    return spool is not None and heard.activity() is not None


def _folder(sound: Sound, channel: int) -> Path:
    return sound.folder / f"channel-{channel + 1}"


def _raw_folder(sound: Sound) -> Path:
    return sound.folder / "raw"
