"""Text against reference: both made alike, aligned, and what differs counted, deletions apart.

Words count in most languages, characters where words are not written apart. What is made alike: letter case and forms
(NFKC), punctuation, the Chinese script, numbers in Chinese (digits against characters) and in English (digits against
words). Numbers of other languages are not: there a digit against a number word is an error.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from tingwu.registry import Registry
from tingwu.speech.chinese import convert
from tingwu.text.numbers import in_digits

Unit = Literal["word", "character"]

_BY_CHARACTER = frozenset({"zh", "yue", "ja", "th", "lo", "km", "my"})
_CHINESE = frozenset({"zh", "yue"})
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_MIXED = re.compile(rf"[{_HAN}]|\d+(?:[.:]\d+)*%?|[^\W\d_{_HAN}]+")

_ALIGNERS: Registry[Callable[[str, str], Any]] = Registry(
    kind="aligner", targets={"jiwer": "jiwer:process_words"}, extras={"jiwer": "bench"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What turns a reference into what was written, in units."""

    hits: int = 0
    substitutions: int = 0
    insertions: int = 0
    deletions: int = 0

    @property
    def reference(self) -> int:
        """Units of the reference."""
        return self.hits + self.substitutions + self.deletions

    @property
    def rate(self) -> float:
        """Errors by units of the reference; 0 without a reference."""
        wrong = self.substitutions + self.insertions + self.deletions
        return wrong / self.reference if self.reference else 0.0

    def __add__(self, other: "Edits") -> "Edits":
        return Edits(
            hits=self.hits + other.hits,
            substitutions=self.substitutions + other.substitutions,
            insertions=self.insertions + other.insertions,
            deletions=self.deletions + other.deletions,
        )


def unit_of(language: str) -> Unit:
    """What is counted in a language."""
    return "character" if language in _BY_CHARACTER else "word"


def compare(reference: str, written: str, language: str) -> Edits:
    """Edits in the language's own unit. Raises BackendNotInstalled without the extra `bench`."""
    return count(units(reference, language), units(written, language))


def compare_mixed(reference: str, written: str, language: str) -> Edits:
    """Edits per Han character, number and word of other scripts: the fair unit for Chinese with English in it."""
    return count(mixed_units(reference, language), mixed_units(written, language))


def units(text: str, language: str) -> tuple[str, ...]:
    """The units of a text that are compared."""
    if unit_of(language) == "character":
        return tuple(character for character in _alike(text, language) if _counts(character))
    return tuple(_normaliser("en" if language == "en" else "")(text).split())


def mixed_units(text: str, language: str) -> tuple[str, ...]:
    """Han characters, numbers and words of other scripts."""
    return tuple(_MIXED.findall(_alike(text, language)))


def count(reference: Sequence[str], written: Sequence[str]) -> Edits:
    """The fewest edits between two sequences of units."""
    found = align(reference, written)
    return Edits(
        hits=found.hits, substitutions=found.substitutions, insertions=found.insertions, deletions=found.deletions
    )


def align(reference: Sequence[str], written: Sequence[str]) -> Any:
    """jiwer's alignment of two sequences of units, none of which holds a space."""
    return _ALIGNERS.get("jiwer")(" ".join(reference), " ".join(written))


def _alike(text: str, language: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    if language not in _CHINESE:
        return plain
    # A lone 一 may be a number or not: on both sides alike, so that neither spelling is an error.
    return in_digits(convert(plain, "simplified")).replace("一", "1")


def _counts(character: str) -> bool:
    """Letters, the marks that belong to them, digits and the percent sign."""
    return character == "%" or unicodedata.category(character)[0] in "LMN"


@cache
def _normaliser(language: str) -> Callable[[str], str]:
    from transformers.models.whisper import english_normalizer as whisper  # noqa: PLC0415  # slow to import

    normalisers: Any = whisper
    return normalisers.EnglishTextNormalizer({}) if language == "en" else normalisers.BasicTextNormalizer()
