"""Reads what ffmpeg prints about an input: container, length, sound tracks.

The bundled ffmpeg comes without ffprobe, so this text is the only description there is. Anybody may write anything
into a file's tags, so nothing here is trusted: it describes the file to its owner, and decoding checks it again.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from tingwu.audio.recorded import day_in_tags
from tingwu.domain.media import AudioStream

_MESSAGE = re.compile(r"(?P<source>(?:\[[^\]]* @ 0x[0-9a-f]+\] )*)\[(?P<level>[a-z]+)\] (?P<text>.*)")
_INPUT = re.compile(r"Input #0, (?P<container>.+), from '")
_DURATION = re.compile(r"  Duration: (?:(\d+):(\d\d):(\d\d(?:\.\d+)?)|N/A)(?:, start: (?P<start>-?[\d.]+))?")
_STREAM = re.compile(r"  Stream #0:\d+(?:\[0x[0-9a-f]+\])?(?:\((?P<language>[^)]*)\))?: (?P<kind>\w+): (?P<rest>.*)")
_SOUND = re.compile(r"(?P<codec>\w+).*?, (?P<rate>\d+) Hz, (?P<layout>[^,]+)")
_START = re.compile(r", start (?P<start>-?\d+\.\d+)")
_TAG = re.compile(r"      (?P<key>\w+) *: (?P<value>.*)")
_CLOCK = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")

_LAYOUTS = {
    "mono": 1, "stereo": 2, "downmix": 2, "binaural": 2, "quad": 4, "hexagonal": 6, "octagonal": 8, "cube": 8,
    "hexadecagonal": 16,
}  # fmt: skip
MAX_TITLE_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What ffmpeg said. `sound_tracks` counts all of them, `audio` holds those that can be decoded."""

    container: str | None
    duration: float | None
    audio: tuple[AudioStream, ...]
    sound_tracks: int
    has_video: bool
    errors: tuple[str, ...]
    recorded: date | None


def messages(log: str, *levels: str) -> tuple[str, ...]:
    """The texts of those lines of an ffmpeg log that have one of `levels`, without the names of their sources."""
    found = (_MESSAGE.match(line) for line in log.splitlines())
    return tuple(match["text"] for match in found if match and match["level"] in levels)


def parse_banner(log: str) -> Banner:
    """Read the log of `ffmpeg -loglevel repeat+level+info -i fd:`."""
    lines = messages(log, "info")
    container = next((match["container"] for line in lines if (match := _INPUT.match(line))), None)
    duration, start = _duration(lines)
    if any("Estimating duration from bitrate" in text for text in messages(log, "warning")):
        duration = None  # a guess from the file's size, off by minutes for variable bit rates
    tracks = _on_timeline(_tracks(lines), container or "", duration, start)
    return Banner(
        container=container,
        duration=duration,
        audio=tuple(track for track in tracks if track.sample_rate and track.channels),
        sound_tracks=len(tracks),
        has_video=any(_is_moving_picture(line) for line in lines),
        errors=messages(log, "error", "fatal"),
        recorded=day_in_tags(lines),
    )


def channel_count(layout: str) -> int:
    """Channels of an ffmpeg layout name: `mono`, `5.1(side)`, `7.1.4`, `16 channels (FL+FR+...)`; 0 if unknown."""
    layout = layout.strip()
    if match := re.match(r"(\d+) channels", layout):
        return int(match[1])
    if match := re.match(r"\d+(\.\d+)+", layout):
        return sum(int(part) for part in match[0].split("."))
    if match := re.match(r"ambisonic (\d+)", layout):
        return (int(match[1]) + 1) ** 2
    if "+" in layout:
        return layout.count("+") + 1
    return _LAYOUTS.get(layout.partition("(")[0].strip(), 0)


def _duration(lines: tuple[str, ...]) -> tuple[float | None, float]:
    for line in lines:
        if match := _DURATION.match(line):
            start = float(match["start"] or 0)
            return (None if match[1] is None else _seconds(match)), start
    return None, 0.0


def _on_timeline(
    tracks: list[AudioStream], container: str, duration: float | None, container_start: float
) -> list[AudioStream]:
    """Put each track's start on the recording's time line.

    MP4 and Matroska count from 0, and ffmpeg's idea of where such a file starts is wrong while the picture's decoders
    are kept out. Pieces of live streams start hours after 0, as all other formats may: they count from their start.
    """
    from_zero = container.startswith(("mov", "matroska"))
    latest = duration or 0.0
    return [
        replace(
            track, start=track.start if from_zero and track.start < latest else max(0.0, track.start - container_start)
        )
        for track in tracks
    ]


def _tracks(lines: tuple[str, ...]) -> list[AudioStream]:
    tracks: list[AudioStream] = []
    in_track = False
    for line in lines:
        if match := _STREAM.match(line):
            in_track = match["kind"] == "Audio"
            if in_track:
                tracks.append(_track(match, len(tracks)))
        elif in_track and (tag := _TAG.match(line)):
            tracks[-1] = _with_tag(tracks[-1], tag["key"].lower(), tag["value"].strip())
    return tracks


def _track(match: re.Match[str], position: int) -> AudioStream:
    rest = match["rest"]
    sound = _SOUND.match(rest)
    start = _START.search(rest)
    language = match["language"]
    return AudioStream(
        position=position,
        codec=sound["codec"] if sound else rest.split()[0] if rest.split() else "unknown",
        sample_rate=int(sound["rate"]) if sound else 0,
        channels=channel_count(sound["layout"]) if sound else 0,
        language=language if language and language != "und" else None,
        is_default="(default)" in rest,
        start=max(0.0, float(start["start"])) if start else 0.0,
    )


def _with_tag(track: AudioStream, key: str, value: str) -> AudioStream:
    if key in ("title", "name") and track.title is None and value:
        return replace(track, title=value[:MAX_TITLE_CHARACTERS])
    if key == "duration" and (clock := _CLOCK.match(value)):
        return replace(track, duration=_seconds(clock))
    return track


def _is_moving_picture(line: str) -> bool:
    match = _STREAM.match(line)
    return bool(match and match["kind"] == "Video" and "(attached pic)" not in match["rest"])


def _seconds(clock: re.Match[str]) -> float:
    return int(clock[1]) * 3600 + int(clock[2]) * 60 + float(clock[3])
