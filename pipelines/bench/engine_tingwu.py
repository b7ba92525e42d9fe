"""Engine of the product itself, on the path that a user's recording takes, without the durable jobs around it."""

import tempfile
from pathlib import Path

from pipelines.backends import Backends
from pipelines.bench.data import SpokenText
from pipelines.bench.engines import EngineSetup, Heard
from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.transcribe import assemble, gather
from tingwu.audio.probe import probe
from tingwu.domain.transcript import Transcript
from tingwu.progress import silent
from tingwu.speech.asr import AsrOptions


def transcribe_once(path: Path, options: TranscribeOptions, backends: Backends) -> Transcript:
    """Media file to transcript by the steps of the durable workflow, in a folder that is gone afterwards.

    Raises MediaError, ModelError or OutputError.
    """
    with tempfile.TemporaryDirectory(prefix="tingwu-bench-") as folder:
        sound = Sound(
            source=path,
            media=probe(path, limits=backends.media_limits()),
            options=options,
            folder=Path(folder),
            backends=backends,
            progress=silent,
        )
        return assemble(sound, gather(sound))


class TingwuEngine:
    """Holds the loaded model. Raises ModelError or InvalidOption."""

    def __init__(self, setup: EngineSetup) -> None:
        settings = load_settings(
            device=setup.device,
            device_index=setup.device_index,
            compute_type=setup.compute_type,
            threads=setup.threads,
            offline=True,
        )
        self._setup = setup
        self._backends = Backends(settings)
        self._backends.transcriber(str(setup.model))

    def transcribe(self, path: Path, language: str) -> Heard:
        """The text of the recording at `path`. Raises TingwuError."""
        asr = AsrOptions(
            language=language or None,
            beam_size=self._setup.beam_size,
            word_timestamps=self._setup.word_timestamps,
        )
        options = TranscribeOptions(model=str(self._setup.model), asr=asr)
        transcript = transcribe_once(path, options, self._backends)
        return heard(transcript, by_word=self._setup.word_timestamps)


def heard(transcript: Transcript, *, by_word: bool) -> Heard:
    """A transcript as the bench compares it: its words, or its segments."""
    words = [word for segment in transcript.segments for word in segment.words]
    return Heard(
        text=transcript.text,
        pieces=tuple(
            SpokenText(start=one.start, end=one.end, text=one.text)
            for one in (words if by_word else transcript.segments)
        ),
        by_word=by_word,
        coverage=transcript.coverage,
    )
