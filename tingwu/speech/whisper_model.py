"""One loaded Whisper model on CTranslate2: encode, decode, align. Foreign types and errors end here.

It keeps nothing between calls, so the order of calls cannot change a result.
"""

# pyright: reportMissingTypeStubs=false

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE
from tingwu.errors import InvalidOption, ModelUnusable
from tingwu.speech.quality import Attempt, Rung
from tingwu.speech.whisper_features import LogMel

_log = logging.getLogger(__name__)

_TOKENS_PER_SECOND = 14
_SPARE_TOKENS = 24
"""Longest answer. Generous: it only has to end a loop, and scripts outside the vocabulary take 2-3 tokens a letter."""
_MAX_LENGTH = 448
_MAX_PROMPT_TOKENS = 100
"""A long prompt slows every step; 223 is what the model could take."""

_REHEARSED_SECONDS = 15
_REHEARSED_TOKENS = 24

_engine: Any = ctranslate2
"""CTranslate2 ships no types."""

Encoded = NDArray[Any]
"""Encoder output of one window, shape `(1, 50 * seconds, d_model)`."""


class WhisperModel:
    """`name` is for messages; `path` a folder with model.bin, config.json, tokenizer.json and a vocabulary."""

    def __init__(
        self, path: Path, *, name: str, device: str, device_index: int, compute_type: str, threads: int, workers: int
    ) -> None:
        """Raises ModelUnusable for broken or missing files, InvalidOption for what this machine cannot do."""
        self.name = name
        device = _usable_device(device)
        self._tokenizer = _load_tokenizer(path, name)
        self.workers = workers
        self._model: Any = _load_model(path, name, (device, device_index), compute_type, (workers, threads))
        self._mel = LogMel(self._model.n_mels)
        self.multilingual: bool = self._model.is_multilingual

    def tokenizer(self, language: str, task: str) -> Tokenizer:
        """The tokenizer for one language and task.

        Raises InvalidOption if the model does not know the language, or only English and more was asked.
        """
        if not self.multilingual and (language != "en" or task != "transcribe"):
            option, value = ("language", language) if language != "en" else ("task", task)
            raise InvalidOption(option, value, f"{self.name} only writes down English")
        try:
            tokenizer = Tokenizer(self._tokenizer, self.multilingual, task=task, language=language)
        except ValueError as error:
            raise InvalidOption("language", language, f"{self.name} does not know it") from error
        if self.multilingual and tokenizer.language is None:
            raise InvalidOption("language", language, f"{self.name} does not know it")
        return tokenizer

    def encode(self, samples: NDArray[np.float32], seconds: int) -> Encoded:
        """Encoder output for `samples` padded with silence to `seconds`."""
        features = self._mel(samples, seconds)
        try:
            return np.asarray(self._model.encode(_engine.StorageView.from_array(features), to_cpu=True))
        except RuntimeError as error:
            raise ModelUnusable(self.name, f"encoding failed: {error}") from error

    def languages(self, encoded: Sequence[Encoded]) -> list[list[tuple[str, float]]]:
        """Per encoder output, all of one length: (language code, probability), most likely first."""
        rows = cast(list[list[tuple[str, float]]], self._model.detect_language(_stack(encoded)))
        return [[(token.strip("<|>"), float(probability)) for token, probability in row] for row in rows]

    def decode(self, encoded: Sequence[Encoded], tokenizer: Tokenizer, prompt: str, how: Rung) -> list[Attempt]:
        """One attempt per encoder output; all outputs must have the same length."""
        start = _prompt_tokens(tokenizer, prompt if how.keep_prompt else "")
        new_tokens = encoded[0].shape[1] // 50 * _TOKENS_PER_SECOND + _SPARE_TOKENS
        try:
            results = self._model.generate(
                _stack(encoded),
                [start] * len(encoded),
                beam_size=how.beam_size,
                repetition_penalty=how.repetition_penalty,
                no_repeat_ngram_size=how.no_repeat_ngram,
                # CTranslate2 takes half of this as the limit for new tokens.
                max_length=min(_MAX_LENGTH, max(2 * new_tokens, new_tokens + len(start))),
                return_scores=True,
                return_no_speech_prob=True,
                suppress_blank=True,
                suppress_tokens=[-1],
            )
        except RuntimeError as error:
            raise ModelUnusable(self.name, f"decoding failed: {error}") from error
        return [_attempt(result, tokenizer) for result in cast(list[Any], results)]

    def align(
        self, encoded: Sequence[Encoded], tokenizer: Tokenizer, tokens: Sequence[Sequence[int]], steps: Sequence[int]
    ) -> list[tuple[list[tuple[int, int]], list[float]]]:
        """Per window the path of (token, step of 20 ms) pairs and the probability of each token.

        All outputs must have the same length and each window some tokens. `steps` is how many steps are sound rather
        than padding.
        """
        try:
            results = self._model.align(
                _stack(encoded),
                tokenizer.sot_sequence,
                [list(row) for row in tokens],
                [2 * count for count in steps],
            )
        except RuntimeError as error:
            raise ModelUnusable(self.name, f"aligning failed: {error}") from error
        return [(list(result.alignments), list(result.text_token_probs)) for result in cast(list[Any], results)]

    def rehearse(self) -> None:
        """Encode and decode a window of noise, about as much work as one of speech; for timing."""
        noise = np.random.default_rng(0).standard_normal(_REHEARSED_SECONDS * SAMPLE_RATE).astype(np.float32)
        encoded = self.encode(noise, _REHEARSED_SECONDS)
        start = _prompt_tokens(self.tokenizer("en", "transcribe"), "")
        self._model.generate(
            _stack([encoded]),
            [start],
            beam_size=5,
            max_length=2 * _REHEARSED_TOKENS,
            suppress_tokens=[-1, self._tokenizer.token_to_id("<|endoftext|>")],
        )

    def close(self) -> None:
        """Free the weights."""
        self._model.unload_model()


