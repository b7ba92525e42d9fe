"""Makes the media files that tests feed to tingwu: every format, and the broken and hostile ones by hand."""

import os
import re
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tingwu.audio.ffmpeg import find_ffmpeg

TONE_HZ = 440
OTHER_HZ = 1500
"""The tone of a second file, which must never be heard through the first."""

FORMATS: dict[str, tuple[str, ...]] = {
    "wav": ("-c:a", "pcm_s16le"),
    "wav24.wav": ("-c:a", "pcm_s24le"),
    "float.wav": ("-c:a", "pcm_f32le"),
    "alaw.wav": ("-c:a", "pcm_alaw", "-ar", "8000"),
    "w64": ("-c:a", "pcm_s16le"),
    "mp3": ("-c:a", "libmp3lame", "-b:a", "64k"),
    "vbr.mp3": ("-c:a", "libmp3lame", "-q:a", "5"),
    "m4a": ("-c:a", "aac"),
    "alac.m4a": ("-c:a", "alac"),
    "aac": ("-c:a", "aac", "-f", "adts"),
    "flac": ("-c:a", "flac"),
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus"),
    "webm": ("-c:a", "libopus"),
    "mka": ("-c:a", "flac"),
    "ts": ("-c:a", "aac"),
    "mp2.mpg": ("-c:a", "mp2", "-f", "mpeg"),
    "avi": ("-c:a", "libmp3lame"),
    "wma": ("-c:a", "wmav2"),
    "amr": ("-c:a", "libopencore_amrnb", "-ar", "8000", "-b:a", "12.2k"),
    "3gp": ("-c:a", "libopencore_amrnb", "-ar", "8000", "-b:a", "12.2k"),
    "aiff": ("-c:a", "pcm_s16be"),
    "caf": ("-c:a", "pcm_s16le"),
    "ac3": ("-c:a", "ac3"),
    "eac3": ("-c:a", "eac3"),
    "flv": ("-c:a", "libmp3lame", "-ar", "44100"),
    "mov": ("-c:a", "pcm_s16le"),
}
"""Ending of the file name -> how ffmpeg makes such a file."""

VIDEO_FORMATS: dict[str, tuple[str, ...]] = {
    "mp4": ("-c:v", "libx264", "-c:a", "aac"),
    "mkv": ("-c:v", "libx264", "-c:a", "libvorbis"),
    "mov": ("-c:v", "mpeg4", "-c:a", "aac"),
    "webm": ("-c:v", "libvpx", "-c:a", "libopus"),
    "ts": ("-c:v", "libx264", "-c:a", "aac"),
    "avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
}


def ffmpeg(*arguments: str | Path) -> None:
    """Run the real ffmpeg, unprotected: these files are our own."""
    command = [find_ffmpeg().path, "-nostdin", "-loglevel", "error", "-y", "-threads", "1", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def tone(seconds: float, *, hz: int = TONE_HZ, rate: int = 48000) -> tuple[str, ...]:
    """Arguments that make a mono tone an input of ffmpeg."""
    return ("-f", "lavfi", "-i", f"sine=frequency={hz}:sample_rate={rate}:duration={seconds}")


def picture(seconds: float) -> tuple[str, ...]:
    """Arguments that make a small moving picture an input of ffmpeg."""
    return ("-f", "lavfi", "-i", f"testsrc=duration={seconds}:size=64x64:rate=10")


def make_sound(path: Path, *codec: str, seconds: float = 2.0, hz: int = TONE_HZ) -> Path:
    """A file that holds a tone, in the codec and container that the arguments and the name ask for."""
    ffmpeg(*tone(seconds, hz=hz), *codec, path)
    return path


def make_video(path: Path, *codecs: str, seconds: float = 2.0) -> Path:
    """A film with a picture track and a tone."""
    ffmpeg(*picture(seconds), *tone(seconds), "-pix_fmt", "yuv420p", *codecs, path)
    return path


def make_channels(path: Path, *expressions: str, seconds: float = 1.0, rate: int = 16000) -> Path:
    """A WAV with one channel per expression in `t`, such as `0.5*sin(440*2*PI*t)`."""
    source = f"aevalsrc={'|'.join(expressions)}:d={seconds}:s={rate}"
    ffmpeg("-f", "lavfi", "-i", source, "-c:a", "pcm_s16le", path)
    return path


def scratch(path: Path, *, n_bytes: int = 400, at: float = 0.5) -> Path:
    """Overwrite `n_bytes` of the file at the share `at` of its length with noise that is always the same."""
    data = bytearray(path.read_bytes())
    first = int(len(data) * at)
    data[first : first + n_bytes] = np.random.default_rng(7).bytes(n_bytes)
    path.write_bytes(data)
    return path


def truncate(path: Path, share: float) -> Path:
    """Keep only the first `share` of the file's bytes."""
    os.truncate(path, int(path.stat().st_size * share))
    return path


def lie_about_mp3_length(path: Path, frames: int) -> Path:
    """Write another number of frames into the Xing header of an MP3."""
    data = bytearray(path.read_bytes())
    header = re.search(rb"Xing|Info", bytes(data))
    assert header is not None
    data[header.start() + 8 : header.start() + 12] = frames.to_bytes(4, "big")
    path.write_bytes(data)
    return path


def playlists(target: Path) -> dict[str, str]:
    """Texts that make an ordinary `ffmpeg -i` play `target`, by name."""
    url = str(target)
    return {
        "ffconcat": f"ffconcat version 1.0\nfile '{url}'\n",
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{url}\n#EXT-X-ENDLIST\n",
        "hls_bom": f"\ufeff#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:{url}\n#EXT-X-ENDLIST\n",
        "m3u": f"#EXTM3U\n{url}\n",
        "dash": (
            '<?xml version="1.0"?>\n<!-- films -->\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            'mediaPresentationDuration="PT2S"><Period><AdaptationSet mimeType="audio/mp4">'
            f'<Representation id="1"><BaseURL>file:{url}</BaseURL><SegmentBase/></Representation>'
            "</AdaptationSet></Period></MPD>"
        ),
        "pls": f"[playlist]\nFile1={url}\nNumberOfEntries=1\n",
        "asx": f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
        "smooth": '<?xml version="1.0"?><SmoothStreamingMedia MajorVersion="2"/>',
        "xspf": f'<?xml version="1.0"?><playlist version="1"><location>{url}</location></playlist>',
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "asf_reference": f"[Reference]\nRef1=file://{url}\n",
    }


def loudness(samples: NDArray[np.int16], hz: int, *, rate: int = 16000) -> float:
    """Amplitude of the tone `hz` in the samples, in [0, 1]."""
    phase = np.exp(-2j * np.pi * hz * np.arange(len(samples)) / rate)
    return float(2 * abs(np.dot(samples / 32768.0, phase)) / max(1, len(samples)))
