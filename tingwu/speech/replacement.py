"""Replacement: a place of a window's text that is to be written otherwise, and how words follow.

A replaced stretch becomes one word: its edges fall together with those of what was said, and it can be taken back
whole, wherever segments are cut later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from tingwu.domain.transcript import Correction, CorrectionReason, Word
from tingwu.speech.asr import WindowText


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Characters `[start, end)` of a text become `text`."""

    start: int
    end: int
    text: str
    reason: CorrectionReason


def spoken_text(window: WindowText) -> str:
    """What replacements count in: the joined words, or the text where there are none."""
    return "".join(word.text for word in window.words) if window.words else window.text


def rewrite(window: WindowText, replacements: Sequence[Replacement]) -> tuple[WindowText, tuple[Correction, ...]]:
    """The window with all `replacements` made, which are in order and apart, and a record of each.

    Replacements that share a word are one correction. A window without words is one correction as a whole.
    """
    if not replacements:
        return window, ()
    if not window.words:
        return _rewrite_text(window, replacements)
    edges = [0, *accumulate(len(word.text) for word in window.words)]
    words: list[Word] = []
    corrections: list[Correction] = []
    done = 0
    for first, after_last, group in _groups(edges, replacements):
        taken = window.words[first:after_last]
        correction, word = _merged(taken, edges[first], group)
        words += [*window.words[done:first], word]
        corrections.append(correction)
        done = after_last
    words += window.words[done:]
    text = "".join(word.text for word in words).strip()
    return replace(window, text=text, words=tuple(words)), tuple(corrections)


def _groups(edges: Sequence[int], replacements: Sequence[Replacement]) -> list[tuple[int, int, list[Replacement]]]:
    """(first word, one past the last word, replacements within); replacements that share a word are together."""
    groups: list[tuple[int, int, list[Replacement]]] = []
    at = 0
    for replacement in replacements:
        while edges[at + 1] <= replacement.start:
            at += 1
        end = at + 1
        while edges[end] < replacement.end:
            end += 1
        if groups and at < groups[-1][1]:
            first, _, group = groups.pop()
            groups.append((first, end, [*group, replacement]))
        else:
            groups.append((at, end, [replacement]))
    return groups


def _merged(words: Sequence[Word], offset: int, group: Sequence[Replacement]) -> tuple[Correction, Word]:
    """One word for `words`, which begin at `offset` of the text, with the record of the change."""
    spoken = "".join(word.text for word in words)
    start, end = group[0].start - offset, group[-1].end - offset
    after = _replaced(spoken[start:end], group, group[0].start)
    word = Word(
        start=words[0].start,
        end=max(word.end for word in words),
        text=spoken[:start] + after + spoken[end:],
        probability=min(word.probability for word in words),
    )
    correction = Correction(
        start=word.start,
        end=word.end,
        before=spoken[start:end],
        after=after,
        reason=group[0].reason,
        words=tuple(words),
    )
    return correction, word


def _rewrite_text(window: WindowText, replacements: Sequence[Replacement]) -> tuple[WindowText, tuple[Correction, ...]]:
    text = _replaced(window.text, replacements, 0)
    correction = Correction(
        start=window.window.start,
        end=window.window.end,
        before=window.text.strip(),
        after=text.strip(),
        reason=replacements[0].reason,
    )
    return replace(window, text=text), (correction,)


def _replaced(text: str, replacements: Sequence[Replacement], offset: int) -> str:
    """`text`, which begins at `offset`, with the replacements made."""
    parts: list[str] = []
    done = offset
    for replacement in replacements:
        parts += [text[done - offset : replacement.start - offset], replacement.text]
        done = replacement.end
    return "".join((*parts, text[done - offset :]))
