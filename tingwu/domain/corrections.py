"""Corrections: where in a transcript they stand, and taking them back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Correction, Segment, Transcript, Word
from tingwu.errors import InvalidOption

_Part = tuple[Segment, Word | Segment, int]
"""A segment, a word of it (itself where it has none), and the character of its text at which that begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCorrection(Correction):
    """A correction whose `after` begins `offset` characters into the text of the segment with the id `segment_id`."""

    segment_id: int
    offset: int


def placed_corrections(transcript: Transcript) -> tuple[PlacedCorrection, ...]:
    """The corrections of `transcript` that it still has the words of, in order."""
    wanted = {(one.start, one.end) for one in transcript.corrections}
    parts: dict[tuple[float, float], list[_Part]] = {}
    for segment in transcript.segments:
        for part, offset in _parts(segment):
            if (part.start, part.end) in wanted:
                parts.setdefault((part.start, part.end), []).append((segment, part, offset))
    placed = (_placed(one, parts.get((one.start, one.end), [])) for one in transcript.corrections)
    return tuple(one for one in placed if one is not None)


def undo(transcript: Transcript, correction: Correction) -> Transcript:
    """`transcript` with the text and words that were there before `correction`, which it no longer lists.

    Raises InvalidOption when the transcript does not list it, or no longer has what it wrote.
    """
    if correction in transcript.corrections:
        for at, segment in enumerate(transcript.segments):
            restored = _restored(segment, correction)
            if restored is not None:
                segments = (*transcript.segments[:at], restored, *transcript.segments[at + 1 :])
                left = tuple(one for one in transcript.corrections if one != correction)
                return replace(transcript, segments=segments, corrections=left)
    raise InvalidOption("correction", correction.after, "the transcript does not have it")


def _restored(segment: Segment, correction: Correction) -> Segment | None:
    """The segment as it was before the correction; None if that was made elsewhere."""
    if not correction.words:
        return replace(segment, text=correction.before) if not segment.words and _is_its(segment, correction) else None
    for at, word in enumerate(segment.words):
        if _is_its(word, correction):
            words = (*segment.words[:at], *_spoken_within(word, correction.words), *segment.words[at + 1 :])
            return replace(segment, text="".join(word.text for word in words), words=words)
    return None


def _parts(segment: Segment) -> Iterator[tuple[Word | Segment, int]]:
    """The words of the segment, or itself where it has none, each with the character at which it begins."""
    if not segment.words:
        yield segment, 0
    offset = 0
    for word in segment.words:
        yield word, offset
        offset += len(word.text)


def _is_its(part: Word | Segment, correction: Correction) -> bool:
    """Whether the word, or the segment without words, is what the correction made."""
    if (part.start, part.end) != (correction.start, correction.end):
        return False
    if isinstance(part, Segment):
        return not correction.words and part.text == correction.after
    return bool(correction.words) and correction.after in part.text


def _placed(correction: Correction, parts: list[_Part]) -> PlacedCorrection | None:
    for segment, part, offset in parts:
        if _is_its(part, correction):
            return PlacedCorrection(
                start=correction.start,
                end=correction.end,
                before=correction.before,
                after=correction.after,
                reason=correction.reason,
                words=correction.words,
                segment_id=segment.id,
                offset=offset + part.text.index(correction.after),
            )
    return None


def _spoken_within(word: Word, words: tuple[Word, ...]) -> list[Word]:
    """`words` in the place of `word`: inside its time, and without outer spaces where it has none."""
    inside = [replace(one, start=_clamped(one.start, word), end=_clamped(one.end, word)) for one in words]
    if word.text == word.text.lstrip():
        inside[0] = replace(inside[0], text=inside[0].text.lstrip())
    if word.text == word.text.rstrip():
        inside[-1] = replace(inside[-1], text=inside[-1].text.rstrip())
    return inside


def _clamped(time: float, limits: TimeRange) -> float:
    return min(max(time, limits.start), limits.end)
