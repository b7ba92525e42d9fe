"""Which ffmpeg is used, and the only command lines it is ever given.

Every command reads an already opened descriptor (`fd:`), so that no name from outside is ever opened, and names the
formats and decoders that may touch the bytes. Playlists are not among them: in an ordinary `ffmpeg -i` they pull in
other files, whatever their extension.
"""

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

import ffmpeg  # pyright: ignore[reportMissingTypeStubs]
import imageio_ffmpeg  # pyright: ignore[reportMissingTypeStubs]

from tingwu.domain.media import SAMPLE_RATE
from tingwu.errors import BackendNotInstalled

OLDEST_VERSION = (8, 1, 2)
"""Below it, decoders have known holes."""

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,wav,flac,ogg,aac,mpegts,mpeg,avi,asf,flv,amr,aiff,caf,w64,ac3,eac3"
"""Demuxers that may read a user's bytes. None of them opens a second file."""

_PCM = "s8 u8 s16le s16be s24le s24be s32le s32be f32le f32be f64le f64be alaw mulaw bluray dvd s16le_planar"
_DECODERS = (
    "aac aac_latm ac3 eac3 alac amrnb amrwb libopencore_amrnb libopencore_amrwb dca flac g722 g726 gsm gsm_ms ilbc mlp "
    "mp1 mp1float mp2 mp2float mp3 mp3float nellymoser opus libopus qdm2 speex truehd truespeech tta vorbis libvorbis "
    "wavpack wmalossless wmapro wmav1 wmav2 wmavoice adpcm_ima_qt adpcm_ima_wav adpcm_ms adpcm_swf adpcm_yamaha"
)
DECODERS = ",".join([*_DECODERS.split(), *(f"pcm_{kind}" for kind in _PCM.split())])
"""Decoders that may read a user's bytes: sound only."""

MAX_STREAMS = 64


class _Node(Protocol):
    def __getitem__(self, selector: str) -> "_Node": ...
    def get_args(self) -> list[str]: ...


class _CommandBuilder(Protocol):
    def input(self, filename: str, **options: object) -> _Node: ...
    def output(self, source: _Node, filename: str, /, **options: object) -> _Node: ...


_build = cast(_CommandBuilder, ffmpeg)
"""ffmpeg-python carries no types; this is the part of it in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ffmpeg:
    """An ffmpeg program that is new enough. `path` is absolute."""

    path: str
    version: tuple[int, ...]


@cache
def find_ffmpeg() -> Ffmpeg:
    """The system's ffmpeg if it will do, else the one that comes with imageio-ffmpeg. Raises BackendNotInstalled."""
    system = shutil.which("ffmpeg")
    found = (system and check_ffmpeg(system)) or check_ffmpeg(_bundled())
    if found is None:
        oldest = ".".join(map(str, OLDEST_VERSION))
        raise BackendNotInstalled(f"ffmpeg {oldest} or newer with the fd: protocol", "")
    return found


def check_ffmpeg(path: str) -> Ffmpeg | None:
    """The program at `path` if it runs, is new enough and can read a descriptor, else None."""
    version = parse_version(_ask(path, "-version"))
    if version < OLDEST_VERSION or "fd" not in _ask(path, "-hide_banner", "-protocols").split():
        return None
    return Ffmpeg(path=path, version=version)


def parse_version(banner: str) -> tuple[int, ...]:
    """`ffmpeg version n9.0.2-17-g2a57 ...` -> (9, 0, 2); empty for builds that do not number themselves."""
    match = re.match(r"ffmpeg version n?(\d+(?:\.\d+)+)", banner)
    return tuple(int(part) for part in match[1].split(".")) if match else ()


def probe_command(program: Ffmpeg) -> list[str]:
    """Print what the media on descriptor 0 holds, to stderr, and end with status 1."""
    return [program.path, *_input_arguments("repeat+level+info")]


def decode_command(program: Ffmpeg, *, stream: int, channels: int, real_timestamps: bool) -> list[str]:
    """Decode sound track `stream` of descriptor 0 to interleaved 16 kHz s16le with `channels` channels on stdout.

    With `real_timestamps`, holes between time stamps become silence. There is no `first_pts=0`: ffmpeg builds its
    filters anew when a stream changes its rate or channels, and would then insert all the time so far a second time.
    Whoever reads the output puts the silence before the first sample.
    """
    options: dict[str, object] = {"vn": None, "sn": None, "dn": None, "map_metadata": -1}
    if real_timestamps:
        options["af"] = "aresample=async=1"
    return _command(program, f"a:{stream}", {**options, "ac": channels, "ar": SAMPLE_RATE, "format": "s16le"})


def picture_times_command(program: Ffmpeg) -> list[str]:
    """List the packets of the picture on descriptor 0 in ffmpeg's framecrc format on stdout, without decoding any."""
    return _command(program, "v:0", {"c": "copy", "copyts": None, "format": "framecrc"})


def _command(program: Ffmpeg, select: str, output: Mapping[str, object]) -> list[str]:
    source = _build.input("fd:", **_input_options("level+warning"))
    # Output threads are capped as well: address space is limited and every thread takes some.
    node = _build.output(source[select], "pipe:1", **{**output, "threads": 1})
    return [program.path, *node.get_args()]


def _input_arguments(loglevel: str) -> list[str]:
    node = _build.output(_build.input("fd:", **_input_options(loglevel)), "-")
    arguments = node.get_args()
    return arguments[: arguments.index("fd:") + 1]


def _input_options(loglevel: str) -> dict[str, object]:
    return {
        "nostdin": None,
        "hide_banner": None,
        "loglevel": loglevel,
        "protocol_whitelist": "fd",
        "format_whitelist": FORMATS,
        "codec_whitelist": DECODERS,
        "max_streams": MAX_STREAMS,
        "probesize": "20M",
        "analyzeduration": "20M",
        "threads": 1,
        "filter_threads": 1,
    }


def _bundled() -> str:
    try:
        return imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError as error:
        raise BackendNotInstalled("ffmpeg", "") from error


def _ask(path: str, *arguments: str) -> str:
    try:
        done = subprocess.run(
            [path, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"LC_ALL": "C"},
            timeout=30,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")
