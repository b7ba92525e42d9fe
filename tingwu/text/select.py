"""Which sentences say the most: extractive selection for points, summaries and titles without a model.

Score of a sentence: closeness to the centre of its chapter (Radev et al. 2004, centroid summaries), more for
numbers, less for questions, introductions, very short and very long ones; then maximal marginal relevance (Carbonell
and Goldstein 1998) keeps the chosen ones different.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tingwu.text.cues import OPENING, is_question
from tingwu.text.evidence import Source
from tingwu.text.numbers import numbers_in
from tingwu.text.sentences import Sentence, weight
from tingwu.text.vectors import Matrix, cosines

DIVERSITY = 0.6
"""Share of relevance against novelty in the choice."""
_BEST_WORDS = (8.0, 35.0)


def best_sentences(source: Source, first: int, last: int, number: int) -> list[int]:
    """Positions of at most `number` sentences that together say what `[first, last)` says.

    The best one comes first, the others in order of time: the first stands for all
    of them where there is room for one line only.
    """
    rows = source.vectors.tfidf[first:last]
    if not len(rows) or number < 1:
        return []
    relevance = _relevance(rows, source.sentences[first:last])
    chosen: list[int] = []
    while len(chosen) < min(number, len(rows)):
        likeness = np.max(rows @ rows[chosen].T, axis=1) if chosen else np.zeros(len(rows))
        value = DIVERSITY * relevance - (1 - DIVERSITY) * likeness
        value[chosen] = -np.inf
        best = int(np.argmax(value))
        if chosen and relevance[best] <= 0:
            break
        chosen.append(best)
    return [first + index for index in (*chosen[:1], *sorted(chosen[1:]))]


def _relevance(rows: Matrix, sentences: Sequence[Sentence]) -> NDArray[np.float64]:
    centre = np.repeat(rows.sum(axis=0, keepdims=True), len(rows), axis=0)
    return cosines(rows, centre) * np.array([_fitness(sentence) for sentence in sentences])


def _fitness(sentence: Sentence) -> float:
    """How well a sentence can stand alone, in [0, 1.2]."""
    words = weight(sentence.text)
    shortest, longest = _BEST_WORDS
    value = min(1.0, words / shortest) * min(1.0, max(0.4, longest / max(words, 1.0)))
    if is_question(sentence.text):
        value *= 0.4
    if OPENING.search(sentence.text):
        value *= 0.3
    return value * (1.15 if numbers_in(sentence.text) else 1.0)
