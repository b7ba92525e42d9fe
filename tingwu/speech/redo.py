"""Redo: a range of a finished transcript is heard again by other means, and replaced as a whole or left alone.

The other means are, in this order: other surroundings of the range, a wider window, another beam, and whatever
recogniser the caller listens with. Two transcripts of one moment are never merged. Words outside of the range stay as
they are: a range begins and ends where words do.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import log

import numpy as np

from tingwu.domain.media import SpeechRegion, TimeRange
from tingwu.domain.transcript import Segment, Word
from tingwu.speech.align import snap_words
from tingwu.speech.asr import WindowText
from tingwu.speech.chinese import tidy_texts
from tingwu.speech.phantoms import drop_phantoms
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.second_look import Listen, LookOptions, surroundings, without_echo
from tingwu.speech.sentences import to_segments, width
from tingwu.speech.windows import plan_windows

_log = logging.getLogger(__name__)
_NEAR = 60.0
"""Seconds around a range within which its neighbours are looked for: more than a window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedoOptions:
    """When a new text is believed more than an old one. Times in seconds."""

    room: float = 1.0
    """So much without words on both sides of a range belongs to it: the audit calls it covered by its neighbours."""
    reach: float = 1.0
    """A word covers speech so far to both sides, and `longest_word` of itself, as in the audit."""
    longest_word: float = 1.0
    more_speech: float = 0.3
    """Covering so much more speech is worth a replacement."""
    lost_speech: float = 0.05
    """Covering so much less forbids it, whatever else is better."""
    min_columns: float = 3.0
    """Fewer columns of new text per second of newly covered speech are a word drawn out over it."""
    kept_columns: float = 0.7
    """A surer text may not be shorter than this share of the old one: being sure of less is easy."""
    more_columns: float = 1.5
    """A text so many times longer is worth a replacement."""
    min_logprob: float = -0.9
    """The audit reports windows below this as unsure, so they are no reason to replace anything but unsurer ones."""
    surer: float = 0.1
    """Words whose mean log-probability is higher by so much are worth a replacement."""
    enough: float = 0.95
    """A sure text that covers this share of the speech ends the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A range among the words. `inside` is what would go, `before` and `after` are its nearest neighbours that stay.

    New words may stand in `room`: the range up to the neighbours, but not far from it.
    """

    part: TimeRange
    room: TimeRange
    inside: tuple[Word, ...] = ()
    before: Word | None = None
    after: Word | None = None


def pieces(ranges: Sequence[TimeRange], activity: SpeechActivity) -> tuple[TimeRange, ...]:
    """The speech in `ranges`, in parts short enough to be heard with their surroundings, cut where it is quietest."""
    found: list[TimeRange] = []
    for part in ranges:
        clipped = (
            SpeechRegion(start=max(one.start, part.start), end=min(one.end, part.end))
            for one in activity.regions
            if one.overlap(part) > 0
        )
        windows = plan_windows(replace(activity, regions=tuple(clipped)))
        edges = [(one.end + other.start) / 2 if other.start < one.end else None for one, other in pairwise(windows)]
        for window, start, end in zip(windows, [None, *edges], [*edges, None], strict=False):
            found.append(
                TimeRange(
                    start=window.start if start is None else start,
                    end=window.end if end is None else end,
                )
            )
    return tuple(found)


def find_place(
    part: TimeRange, segments: Sequence[Segment], duration: float, options: RedoOptions | None = None
) -> Place | None:
    """Where `part` is among the words of `segments`; None if its neighbours leave no room."""
    options = options or RedoOptions()
    near = [one for one in segments if one.end > part.start - _NEAR and one.start < part.end + _NEAR]
    words = [word for segment in near for word in _words(segment)]
    inside = tuple(word for word in words if _is_inside(word, part))
    earlier = [word for word in words if word.middle < part.start]
    before = earlier[-1] if earlier else None
    after = next((word for word in words if word.middle >= part.end), None)
    start = min([max(0.0, part.start - options.room), *(word.start for word in inside)])
    end = max([min(duration, part.end + options.room), *(word.end for word in inside)])
    start = max([start, *(word.end for word in earlier)])
    end = min(end, after.start) if after else end
    if min(end, part.end) <= max(start, part.start):
        return None
    return Place(part=part, room=TimeRange(start=start, end=end), inside=inside, before=before, after=after)


def try_again(
    place: Place,
    listens: Sequence[Listen],
    activity: SpeechActivity,
    *,
    script: str,
    repeated: bool = False,
    options: RedoOptions | None = None,
) -> WindowText | None:
    """What is heard in a window around the place, if it is to be believed more than what stands there, else None.

    `repeated` says that the old text went round in circles. Depends on nothing but its arguments.
    """
    options = options or RedoOptions()
    best: WindowText | None = None
    than = place.inside
    for listen in listens:
        for window in surroundings(place.room, activity.duration, LookOptions()):
            heard = listen(window)
            fitted = fit(heard, place, activity, script)
            if is_better(fitted, than, place, activity, repeated=repeated and best is None, options=options):
                best, than = heard, fitted.words
                if _is_enough(fitted, place, activity, options):
                    return best
    return best


def fit(heard: WindowText, place: Place, activity: SpeechActivity, script: str) -> WindowText:
    """The part of `heard` that has room in the place, without what nobody said, as a text with the room as window."""
    words = [word for word in snap_words(heard.words, activity) if _is_inside(word, place.room)]
    kept = without_echo(words, [place.before] if place.before else (), [place.after] if place.after else ())
    text = replace(heard, window=place.room, words=tuple(_clamped(kept, place.room)))
    text = replace(text, text="".join(word.text for word in text.words).strip())
    return tidy_texts(drop_phantoms([text], activity), script)[0]


