"""Transcriber on Whisper: bucketed encode, batched decode, redo ladder, words; and the one on CTranslate2.

Speed comes from four things: each window is encoded alone and at its own length (cheaper on a CPU than a batch padded
to 30 s), windows of one padded length are decoded together where that is faster (on a GPU), nothing is decoded twice
unless it fails a check, and several threads may call at once: many small matrices are faster on a core each than shared
between cores.
At most `batch_size` encoder outputs exist per call, and fewer are decoded at once where windows are long. A window's
text depends on its samples, its language, what was said before and the options only.
"""

# pyright: reportMissingTypeStubs=false

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np
from faster_whisper.tokenizer import Tokenizer

from tingwu.domain.media import SAMPLE_RATE, TimeRange
from tingwu.domain.transcript import Word
from tingwu.errors import InvalidOption
from tingwu.speech.align import STEP_SECONDS, drop_echoed_tail, time_words
from tingwu.speech.asr import AsrOptions, Samples, Transcriber, WindowText
from tingwu.speech.device_guard import DeviceGuard
from tingwu.speech.language import choose_language, likeliest
from tingwu.speech.layout import Layout, fastest, layouts
from tingwu.speech.quality import LADDER, Attempt, Fault, Rung, better, cut_loops, fault
from tingwu.speech.whisper_device import placements, size_of
from tingwu.speech.whisper_encoded import Encoded
from tingwu.speech.whisper_features import FULL_SECONDS, LENGTHS_SECONDS, padded_seconds
from tingwu.speech.whisper_model import WhisperModel
from tingwu.speech.whisper_net import WhisperNet
from tingwu.speech.whisper_prompt import prompt_for

_log = logging.getLogger(__name__)

_SILENT_PEAK = 1e-3
"""Below -60 dBFS there is nothing to hear; Whisper would invent something."""
_REPAIRABLE = (Fault.LOOP, Fault.COMPRESSION)

Window = tuple[TimeRange, Samples]


def load_whisper(
    model_path: str,
    *,
    name: str,
    device: str,
    device_index: tuple[int, ...],
    compute_type: str,
    threads: int,
    workers: int = 1,
    gpu_memory_bytes: int = 0,
) -> Transcriber:
    """Load a Whisper model in CTranslate2's format.

    `device` is cpu, cuda or auto; `compute_type` a CTranslate2 type or auto (int8 on a CPU, float16 on a GPU with room
    for it); each of `workers` has `threads` threads, 0 lets CTranslate2 choose. Raises ModelUnusable and InvalidOption.
    """
    path = Path(model_path)
    weights = size_of(path / "model.bin")
    places = placements(device, device_index, compute_type, weights_bytes=weights, gpu_memory_bytes=gpu_memory_bytes)
    model = WhisperModel(path, name=name, threads=threads, workers=workers)
    return WhisperTranscriber(model, DeviceGuard(name, places, model.move))


def best_layout(model_path: str, *, name: str, compute_type: str, cores: int) -> Layout:
    """The fastest layout of this model on `cores` of this machine, found in a few seconds.

    Raises ModelUnusable and InvalidOption.
    """

    (place,) = placements("cpu", (0,), compute_type, weights_bytes=0, gpu_memory_bytes=0)

    def rehearsal(layout: Layout) -> Callable[[], None]:
        model = WhisperModel(Path(model_path), name=name, threads=layout.threads, workers=layout.workers)
        model.move(place)
        return model.rehearse

    return fastest(layouts(cores), rehearsal)


