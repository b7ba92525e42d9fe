"""Words and their times: from the decoder's attention to seconds, then to the edges of speech.

Cross-attention says at which 20 ms step each token was being read (dynamic time warping inside CTranslate2). It does
so well in the middle of speech and badly at pauses, where a word soaks up the silence next to it; `snap_words` takes
that silence away again. This module does not know the model, only tokens and steps.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.asr import WindowText
from tingwu.speech.regions import SpeechActivity

STEP_SECONDS = 0.02
"""One step of the encoder's output."""
_CLOSING = set(".,!?:;%)]}\"'。，、！？：；）】》」』”’…·~-")
_OPENING = set("([{¿¡（【《「『“‘")
_SPEECH = 0.2
"""A frame with less speech probability may be taken from a word's edge."""
_MIN_ECHO_WORDS = 3
_ECHO_SHARE = 0.2
_KEEP_SECONDS = 0.06
"""No word gets shorter than this by snapping."""


def time_words(
    units: Sequence[tuple[str, int]],
    path: Sequence[tuple[int, int]],
    probabilities: Sequence[float],
    window: TimeRange,
) -> tuple[Word, ...]:
    """Words with times in the recording.

    `units` are the words as (text, number of tokens); `path` is the alignment as (token, step) pairs in order, where
    the token after the last is the end of text; `probabilities` has one value per text token.
    """
    tokens = np.array([pair[0] for pair in path], dtype=np.int64)
    steps = np.array([pair[1] for pair in path], dtype=np.int64)
    bounds = np.concatenate([[0], np.cumsum([count for _, count in units])]).astype(np.int64)
    first = np.minimum(np.searchsorted(tokens, bounds), len(tokens) - 1)
    times = np.minimum(window.start + steps[first] * STEP_SECONDS, window.end) if len(tokens) else bounds * 0.0
    words = [
        Word(
            start=float(times[i]),
            end=float(times[i + 1]),
            text=text,
            probability=float(np.clip(np.mean(probabilities[bounds[i] : bounds[i + 1]]), 0, 1)),
        )
        for i, (text, _) in enumerate(units)
    ]
    return join_punctuation(words)


def join_punctuation(words: Sequence[Word]) -> tuple[Word, ...]:
    """Put closing punctuation to the word before it and opening punctuation to the word after it."""
    joined: list[Word] = []
    opening: Word | None = None
    for word in words:
        here = word
        if opening is not None:
            here = replace(here, text=opening.text + here.text.lstrip(), start=opening.start)
            opening = None
        letters = here.text.strip()
        if letters and all(c in _OPENING for c in letters):
            opening = here
        elif joined and all(c in _CLOSING for c in letters) and not here.text.startswith(" -"):
            joined[-1] = replace(joined[-1], text=joined[-1].text + here.text)
        else:
            joined.append(here)
    if opening is not None:
        joined.append(opening)
    return tuple(joined)


def drop_echoed_tail(words: Sequence[Word]) -> tuple[Word, ...]:
    """Take out a last phrase that repeats the one before it without taking any time.

    Near the end of a window the decoder sometimes says its last sentence twice. Nobody can: the second one's words all
    sit at the same instant.
    """
    texts = [word.text.strip().casefold().rstrip("".join(_CLOSING)) for word in words]
    for length in range(len(words) // 2, _MIN_ECHO_WORDS - 1, -1):
        first, second = words[-2 * length : -length], words[-length:]
        repeats = texts[-2 * length : -length] == texts[-length:]
        if repeats and second[-1].end - second[0].start < _ECHO_SHARE * (first[-1].end - first[0].start):
            return tuple(words[:-length])
    return tuple(words)


def snap_texts(texts: Sequence[WindowText], activity: SpeechActivity) -> tuple[WindowText, ...]:
    """The same texts with the edges of their words moved to where speech is heard."""
    return tuple(replace(text, words=snap_words(text.words, activity)) for text in texts)


def snap_words(words: Sequence[Word], activity: SpeechActivity) -> tuple[Word, ...]:
    """Take silence from both edges of each word. A word without any speech in it keeps its times."""
    return tuple(_snap(word, activity) for word in words)


def _snap(word: Word, activity: SpeechActivity) -> Word:
    frames = activity.frames(word)
    heard = np.flatnonzero(activity.probabilities[frames] >= _SPEECH)
    if not heard.size or word.duration <= _KEEP_SECONDS:
        return word
    start = max(word.start, (frames.start + int(heard[0])) * activity.frame_seconds)
    end = min(word.end, (frames.start + int(heard[-1]) + 1) * activity.frame_seconds)
    if end - start < _KEEP_SECONDS:
        return word
    return replace(word, start=start, end=end)
