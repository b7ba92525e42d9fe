"""Backends without models: real ffmpeg and a real voice detector, a scripted recogniser, no language model."""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pipelines.backends import Backends
from pipelines.settings import Settings
from pipelines.voices import VoiceModels
from tests.fake_voices import humming_models
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.errors import LlmUnavailable
from tingwu.models.auto import Choice
from tingwu.progress import Progress, silent
from tingwu.speech.asr import AsrOptions, Samples, Transcriber, WindowText
from tingwu.text.llm import LanguageModel


class FakeTranscriber:
    """Writes one sentence for each window, made of the window's own times."""

    name = "fake-asr"
    workers = 2
    batch_size = 8

    def __init__(self, *, seconds_per_batch: float = 0.0, failure: Exception | None = None) -> None:
        self.seconds_per_batch = seconds_per_batch
        self.failure = failure
        self.windows_done: list[TimeRange] = []

    def transcribe(
        self,
        windows: Sequence[tuple[TimeRange, Samples]],
        language: str | None,
        options: AsrOptions,
        before: WindowText | None = None,
    ) -> tuple[WindowText, ...]:
        time.sleep(self.seconds_per_batch)
        if self.failure:
            raise self.failure
        self.windows_done += [window for window, _ in windows]
        return tuple(self._write(window, samples, language or "en") for window, samples in windows)

    def close(self) -> None:
        """Nothing to free."""

    @staticmethod
    def _write(window: TimeRange, samples: Samples, language: str) -> WindowText:
        loudness = round(float(abs(samples).mean()) * 1e6)
        more = [f" and {number}" for number in range(int(window.duration / 0.7) - 3)]
        texts = (f" From {window.start:.3f}", f" to {window.end:.3f}", *more, f" loudness {loudness}.")
        step = window.duration / len(texts)
        words = tuple(
            Word(start=window.start + index * step, end=window.start + (index + 1) * step, text=text, probability=0.9)
            for index, text in enumerate(texts)
        )
        return WindowText(
            window=window,
            text="".join(texts),
            words=words,
            language=language,
            heard_language="en",
            heard_probability=0.9,
            avg_logprob=-0.2,
            compression_ratio=1.2,
            no_speech_prob=0.0,
        )


class NotingTranscriber(FakeTranscriber):
    """Transcribes single windows and notes in a file which ones it begins, for a process that will be killed."""

    batch_size = 1

    def __init__(self, path: Path, *, seconds_per_batch: float = 0.0) -> None:
        super().__init__(seconds_per_batch=seconds_per_batch)
        self._path = path

    def transcribe(
        self,
        windows: Sequence[tuple[TimeRange, Samples]],
        language: str | None,
        options: AsrOptions,
        before: WindowText | None = None,
    ) -> tuple[WindowText, ...]:
        with self._path.open("a", encoding="utf-8") as file:
            file.writelines(f"{window.start}\n" for window, _ in windows)
        return super().transcribe(windows, language, options, before)

    def begun(self) -> list[str]:
        """The beginnings of all windows that were begun so far, by whatever process."""
        return self._path.read_text("utf-8").split() if self._path.exists() else []


class DeafTranscriber(FakeTranscriber):
    """Hears nothing in `deaf` ranges of seconds, unless its beam is as wide as `hears_with_beam`."""

    def __init__(self, *deaf: tuple[float, float], seconds_per_batch: float = 0.0) -> None:
        super().__init__(seconds_per_batch=seconds_per_batch)
        self.deaf = deaf
        self.hears_with_beam = 6

    def transcribe(
        self,
        windows: Sequence[tuple[TimeRange, Samples]],
        language: str | None,
        options: AsrOptions,
        before: WindowText | None = None,
    ) -> tuple[WindowText, ...]:
        texts = super().transcribe(windows, language, options, before)
        return texts if options.beam_size >= self.hears_with_beam else tuple(map(self._without, texts))

    def _without(self, text: WindowText) -> WindowText:
        words = tuple(word for word in text.words if not any(a <= word.middle < b for a, b in self.deaf))
        return replace(text, words=words, text="".join(word.text for word in words).strip())


class FakeBackends(Backends):
    """Hands out the fakes; everything else is real."""

    def __init__(
        self,
        settings: Settings,
        *,
        transcriber: FakeTranscriber | None = None,
        model: LanguageModel | None = None,
        voices: VoiceModels | None = None,
    ) -> None:
        super().__init__(settings)
        self.fake_voices = voices or humming_models()
        self.fake_transcriber = transcriber or FakeTranscriber()
        self.fake_model = model

    def choose_asr(self, name: str = "auto") -> Choice:
        return Choice(name="fake-asr" if name == "auto" else name, reason="it is a fake")

    def check_languages(self, name: str, options: AsrOptions) -> None:
        """The fake knows all of them."""

    def choose_llm(self, name: str = "auto") -> Choice:
        return Choice(name="fake-llm" if name == "auto" else name, reason="it is a fake")

    def transcriber(self, name: str, progress: Progress = silent) -> Transcriber:
        return self.fake_transcriber

    @contextmanager
    def lease_transcriber(self, name: str, progress: Progress = silent) -> Generator[Transcriber]:
        yield self.transcriber(name, progress)

    @contextmanager
    def lease_voices(self, progress: Progress = silent) -> Generator[VoiceModels]:
        yield self.fake_voices

    def language_model(self, name: str, progress: Progress = silent) -> LanguageModel:
        if self.fake_model is None:
            raise LlmUnavailable(name, "nobody answers")
        return self.fake_model