class WhisperTranscriber:
    """Transcriber over one model of Whisper's architecture; `guard` moves it when its device fails."""

    def __init__(self, model: WhisperNet, guard: DeviceGuard) -> None:
        self._model = model
        self._guard = guard
        self.name = model.name
        self.workers = model.workers

    @property
    def batch_size(self) -> int:
        """How many windows are best decoded at once."""
        return self._guard.batch_size

    def transcribe(
        self,
        windows: Sequence[Window],
        language: str | None,
        options: AsrOptions,
        before: WindowText | None = None,
    ) -> tuple[WindowText, ...]:
        """The text of each window (30 s at most), in the order given.

        Raises InvalidOption for a language or task that the model does not know.
        """
        for option, value in (("beam_size", options.beam_size), ("batch_size", options.batch_size)):
            if value is not None and value < 1:
                raise InvalidOption(option, str(value), "it must be at least 1")
        size = options.batch_size or self.batch_size
        texts: list[WindowText] = []
        for begin in range(0, len(windows), size):
            work = partial(self._recognise, language, options, before, size)
            done = self._guard.run(work, windows[begin : begin + size])
            texts += [replace(text, notices=self._guard.notices) for text in done]
        return tuple(texts)

    def close(self) -> None:
        """Free the model."""
        self._model.close()

    def _recognise(
        self,
        language: str | None,
        options: AsrOptions,
        before: WindowText | None,
        size: int,
        windows: Sequence[Window],
    ) -> Sequence[WindowText]:
        """All of it, from the samples on, so that it can be done again when the device fails."""
        batches = [(batch, self._encode(windows, batch)) for batch in _batches(windows, size)]
        heard = {} if options.language is not None else dict(self._listen(batches, options))
        spoken = self._voted(heard.values(), options) if language is None else language
        prompt = prompt_for(spoken, options, before)
        job = _Job(self._model, self._model.tokenizer(spoken, options.task), spoken, options, prompt)
        texts = {i: job.nothing(window) for i, (window, _) in enumerate(windows)}
        for batch, encoded in batches:
            texts |= dict(zip(batch, job.run([windows[i] for i in batch], encoded), strict=True))
        for i, (heard_language, probability) in heard.items():
            texts[i] = replace(texts[i], heard_language=heard_language, heard_probability=probability)
        return [texts[i] for i in range(len(windows))]

    def _encode(self, windows: Sequence[Window], batch: Sequence[int]) -> list[Encoded]:
        seconds = padded_seconds(len(windows[batch[0]][1]))
        return self._model.encode_all([windows[i][1] for i in batch], seconds)

    def _listen(
        self, batches: Iterable[tuple[list[int], list[Encoded]]], options: AsrOptions
    ) -> Iterator[tuple[int, tuple[str, float]]]:
        """The language of each window alone: (position, (ISO 639-1 code, probability))."""
        for batch, encoded in batches:
            if self._model.multilingual:
                rows = self._model.languages(encoded)
                yield from zip(batch, (likeliest(row, options.languages) for row in rows), strict=True)
            else:
                yield from ((i, ("en", 1.0)) for i in batch)

    @staticmethod
    def _voted(heard: Iterable[tuple[str, float]], options: AsrOptions) -> str:
        return choose_language(heard, default=options.languages[0] if options.languages else "en")[0]


