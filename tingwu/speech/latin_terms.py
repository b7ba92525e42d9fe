"""Latin terms: where a text sounds like a term of the glossary that is written with Latin letters.

Up to four words are compared with a term as one string of small letters: first by metaphone keys (equal, or one sound
apart), then by edit distance. Ordinary words are left alone: a place counts only where a word has a capital inside a
sentence, a digit, or a low probability - or where nothing differs but spaces.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jellyfish import metaphone
from rapidfuzz.distance import Levenshtein

from tingwu.domain.transcript import CorrectionReason, Word
from tingwu.speech.glossary import Glossary
from tingwu.speech.replacement import Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class LatinOptions:
    """How alike a place and a term must be: in [0, 1], half by letters and half by sounds."""

    least: float = 0.55
    """Similarity for words that the recogniser gives no chance at all."""
    sure: float = 0.35
    """More similarity for words that it is sure of, in proportion."""
    plain: float = 0.1
    """More where only a low probability speaks against the words."""
    crowd: float = 0.05
    """More for each tenfold of the number of terms."""
    doubtful: float = 0.5
    """Words below this probability are doubtful."""
    certain: float = 0.8
    """Words of this probability, written `often`, are no mishearings."""
    often: int = 3
    least_letters: int = 4
    """Shorter terms are found by their aliases only."""
    glued_letters: int = 6
    """Words that make a term of this length when their spaces go need no doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    """A word of the text at `[start, end)`. `plain` is its small letters and digits."""

    start: int
    end: int
    plain: str
    probability: float
    striking: bool
    """Whether its capitals or digits say that it is no ordinary word."""
    follows: bool
    """Whether only a space or a hyphen parts it from the token before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    text: str
    plain: str
    key: str


_LETTER = r"[^\W_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]"
_TOKEN = re.compile(rf"{_LETTER}+(?:['’]{_LETTER}+)*")
_SENTENCE_END = re.compile(r"(?:^|[.!?。！？:：])[\s\"'“”‘’「」]*$")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LOOK_BACK = 20
_GAP = re.compile(r"[ \-]")
_MOST_TOKENS = 4
_NUMBERS = {name: str(number) for number, name in enumerate(("zero", "one", "two", "three", "four", "five", "six"))}
_SMALL_WORDS = frozenset(re.findall(r"\w+", """
    a an and are as at be but by can do for from had has have he her his i if in is it its me my no not of on or our
    she so than that the their them then there they this to up us was we were what when which who will with you your
    der die das des den dem ein eine und ist le la les un une et est el los las una y es o e il lo gli di da
    du au aux del della
