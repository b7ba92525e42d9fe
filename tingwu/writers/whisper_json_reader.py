"""Reads Whisper-shaped JSON back: tingwu's own, and that of whisper, faster-whisper and WhisperX."""

from typing import Annotated

from pydantic import AliasChoices, BaseModel, Field, ValidationError

from tingwu.domain.media import TimeRange
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.speakers import Diarization, NameSource, NameSuggestion, SpeakerTurn
from tingwu.domain.transcript import (
    Correction,
    CorrectionReason,
    Coverage,
    RangeProblem,
    ReportedRange,
    Segment,
    Transcript,
    Word,
)
from tingwu.errors import StoredDataInvalid

Seconds = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Word(BaseModel):
    word: str
    start: Seconds | None = None
    end: Seconds | None = None
    probability: Number = Field(1.0, validation_alias=AliasChoices("probability", "score"))


class _Segment(BaseModel):
    start: Seconds
    end: Seconds
    text: str
    words: tuple[_Word, ...] | None = None
    speaker: str | None = None
    beside: tuple[str, ...] = ()
    language: str | None = None
    avg_logprob: Number = 0.0
    compression_ratio: Number = 1.0
    no_speech_prob: Number = 0.0


class _Range(BaseModel):
    start: Seconds
    end: Seconds
    problem: RangeProblem
    speaker: str | None = None


class _Coverage(BaseModel):
    speech_seconds: Seconds
    covered_seconds: Seconds
    missed: tuple[_Range, ...] = ()
    suspect: tuple[_Range, ...] = ()


class _Correction(BaseModel):
    start: Seconds
    end: Seconds
    before: str
    after: str
    reason: CorrectionReason
    words: tuple[_Word, ...] = ()


class _Turn(BaseModel):
    start: Seconds
    end: Seconds
    speaker: str


class _Times(BaseModel):
    start: Seconds
    end: Seconds


class _Suggestion(BaseModel):
    speaker: str
    name: str
    source: NameSource
    score: Share
    evidence: _Times | None = None
    quote: str = ""


class _Diarization(BaseModel):
    turns: tuple[_Turn, ...]
    count_confidence: Share
    model: str
    suggestions: tuple[_Suggestion, ...] = ()


class _Document(BaseModel):
    segments: tuple[_Segment, ...]
    language: str = "und"
    language_probability: Share = 1.0
    duration: Seconds | None = None
    model: str = "unknown"
    coverage: _Coverage | None = None
    warnings: tuple[str, ...] = ()
    corrections: tuple[_Correction, ...] = ()
    diarization: _Diarization | None = None


def read_whisper_json(text: str | bytes, name: str) -> Transcript:
    """The transcript in `text`; `name` is the file's name, for errors.

    Segments are put in order and numbered anew. A transcript without coverage counts as covering what it holds.
    Raises StoredDataInvalid.
    """
    try:
        document = _Document.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise StoredDataInvalid(name, f"{place or 'JSON'}: {first['msg']}") from error
    ordered = sorted(document.segments, key=lambda segment: segment.start)
    segments = tuple(_segment(number, segment) for number, segment in enumerate(ordered))
    last = max((segment.end for segment in segments), default=0.0)
    return Transcript(
        language=document.language,
        language_probability=document.language_probability,
        duration=last if document.duration is None else document.duration,
        segments=segments,
        coverage=_covered(segments) if document.coverage is None else _coverage(document.coverage),
        model=document.model,
        warnings=tuple(Notice(code=NoticeCode.FOREIGN, values=(text,)) for text in document.warnings),
        corrections=tuple(map(_correction, document.corrections)),
        diarization=None if document.diarization is None else _diarization(document.diarization),
    )


def _segment(number: int, found: _Segment) -> Segment:
    return Segment(
        id=number,
        start=found.start,
        end=max(found.start, found.end),
        text=found.text,
        words=_words(found.words or ()),
        speaker=found.speaker,
        beside=found.beside,
        language=found.language,
        avg_logprob=found.avg_logprob,
        compression_ratio=found.compression_ratio,
        no_speech_prob=found.no_speech_prob,
    )


def _correction(found: _Correction) -> Correction:
    return Correction(
        start=found.start,
        end=max(found.start, found.end),
        before=found.before,
        after=found.after,
        reason=found.reason,
        words=_words(found.words),
    )


def _diarization(found: _Diarization) -> Diarization:
    turns = (SpeakerTurn(start=turn.start, end=max(turn.start, turn.end), speaker=turn.speaker) for turn in found.turns)
    return Diarization(
        turns=tuple(sorted(turns, key=lambda turn: turn.start)),
        count_confidence=found.count_confidence,
        model=found.model,
        suggestions=tuple(map(_suggestion, found.suggestions)),
    )


def _suggestion(found: _Suggestion) -> NameSuggestion:
    said = found.evidence
    return NameSuggestion(
        speaker=found.speaker,
        name=found.name,
        source=found.source,
        score=found.score,
        evidence=None if said is None else TimeRange(start=said.start, end=max(said.start, said.end)),
        quote=found.quote,
    )


def _words(found: tuple[_Word, ...]) -> tuple[Word, ...]:
    words = (_word(word, word.start, word.end) for word in found)
    return tuple(word for word in words if word is not None)


def _word(found: _Word, start: float | None, end: float | None) -> Word | None:
    """A word with times; WhisperX leaves them out where it could not align, mostly at numbers."""
    if start is None or end is None:
        return None
    return Word(start=start, end=max(start, end), text=found.word, probability=min(1.0, max(0.0, found.probability)))


def _coverage(found: _Coverage) -> Coverage:
    return Coverage(
        speech_seconds=found.speech_seconds,
        covered_seconds=found.covered_seconds,
        missed=_ranges(found.missed),
        suspect=_ranges(found.suspect),
    )


def _ranges(found: tuple[_Range, ...]) -> tuple[ReportedRange, ...]:
    return tuple(
        ReportedRange(start=item.start, end=max(item.start, item.end), problem=item.problem, speaker=item.speaker)
        for item in found
    )


def _covered(segments: tuple[Segment, ...]) -> Coverage:
    seconds = sum(segment.duration for segment in segments)
    return Coverage(speech_seconds=seconds, covered_seconds=seconds)
