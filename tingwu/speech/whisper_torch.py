"""One loaded Whisper model on torch, in Hugging Face's format: encode, decode, align. Foreign errors end here.

Only safetensors are read, from a local folder; nothing is fetched and no code of the folder runs. Windows are always
padded to 30 s, which is what these models take. Beams are searched by transformers; the scores, word probabilities and
attention come from one more pass over the finished text. One call at a time.
"""

# pyright: reportMissingTypeStubs=false

import gc
import logging
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import safetensors
import torch
from faster_whisper.tokenizer import Tokenizer
from transformers import (
    GenerationConfig,
    GenerationMixin,
    LogitsProcessor,
    LogitsProcessorList,
    WhisperForConditionalGeneration,
)
from transformers.modeling_outputs import BaseModelOutput
from transformers.utils.logging import disable_progress_bar

from tingwu.errors import ModelUnusable
from tingwu.speech.asr import Samples
from tingwu.speech.attention import align_tokens
from tingwu.speech.device_guard import Placement
from tingwu.speech.quality import Attempt, Rung
from tingwu.speech.torch_attention import AttentionWatch
from tingwu.speech.whisper_encoded import Encoded
from tingwu.speech.whisper_features import FULL_SECONDS, LogMel
from tingwu.speech.whisper_folder import language_tokens, read_checkpoint, read_tokenizer
from tingwu.speech.whisper_tokens import MAX_LENGTH, most_tokens, prompt_tokens, tokenizer_for

_log = logging.getLogger(__name__)

# Their types are only partly known.
_MODELS: Any = WhisperForConditionalGeneration
_CONFIGS: Any = GenerationConfig
_SEARCH: Any = GenerationMixin


