"""JSON in Whisper's shape, with coverage, corrections, warnings, duration and notes added.

The reading half of it is in `whisper_json_reader`. Fields that only Whisper's own decoder has (`seek`, `tokens`,
`temperature`) are there for programs that expect them: `seek` is the start in hundredths, the others are constant.
Segments become text one by one: as objects of JSON the words of ten hours take ten times the memory of the file.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from tingwu.domain.media import TimeRange
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import Diarization, NameSuggestion
from tingwu.domain.talk import SpeakerTalk, talk_of
from tingwu.domain.transcript import Correction, Coverage, ReportedRange, Segment, Word
from tingwu.writers.options import WriteOptions
from tingwu.writers.warnings import warning_lines

_DIGITS = 3
_NEXT_LINE, _NEXT_INSIDE = "\n", "\n  "
"""Strings of JSON have no line breaks of their own."""


def whisper_json(recording: Recording, options: WriteOptions) -> str:
    """One JSON object; times are seconds with three decimals. `notes` is there when notes are, `diarization` and
    `speakers` (what can be counted about them) when speakers were told apart by their voices, `beside` in a segment
    when others speak at the same time.

    Warnings are sentences in Chinese when the transcript is, else in English.
    """
    transcript = recording.transcript
    document: dict[str, object] = {
        "text": transcript.text,
        "segments": _Listed(_segment(segment) for segment in transcript.segments),
        "language": transcript.language,
        "language_probability": transcript.language_probability,
        "duration": round(transcript.duration, _DIGITS),
        "model": transcript.model,
        "coverage": _coverage(transcript.coverage),
        "corrections": [_correction(one) for one in transcript.corrections],
        "warnings": warning_lines(recording),
        "complete": recording.decode.complete,
        "file": recording.media.name,
    }
    if transcript.diarization is not None:
        document["speakers"] = [_talk(one) for one in talk_of(transcript).speakers]
        document["diarization"] = _diarization(transcript.diarization)
    if recording.notes is not None:
        sentences = [notice.text.in_language(transcript.language) for notice in recording.notes.warnings]
        document["notes"] = asdict(recording.notes) | {"warnings": sentences}
    return _encode(document)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A list of objects, each made when its turn comes."""

    objects: Iterable[dict[str, object]]


def _encode(document: dict[str, object]) -> str:
    """UTF-8 as it is read by people; halves of characters, which UTF-8 cannot hold, become `?`."""
    fields = (f"{json.dumps(name)}: {_value(value)}" for name, value in document.items())
    return _bracketed("{", fields, "}") + "\n"


def _value(value: object) -> str:
    if isinstance(value, _Listed):
        return _bracketed("[", map(_value, value.objects), "]")
    return json.dumps(value, ensure_ascii=False, indent=2).encode(errors="replace").decode()


def _bracketed(opening: str, items: Iterable[str], closing: str) -> str:
    """`items`, each a line of its own or several, with two more spaces in front of each."""
    inside = ",\n".join(items)
    return f"{opening}\n  {inside.replace(_NEXT_LINE, _NEXT_INSIDE)}\n{closing}" if inside else opening + closing


def _segment(segment: Segment) -> dict[str, object]:
    written: dict[str, object] = {
        "id": segment.id,
        "seek": int(segment.start * 100),
        **_times(segment),
        "text": segment.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": segment.avg_logprob,
        "compression_ratio": segment.compression_ratio,
        "no_speech_prob": segment.no_speech_prob,
        "words": [_word(word) for word in segment.words],
        "speaker": segment.speaker,
        "language": segment.language,
    }
    return written | {"beside": segment.beside} if segment.beside else written


def _word(word: Word) -> dict[str, object]:
    return {"word": word.text, **_times(word), "probability": word.probability}


def _coverage(coverage: Coverage) -> dict[str, object]:
    return {
        "speech_seconds": round(coverage.speech_seconds, _DIGITS),
        "covered_seconds": round(coverage.covered_seconds, _DIGITS),
        "share": round(coverage.share, 4),
        "missed": [_reported(found) for found in coverage.missed],
        "suspect": [_reported(found) for found in coverage.suspect],
    }


def _correction(correction: Correction) -> dict[str, object]:
    return {
        **_times(correction),
        "before": correction.before,
        "after": correction.after,
        "reason": correction.reason,
        "words": [_word(word) for word in correction.words],
    }


def _reported(found: ReportedRange) -> dict[str, object]:
    return {**_times(found), "problem": found.problem, "speaker": found.speaker}


def _talk(one: SpeakerTalk) -> dict[str, object]:
    return {
        "speaker": one.speaker,
        "seconds": round(one.seconds, _DIGITS),
        "share": round(one.share, 4),
        "turns": one.turns,
        "longest": round(one.longest, _DIGITS),
        "interruptions": one.interruptions,
        "rate": None if one.rate is None else round(one.rate, 1),
    }


def _diarization(found: Diarization) -> dict[str, object]:
    return {
        "turns": [{**_times(turn), "speaker": turn.speaker} for turn in found.turns],
        "count_confidence": found.count_confidence,
        "model": found.model,
        "suggestions": [_suggestion(one) for one in found.suggestions],
    }


def _suggestion(one: NameSuggestion) -> dict[str, object]:
    return {
        "speaker": one.speaker,
        "name": one.name,
        "source": one.source,
        "score": one.score,
        "evidence": None if one.evidence is None else _times(one.evidence),
        "quote": one.quote,
    }


def _times(found: TimeRange) -> dict[str, object]:
    return {"start": round(found.start, _DIGITS), "end": round(found.end, _DIGITS)}
