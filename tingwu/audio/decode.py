"""Media file to blocks of mono 16 kHz sound, through a locked-down ffmpeg, with an honest report at the end.

The whole file is never in memory. Time in the blocks is time in the recording: silence stands for a sound track that
starts late and for holes between time stamps. This module does not know what the sound is for.
"""

import os
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tingwu.audio.child import SandboxedProcess
from tingwu.audio.completeness import PictureEnd, differs, harmful, judge
from tingwu.audio.downmix import Downmix
from tingwu.audio.ffmpeg import Ffmpeg, decode_command, find_ffmpeg, picture_times_command
from tingwu.audio.limits import DEFAULT_LIMITS, MediaLimits
from tingwu.audio.source import Source, open_source
from tingwu.audio.tail import is_cut_off
from tingwu.domain.media import SAMPLE_RATE, AudioStream, DecodeReport, Media
from tingwu.errors import DecodeFailed, InvalidOption, MediaTooLong, NoAudioStream, UnreadableMedia

Block = NDArray[np.int16]
"""Mono sound at 16 kHz, shape `(n_samples,)`."""

BLOCK_SECONDS = 30
_BYTES_PER_SAMPLE = 2
_READ_BYTES = 1 << 20
_LOG_BYTES = 1 << 20
_MEASURED_CONTAINERS = {"mpegts", "mpeg"}
"""They declare no length; what ffmpeg says is measured at the file's end, whichever track ends there."""
_TIMED_CONTAINERS = {"mov", "matroska", "mpegts", "mpeg", "ogg", "asf", "flv"}
"""Their packets carry real time stamps; in the others sound simply follows sound."""


