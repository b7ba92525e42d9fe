"""A folder with a Whisper checkpoint in Hugging Face's format: what is in it, and what of it may be read.

Weights are read from safetensors only. A pickle can run code when it is opened, so `pytorch_model.bin` is refused, with
a word on what to do. Nothing here loads weights.
"""

# pyright: reportMissingTypeStubs=false

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import tokenizers
from faster_whisper.tokenizer import _LANGUAGE_CODES  # pyright: ignore[reportPrivateUsage]
from transformers import AutoTokenizer

from tingwu.errors import ModelUnusable
from tingwu.speech.whisper_tokens import load_tokenizer

_TOKENIZERS: Any = AutoTokenizer
_MULTILINGUAL_WORDS = 51865
"""The vocabulary of models that know more than English has so many tokens or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What the folder `path` says of its model.

    `alignment_heads` are (layer, head) pairs whose attention follows the sound. `suppressed` tokens are no text (None:
    the checkpoint does not say), `suppressed_first` may not begin one.
    """

    path: Path
    n_mels: int
    vocabulary: int
    alignment_heads: tuple[tuple[int, int], ...]
    suppressed: tuple[int, ...] | None
    suppressed_first: tuple[int, ...]

    @property
    def multilingual(self) -> bool:
        """Whether it knows more than English."""
        return self.vocabulary >= _MULTILINGUAL_WORDS


def read_checkpoint(path: Path, name: str) -> Checkpoint:
    """What the folder says. Raises ModelUnusable about the model `name` for what is missing, foreign or unsafe."""
    config = _read_json(path / "config.json", name)
    if config.get("model_type") != "whisper":
        raise ModelUnusable(name, f"config.json: model_type is {config.get('model_type')!r}, not 'whisper'")
    if not any(path.glob("*.safetensors")):
        pickles = [file.name for pattern in ("*.bin", "*.pt", "*.pth", "*.ckpt") for file in path.glob(pattern)]
        found = f"; {pickles[0]} is a pickle, which may run code: save it again as safetensors" if pickles else ""
        raise ModelUnusable(name, f"no .safetensors file in {path}{found}")
    generation = path / "generation_config.json"
    said = {**config, **(_read_json(generation, name) if generation.exists() else {})}
    try:
        suppressed = said.get("suppress_tokens")
        return Checkpoint(
            path=path,
            n_mels=int(config["num_mel_bins"]),
            vocabulary=int(config["vocab_size"]),
            alignment_heads=_heads(said.get("alignment_heads"), config),
            suppressed=None if suppressed is None else tuple(int(token) for token in suppressed),
            suppressed_first=tuple(int(token) for token in said.get("begin_suppress_tokens") or ()),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnusable(name, f"config.json: {type(error).__name__}: {error}") from error


def read_tokenizer(path: Path, name: str) -> tokenizers.Tokenizer:
    """The folder's tokenizer, from tokenizer.json or the older vocab.json and merges.txt. Raises ModelUnusable."""
    found = load_tokenizer(path, name) if (path / "tokenizer.json").exists() else _older_tokenizer(path, name)
    if found.token_to_id("<|startoftranscript|>") is None:
        raise ModelUnusable(name, f"no tokenizer of Whisper's in {path}")
    return found


def language_tokens(tokenizer: tokenizers.Tokenizer) -> dict[str, int]:
    """Language code -> token, for the languages that the tokenizer has."""
    found = {code: tokenizer.token_to_id(f"<|{code}|>") for code in _LANGUAGE_CODES}
    return {code: token for code, token in found.items() if token is not None}


def _older_tokenizer(path: Path, name: str) -> tokenizers.Tokenizer:
    try:
        found = _TOKENIZERS.from_pretrained(path, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, ImportError, TypeError) as error:
        raise ModelUnusable(name, f"tokenizer: {type(error).__name__}: {error}"[:300]) from error
    return cast(tokenizers.Tokenizer, found.backend_tokenizer)


def _heads(named: list[list[int]] | None, config: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    """The heads that a checkpoint names; else all of the upper half of layers, as openai/whisper does."""
    if named:
        return tuple((int(layer), int(head)) for layer, head in named)
    layers, heads = int(config["decoder_layers"]), int(config["decoder_attention_heads"])
    return tuple((layer, head) for layer in range(layers // 2, layers) for head in range(heads))


def _read_json(path: Path, name: str) -> dict[str, Any]:
    try:
        read: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelUnusable(name, f"{path.name}: {error.strerror}") from error
    except ValueError as error:
        raise ModelUnusable(name, f"{path.name}: {error}") from error
    if not isinstance(read, dict):
        raise ModelUnusable(name, f"{path.name}: not an object")
    return cast(dict[str, Any], read)
