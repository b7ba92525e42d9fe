"""Correct: terms of a glossary in texts that spell them otherwise; every change is recorded and can be taken back.

First the spellings that the glossary names, then what sounds like a term. What is right already is never touched.
Homophones are not repaired without a glossary: with word frequencies to judge, errors rose on one set in three.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import exp, log

from tingwu.domain.transcript import Correction, Segment, Word
from tingwu.speech.aliases import AliasIndex
from tingwu.speech.asr import WindowText
from tingwu.speech.chinese import convert, majority_script
from tingwu.speech.glossary import Glossary
from tingwu.speech.latin_terms import LatinIndex
from tingwu.speech.lexicon import chinese_lexicon
from tingwu.speech.pinyin_terms import PinyinIndex
from tingwu.speech.replacement import Replacement, rewrite, spoken_text

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,}")
_LEAST_PROBABILITY = 1e-6
_SAME_WORD_SECONDS = 1.0
"""Sentences move the edges of words by no more than this."""


def correct(texts: Sequence[WindowText], glossary: Glossary) -> tuple[tuple[WindowText, ...], tuple[Correction, ...]]:
    """The texts with the glossary's terms in their canonical form, and a record of each change, in order.

    Words still spell their text; a corrected stretch is one word. Chinese terms are written in the script of the
    Chinese texts.
    """
    if not glossary.entries or not texts:
        return tuple(texts), ()
    corrector = _Corrector(texts, glossary)
    rewritten = [rewrite(text, tuple(corrector.replacements(text))) for text in texts]
    return tuple(text for text, _ in rewritten), tuple(change for _, changes in rewritten for change in changes)


def kept_corrections(corrections: Sequence[Correction], segments: Sequence[Segment]) -> tuple[Correction, ...]:
    """Those of `corrections` whose word is in `segments`, each with the times that it has there.

    Where windows overlap, words of one of them are dropped, and their corrections with them.
    """
    places = sorted(_places(segments), key=lambda place: place.start)
    starts = [place.start for place in places]
    taken: set[int] = set()
    kept: list[Correction] = []
    for correction in corrections:
        first = bisect_left(starts, correction.start - _SAME_WORD_SECONDS)
        last = bisect_left(starts, correction.start + _SAME_WORD_SECONDS)
        near = [at for at in range(first, last) if at not in taken and _is_place(places[at], correction)]
        if near:
            at = min(near, key=lambda at: abs(places[at].start - correction.start))
            taken.add(at)
            kept.append(replace(correction, start=places[at].start, end=places[at].end))
    return tuple(sorted(kept, key=lambda one: one.start))


class _Corrector:
    """The indices of one glossary, and the script of the texts."""

    def __init__(self, texts: Sequence[WindowText], glossary: Glossary) -> None:
        chinese = "".join(text.text for text in texts if text.language in ("zh", "yue"))
        self._script = majority_script(chinese)
        self._aliases = AliasIndex(glossary)
        self._latin = LatinIndex(glossary, (word for text in texts for word in text.words))
        mandarin = any(text.language == "zh" for text in texts)
        self._pinyin = PinyinIndex(glossary, chinese_lexicon()) if mandarin else None

    def replacements(self, window: WindowText) -> Iterator[Replacement]:
        """What is to be changed in the window, from left to right."""
        text = spoken_text(window)
        named = tuple(self._aliases.find(text))
        sounding = self._sounding(_without(text, named), window)
        for found in sorted((*named, *sounding), key=lambda one: one.start):
            written = convert(found.text, self._script) if window.language in ("zh", "yue") else found.text
            if written != text[found.start : found.end]:
                yield replace(found, text=written)

    def _sounding(self, text: str, window: WindowText) -> Iterator[Replacement]:
        probabilities = _probabilities(window, len(text))
        yield from self._latin.find(text, probabilities, capitals=window.language != "de")
        if self._pinyin is None or window.language != "zh":
            return
        for match in _HAN_RUN.finditer(text):
            logprobs = [log(max(one, _LEAST_PROBABILITY)) for one in probabilities[match.start() : match.end()]]
            for found in self._pinyin.find(_simplified(match.group()), logprobs):
                yield replace(found, start=match.start() + found.start, end=match.start() + found.end)


def _without(text: str, places: Sequence[Replacement]) -> str:
    """`text` with the places blanked, so that nothing else is found in them or across them."""
    for place in places:
        text = text[: place.start] + "\0" * (place.end - place.start) + text[place.end :]
    return text


def _probabilities(window: WindowText, characters: int) -> list[float]:
    """The recogniser's probability of each character."""
    if not window.words:
        return [exp(min(0.0, window.avg_logprob))] * characters
    return [word.probability for word in window.words for _ in word.text]


def _simplified(run: str) -> str:
    """The run in the characters of the lexicon, as many as there are."""
    simplified = convert(run, "simplified")
    return simplified if len(simplified) == len(run) else run


def _places(segments: Sequence[Segment]) -> Iterator[Word | Segment]:
    for segment in segments:
        yield from segment.words or (segment,)


def _is_place(place: Word | Segment, correction: Correction) -> bool:
    if isinstance(place, Segment):
        return not correction.words and place.text == correction.after
    return bool(correction.words) and correction.after in place.text