def _stack(encoded: Sequence[Encoded]) -> Any:
    return _engine.StorageView.from_array(np.ascontiguousarray(np.concatenate(encoded)))


def _prompt_tokens(tokenizer: Tokenizer, prompt: str) -> list[int]:
    """What the decoder starts from. A prompt that is too long loses its beginning."""
    before: list[int] = []
    if prompt:
        before = [tokenizer.sot_prev, *tokenizer.encode(" " + prompt.strip())[-_MAX_PROMPT_TOKENS:]]
    return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]


def _attempt(result: Any, tokenizer: Tokenizer) -> Attempt:
    ids = cast(list[int], result.sequences_ids[0])
    tokens = tuple(token for token in ids if token < tokenizer.eot)
    return Attempt(
        tokens=tokens,
        text=tokenizer.decode(list(tokens)).strip(),
        # The score is the mean over the tokens without the end; Whisper's thresholds are for the mean with it.
        avg_logprob=float(result.scores[0]) * len(ids) / (len(ids) + 1),
        no_speech_prob=float(result.no_speech_prob),
    )


def _load_tokenizer(path: Path, name: str) -> tokenizers.Tokenizer:
    try:
        return tokenizers.Tokenizer.from_buffer((path / "tokenizer.json").read_bytes())
    except OSError as error:
        raise ModelUnusable(name, f"tokenizer.json: {error.strerror}") from error
    except ValueError as error:
        raise ModelUnusable(name, f"tokenizer.json: {error}") from error


def _usable_device(device: str) -> str:
    """cpu or cuda. Raises InvalidOption for another name, and for cuda where there is none."""
    if device not in ("cpu", "cuda", "auto"):
        raise InvalidOption("device", device, "choose cpu, cuda or auto")
    has_gpu = device != "cpu" and _engine.get_cuda_device_count() > 0
    if device == "cuda" and not has_gpu:
        raise InvalidOption("device", device, "CTranslate2 finds no CUDA GPU on this machine")
    return "cuda" if has_gpu else "cpu"


def _load_model(path: Path, name: str, where: tuple[str, int], compute_type: str, layout: tuple[int, int]) -> Any:
    device, device_index = where
    workers, threads = layout
    if compute_type == "auto":
        compute_type = "float16" if device == "cuda" else "int8"
    try:
        model = _engine.models.Whisper(
            str(path),
            device=device,
            device_index=device_index,
            compute_type=compute_type,
            inter_threads=workers,
            intra_threads=threads,
        )
    except ValueError as error:
        raise InvalidOption("compute_type", compute_type, str(error)) from error
    except (RuntimeError, MemoryError) as error:
        raise ModelUnusable(name, str(error)) from error
    _log.info("loaded %s on %s as %s", name, device, model.compute_type)
    return model