"""))  # fmt: skip
_ENDINGS = frozenset(("s", "es", "ed", "d", "ing", "er", "ers", "ly", "n", "en", "e"))


class LatinIndex:
    """The Latin terms of a glossary by their metaphone keys and all keys with one sound less."""

    def __init__(self, glossary: Glossary, words: Iterable[Word], options: LatinOptions | None = None) -> None:
        """`words` are all that the recogniser wrote: what it writes often and surely is left alone."""
        self._options = options or LatinOptions()
        sure = Counter(_plain(word.text) for word in words if word.probability >= self._options.certain)
        self._established = {plain for plain, count in sure.items() if count >= self._options.often}
        self._terms: dict[str, list[_Term]] = {}
        count = 0
        for entry in glossary.entries:
            plain = _plain(entry.canonical)
            if not _LATIN.search(entry.canonical) or not plain.isascii() or len(plain) < self._options.least_letters:
                continue
            count += 1
            term = _Term(text=entry.canonical, plain=plain, key=_key(plain))
            for key in _nearby(term.key):
                self._terms.setdefault(key, []).append(term)
        self._crowd = self._options.crowd * max(0, len(str(count)) - 1)

    def find(self, text: str, probabilities: Sequence[float], *, capitals: bool) -> Iterator[Replacement]:
        """Terms in `text` from left to right, the most alike at one place.

        `probabilities` are one a character. `capitals` says whether a capital inside a sentence marks a name: not so
        in German.
        """
        if not self._terms:
            return
        tokens = _tokens(text, probabilities, capitals=capitals)
        at = 0
        while at < len(tokens):
            best: tuple[float, int, _Term] | None = None
            for end in range(at + 1, min(at + _MOST_TOKENS, len(tokens)) + 1):
                if end > at + 1 and not tokens[end - 1].follows:
                    break
                found = self._best(tokens[at:end])
                if found and (best is None or found[0] > best[0]):
                    best = (found[0], end, found[1])
            if best:
                start, stop = tokens[at].start, tokens[best[1] - 1].end
                reason = CorrectionReason.GLOSSARY_SOUND
                yield Replacement(start=start, end=stop, text=best[2].text, reason=reason)
            at = best[1] if best else at + 1

    def _best(self, tokens: Sequence[_Token]) -> tuple[float, _Term] | None:
        """The term most like the tokens, if it is like enough, with its similarity."""
        heard = "".join(token.plain for token in tokens)
        if len(heard) < self._options.least_letters or not heard.isascii() or heard in self._established:
            return None
        key = _key(heard)
        near = {
            term.text: term for name in _nearby(key) for term in self._terms.get(name, ()) if term.key[:1] == key[:1]
        }
        alike = ((_similarity(heard, key, term), term) for term in near.values())
        good = [(found, term) for found, term in alike if self._is_enough(found, term, heard, tokens)]
        return max(good, key=lambda one: one[0], default=None)

    def _is_enough(self, similarity: float, term: _Term, heard: str, tokens: Sequence[_Token]) -> bool:
        options = self._options
        if heard == term.plain:
            return len(tokens) > 1 and len(heard) >= options.glued_letters
        if _digits(heard) != _digits(term.plain) or _is_inflected(heard, term.plain):
            return False
        if tokens[0].plain in _SMALL_WORDS or tokens[-1].plain in _SMALL_WORDS:
            return False
        sure = min(token.probability for token in tokens)
        striking = any(token.striking for token in tokens)
        if sure >= options.doubtful and not striking:
            return False
        return similarity >= options.least + options.sure * sure + self._crowd + (0 if striking else options.plain)


def _tokens(text: str, probabilities: Sequence[float], *, capitals: bool) -> list[_Token]:
    tokens: list[_Token] = []
    done = 0
    for match in _TOKEN.finditer(text):
        word, gap = match.group(), text[done : match.start()]
        inside = not _SENTENCE_END.search(text[max(0, match.start() - _LOOK_BACK) : match.start()])
        tokens.append(
            _Token(
                start=match.start(),
                end=match.end(),
                plain=_NUMBERS.get(word.lower(), _plain(word)),
                probability=min(probabilities[match.start() : match.end()]),
                striking=_is_striking(word, inside=inside and capitals),
                follows=bool(_GAP.fullmatch(gap)),
            )
        )
        done = match.end()
    return tokens


def _is_striking(word: str, *, inside: bool) -> bool:
    """Whether a word has a capital that a sentence does not ask for, or a digit among its letters."""
    if word[:1] == "I" and (len(word) == 1 or word[1] in "'’"):
        return False
    mixed = any(map(str.isdigit, word)) and not word.isdigit()
    return mixed or any(map(str.isupper, word[1:])) or (inside and word[0].isupper())


def _similarity(heard: str, key: str, term: _Term) -> float:
    """How alike letters and sounds are, in [0, 1]."""
    letters = Levenshtein.normalized_similarity(heard, term.plain)
    return (letters + Levenshtein.normalized_similarity(key, term.key)) / 2


def _is_inflected(heard: str, plain: str) -> bool:
    """Whether one is the other with an ending: Lanterns is no mishearing of Lantern."""
    short, long = sorted((heard, plain), key=len)
    return long.startswith(short) and long[len(short) :] in _ENDINGS


def _plain(word: str) -> str:
    """Small letters and digits, without accents."""
    parts = unicodedata.normalize("NFKD", word).lower()
    return "".join(char for char in parts if char.isalnum())


def _digits(plain: str) -> str:
    return "".join(filter(str.isdigit, plain))


@lru_cache(maxsize=100_000)
def _key(plain: str) -> str:
    return metaphone(plain)


def _nearby(key: str) -> set[str]:
    """The key and, where enough is left, all keys with one sound less: two that share one are a sound apart."""
    return {key} | ({key[:at] + key[at + 1 :] for at in range(len(key))} if len(key) > 3 else set())
