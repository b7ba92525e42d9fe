"""Ours: media to speakers as a job does it, without the text."""

import tempfile
from pathlib import Path

from pipelines.backends import Backends
from pipelines.bench.diarizers import Attribution, DiarizerSetup
from pipelines.diarize import diarize
from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from tingwu.audio.probe import probe
from tingwu.progress import silent
from tingwu.speech.speakers import SpeakerCount


class TingwuDiarizer:
    """The loaded models. Raises ModelError."""

    def __init__(self, setup: DiarizerSetup) -> None:
        settings = load_settings(device=setup.device, threads=setup.threads or None, models_dir=setup.models_dir)
        self._backends = Backends(settings)
        with self._backends.lease_voices():
            pass  # loaded now, they stay for the first recording

    def diarize(self, path: Path, speakers: int | None) -> Attribution:
        """Who speaks when. Raises MediaError, ModelError or InvalidOption."""
        count = SpeakerCount(exact=speakers)
        count.check()
        with tempfile.TemporaryDirectory(prefix="tingwu-bench-") as folder:
            sound = Sound(
                source=path,
                media=probe(path, limits=self._backends.media_limits()),
                options=TranscribeOptions(),
                folder=Path(folder),
                backends=self._backends,
                progress=silent,
            )
            found = diarize(sound, count).diarization
        return Attribution(turns=found.turns, count_confidence=found.count_confidence)
