"""Tokens of Whisper: the tokenizer of a model folder, what the decoder starts from, and how much it may write."""

# pyright: reportMissingTypeStubs=false

from pathlib import Path

import tokenizers
from faster_whisper.tokenizer import Tokenizer

from tingwu.errors import ModelUnusable
from tingwu.speech.whisper_languages import only_english, unknown_language

MAX_LENGTH = 448
"""Positions of the decoder, prompt included."""
_TOKENS_PER_SECOND = 14
_SPARE_TOKENS = 24
"""Longest answer. Generous: it only has to end a loop, and scripts outside the vocabulary take 2-3 tokens a letter."""
_MAX_PROMPT_TOKENS = 100
"""A long prompt slows every step; 223 is what the model could take."""


def load_tokenizer(path: Path, name: str) -> tokenizers.Tokenizer:
    """The tokenizer.json of the folder `path`. Raises ModelUnusable about the model `name`."""
    try:
        return tokenizers.Tokenizer.from_buffer((path / "tokenizer.json").read_bytes())
    except OSError as error:
        raise ModelUnusable(name, f"tokenizer.json: {error.strerror}") from error
    except ValueError as error:
        raise ModelUnusable(name, f"tokenizer.json: {error}") from error


def tokenizer_for(
    loaded: tokenizers.Tokenizer, name: str, *, multilingual: bool, language: str, task: str
) -> Tokenizer:
    """The tokenizer for one language and task.

    Raises InvalidOption if the model `name` does not know the language, or only English and more was asked.
    """
    if not multilingual and (language != "en" or task != "transcribe"):
        raise only_english(name, *(("language", language) if language != "en" else ("task", task)))
    try:
        tokenizer = Tokenizer(loaded, multilingual, task=task, language=language)
    except ValueError as error:
        raise unknown_language(name, language, multilingual=multilingual) from error
    if multilingual and tokenizer.language is None:
        raise unknown_language(name, language, multilingual=multilingual)
    return tokenizer


def prompt_tokens(tokenizer: Tokenizer, prompt: str) -> list[int]:
    """What the decoder starts from. A prompt that is too long loses its beginning."""
    before: list[int] = []
    if prompt:
        before = [tokenizer.sot_prev, *tokenizer.encode(" " + prompt.strip())[-_MAX_PROMPT_TOKENS:]]
    return [*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]


def most_tokens(steps: int) -> int:
    """The most that a window may say whose encoder output has so many steps of 20 ms."""
    return steps // 50 * _TOKENS_PER_SECOND + _SPARE_TOKENS
