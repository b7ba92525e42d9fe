"""Lexicon: how likely a run of Chinese characters is, by the word frequencies of jieba's dictionary.

A run's log-probability is that of its likeliest cut into words, each drawn by itself. It knows no grammar, no topic.
"""

from collections.abc import Mapping
from functools import cache
from math import log

from tingwu.chinese_words import chinese_words

_LONGEST_WORD = 8


class Lexicon:
    """Words and how often they occur in a large corpus. A character that is no word counts as seen once."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        self._frequencies = frequencies
        self._log_total = log(max(1, sum(frequencies.values())))

    def frequency(self, word: str) -> int:
        """How often `word` was seen; 0 if never."""
        return self._frequencies.get(word, 0)

    def logprob(self, run: str) -> float:
        """Natural log-probability of the likeliest cut of `run`; 0 for an empty one."""
        best = [0.0]
        for end in range(1, len(run) + 1):
            best.append(
                max(
                    best[begin] + self._word(run[begin:end], end - begin)
                    for begin in range(max(0, end - _LONGEST_WORD), end)
                )
            )
        return best[-1]

    def _word(self, word: str, length: int) -> float:
        seen = self._frequencies.get(word, 0)
        if seen or length == 1:
            return log(max(1, seen)) - self._log_total
        return float("-inf")


@cache
def chinese_lexicon() -> Lexicon:
    """jieba's dictionary; the first word of Chinese in a process takes about a second."""
    return Lexicon(chinese_words().frequencies)
