"""A second look at speech that got no words, in other surroundings.

Whisper sometimes ends a window after the first of two voices, or skips a sentence, and is quite sure of what it wrote.
The same sound is often understood when the window is cut elsewhere. So every hole in the text that has speech in it is
heard again: in the middle of a long window, then at the end of one, then at the beginning of one. Only words inside the
hole are taken, and only if the recogniser believes them; what stays empty is reported by `coverage`.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.align import snap_words
from tingwu.speech.asr import AsrOptions, Samples, Transcriber, WindowText
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.sentences import width

_log = logging.getLogger(__name__)

_SHORT = 0.5
"""Seconds that are left to a word that was stretched over a hole."""

Read = Callable[[float, float], Samples]
"""Samples between two times in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookOptions:
    """Times in seconds."""

    min_speech: float = 1.5
    """A hole with less speech than this is a breath, a cough or a pause with noise."""
    longest: float = 20.0
    """A longer hole is looked at in pieces."""
    longest_word: float = 2.0
    """A longer word hides a hole: the recogniser left something out and stretched its next word over it."""
    wide: float = 28.0
    """Length of the window that has the hole in its middle."""
    beside: float = 10.0
    """How much is heard with the hole on one side of it."""
    min_logprob: float = -0.7
    """Words of a window that the recogniser is less sure of are not taken: no words are better than wrong ones."""
    min_columns: float = 3.0
    """Fewer columns of text per second of the hole's speech are a word or two drawn out over it, not what was said."""
    enough: float = 0.6
    """This share of the hole's speech in words ends the search."""
    budget_share: float = 0.3
    """Looking again stops when this share of the recording has been heard again, or `budget_least`: a concert stays
    cheap."""
    budget_least: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole(TimeRange):
    """No words between `start` and `end`, though there is speech. `window` is the position of its window's text."""

    window: int


@dataclass(frozen=True, slots=True)
class Listen:
    """How to hear a part of the recording: a recogniser, where samples come from, and what is asked of it."""

    transcriber: Transcriber
    read: Read
    options: AsrOptions
    language: str

    def __call__(self, window: TimeRange) -> WindowText:
        """The text of up to 30 s, with words."""
        options = replace(self.options, word_timestamps=True)
        samples = self.read(window.start, window.end)
        return self.transcriber.transcribe([(window, samples)], self.language, options)[0]


def find_holes(
    texts: Sequence[WindowText], activity: SpeechActivity, options: LookOptions | None = None
) -> tuple[Hole, ...]:
    """Holes worth a second look, in order of time. `texts` are in order of time, their words snapped to speech."""
    options = options or LookOptions()
    holes: list[Hole] = []
    budget = max(options.budget_least, options.budget_share * sum(text.window.duration for text in texts))
    for position, text in enumerate(texts):
        if text.text.strip() and not text.words:
            continue  # no times were asked for, so nobody can say where words are missing
        for start, end in _between_words(text, options.longest_word):
            for piece in _pieces(start, end, options.longest):
                cost = options.wide if _speech(piece, activity) >= options.min_speech else 0.0
                if 0 < cost <= budget:
                    holes.append(Hole(start=piece.start, end=piece.end, window=position))
                    budget -= cost
    return tuple(holes)


def look_again(
    hole: Hole, listen: Listen, activity: SpeechActivity, options: LookOptions | None = None
) -> tuple[Word, ...]:
    """The words found in the hole; none if it stays empty. Depends on nothing but its arguments."""
    options = options or LookOptions()
    best: tuple[Word, ...] = ()
    for window in surroundings(hole, activity.duration, options):
        text = listen(window)
        if text.looped or text.avg_logprob < options.min_logprob:
            continue
        words = tuple(word for word in snap_words(text.words, activity) if hole.start < word.middle < hole.end)
        columns = sum(width(word.text.strip()) for word in words)
        if columns < options.min_columns * _speech(hole, activity):
            continue
        if _covered(words, hole, activity) > _covered(best, hole, activity):
            best = words
        if _covered(best, hole, activity) >= options.enough:
            break
    _log.info("looked again at %.2f s: %d words", hole.start, len(best))
    return best


def fill(texts: Sequence[WindowText], found: Sequence[tuple[Hole, tuple[Word, ...]]]) -> tuple[WindowText, ...]:
    """`texts` with the words found in holes at their places."""
    filled = list(texts)
    for hole, words in found:
        text = filled[hole.window]
        before = [word for word in text.words if word.end <= hole.start]
        after = [word for word in text.words if word.end > hole.start]
        new = without_echo(words, before, after)
        if new:
            spoken = (*before, *new, *_behind(new[-1].end, after))
            filled[hole.window] = replace(text, words=spoken, text="".join(word.text for word in spoken).strip())
    return tuple(filled)


def _between_words(text: WindowText, longest_word: float) -> list[tuple[float, float]]:
    """Gaps before, between and behind the words. A stretched word is taken to be where it ends."""
    spoken = [
        (max(word.start, word.end - _SHORT) if word.duration > longest_word else word.start, word.end)
        for word in text.words
    ]
    edges = [text.window.start, *(edge for span in spoken for edge in span), text.window.end]
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start]


def _behind(moment: float, words: Sequence[Word]) -> list[Word]:
    """`words` with a first one that was stretched over the hole cut to begin at `moment`."""
    return [replace(word, start=min(max(word.start, moment), word.end)) for word in words]


def _pieces(start: float, end: float, longest: float) -> list[TimeRange]:
    count = int(-(-(end - start) // longest))
    step = (end - start) / count
    return [TimeRange(start=start + i * step, end=start + (i + 1) * step) for i in range(count)]


def _speech(part: TimeRange, activity: SpeechActivity) -> float:
    """Seconds of certain speech."""
    return float((activity.probabilities[activity.frames(part)] >= 0.5).sum()) * activity.frame_seconds


def _covered(words: Sequence[Word], hole: TimeRange, activity: SpeechActivity) -> float:
    """Share of the hole's speech from the first to the last of `words`."""
    if not words:
        return 0.0
    span = TimeRange(start=max(words[0].start, hole.start), end=max(min(words[-1].end, hole.end), hole.start))
    return _speech(span, activity) / max(_speech(hole, activity), activity.frame_seconds)


def surroundings(hole: TimeRange, duration: float, options: LookOptions) -> list[TimeRange]:
    """Windows around, before and after the hole, within the recording; each once."""
    spans = (
        (hole.middle - options.wide / 2, hole.middle + options.wide / 2),
        (hole.end - min(hole.duration + options.beside, options.wide), hole.end),
        (hole.start, hole.start + min(hole.duration + options.beside, options.wide)),
    )
    windows = [TimeRange(start=max(0.0, start), end=min(duration, end)) for start, end in spans]
    return list(dict.fromkeys(windows))


def without_echo(words: Sequence[Word], before: Sequence[Word], after: Sequence[Word]) -> tuple[Word, ...]:
    """`words` without a first or last one that the text already has next to the hole."""
    kept = list(words)
    while kept and before and _same(kept[0], before[-1]):
        kept.pop(0)
    while kept and after and _same(kept[-1], after[0]):
        kept.pop()
    return tuple(kept)


def _same(word: Word, other: Word) -> bool:
    letters = ["".join(c for c in one.text.casefold() if c.isalnum()) for one in (word, other)]
    close = min(abs(word.start - other.end), abs(other.start - word.end)) < 0.3
    return close and letters[0] == letters[1]
