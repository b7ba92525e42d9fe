"""Transcript -> sentences: the units that notes are made of and cite.

A segment may hold several sentences, and a sentence may run over several segments; both happen with every recogniser.
Text without any punctuation is cut at pauses, changes of speaker and a length at which a reader loses the thread.
Times inside a segment come from its words, and without words from the share of characters.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Segment, Transcript
from tingwu.text.cues import is_question
from tingwu.text.terms import HAN

_END = re.compile(r"[。！？!?…]+[”’\"'）)]*|\.+[”’\"')]*(?=\s|$)")
_ABBREVIATION = re.compile(r"(?:\b(?:mr|mrs|ms|dr|st|vs|no|e\.g|i\.e|[a-z]))\.$", re.IGNORECASE)
MAX_WEIGHT = 60
"""Words (a Han character is 0.6 of one) after which a sentence without an end is cut."""
AUDIBLE_GAP = 0.25
"""Seconds of silence that part words even where no space is written."""
MAX_GAP = 1.0
"""Seconds of silence that end a sentence which has no full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence(TimeRange):
    """What was said between two full stops. `id` counts from 0; `segment_ids` are where it stands."""

    id: int
    text: str
    segment_ids: tuple[int, ...]
    speaker: str | None = None

    @property
    def complete(self) -> bool:
        """Whether it ends with a mark of punctuation that ends a sentence."""
        return _END.search(self.text[-3:]) is not None


def weight(text: str) -> float:
    """Length in words; a Han character counts 0.6."""
    han = len(HAN.findall(text))
    return 0.6 * han + len(re.findall(r"[^\W_\u3400-\u9fff]+", text))


def sentences_of(transcript: Transcript) -> tuple[Sentence, ...]:
    """All sentences in order of time; empty segments are left out."""
    return sentences_of_segments(transcript.segments)


def sentences_of_segments(segments: Iterable[Segment]) -> tuple[Sentence, ...]:
    """The same for some segments of a transcript."""
    merged: list[Sentence] = []
    for piece in (piece for segment in segments for piece in _pieces(segment)):
        if merged and _continues(merged[-1], piece):
            merged[-1] = _joined(merged[-1], piece)
        else:
            merged.append(piece)
    return tuple(replace(sentence, id=position) for position, sentence in enumerate(merged))


def _pieces(segment: Segment) -> Iterator[Sentence]:
    text = segment.text.strip()
    if not text:
        return
    begin = 0
    for cut in [*_cuts(text), len(text)]:
        part = text[begin:cut].strip()
        if part and any(char.isalnum() for char in part):
            start, end = _times(segment, text, begin, cut)
            yield Sentence(id=0, start=start, end=end, text=part, segment_ids=(segment.id,), speaker=segment.speaker)
        begin = cut


def _cuts(text: str) -> list[int]:
    """Positions just after the punctuation that ends a sentence."""
    return [
        match.end()
        for match in _END.finditer(text)
        if match.end() < len(text) and not _ABBREVIATION.search(text[: match.end()])
    ]


def _times(segment: Segment, text: str, begin: int, cut: int) -> tuple[float, float]:
    if begin == 0 and cut == len(text):
        return segment.start, segment.end
    spelled = 0
    inside: list[TimeRange] = []
    for word in segment.words:
        middle = spelled + len(word.text) / 2
        spelled += len(word.text)
        if begin <= middle < cut:
            inside.append(word)
    if inside:
        return inside[0].start, max(inside[0].start, inside[-1].end)
    length = segment.duration / max(1, len(text))
    return segment.start + begin * length, segment.start + cut * length


def _continues(before: Sentence, piece: Sentence) -> bool:
    if before.complete or before.speaker != piece.speaker or is_question(before.text):
        return False
    whole = weight(before.text) + weight(piece.text)
    gap = piece.start - before.end
    limit = MAX_WEIGHT if before.text[-1] in ",，、;；:：" else MAX_WEIGHT / 3
    return gap < MAX_GAP and whole <= limit


def _joined(before: Sentence, piece: Sentence) -> Sentence:
    after_mark = before.text[-1] in "，、；："
    touching = HAN.match(before.text[-1]) or HAN.match(piece.text[0])
    space = "" if after_mark or (touching and piece.start - before.end < AUDIBLE_GAP) else " "
    ids = tuple(dict.fromkeys(before.segment_ids + piece.segment_ids))
    return replace(before, text=before.text + space + piece.text, end=max(before.end, piece.end), segment_ids=ids)
