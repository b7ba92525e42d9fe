"""Chapters -> windows of whole sentences that fit a budget of tokens, counted by the model's own tokenizer.

Tokens are counted once for a chapter and shared out by length; a window that is still too long is halved. So a chapter
costs a few counts, not one for every sentence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tingwu.text.sentences import Sentence, weight

WINDOW_TOKENS = 1200
"""More and small models lose the thread; measured with 1.5B models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Sentences `[first, last)` of a recording."""

    first: int
    last: int


def windows_of(
    sentences: Sequence[Sentence],
    first: int,
    last: int,
    count_tokens: Callable[[str], int],
    budget: int = WINDOW_TOKENS,
) -> tuple[Window, ...]:
    """Sentences `[first, last)` in windows of about equal length, none over `budget` tokens unless one sentence is."""
    if first >= last:
        return ()
    tokens = count_tokens(_text(sentences[first:last]))
    if tokens <= budget or last - first == 1:
        return (Window(first=first, last=last),)
    parts = -(-tokens // budget)
    weights = [max(1.0, weight(sentence.text)) for sentence in sentences[first:last]]
    share = sum(weights) / parts
    edges = [first]
    filled = 0.0
    for index, size in enumerate(weights[:-1], start=first + 1):
        filled += size
        if filled >= share * len(edges) and len(edges) < parts:
            edges.append(index)
    edges.append(last)
    windows: list[Window] = []
    for start, end in pairwise(edges):
        if len(edges) == 2 or (end - start > 1 and count_tokens(_text(sentences[start:end])) > budget):
            windows.extend(_halves(sentences, start, end, count_tokens, budget))
        else:
            windows.append(Window(first=start, last=end))
    return tuple(windows)


def _halves(
    sentences: Sequence[Sentence], start: int, end: int, count_tokens: Callable[[str], int], budget: int
) -> tuple[Window, ...]:
    middle = (start + end) // 2
    left = windows_of(sentences, start, middle, count_tokens, budget)
    return left + windows_of(sentences, middle, end, count_tokens, budget)


def _text(sentences: Sequence[Sentence]) -> str:
    return "\n".join(f"{sentence.speaker or ''}: {sentence.text}" for sentence in sentences)
