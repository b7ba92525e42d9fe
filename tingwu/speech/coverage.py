"""Does the text cover the speech? What has no words, and what has doubtful ones, is named, not hidden.

The voice detector and the recogniser check each other: they fail at different things. What the detector did not hear
cannot be missed here, and music that it takes for speech is reported though nothing was said.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Coverage, RangeProblem, ReportedRange, Segment
from tingwu.speech.asr import WindowText
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.sentences import width

Span = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageOptions:
    """Limits of the audit. Times in seconds."""

    reach: float = 1.0
    """A word covers speech so far to both sides: pauses within a sentence and inexact times are no losses."""
    longest_word: float = 1.0
    """No word covers more: one that is drawn out over several seconds stands for words that are missing."""
    min_missed: float = 0.5
    """Shorter stretches without words are breaths and coughs, and count as covered."""
    min_logprob: float = -0.9
    """Mean log-probability below which a window's words are unsure (Whisper itself tries again below -1)."""
    sparse_share: float = 0.35
    """Less than this share of the recording's median columns per second of speech is suspiciously little."""
    min_sparse: float = 4.0
    """Windows with less speech than this are too short to judge by their speed."""


def audit(
    activity: SpeechActivity,
    segments: Sequence[Segment],
    texts: Sequence[WindowText],
    options: CoverageOptions | None = None,
) -> Coverage:
    """How much of the speech has words. `texts` are the windows that the segments were made from.

    Windows without word times count as covered where their segments are.
    """
    options = options or CoverageOptions()
    speech = [(region.start, region.end) for region in activity.regions]
    missed = [span for span in _subtract(speech, _reach(segments, options)) if _lasts(span, options.min_missed)]
    heard = sum(end - start for start, end in speech)
    return Coverage(
        speech_seconds=heard,
        covered_seconds=max(0.0, heard - sum(end - start for start, end in missed)),
        missed=tuple(_report(span, RangeProblem.NO_TEXT) for span in missed),
        suspect=tuple(_suspects(activity, texts, options)),
    )


def audit_again(
    activity: SpeechActivity,
    segments: Sequence[Segment],
    before: Coverage,
    redone: Sequence[WindowText],
    options: CoverageOptions | None = None,
) -> Coverage:
    """The coverage of `segments` after the ranges of `redone` were replaced by these texts.

    What was missed is found anew; other suspects of `before` stay, the texts of `redone` are judged beside the rest.
    """
    options = options or CoverageOptions()
    spans = sorted((text.window.start, text.window.end) for text in redone)
    judged = _suspects(activity, (*map(_as_text, segments), *redone), options)
    suspect = [one for one in judged if (one.start, one.end) in spans]
    for old in before.suspect:
        for span in _subtract([(old.start, old.end)], spans):
            rest = TimeRange(start=span[0], end=span[1])
            if _lasts(span, options.min_missed) and _speech_in(rest, activity) >= options.min_missed:
                suspect.append(_report(span, old.problem))
    fresh = audit(activity, segments, (), options)
    return replace(fresh, suspect=tuple(sorted(suspect, key=lambda one: one.start)))


def _as_text(segment: Segment) -> WindowText:
    return WindowText(
        window=TimeRange(start=segment.start, end=segment.end),
        text=segment.text,
        words=segment.words,
        language=segment.language or "",
        avg_logprob=segment.avg_logprob,
        compression_ratio=segment.compression_ratio,
        no_speech_prob=segment.no_speech_prob,
    )


def _lasts(span: Span, seconds: float) -> bool:
    return span[1] - span[0] >= seconds


def _report(span: Span, problem: RangeProblem) -> ReportedRange:
    return ReportedRange(start=span[0], end=span[1], problem=problem)


def _reach(segments: Sequence[Segment], options: CoverageOptions) -> list[Span]:
    """Where words reach to, in order and without overlaps."""
    union: list[Span] = []
    for start, end in sorted(span for segment in segments for span in _covered(segment, options)):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union


def _covered(segment: Segment, options: CoverageOptions) -> Iterator[Span]:
    for word in segment.words:
        yield word.start - options.reach, min(word.end, word.start + options.longest_word) + options.reach
    if not segment.words:
        yield segment.start - options.reach, segment.end + options.reach


def _subtract(speech: Sequence[Span], covered: Sequence[Span]) -> list[Span]:
    """Parts of `speech` outside of `covered`; both in order and without overlaps."""
    rest: list[Span] = []
    first = 0
    for start, end in speech:
        while first < len(covered) and covered[first][1] <= start:
            first += 1
        here = start
        at = first
        while at < len(covered) and covered[at][0] < end:
            if covered[at][0] > here:
                rest.append((here, covered[at][0]))
            here = max(here, covered[at][1])
            at += 1
        if here < end:
            rest.append((here, end))
    return rest


def _suspects(
    activity: SpeechActivity, texts: Sequence[WindowText], options: CoverageOptions
) -> Iterable[ReportedRange]:
    speeds = [_speed(text, activity) for text in texts]
    usual = median([speed for speed in speeds if speed]) if any(speeds) else 0.0
    for text, speed in zip(texts, speeds, strict=True):
        span = (text.window.start, text.window.end)
        if not text.text.strip():
            continue  # that is missed speech, reported above
        if text.looped:
            yield _report(span, RangeProblem.REPETITION)
        elif text.avg_logprob < options.min_logprob:
            yield _report(span, RangeProblem.LOW_CONFIDENCE)
        elif speed < options.sparse_share * usual and _speech_in(text.window, activity) >= options.min_sparse:
            yield _report(span, RangeProblem.SPARSE_TEXT)


def _speech_in(window: TimeRange, activity: SpeechActivity) -> float:
    frames = activity.probabilities[activity.frames(window)]
    return float((frames >= 0.5).sum()) * activity.frame_seconds


def _speed(text: WindowText, activity: SpeechActivity) -> float:
    """Columns of text per second of certain speech: Chinese and Latin script come out alike."""
    speech = _speech_in(text.window, activity)
    return width(text.text.strip()) / speech if speech else 0.0
