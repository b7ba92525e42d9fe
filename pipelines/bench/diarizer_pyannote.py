"""Peer: pyannote.audio's pipeline. Its weights are fetched by the library itself. Foreign types end here."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.bench.diarizers import Attribution, DiarizerSetup
from tingwu.audio.decode import decode
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.audio.probe import probe
from tingwu.domain.media import SAMPLE_RATE
from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import BackendNotInstalled, ModelUnavailable, ModelUnusable

PIPELINE = "pyannote/speaker-diarization-community-1"
"""Gated: its terms must have been accepted with the account whose token the library finds."""


class PyannoteDiarizer:
    """The loaded pipeline. Raises BackendNotInstalled, ModelUnavailable or ModelUnusable."""

    def __init__(self, setup: DiarizerSetup) -> None:
        try:
            library: Any = import_module("pyannote.audio")
        except ModuleNotFoundError as error:
            raise BackendNotInstalled("pyannote.audio", "") from error
        self._torch: Any = import_module("torch")
        self._torch.set_num_threads(setup.threads)
        try:
            pipeline = library.Pipeline.from_pretrained(PIPELINE)
        except (OSError, RuntimeError, ValueError) as error:
            raise ModelUnavailable(PIPELINE, str(error)) from error
        if pipeline is None:
            raise ModelUnavailable(PIPELINE, "accept its terms and log in with the account that did")
        self._pipeline: Any = pipeline.to(self._torch.device(setup.device))

    def diarize(self, path: Path, speakers: int | None) -> Attribution:
        """Who speaks when. Raises MediaError or ModelUnusable."""
        with decode(path, probe(path), limits=DEFAULT_LIMITS) as decoding:
            sound = np.concatenate(list(decoding)).astype(np.float32) / np.float32(32768)
        heard = {"waveform": self._torch.from_numpy(sound[None]), "sample_rate": SAMPLE_RATE}
        try:
            answer: Any = self._pipeline(heard, num_speakers=speakers)
        except (RuntimeError, ValueError) as error:
            raise ModelUnusable(PIPELINE, str(error)) from error
        # Since version 4 the annotation is a part of what comes back.
        found: Any = getattr(answer, "speaker_diarization", answer)
        return Attribution(
            turns=tuple(
                SpeakerTurn(start=max(0.0, float(time.start)), end=float(time.end), speaker=str(speaker))
                for time, _, speaker in found.itertracks(yield_label=True)
            )
        )
