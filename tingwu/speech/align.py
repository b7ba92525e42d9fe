"""Words and their times: from the decoder's attention to seconds, then to the edges of speech.

Cross-attention says at which 20 ms step each token was being read (dynamic time warping inside CTranslate2). It does
so a constant too early in the middle of speech, and badly at pauses, where a word soaks up the silence next to it, and
at times the end of the word behind that; `snap_words` takes both away again. This module does not know the model, only
tokens and steps.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.asr import WindowText
from tingwu.speech.regions import SpeechActivity

STEP_SECONDS = 0.02
"""One step of the encoder's output."""
_READS_AHEAD = 0.08
"""The decoder turns to a word about so many seconds before it is heard."""
_LEAST_AHEAD, _MOST_AHEAD = 0.02, 0.16
_AHEAD_OF_DWELL, _AHEAD_OF_DWELL_BEFORE = 0.35, 0.1
_AHEAD_PER_LETTER, _AHEAD_PER_LETTER_BEFORE = -0.02, 0.01
"""More before one on which it dwells for long, less where the word's letters need that time: least squares over made
speech in English and Chinese whose word times are known."""
_LONGEST_DWELL = 0.6
_CLOSING = set(".,!?:;%)]}\"'。，、！？：；）】》」』”’…·~-")
_OPENING = set("([{¿¡（【《「『“‘")
_SPEECH = 0.2
"""A frame with less speech probability is silence."""
_DOUBTFUL = 0.5
_DIP_DB = 18.0
"""So is one below `_DOUBTFUL` that is so much quieter than the loudest within `_NEAR_FRAMES`: the detector takes a
while to notice a short pause."""
_NEAR_FRAMES = 16
_MIN_ECHO_WORDS = 3
_ECHO_SHARE = 0.2
_PAUSE_FRAMES = 2
"""Shorter silence within a word belongs to it."""
_LATE_SECONDS = 0.2
"""A word that begins at most so long after speech does begins with it."""
_OWN_SECONDS = 0.12
"""Speech of this length after a pause within a word is the word; less is the beginning of the next one."""
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
    return hear_later(join_punctuation(words), window.end)


def hear_later(words: Sequence[Word], limit: float) -> tuple[Word, ...]:
    """Words later by as much as the decoder was ahead of them. None goes beyond `limit` or loses more than half."""
    starts: list[float] = []
    for before, word in zip([None, *words], words, strict=False):
        earliest = starts[-1] + before.duration / 2 if before else 0.0
        starts.append(min(max(word.start + _ahead(before, word), earliest), limit))
    later: list[Word] = []
    for i, word in enumerate(words):
        touches = i + 1 < len(words) and words[i + 1].start <= word.end
        end = starts[i + 1] if touches else min(word.end + _READS_AHEAD, limit)
        later.append(replace(word, start=starts[i], end=max(end, starts[i])))
    return tuple(later)


def _ahead(before: Word | None, word: Word) -> float:
    """Seconds from where the decoder turned to `word` to where it is heard."""
    if before is None:
        return _READS_AHEAD
    seconds = (
        _AHEAD_OF_DWELL * min(word.duration, _LONGEST_DWELL)
        + _AHEAD_OF_DWELL_BEFORE * min(before.duration, _LONGEST_DWELL)
        + _AHEAD_PER_LETTER * _letters(word.text)
        + _AHEAD_PER_LETTER_BEFORE * _letters(before.text)
    )
    return min(max(seconds, _LEAST_AHEAD), _MOST_AHEAD)


def _letters(text: str) -> int:
    """How many letters are spoken: a Korean syllable is made of two or three."""
    return sum(character.isalnum() for character in unicodedata.normalize("NFD", text))


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


def snap_texts(texts: Iterable[WindowText], activity: SpeechActivity) -> tuple[WindowText, ...]:
    """The same texts with the edges of their words moved to where speech is heard."""
    return tuple(replace(text, words=snap_words(text.words, activity)) for text in texts)


def snap_words(words: Sequence[Word], activity: SpeechActivity) -> tuple[Word, ...]:
    """Words with their edges where speech is heard. A word without any speech in it keeps its times.

    Silence at both edges is taken away. Of a word with a pause in it one side is kept; the other one goes to its
    neighbour. A word that begins a little after speech does begins with it.
    """
    snapped = list(words)
    if not snapped or not len(activity.probabilities):
        return tuple(snapped)
    heard = _heard(TimeRange(start=min(w.start for w in words), end=max(w.end for w in words)), activity)
    for i in range(len(snapped)):
        _keep_one_side(snapped, i, heard, activity)
    for i in range(len(snapped)):
        _begin_with_speech(snapped, i, heard, activity.frame_seconds)
    return tuple(snapped)


