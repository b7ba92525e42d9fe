"""Chinese words: jieba's dictionary, read once in a process for every stage that cuts, tags or weighs Chinese.

Read by itself: jieba would trust a cache file in the temporary folder that anybody may have put there.
"""

import logging
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from sys import intern
from threading import Lock
from typing import Protocol, cast

_READING = Lock()
"""Held while the dictionary is read, so that threads which ask meanwhile wait for it and do not read another."""


class _Cutter(Protocol):
    def cut(self, sentence: str) -> Iterable[str]: ...


class ChineseWords:
    """`frequencies` tells how often a word was seen in a large corpus; 0 for what only begins a longer word."""

    def __init__(self, cutter: _Cutter, tags: Mapping[str, str], frequencies: Mapping[str, int]) -> None:
        self._cutter = cutter
        self._tags = tags
        self.frequencies = frequencies

    def cut(self, text: str) -> tuple[str, ...]:
        """The words of `text`, in order; joined they are `text` again."""
        return tuple(self._cutter.cut(text))

    def tag(self, word: str) -> str:
        """`n` noun, `nr` person, `ns` place, `v` verb ...; empty for a word that the dictionary lacks."""
        return self._tags.get(word, "")


def chinese_words() -> ChineseWords:
    """jieba with its own dictionary. The first call of a process takes about a second, the others no time."""
    with _READING:
        return _read()


@cache
def _read() -> ChineseWords:
    frequencies: dict[str, int] = {}
    tags: dict[str, str] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        jieba = import_module("jieba")  # here, because only Chinese needs it
        dictionary = files("jieba").joinpath("dict.txt").read_text(encoding="utf-8")
    _silence()
    for line in dictionary.splitlines():
        word, frequency, tag = line.split(" ")
        frequencies[word] = int(frequency)
        tags[word] = intern(tag)
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies, sum(frequencies.values()), True
    return ChineseWords(cast(_Cutter, tokenizer), tags, frequencies)


def _silence() -> None:
    logger = logging.getLogger("jieba")
    logger.handlers.clear()
    logger.setLevel(logging.WARNING)
