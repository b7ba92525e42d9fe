"""What the engines say in their own types, as the bench compares it."""

from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.bench.data import SpokenText
from pipelines.bench.engine_faster_whisper import FasterWhisper
from pipelines.bench.engine_tingwu import heard
from pipelines.bench.engines import EngineSetup, Heard
from tests.builders import make_transcript
from tingwu.errors import ModelUnusable
from tingwu.registry import Registry


class Pipeline:
    """A pipeline of faster-whisper that writes two segments; remembers what it was asked."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.asked: dict[str, Any] = {}

    def transcribe(self, path: str, **options: Any) -> tuple[Any, None]:
        self.asked = {"path": path, **options}
        return self.segments(), None

    def segments(self) -> Any:
        if self.failure:
            raise self.failure
        words = [SimpleNamespace(start=0.5, end=0.9, word=" Good"), SimpleNamespace(start=1.0, end=1.5, word=" day.")]
        yield SimpleNamespace(start=0.4, end=1.5, text=" Good day.", words=words)
        yield SimpleNamespace(start=2.0, end=1.9, text=" Bye.", words=None)


def setup(tmp_path: Any, *, peer_words: bool = False) -> EngineSetup:
    return EngineSetup(
        model=tmp_path, name="base", device="cpu", device_index=(0,), compute_type="int8", threads=1, beam_size=3,
        peer_words=peer_words,
    )  # fmt: skip


def test_segments_of_a_peer(tmp_path: Any) -> None:
    pipeline = Pipeline()
    found = FasterWhisper(pipeline, setup(tmp_path), vad_filter=True).transcribe(tmp_path / "a.wav", "")
    segments = (SpokenText(start=0.4, end=1.5, text=" Good day."), SpokenText(start=2.0, end=2.0, text=" Bye."))
    assert found == Heard(text=" Good day. Bye.", pieces=segments, by_word=False)
    path = str(tmp_path / "a.wav")
    assert pipeline.asked == {
        "path": path, "language": None, "beam_size": 3, "word_timestamps": False, "vad_filter": True,
    }  # fmt: skip


def test_words_of_a_peer(tmp_path: Any) -> None:
    found = FasterWhisper(Pipeline(), setup(tmp_path, peer_words=True)).transcribe(tmp_path / "a.wav", "en")
    assert [(piece.start, piece.text) for piece in found.pieces] == [(0.5, " Good"), (1.0, " day.")]
    assert found.by_word


def test_a_peer_that_fails_while_it_writes(tmp_path: Any) -> None:
    engine = FasterWhisper(Pipeline(RuntimeError("out of memory")), setup(tmp_path))
    with pytest.raises(ModelUnusable, match="out of memory"):
        engine.transcribe(tmp_path / "a.wav", "en")


def test_our_own_words_and_segments() -> None:
    transcript = make_transcript()
    words, segments = heard(transcript, by_word=True), heard(transcript, by_word=False)
    assert words.text == segments.text == transcript.text
    assert words.coverage == transcript.coverage
    assert [piece.text for piece in segments.pieces] == [segment.text for segment in transcript.segments]
    assert len(words.pieces) > len(segments.pieces)


def test_every_engine_can_be_imported() -> None:
    from pipelines.bench.engines import ENGINES

    registry: Registry[Any] = ENGINES
    assert all(callable(registry.get(name)) for name in registry.names())
