"""Phrasers: which model cuts which script into words and phrases.

Phrase edges come from BudouX (https://github.com/google/budoux), a small boosted classifier on character n-grams. Its
Chinese models now and then cut through a word, so for Chinese an edge must also be one of jieba's word edges
(https://github.com/fxsjy/jieba, a dictionary and a path of greatest probability).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import budoux

from tingwu.chinese_words import chinese_words

_TRADITIONAL = frozenset("們個這說對過還時會來國學為於與後經話問題開關業員實現點麼樣沒嗎長門見電車書東應讓發")
_CHINESE = ("zh", "yue")

Cut = Callable[[str], Iterable[str]]
"""Cuts a text into parts that joined are the text again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phraser:
    """`phrases` and `words` cut a text; `words` is None where phrases are all there is to know."""

    phrases: Cut
    words: Cut | None = None

    def edges(self, text: str) -> tuple[frozenset[int], frozenset[int] | None]:
        """Offsets in `text` at which phrases end, and at which words end."""
        return _ends(self.phrases(text)), None if self.words is None else _ends(self.words(text))


def phraser_for(text: str, language: str) -> Phraser | None:
    """The phraser for `text` in `language` (ISO 639-1 code); None where spaces part the words."""
    if any("\u0e01" <= char <= "\u0e5b" for char in text):
        return _budoux("th")
    if language not in _CHINESE and any("\u3041" <= char <= "\u30fa" for char in text):
        return _budoux("ja")
    if not any("\u3400" <= char <= "\u9fff" for char in text):
        return None
    traditional = language == "yue" or any(char in _TRADITIONAL for char in text)
    return _budoux("zh-hant" if traditional else "zh-hans")


@cache
def _budoux(name: str) -> Phraser:
    """Cached, because models are files and do not change."""
    if name == "th":
        return Phraser(phrases=budoux.load_default_thai_parser().parse)
    if name == "ja":
        return Phraser(phrases=budoux.load_default_japanese_parser().parse)
    if name == "zh-hant":
        return Phraser(phrases=budoux.load_default_traditional_chinese_parser().parse, words=chinese_words().cut)
    return Phraser(phrases=budoux.load_default_simplified_chinese_parser().parse, words=chinese_words().cut)


def _ends(parts: Iterable[str]) -> frozenset[int]:
    return frozenset(accumulate(len(part) for part in parts))
