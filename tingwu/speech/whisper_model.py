"""One loaded Whisper model on CTranslate2: encode, decode, align. Foreign types and errors end here.

It keeps nothing between calls but where it runs (see `device_guard`), so the order of calls cannot change a result.
"""

# pyright: reportMissingTypeStubs=false

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, cast

import ctranslate2
import numpy as np
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE
from tingwu.errors import ModelUnusable
from tingwu.speech.device_guard import Placement
from tingwu.speech.quality import Attempt, Rung
from tingwu.speech.whisper_encoded import Encoded, encoded_rows, stack
from tingwu.speech.whisper_features import LogMel
from tingwu.speech.whisper_tokens import MAX_LENGTH, load_tokenizer, most_tokens, prompt_tokens, tokenizer_for

_log = logging.getLogger(__name__)

_REHEARSED_SECONDS = 15
_REHEARSED_TOKENS = 24
_LONG_SECONDS = 30
"""Attention over a window grows with the square of its length: on a CPU one worker at a time encodes a long one, as
second looks are, which takes 30 to 70 MiB off the peak of two."""


class WhisperModel:
    """`name` is for messages; `path` a folder with model.bin, config.json, tokenizer.json and a vocabulary.

    On one GPU encoder outputs stay there. With several, nobody knows which of them does the next call, so outputs come
    back to the CPU in between, as they do without a GPU.
    """

    def __init__(self, path: Path, *, name: str, threads: int, workers: int = 1, engine: Any = ctranslate2) -> None:
        """Reads the tokenizer; `move` loads the weights. Raises ModelUnusable for broken or missing files."""
        self.name = name
        self._path = path
        self._threads = threads
        self.workers = workers
        self._engine = engine
        self._tokenizer = load_tokenizer(path, name)
        self._model: Any = None
        self._one_long = Lock()

    def move(self, placement: Placement) -> None:
        """Load the weights at a place and give up those of the place before. Nothing else may run meanwhile.

        Raises ModelUnusable for broken or missing files and for what the device cannot do.
        """
        if self._model is not None:
            _unload(self._model)
        self._model = self._load(placement)
        self._keep_on_gpu = placement.device == "cuda" and len(placement.device_index) == 1
        self._together = placement.device == "cuda"
        self._mel = LogMel(self._model.n_mels)
        self.multilingual: bool = self._model.is_multilingual
        _log.info("loaded %s on %s as %s", self.name, placement.device, self._model.compute_type)

    def tokenizer(self, language: str, task: str) -> Tokenizer:
        """The tokenizer for one language and task. Raises InvalidOption for what the model does not know."""
        return tokenizer_for(self._tokenizer, self.name, multilingual=self.multilingual, language=language, task=task)

    def encode(self, samples: NDArray[np.float32], seconds: int) -> Encoded:
        """Encoder output for `samples` padded with silence to `seconds`."""
        return self._encode([samples], seconds)[0]

    def encode_all(self, windows: Sequence[NDArray[np.float32]], seconds: int) -> list[Encoded]:
        """Encoder outputs of windows of one length. A GPU takes them at once; a CPU is faster one by one."""
        if self._together and windows:
            return self._encode(windows, seconds)
        return [self.encode(samples, seconds) for samples in windows]

    def _alone(self, seconds: int) -> AbstractContextManager[object]:
        return self._one_long if seconds >= _LONG_SECONDS and not self._together else nullcontext()

    def _encode(self, windows: Sequence[NDArray[np.float32]], seconds: int) -> list[Encoded]:
        features = np.concatenate([self._mel(samples, seconds) for samples in windows])
        try:
            with self._alone(seconds):
                view = self._model.encode(self._engine.StorageView.from_array(features), to_cpu=not self._keep_on_gpu)
            return encoded_rows(view, on_gpu=self._keep_on_gpu)
        except RuntimeError as error:
            raise ModelUnusable(self.name, f"encoding failed: {error}") from error

    def languages(self, encoded: Sequence[Encoded]) -> list[list[tuple[str, float]]]:
        """Per encoder output, all of one length: (language code, probability), most likely first."""
        try:
            rows = cast(list[list[tuple[str, float]]], self._model.detect_language(stack(encoded, self._engine)))
        except RuntimeError as error:
            raise ModelUnusable(self.name, f"hearing the language failed: {error}") from error
        return [[(token.strip("<|>"), float(probability)) for token, probability in row] for row in rows]

    def decode(self, encoded: Sequence[Encoded], tokenizer: Tokenizer, prompt: str, how: Rung) -> list[Attempt]:
        """One attempt per encoder output; all outputs must have the same length."""
        start = prompt_tokens(tokenizer, prompt if how.keep_prompt else "")
        new_tokens = most_tokens(encoded[0].shape[1])
        try:
            results = self._model.generate(
                stack(encoded, self._engine),
                [start] * len(encoded),
                beam_size=how.beam_size,
                repetition_penalty=how.repetition_penalty,
                no_repeat_ngram_size=how.no_repeat_ngram,
                # CTranslate2 takes half of this as the limit for new tokens.
                max_length=min(MAX_LENGTH, max(2 * new_tokens, new_tokens + len(start))),
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
                stack(encoded, self._engine),
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
        start = prompt_tokens(self.tokenizer("en", "transcribe"), "")
        self._model.generate(
            stack([encoded], self._engine),
            [start],
            beam_size=5,
            max_length=2 * _REHEARSED_TOKENS,
            suppress_tokens=[-1, self._tokenizer.token_to_id("<|endoftext|>")],
        )

    def close(self) -> None:
        """Free the weights."""
        _unload(self._model)

    def _load(self, placement: Placement) -> Any:
        where = list(placement.device_index) if placement.device == "cuda" else 0
        try:
            return self._engine.models.Whisper(
                str(self._path),
                device=placement.device,
                device_index=where,
                compute_type=placement.compute_type,
                inter_threads=self.workers,
                intra_threads=self._threads,
            )
        except (RuntimeError, ValueError, MemoryError) as error:
            raise ModelUnusable(self.name, str(error)) from error


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


def _unload(model: Any) -> None:
    """Free the weights, if the device still listens."""
    try:
        model.unload_model()
    except RuntimeError as error:
        _log.warning("the memory of a failed device is not freed: %s", error)
