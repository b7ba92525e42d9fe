"""Sound to an Opus file and back, through the ffmpeg that imageio-ffmpeg brings.

The file holds no time, no encoder version and no random serial number: the same sound gives the same bytes.
"""

import subprocess
from pathlib import Path

import numpy as np

from samples.kokoro import SAMPLE_RATE, Sound
from tingwu.errors import BackendNotInstalled, DecodeFailed, OutputNotWritable

PCM = ("-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", "1")
"""How sound travels through a pipe: mono float32 at the voices' rate."""


def write_opus(sound: Sound, path: Path, kilobits: int = 28) -> None:
    """Write `sound` to `path` at about `kilobits` per second. Raises OutputNotWritable."""
    coding = ["-c:a", "libopus", "-b:a", f"{kilobits}k", "-application", "audio", "-frame_duration", "20"]
    plain = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", "-serial_offset", "1"]
    command = [ffmpeg(), "-v", "error", *PCM, "-i", "pipe:0", *coding, *plain, "-f", "ogg", "-y", str(path)]
    done = subprocess.run(command, input=sound.astype("<f4").tobytes(), capture_output=True, check=False)
    if done.returncode != 0:
        raise OutputNotWritable(str(path), done.stderr.decode("utf-8", "replace").strip()[-500:])


def read_sound(path: Path) -> Sound:
    """The sound of any media file at `path`, at SAMPLE_RATE. Raises DecodeFailed."""
    command = [ffmpeg(), "-v", "error", "-i", str(path), "-map", "0:a:0", *PCM, "pipe:1"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise DecodeFailed(path.name, done.stderr.decode("utf-8", "replace").strip()[-500:])
    return np.frombuffer(done.stdout, "<f4").astype(np.float32)


def ffmpeg() -> str:
    """Path of the program. Raises BackendNotInstalled without the package."""
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - reading a script needs no ffmpeg
    except ImportError as missing:
        raise BackendNotInstalled("imageio-ffmpeg", "samples") from missing
    return imageio_ffmpeg.get_ffmpeg_exe()
