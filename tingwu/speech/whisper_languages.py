"""Which languages a Whisper model writes down, read off its folder before anything of it is loaded.

A folder that does not say, or says it wrongly, is not judged here: the engine that loads it does that.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from tingwu.errors import InvalidOption
from tingwu.speech.asr import AsrOptions
from tingwu.speech.language import CODES

_ENGLISH = frozenset({"en"})
_END_OF_ENGLISH = 50256
"""Number of the token <|endoftext|> in models for English alone; the others have it one later."""


def check_languages(folder: Path, name: str, options: AsrOptions) -> None:
    """Raises InvalidOption for a language or task of `options` that the model `name` in `folder` does not know."""
    asked = [options.language] if options.language else list(options.languages)
    known = known_languages(folder) if asked or options.task != "transcribe" else None
    if known is None:
        return
    for language in asked:
        if language not in known:
            raise unknown_language(name, language, multilingual=known != _ENGLISH)
    if options.task != "transcribe" and known == _ENGLISH:
        raise only_english(name, "task", options.task)


def known_languages(folder: Path) -> frozenset[str] | None:
    """Codes of the languages that the model in `folder` writes down; None if its files do not say."""
    tokens = dict(_special_tokens(folder))
    codes = frozenset(code for code in CODES if f"<|{code}|>" in tokens)
    if not codes:
        return None
    return _ENGLISH if tokens.get("<|endoftext|>") == _END_OF_ENGLISH else codes


def unknown_language(name: str, language: str, *, multilingual: bool) -> InvalidOption:
    """What to say about a language that the model `name` does not know."""
    if not multilingual:
        return only_english(name, "language", language)
    detail = f"{name} does not know it; choose another language, or a model that knows it such as whisper-large-v3"
    return InvalidOption("language", language, detail)


def only_english(name: str, option: str, value: str) -> InvalidOption:
    """What to say if something was asked of the English model `name` that takes more than English."""
    return InvalidOption(option, value, f"{name} only writes down English; choose a multilingual model")


def _special_tokens(folder: Path) -> Iterator[tuple[str, int]]:
    """(text, number) of the tokens that are no text: in tokenizer.json, or in added_tokens.json of older folders."""
    listed = _read(folder / "tokenizer.json").get("added_tokens")
    for token in cast(list[Any], listed) if isinstance(listed, list) else []:
        match token:
            case {"content": str(text), "id": int(number)}:
                yield text, number
            case _:
                continue
    yield from _read(folder / "added_tokens.json").items()


def _read(path: Path) -> dict[str, Any]:
    try:
        read: Any = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return cast(dict[str, Any], read) if isinstance(read, dict) else {}