class Decoding:
    """The decoding of one sound track: iterate over it once, then read `report`. Closes itself at the end.

    As a context manager it also ends ffmpeg when the loop over it is left early.
    """

    def __init__(
        self, path: Path, *, media: Media, track: AudioStream, channel: int | None, limits: MediaLimits, program: Ffmpeg
    ) -> None:
        self._path = path
        self._media = media
        self._track = track
        self._limits = limits
        self._program = program
        self._container = set(media.container.split(","))
        self._timed = bool(self._container & _TIMED_CONTAINERS)
        self._mix = Downmix(track.channels, channel)
        self._n_samples = 0
        self._report: DecodeReport | None = None
        self._blocks = self._decode()

    def __iter__(self) -> Iterator[Block]:
        """Blocks of 30 s, the last one shorter; never an empty one.

        Raises MediaNotFound, MediaRefused, UnreadableMedia, MediaTooLong, DecodeFailed, or
        NoAudioStream when the track holds no sample.
        """
        return self._blocks

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End ffmpeg if it still runs."""
        self._blocks.close()

    @property
    def report(self) -> DecodeReport:
        """How decoding ended. Raises RuntimeError while blocks are left."""
        if self._report is None:
            raise RuntimeError("the report exists once all blocks have been read")
        return self._report

    def _decode(self) -> Generator[Block]:
        with open_source(self._path, self._media.name) as source:
            if source.size_bytes != self._media.size_bytes:
                raise UnreadableMedia(self._media.name, "it has changed since it was looked at")
            command = decode_command(
                self._program,
                stream=self._track.position,
                channels=self._track.channels,
                real_timestamps=self._timed,
            )
            with self._child(command, source) as child:
                for frames in self._frames(child):
                    block = self._mix(frames)
                    self._count(len(block))
                    yield block
                status, log = child.finish(), child.stderr
            cut_off = is_cut_off(source)
            changed = os.fstat(source.descriptor).st_size != self._media.size_bytes
        self._report = _with_change(self._judge(status, log, cut_off)) if changed else self._judge(status, log, cut_off)

    def _child(self, command: list[str], source: Source) -> SandboxedProcess:
        return SandboxedProcess(
            command, stdin=source.descriptor, name=source.name, limits=self._limits, stderr_bytes=_LOG_BYTES
        )

    def _frames(self, child: SandboxedProcess) -> Generator[NDArray[np.int16]]:
        """Interleaved sound in pieces of 30 s, shape `(n, channels)`. Bytes of an unfinished sample are dropped."""
        channels = self._track.channels
        frame_bytes = _BYTES_PER_SAMPLE * channels
        block_bytes = BLOCK_SECONDS * SAMPLE_RATE * frame_bytes
        waiting = bytearray()
        for data in self._bytes(child, frame_bytes):
            waiting += data
            while len(waiting) >= block_bytes:
                yield np.frombuffer(bytes(waiting[:block_bytes]), "<i2").reshape(-1, channels)
                del waiting[:block_bytes]
        rest = len(waiting) // frame_bytes * frame_bytes
        if rest:
            yield np.frombuffer(bytes(waiting[:rest]), "<i2").reshape(-1, channels)

    def _bytes(self, child: SandboxedProcess, frame_bytes: int) -> Generator[bytes]:
        first = child.read(_READ_BYTES)
        if not first:
            return
        late = self._late_samples() * frame_bytes
        while late > 0:
            yield bytes(min(late, _READ_BYTES))
            late -= _READ_BYTES
        yield first
        while data := child.read(_READ_BYTES):
            yield data

    def _late_samples(self) -> int:
        start = self._track.start if self._timed else 0.0
        if start > self._limits.max_seconds:
            raise MediaTooLong(self._media.name, start, self._limits.max_seconds)
        return round(start * SAMPLE_RATE)

    def _count(self, n_samples: int) -> None:
        self._n_samples += n_samples
        seconds = self._n_samples / SAMPLE_RATE
        if seconds > self._limits.max_seconds:
            raise MediaTooLong(self._media.name, seconds, self._limits.max_seconds)

    def _judge(self, status: int, log: str, cut_off: bool) -> DecodeReport:
        decoded = self._n_samples / SAMPLE_RATE
        report = judge(
            decoded=decoded,
            declared=self._declared(),
            status=status,
            log=log,
            cut_off=cut_off,
        )
        if not self._n_samples and report.complete:
            raise NoAudioStream(self._media.name, "its sound track is empty")
        if not self._n_samples:
            raise DecodeFailed(self._media.name, " ".join(report.problems))
        if len(report.problems) == 1 and self._is_outlived_by_picture(report):
            return replace(report, complete=True, problems=())
        return report

    def _declared(self) -> tuple[float | None, ...]:
        length = self._track.duration
        # Some writers mean the track's own length, some its end.
        return self._media.duration, length, length and length + self._track.start

    def _is_outlived_by_picture(self, report: DecodeReport) -> bool:
        """Whether the only trouble is a sound track that ends before the picture does, which is no damage."""
        declared = report.declared_duration
        if not self._media.has_video or declared is None or report.duration > declared:
            return False
        if self._container & _MEASURED_CONTAINERS:
            return True
        return not differs(self._picture_seconds(), declared)

    def _picture_seconds(self) -> float:
        """Where the picture ends; 0 when the file is damaged."""
        end, rest = PictureEnd(), b""
        command = picture_times_command(self._program)
        with open_source(self._path, self._media.name) as source, self._child(command, source) as child:
            while data := child.read(_READ_BYTES):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    end.feed(line.decode("ascii", "replace"))
            status, log = child.finish(), child.stderr
        return end.seconds if status == 0 and not harmful(log) else 0.0


def _with_change(report: DecodeReport) -> DecodeReport:
    return replace(report, complete=False, problems=(*report.problems, "The file changed while it was read."))


def decode(
    path: Path,
    media: Media,
    *,
    stream: int | None = None,
    channel: int | None = None,
    limits: MediaLimits = DEFAULT_LIMITS,
    program: Ffmpeg | None = None,
) -> Decoding:
    """Decode one sound track of the file at `path`, which `probe` has described as `media`.

    `stream` is the position of the track; None takes the default track, else the first. `channel` takes one channel
    alone (counted from 0); None mixes them (see `downmix`). Raises NoAudioStream or InvalidOption; errors of the file
    itself come while iterating.
    """
    track = choose_track(media, stream)
    if channel is not None and not 0 <= channel < track.channels:
        raise InvalidOption("channel", str(channel), f"the sound track has {track.channels}, counted from 0")
    return Decoding(path, media=media, track=track, channel=channel, limits=limits, program=program or find_ffmpeg())


def choose_track(media: Media, position: int | None) -> AudioStream:
    """The track at `position`; for None the one marked as default, else the first. Raises NoAudioStream."""
    if position is None:
        tracks = sorted(media.audio, key=lambda track: (not track.is_default, track.position))
    else:
        tracks = [track for track in media.audio if track.position == position]
    if not tracks:
        raise NoAudioStream(media.name, "" if position is None else f"there is no sound track {position}")
    return tracks[0]
