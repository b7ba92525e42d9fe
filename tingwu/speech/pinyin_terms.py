"""Pinyin terms: where a Chinese text sounds like a term of the glossary, and the term is the likelier of the two.

Whisper writes a name that it does not know with other characters of the same sound. A place counts when its syllables
are those of the term, tones and near sounds (zh/z, n/l, ing/in ...) aside, and when the term's gain in the likelihood
of the sentence, by word frequencies, outweighs what speaks against it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, log

from pypinyin import Style, lazy_pinyin

from tingwu.domain.transcript import CorrectionReason
from tingwu.speech.glossary import Glossary
from tingwu.speech.lexicon import Lexicon
from tingwu.speech.replacement import Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class PinyinOptions:
    """What a change must earn. All are natural log-probabilities, chosen on made meetings and unrelated glossaries."""

    rarity: float = 7.0
    """Against a term of a glossary that has no other."""
    crowd: float = 1.5
    """Against, for each unit of the logarithm of the number of terms: among many, one always sounds like something."""
    unsure: float = 1.0
    """For each unit of the recogniser's own mean log-probability of the characters."""
    tone: float = 0.5
    """Against, for each syllable with another tone."""
    near: float = 3.0
    """Against, for each syllable that only sounds near; no more than half of them may."""
    syllable: float = 1.0
    """For each syllable after the second: long terms are not met by chance."""
    word: float = 4.0
    """Against, where the characters are a word of the dictionary, in proportion to their probability."""
    margin: float = 2.0
    """What must be left."""
    context: int = 6
    """Characters on either side that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Syllable:
    """A syllable as it is written and as it is compared: `key` is the same for all that sound near."""

    plain: str
    tone: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    text: str
    syllables: tuple[_Syllable, ...]


class PinyinIndex:
    """The Chinese terms of a glossary, two characters and more, by the sound of their first two syllables."""

    def __init__(self, glossary: Glossary, lexicon: Lexicon, options: PinyinOptions | None = None) -> None:
        self._lexicon = lexicon
        self._options = options or PinyinOptions()
        self._terms: dict[tuple[str, str], list[_Term]] = {}
        for entry in glossary.entries:
            if len(entry.canonical) > 1 and is_han(entry.canonical):
                term = _Term(text=entry.canonical, syllables=tuple(_syllables(entry.canonical)))
                self._terms.setdefault((term.syllables[0].key, term.syllables[1].key), []).append(term)
        count = max(1, sum(map(len, self._terms.values())))
        self._prior = -self._options.rarity - self._options.crowd * log(count)

    def find(self, run: str, logprobs: Sequence[float]) -> Iterator[Replacement]:
        """Terms in a run of Chinese characters from left to right, the best of several at one place.

        `logprobs` are the recogniser's natural log-probabilities, one a character.
        """
        if not self._terms:
            return
        syllables = _syllables(run)
        at = 0
        while at < len(run) - 1:
            terms = self._terms.get((syllables[at].key, syllables[at + 1].key), ())
            scored = [(self._gain(term, run, at, syllables, logprobs), term) for term in terms]
            gain, term = max(scored, key=lambda one: one[0], default=(0.0, None))
            if term is None or gain <= 0:
                at += 1
                continue
            end = at + len(term.text)
            yield Replacement(start=at, end=end, text=term.text, reason=CorrectionReason.GLOSSARY_SOUND)
            at = end

    def _gain(self, term: _Term, run: str, at: int, syllables: Sequence[_Syllable], logprobs: Sequence[float]) -> float:
        """What speaks for the term in the place of the characters at `at`, above the margin; negative if too little."""
        options = self._options
        size = len(term.text)
        heard = syllables[at : at + size]
        if _cuts_small_word(run[at : at + size], term.text):
            return float("-inf")
        if [one.key for one in heard] != [one.key for one in term.syllables]:
            return float("-inf")
        near = sum(a.plain != b.plain for a, b in zip(heard, term.syllables, strict=True))
        if near > size // 2:
            return float("-inf")
        tones = sum(a.tone != b.tone for a, b in zip(heard, term.syllables, strict=True))
        mean = sum(logprobs[at : at + size]) / size
        word = exp(mean) if self._lexicon.frequency(run[at : at + size]) else 0.0
        left, right = run[max(0, at - options.context) : at], run[at + size : at + size + options.context]
        likelier = (
            self._lexicon.logprob(left)
            + self._prior
            + self._lexicon.logprob(right)
            - self._lexicon.logprob(left + run[at : at + size] + right)
        )
        return (
            likelier
            - options.unsure * mean
            + options.syllable * (size - 2)
            - options.tone * tones
            - options.near * near
            - options.word * word
            - options.margin
        )


_SMALL_WORDS = frozenset("的了着过是我你您他她它们在不没这那有和就也都要会说吗吧呢啊很还个")
_NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_NEAR_ENDS = (("ing", "in"), ("eng", "en"), ("ang", "an"))


def _cuts_small_word(heard: str, term: str) -> bool:
    """Whether an edge of the place is a word of grammar that the term does not have there: these are heard well."""
    return any(
        heard[edge] in _SMALL_WORDS and heard[edge : edge + 1 or None] != term[edge : edge + 1 or None]
        for edge in (0, -1)
        if len(heard) == len(term)
    )


def is_han(text: str) -> bool:
    """Whether all of `text` is Chinese characters."""
    return all("\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" for char in text)


def _syllables(run: str) -> list[_Syllable]:
    """One a character."""
    spoken = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True, errors=_apart)  # pyright: ignore[reportArgumentType]  # its own documents pass such a function
    return [_Syllable(plain=one.rstrip("12345"), tone=one[-1:], key=_key(one.rstrip("12345"))) for one in spoken]


def _apart(unknown: str) -> list[str]:
    """Characters without a known sound, one by one, each only like itself."""
    return list(unknown)


def _key(syllable: str) -> str:
    for written, near in _NEAR:
        if syllable.startswith(written):
            syllable = near + syllable[len(written) :]
            break
    for written, near in _NEAR_ENDS:
        if syllable.endswith(written):
            return syllable[: -len(written)] + near
    return syllable