def _heard(part: TimeRange, activity: SpeechActivity) -> NDArray[np.bool_]:
    """Which frames of the recording, as far as `part` and a second around it goes, are speech rather than silence."""
    inside = activity.frames(TimeRange(start=max(part.start - 1, 0), end=part.end + 1))
    probabilities, energy = activity.probabilities[inside], activity.energy_dbfs[inside]
    around = np.lib.stride_tricks.sliding_window_view(np.pad(energy, _NEAR_FRAMES, mode="edge"), 2 * _NEAR_FRAMES + 1)
    dips = (probabilities < _DOUBTFUL) & (energy < around.max(axis=1) - _DIP_DB)
    heard = np.zeros(len(activity.probabilities), np.bool_)
    heard[inside] = (probabilities >= _SPEECH) & ~dips
    return heard


def _keep_one_side(words: list[Word], i: int, heard: NDArray[np.bool_], activity: SpeechActivity) -> None:
    """Cut word `i` to one stretch of speech; what is cut off goes to the neighbour that it touches."""
    word = words[i]
    stretches = _speech_in(word, heard, activity)
    if not stretches or word.duration <= _KEEP_SECONDS:
        return
    at = _own_stretch(stretches, word, words[i - 1] if i else None)
    kept = stretches[at]
    if kept.duration < _KEEP_SECONDS:
        return
    words[i] = replace(word, start=kept.start, end=kept.end)
    if at > 0 and i > 0 and words[i - 1].end >= word.start:
        words[i - 1] = replace(words[i - 1], end=stretches[at - 1].end)
    if at + 1 < len(stretches) and i + 1 < len(words) and word.start < words[i + 1].start <= word.end:
        words[i + 1] = replace(words[i + 1], start=stretches[at + 1].start)


def _own_stretch(stretches: Sequence[TimeRange], word: Word, before: Word | None) -> int:
    """Which of the stretches of speech around a pause the word is.

    Punctuation tells on which side of the pause it stands; without any, the decoder is late at the end of the word
    before more often than at its own.
    """
    if word.text.rstrip()[-1:] in _CLOSING and not (before and before.text.rstrip()[-1:] in _CLOSING):
        return max(range(len(stretches)), key=lambda k: (stretches[k].duration, -k))
    return max(k for k, stretch in enumerate(stretches) if k == 0 or stretch.duration >= _OWN_SECONDS)


def _speech_in(word: Word, heard: NDArray[np.bool_], activity: SpeechActivity) -> list[TimeRange]:
    """The stretches of speech in `word`, with at least `_PAUSE_FRAMES` of silence between them."""
    frames = activity.frames(word)
    loud = frames.start + np.flatnonzero(heard[frames])
    if not loud.size:
        return []
    cuts = np.flatnonzero(np.diff(loud) > _PAUSE_FRAMES)
    firsts, lasts = loud[np.concatenate([[0], cuts + 1])], loud[np.concatenate([cuts, [len(loud) - 1]])]
    edges = np.clip(np.stack([firsts, lasts + 1]) * activity.frame_seconds, word.start, word.end)
    return [TimeRange(start=float(start), end=float(end)) for start, end in edges.T]


def _begin_with_speech(words: list[Word], i: int, heard: NDArray[np.bool_], step: float) -> None:
    """Begin word `i` where the speech around its start begins, unless that is long before or in the word before."""
    word = words[i]
    at = min(int(word.start / step), len(heard) - 1)
    onset = _onset(heard, at, int(_LATE_SECONDS / step))
    if onset is None or onset * step >= word.start:
        return
    before, silence = words[i - 1] if i else None, (onset - _PAUSE_FRAMES) * step
    if before is not None:
        if before.start + _KEEP_SECONDS > silence:
            return
        words[i - 1] = replace(before, end=min(before.end, silence))
    words[i] = replace(word, start=onset * step)


def _onset(heard: NDArray[np.bool_], at: int, reach: int) -> int | None:
    """The frame, up to `reach` before frame `at`, where speech that lasts until `at` follows silence; None if none."""
    for frame in range(at, max(at - reach, _PAUSE_FRAMES) - 1, -1):
        if heard[frame] and not heard[frame - _PAUSE_FRAMES : frame].any():
            return frame
    return None
