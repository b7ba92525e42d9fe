"""Where a text may be broken into lines, and how well: phrases for Chinese, Japanese and Thai, clauses for the rest.

Phrases of scripts without spaces are cut by a Phraser; the rest are rules on punctuation, capitals and numbers.
Names are known only by their shape: a run of capitalised words, or one word of a dictionary.
"""

import re
import unicodedata
from collections.abc import Collection
from enum import IntEnum
from itertools import pairwise

from tingwu.writers.phrasers import Phraser


class Break(IntEnum):
    """How good a place is for a line to end; the higher, the better."""

    NEVER = 0
    """Inside a word or number, before closing or after opening punctuation."""
    FORCED = 1
    """Inside a name, phrase or number of several words: only where a line would overflow without it."""
    POOR = 2
    """After a word that leans on the next one: the, of, my, and ..."""
    WORD = 3
    """Between words or phrases."""
    LINK = 4
    """Before a word that begins a new part: and, because, which, to ..."""
    CLAUSE = 5
    """After a comma and its like."""
    SENTENCE = 6
    """After the end of a sentence."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPENING = frozenset("([{<“‘「『《〈【〔（［｛〖$¥€£#@")
_CLOSING = frozenset(
    ")]}>”’」』》〉】〕）］｝〗、，。．！？；：…‥・ー～,.!?;:%％‰°々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
_SENTENCE_END = frozenset(".!?。！？…．")
_CLAUSE_END = frozenset(",;:，、；：—–")
_TRAILERS = "\"'”’)]）」』》】"
_ABBREVIATIONS = _words("mr mrs ms dr prof sr jr st vs fig vol e.g i.e u.s u.k inc ltd co")
_LINKS = _words(
    """and but or nor so because since although though while when where which who that if unless until
    to in on at by for from with without into about after before between through than as
    und oder aber weil dass wenn et ou mais parce que qui y o pero porque e ma perché"""
)
_LEADERS = _words(
    """a an the my your his her its our their this these those of to in on at by for from with about into and or but nor
    than as der die das den dem des ein eine einen einem im am zu le la les un une des du de el los las una il lo gli"""
)
_HAN_LINKS = tuple(
    _words("以及 但是 可是 因为 因為 所以 如果 而且 并且 並且 或者 然后 然後 不过 不過 那么 那麼 虽然 雖然 然而")
)
_NUMBER_WORDS = _words(
    """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion
    percent point"""
)
_UNITS = _words(
    """km m cm mm kg g mg lb ft mi mph am pm a.m p.m gb mb kb tb hz khz mhz ghz ms s min h dollars euros pounds yuan yen
    years months weeks days hours minutes seconds degrees meters metres miles"""
)
_HAN_NUMBER = frozenset("0123456789０１２３４５６７８９零〇一二三四五六七八九十百千万萬亿億两兩点點")
_PARTICLES = frozenset("的地得了着過过嗎吗呢吧啊嘛們们")
_JOINER = "\u200d"
_MAX_NAME_WORDS = 3


def is_wide(char: str) -> bool:
    """Whether `char` takes two columns."""
    return unicodedata.east_asian_width(char) in "WF"


def is_zero_width(char: str) -> bool:
    """Whether `char` sits on the one before it: accents, Thai vowels, joiners."""
    return unicodedata.category(char) in ("Mn", "Me", "Cf")


def break_levels(text: str, word_edges: Collection[int], phraser: Phraser | None) -> list[Break]:
    """How good a break before each character of `text` is, shape `(len(text),)`; the first is NEVER.

    `text` has single spaces only. `word_edges` are the offsets at which the recogniser's words begin.
    """
    levels = [Break.NEVER] * len(text)
    if phraser is not None:
        _mark_phrases(levels, text, frozenset(word_edges), phraser)
    else:
        _mark_unspaced_words(levels, text, word_edges)
    _mark_spaces(levels, text)
    return levels


def _mark_phrases(levels: list[Break], text: str, word_edges: frozenset[int], phraser: Phraser) -> None:
    phrases, words = phraser.edges(text)
    for index in range(1, len(text)):
        before, after = text[index - 1], text[index]
        if not _may_part(before, after):
            continue
        if words is not None and index not in words:
            continue
        levels[index] = _after_mark(before) or Break.FORCED
        if levels[index] != Break.FORCED or {before, after} <= _HAN_NUMBER:
            continue
        if words is not None and after in _PARTICLES and index + 1 in words:
            continue
        if index in phrases and (words is not None or not word_edges or index in word_edges):
            levels[index] = Break.LINK if text.startswith(_HAN_LINKS, index) else Break.WORD
        elif _is_thai(before) and _is_thai(after):
            levels[index] = Break.NEVER


def _mark_unspaced_words(levels: list[Break], text: str, word_edges: Collection[int]) -> None:
    """Scripts without spaces and without a BudouX model (Lao, Khmer, Burmese) may part where the words do."""
    for index in word_edges:
        if 0 < index < len(text) and unicodedata.category(text[index]) == "Lo" and text[index - 1] not in _OPENING:
            levels[index] = Break.FORCED


def _mark_spaces(levels: list[Break], text: str) -> None:
    words = list(re.finditer(r"\S+", text))
    name_length = 1
    for left, right in pairwise(words):
        level = _between(left.group(), right.group())
        name_length = name_length + 1 if level == Break.FORCED else 1
        if name_length > _MAX_NAME_WORDS and not right.group()[0].isdigit():
            level, name_length = Break.WORD, 1
        levels[right.start()] = level


def _between(left: str, right: str) -> Break:
    bare = left.rstrip(_TRAILERS)
    goes_on = bare.endswith(".") and right[0].islower()
    if bare and bare[-1] in _SENTENCE_END and not goes_on and not _is_abbreviation(bare):
        return Break.SENTENCE
    if bare and bare[-1] in _CLAUSE_END:
        return Break.CLAUSE
    if _belong_together(bare, right.strip(_TRAILERS)):
        return Break.FORCED
    if bare.lower() in _LEADERS:
        return Break.POOR
    return Break.LINK if right.lower().strip(_TRAILERS + ",.") in _LINKS else Break.WORD


def _belong_together(left: str, right: str) -> bool:
    """Two words of one name ("Ada Lovelace", "Dr. Who") or number ("3 000", "twenty one", "5 km", "March 2018")."""
    if not left or not right:
        return False
    if _is_abbreviation(left):
        return True
    word = right.rstrip(",.;:!?")
    if _is_number(left) and (_is_number(word) or word.lower() in _UNITS or (left[-1].isdigit() and word[:1].isupper())):
        return True
    if left[0].isupper() and word.isdigit():
        return True
    return left[0].isupper() and right[0].isupper() and len(left) > 1 and left.lower() not in _LINKS


def _is_abbreviation(word: str) -> bool:
    stem = word.rstrip(".").lower()
    return word.endswith(".") and (stem in _ABBREVIATIONS or (len(stem) == 1 and stem.isalpha()))


def _is_number(word: str) -> bool:
    return word[-1:].isdigit() or word[:1].isdigit() or word.lower() in _NUMBER_WORDS


def _after_mark(before: str) -> Break | None:
    if before in "。！？…．":
        return Break.SENTENCE
    return Break.CLAUSE if before in "，、；：" else None


def _may_part(before: str, after: str) -> bool:
    if before == " " or after == " " or before in _OPENING or after in _CLOSING:
        return False
    if not (_is_unspaced(before) or _is_unspaced(after) or before in "，。、！？；：…"):
        return False
    return not is_zero_width(after) and before != _JOINER


def _is_unspaced(char: str) -> bool:
    """Han, kana and Thai; Hangul has spaces."""
    return _is_thai(char) or (is_wide(char) and not "\uac00" <= char <= "\ud7a3")


def _is_thai(char: str) -> bool:
    return "\u0e01" <= char <= "\u0e5b"
