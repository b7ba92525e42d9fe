"""Aliases: where a text has a spelling that the glossary names, found in one pass over the text.

Capitals make no difference. Letters of scripts that part words by spaces match whole words only; Chinese, Japanese,
Korean and Thai match anywhere. Among overlapping spellings the leftmost wins, then the longest.
"""

import re
from collections.abc import Iterator

from tingwu.domain.transcript import CorrectionReason
from tingwu.speech.chinese import convert
from tingwu.speech.glossary import Entry, Glossary
from tingwu.speech.replacement import Replacement

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNSPACED = re.compile(rf"[{_HAN}\u3040-\u30ff\uac00-\ud7af\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_HAN_BORDER = re.compile(rf"(?<=[{_HAN}])\s*(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])\s*(?=[{_HAN}])")
_GOES_ON = re.compile(r"['’](?!s\b)\w", re.IGNORECASE)


class AliasIndex:
    """All spellings of a glossary, by their first character."""

    def __init__(self, glossary: Glossary) -> None:
        self._canonical: dict[str, str] = {}
        self._own_case: set[str] = set()
        for entry in glossary.entries:
            self._add(entry)
        lengths: dict[str, set[int]] = {}
        for spelling in self._canonical:
            lengths.setdefault(spelling[0], set()).add(len(spelling))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, text: str) -> Iterator[Replacement]:
        """Every spelling in `text` from left to right; one that is right already is replaced by itself."""
        folded = fold(text)
        at = 0
        while at < len(folded):
            end = self._end(text, folded, at)
            if end > at:
                spelling = folded[at:end]
                written = text[at:end] if spelling in self._own_case else self._canonical[spelling]
                yield Replacement(start=at, end=end, text=written, reason=CorrectionReason.GLOSSARY_ALIAS)
            at = max(end, at + 1)

    def _end(self, text: str, folded: str, at: int) -> int:
        """Where the longest spelling that begins at `at` ends; `at` if there is none."""
        for length in self._lengths.get(folded[at], ()):
            end = at + length
            if end <= len(folded) and folded[at:end] in self._canonical and is_whole(text, at, end):
                return end
        return at

    def _add(self, entry: Entry) -> None:
        own = fold(entry.canonical)
        for spelling in _spellings((entry.canonical, *entry.aliases)):
            self._canonical.setdefault(fold(spelling), entry.canonical)
        if not _has_own_case(entry.canonical) and all(fold(alias) != own for alias in entry.aliases):
            self._own_case.add(own)


def fold(text: str) -> str:
    """`text` in small letters, as many as it has characters."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word goes on across either edge of `text[start:end]`."""
    before = start > 0 and _spaced(text[start - 1]) and _spaced(text[start])
    after = end < len(text) and _spaced(text[end - 1]) and (_spaced(text[end]) or bool(_GOES_ON.match(text, end)))
    return not before and not after


def _spaced(char: str) -> bool:
    return char.isalnum() and not _UNSPACED.match(char)


def _spellings(names: tuple[str, ...]) -> Iterator[str]:
    """The names with and without spaces around Chinese, in either Chinese script."""
    for name in names:
        yield name
        if re.search(f"[{_HAN}]", name):
            for spaced in (name, _HAN_BORDER.sub("", name), _HAN_BORDER.sub(" ", name)):
                yield from (spaced, convert(spaced, "simplified"), convert(spaced, "traditional"))


def _has_own_case(canonical: str) -> bool:
    """Whether only the term is spelled so: CTranslate2, Hannah Price. `Price` and `IT` are plain words as well."""
    return " " in canonical or not (canonical.isupper() or canonical[1:].islower()) or any(map(str.isdigit, canonical))