class TorchWhisper:
    """`name` is for messages; `folder` holds config.json, safetensors and a tokenizer."""

    def __init__(self, folder: Path, *, name: str, threads: int) -> None:
        """Reads all but the weights, which `move` loads. Raises ModelUnusable for broken, missing and foreign files.

        `threads` > 0 sets torch's number for the whole process.
        """
        self.name = name
        self.workers = 1
        self._checkpoint = read_checkpoint(folder, name)
        self._tokenizer = read_tokenizer(folder, name)
        self._mel = LogMel(self._checkpoint.n_mels)
        self.multilingual = self._checkpoint.multilingual
        self._model: Any = None
        self._turn = threading.RLock()
        if threads > 0:
            torch.set_num_threads(threads)

    def move(self, placement: Placement) -> None:
        """Load the weights at a place and give up those of the place before. Raises ModelUnusable."""
        self.close()
        disable_progress_bar()  # it would write between our own lines on stderr
        device = f"cuda:{placement.device_index[0]}" if placement.device == "cuda" else "cpu"
        with self._running("loading"):
            try:
                model = _MODELS.from_pretrained(
                    self._checkpoint.path,
                    dtype=getattr(torch, placement.compute_type),
                    use_safetensors=True,
                    local_files_only=True,
                    trust_remote_code=False,
                )
            except (OSError, ValueError, KeyError, ImportError, safetensors.SafetensorError) as error:
                raise ModelUnusable(self.name, f"{type(error).__name__}: {error}"[:300]) from error
            self._model = model.to(device).eval()
        # All that is chosen is told in each call.
        self._model.generation_config = _CONFIGS()
        _log.info("loaded %s on %s as %s", self.name, device, placement.compute_type)

    def tokenizer(self, language: str, task: str) -> Tokenizer:
        """The tokenizer for one language and task. Raises InvalidOption for what the model does not know."""
        return tokenizer_for(self._tokenizer, self.name, multilingual=self.multilingual, language=language, task=task)

    def encode(self, samples: Samples, seconds: int) -> Encoded:
        """Encoder output for `samples`, padded with silence to 30 s whatever `seconds` says."""
        return self.encode_all([samples], seconds)[0]

    def encode_all(self, windows: Sequence[Samples], seconds: int) -> list[Encoded]:
        """Encoder outputs of windows, each a tensor of shape `(1, 1500, d_model)`."""
        features = np.concatenate([self._mel(samples, FULL_SECONDS) for samples in windows])
        with self._running("encoding"):
            batch = torch.tensor(features, device=self._model.device, dtype=self._model.dtype)
            output = self._model.model.encoder(batch).last_hidden_state
        return list(output.split(1))

    def languages(self, encoded: Sequence[Encoded]) -> list[list[tuple[str, float]]]:
        """Per encoder output: (language code, probability), most likely first."""
        return [self._languages(row) for row in encoded]

    def _languages(self, encoded: Encoded) -> list[tuple[str, float]]:
        tokenizer = self.tokenizer("en", "transcribe")
        codes = language_tokens(self._tokenizer)
        with self._running("hearing the language"):
            hidden = self._read([encoded], [[tokenizer.sot]])
            logits = self._logits(hidden[0, -1])[list(codes.values())]
        chances = [float(chance) for chance in torch.softmax(logits, dim=-1)]
        return sorted(zip(codes, chances, strict=True), key=lambda pair: -pair[1])

    def decode(self, encoded: Sequence[Encoded], tokenizer: Tokenizer, prompt: str, how: Rung) -> list[Attempt]:
        """One attempt per encoder output."""
        start = prompt_tokens(tokenizer, prompt if how.keep_prompt else "")
        room = min(most_tokens(encoded[0].shape[1]), MAX_LENGTH - len(start) - 1)
        with self._running("decoding"):
            found = _SEARCH.generate(
                self._model,
                encoder_outputs=BaseModelOutput(last_hidden_state=_joined(encoded)),
                decoder_input_ids=torch.tensor([start] * len(encoded), device=self._model.device),
                generation_config=_CONFIGS(
                    num_beams=how.beam_size,
                    do_sample=False,
                    early_stopping=how.beam_size > 1,
                    max_new_tokens=room,
                    repetition_penalty=how.repetition_penalty,
                    no_repeat_ngram_size=how.no_repeat_ngram,
                    decoder_start_token_id=tokenizer.sot,
                    eos_token_id=tokenizer.eot,
                    pad_token_id=tokenizer.no_timestamps,
                ),
                logits_processor=LogitsProcessorList([self._only_text(tokenizer, len(start))]),
            )
            written = [_until(row[len(start) :], tokenizer.eot) for row in found.tolist()]
            return self._attempts(encoded, tokenizer, start, written)

    def align(
        self, encoded: Sequence[Encoded], tokenizer: Tokenizer, tokens: Sequence[Sequence[int]], steps: Sequence[int]
    ) -> list[tuple[list[tuple[int, int]], list[float]]]:
        """Per window the path of (token, step of 20 ms) pairs and the probability of each token.

        `steps` is how many steps are sound rather than padding.
        """
        start = [*tokenizer.sot_sequence, tokenizer.no_timestamps]
        rows = [[*start, *row, tokenizer.eot] for row in tokens]
        aligned: list[tuple[list[tuple[int, int]], list[float]]] = []
        watch = AttentionWatch(self._model.model.decoder, self._checkpoint.alignment_heads)
        with self._running("aligning"), watch:
            hidden = self._read(encoded, rows)
            for i, row in enumerate(tokens):
                path = align_tokens(watch.weights(i, len(rows[i]) - 1, steps[i]), len(start) - 1)
                logits = self._logits(hidden[i, len(start) - 1 : len(rows[i]) - 2])[:, : tokenizer.eot]
                chances = torch.softmax(logits, dim=-1)[torch.arange(len(row)), torch.tensor(list(row))]
                aligned.append((path, [float(chance) for chance in chances]))
        return aligned

    def close(self) -> None:
        """Free the weights."""
        with self._turn:
            self._model = None
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _attempts(
        self, encoded: Sequence[Encoded], tokenizer: Tokenizer, start: list[int], written: list[list[int]]
    ) -> list[Attempt]:
        """The written texts with the model's own opinion of them."""
        hidden = self._read(encoded, [[*start, *row] for row in written])
        speech = start.index(tokenizer.sot)
        never = self._only_text(tokenizer, len(start)).never.cpu()
        attempts: list[Attempt] = []
        for i, row in enumerate(written):
            logits = self._logits(hidden[i, len(start) - 1 : len(start) + len(row)])
            logits[:, never] = -torch.inf
            chosen = torch.log_softmax(logits, dim=-1)[torch.arange(len(row) + 1), torch.tensor([*row, tokenizer.eot])]
            nothing = torch.softmax(self._logits(hidden[i, speech]), dim=-1)[tokenizer.no_speech]
            tokens = tuple(token for token in row if token < tokenizer.eot)
            attempts.append(
                Attempt(
                    tokens=tokens,
                    text=tokenizer.decode(list(tokens)).strip(),
                    avg_logprob=float(chosen.mean()),
                    no_speech_prob=float(nothing),
                )
            )
        return attempts

    def _read(self, encoded: Sequence[Encoded], rows: Sequence[Sequence[int]]) -> torch.Tensor:
        """The decoder's last layer for rows of tokens, padded at their ends, which no earlier token sees."""
        longest = max(map(len, rows))
        padded = [[*row, *[row[-1]] * (longest - len(row))] for row in rows]
        ids = torch.tensor(padded, device=self._model.device)
        decoder = self._model.model.decoder
        return decoder(input_ids=ids, encoder_hidden_states=_joined(encoded), use_cache=False).last_hidden_state

    def _logits(self, hidden: torch.Tensor) -> torch.Tensor:
        return self._model.proj_out(hidden).float().cpu()

    def _only_text(self, tokenizer: Tokenizer, start: int) -> "_OnlyText":
        """Suppresses what is no text: what the checkpoint names, and all times."""
        named = self._checkpoint.suppressed
        no_text = tuple(tokenizer.non_speech_tokens) if named is None else named
        never = torch.zeros(self._checkpoint.vocabulary, dtype=torch.bool, device=self._model.device)
        never[list(no_text)] = True
        never[tokenizer.timestamp_begin :] = True
        first = never.clone()
        first[list(self._checkpoint.suppressed_first)] = True
        return _OnlyText(never, first, start)

    @contextmanager
    def _running(self, what: str) -> Generator[None]:
        """One call at a time; torch's errors become ours."""
        with self._turn, torch.inference_mode():
            try:
                yield
            except (RuntimeError, AssertionError) as error:  # the second from a torch without CUDA
                raise ModelUnusable(self.name, f"{what} failed: {error}"[:300]) from error


class _OnlyText(LogitsProcessor):
    """Takes `never` out of every step and `first` out of the first; masks of the vocabulary. `start` tokens are told.

    The one of transformers compares every token with every suppressed one in each step.
    """

    def __init__(self, never: torch.Tensor, first: torch.Tensor, start: int) -> None:
        self.never = never
        self._first = first
        self._start = start

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """`scores` `(rows, vocabulary)` without what may not follow `input_ids` `(rows, tokens)`."""
        mask = self._first if input_ids.shape[1] == self._start else self.never
        return scores.masked_fill(mask, -torch.inf)


def _joined(encoded: Sequence[Encoded]) -> torch.Tensor:
    return torch.cat(list(cast(Sequence[torch.Tensor], encoded)))


def _until(row: list[int], end: int) -> list[int]:
    """Tokens before the first `end`."""
    return row[: row.index(end)] if end in row else row