def is_better(
    text: WindowText,
    than: Sequence[Word],
    place: Place,
    activity: SpeechActivity,
    *,
    repeated: bool = False,
    options: RedoOptions | None = None,
) -> bool:
    """Whether `text` is to be believed more than the words `than` in the same place."""
    options = options or RedoOptions()
    gain = _covered(text.words, place, activity, options) - _covered(than, place, activity, options)
    if text.looped or not text.words or gain < -options.lost_speech:
        return False
    columns, before = _columns(text.words), _columns(than)
    sure = text.avg_logprob >= options.min_logprob
    if sure and gain >= options.more_speech and columns - before >= options.min_columns * gain:
        return True
    if not than or columns < options.kept_columns * before:
        return False
    if repeated:
        return sure
    if sure and columns >= options.more_columns * before:
        return True
    return _mean_logprob(text.words) >= _mean_logprob(than) + options.surer


def splice(segments: Sequence[Segment], place: Place, text: WindowText, duration: float) -> tuple[Segment, ...]:
    """`segments` with the words of `text` (as `fit` gives it) in the place of those inside; ids from 0.

    Segments that the range does not touch stay as they are but for their ids; the rest of a touched one is cut into
    sentences together with the new words.
    """
    first = [one for one in segments if not _from(one, place.part.start)]
    last = [one for one in segments if not _until(one, place.part.end)]
    touched = [one for one in segments if _from(one, place.part.start) and _until(one, place.part.end)]
    speaker = _only_speaker(touched or [*first[-1:], *last[:1]])
    heads = [_rest(one, [word for word in _words(one) if word.middle < place.part.start]) for one in touched]
    tails = [_rest(one, [word for word in _words(one) if word.middle >= place.part.end]) for one in touched]
    rows = [*(row for row in heads if row), (speaker, text), *(row for row in tails if row)]
    limit = last[0].start if last else duration
    return tuple(replace(one, id=number) for number, one in enumerate([*first, *_sentences(rows, limit), *last]))


def _sentences(rows: Sequence[tuple[str | None, WindowText]], limit: float) -> Iterator[Segment]:
    """The segments of texts, each speaker's for themselves."""
    runs = [(speaker, [text for _, text in run]) for speaker, run in groupby(rows, key=lambda row: row[0])]
    ends = [*(texts[0].words[0].start for _, texts in runs[1:] if texts[0].words), limit]
    for (speaker, texts), end in zip(runs, ends, strict=False):
        for segment in to_segments(texts, duration=end):
            yield replace(segment, speaker=speaker)


def _rest(segment: Segment, words: Sequence[Word]) -> tuple[str | None, WindowText] | None:
    if not words:
        return None
    return segment.speaker, WindowText(
        window=TimeRange(start=words[0].start, end=words[-1].end),
        text="".join(word.text for word in words).strip(),
        words=tuple(words),
        language=segment.language or "",
        avg_logprob=segment.avg_logprob,
        compression_ratio=segment.compression_ratio,
        no_speech_prob=segment.no_speech_prob,
    )


def _only_speaker(segments: Sequence[Segment]) -> str | None:
    speakers = {segment.speaker for segment in segments}
    return speakers.pop() if len(speakers) == 1 else None


def _words(segment: Segment) -> Sequence[Word]:
    """The words, or all of a segment without any as one."""
    whole = Word(start=segment.start, end=segment.end, text=segment.text, probability=_probability(segment))
    return segment.words or (whole,)


def _probability(segment: Segment) -> float:
    return float(np.exp(min(segment.avg_logprob, 0.0)))


def _from(segment: Segment, moment: float) -> bool:
    """Whether a word of the segment is at `moment` or later."""
    return _words(segment)[-1].middle >= moment


def _until(segment: Segment, moment: float) -> bool:
    return _words(segment)[0].middle < moment


def _is_inside(word: Word, part: TimeRange) -> bool:
    return part.start <= word.middle < part.end


def _clamped(words: Sequence[Word], room: TimeRange) -> Iterator[Word]:
    for word in words:
        start = min(max(word.start, room.start), room.end)
        yield replace(word, start=start, end=min(max(word.end, start), room.end))


def _columns(words: Sequence[Word]) -> int:
    return width("".join(word.text for word in words).strip())


def _mean_logprob(words: Sequence[Word]) -> float:
    return sum(log(max(word.probability, 1e-4)) for word in words) / len(words)


def _covered(words: Sequence[Word], place: Place, activity: SpeechActivity, options: RedoOptions) -> float:
    """Seconds of certain speech in the room that `words` and the neighbours cover."""
    frames = activity.frames(place.room)
    speech = activity.probabilities[frames] >= 0.5
    times = (np.arange(len(speech)) + frames.start + 0.5) * activity.frame_seconds
    reached = np.zeros(len(speech), np.bool_)
    for word in (place.before, *words, place.after):
        if word is not None:
            end = min(word.end, word.start + options.longest_word)
            reached |= (times >= word.start - options.reach) & (times < end + options.reach)
    return float((speech & reached).sum()) * activity.frame_seconds


def _is_enough(text: WindowText, place: Place, activity: SpeechActivity, options: RedoOptions) -> bool:
    speech = float((activity.probabilities[activity.frames(place.room)] >= 0.5).sum()) * activity.frame_seconds
    covered = _covered(text.words, place, activity, options)
    return text.avg_logprob >= options.min_logprob and covered >= options.enough * speech