def _batches(windows: Sequence[Window], size: int) -> list[list[int]]:
    """Positions of windows with any sound, in batches of one padded length.

    `size` windows of the shortest length are decoded at once, and fewer longer ones: memory goes by seconds.
    """
    audible = [i for i, (_, samples) in enumerate(windows) if np.max(np.abs(samples), initial=0.0) > _SILENT_PEAK]

    def length(i: int) -> int:
        return padded_seconds(len(windows[i][1]))

    batches: list[list[int]] = []
    for seconds, group in groupby(sorted(audible, key=length), key=length):
        rows, most = list(group), max(1, size * LENGTHS_SECONDS[0] // seconds)
        batches += [rows[begin : begin + most] for begin in range(0, len(rows), most)]
    return batches


class _Job:
    """Decoding of batches in one language with one set of options."""

    def __init__(
        self, model: WhisperNet, tokenizer: Tokenizer, language: str, options: AsrOptions, prompt: str
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self._language = language
        self._options = options
        self._prompt = prompt

    def run(self, windows: Sequence[Window], encoded: list[Encoded]) -> list[WindowText]:
        """Texts of windows of one padded length."""
        first = Rung(beam_size=self._options.beam_size)
        attempts = self._decode(encoded, first)
        for i, attempt in enumerate(attempts):
            if fault(attempt):
                attempts[i], encoded[i] = self._again(windows[i], attempt, encoded[i])
        looped = [fault(attempt) in _REPAIRABLE for attempt in attempts]
        attempts = [self._repair(attempt) if loop else attempt for attempt, loop in zip(attempts, looped, strict=True)]
        words = self._words(windows, attempts, encoded)
        return [
            self._text(window[0], attempt, spoken, loop)
            for window, attempt, spoken, loop in zip(windows, attempts, words, looped, strict=True)
        ]

    def nothing(self, window: TimeRange) -> WindowText:
        """The text of a window without sound."""
        return self._text(window, Attempt(tokens=(), text="", avg_logprob=0.0, no_speech_prob=1.0), (), False)

    def _decode(self, encoded: Sequence[Encoded], how: Rung) -> list[Attempt]:
        told = self._prompt if how.keep_prompt else ""
        attempts = self._model.decode(encoded, self._tokenizer, self._prompt, how)
        return [replace(attempt, told=told) for attempt in attempts]

    def _again(self, window: Window, attempt: Attempt, encoded: Encoded) -> tuple[Attempt, Encoded]:
        """Climb the ladder with one window until an attempt passes; the best attempt and what it was decoded from."""
        best = attempt
        full = self._model.encode(window[1], FULL_SECONDS)
        for number, rung in enumerate(LADDER):
            source = full if rung.full_window else encoded
            tried = self._decode([source], rung)[0]
            kept = better(best, tried)
            _log.info(
                "redo %d at %.2f s: %s, log-probability %.2f -> %.2f, %s",
                number + 1,
                window[0].start,
                fault(best),
                best.avg_logprob,
                tried.avg_logprob,
                "taken" if kept is tried else "dropped",
            )
            if kept is tried:
                best, encoded = tried, source
            if not fault(best):
                break
        return best, encoded

    def _repair(self, attempt: Attempt) -> Attempt:
        tokens = cut_loops(attempt.tokens)
        return replace(attempt, tokens=tokens, text=self._tokenizer.decode(list(tokens)).strip())

    def _words(
        self, windows: Sequence[Window], attempts: Sequence[Attempt], encoded: Sequence[Encoded]
    ) -> list[tuple[Word, ...]]:
        words: list[tuple[Word, ...]] = [()] * len(windows)
        if not self._options.word_timestamps:
            return words

        def steps(i: int) -> int:
            return encoded[i].shape[1]

        spoken = sorted((i for i, attempt in enumerate(attempts) if attempt.tokens), key=steps)
        for _, group in groupby(spoken, key=steps):
            rows = list(group)
            sound = [max(1, round(len(windows[i][1]) / SAMPLE_RATE / STEP_SECONDS)) for i in rows]
            tokens = [attempts[i].tokens for i in rows]
            aligned = self._model.align([encoded[i] for i in rows], self._tokenizer, tokens, sound)
            for i, (path, probabilities) in zip(rows, aligned, strict=True):
                words[i] = time_words(self._units(attempts[i]), path, probabilities, windows[i][0])
        return words

    def _units(self, attempt: Attempt) -> list[tuple[str, int]]:
        texts, tokens = self._tokenizer.split_to_word_tokens([*attempt.tokens, self._tokenizer.eot])
        return [(text, len(ids)) for text, ids in zip(texts[:-1], tokens[:-1], strict=True)]

    def _text(self, window: TimeRange, attempt: Attempt, words: tuple[Word, ...], looped: bool) -> WindowText:
        kept = drop_echoed_tail(words)
        return WindowText(
            window=window,
            text=attempt.text if len(kept) == len(words) else "".join(word.text for word in kept).strip(),
            words=kept,
            language=self._language,
            avg_logprob=attempt.avg_logprob,
            compression_ratio=attempt.compression_ratio,
            no_speech_prob=attempt.no_speech_prob,
            looped=looped,
        )
