"""Whisper's JSON: the keys that programs expect, and what is written can be read."""

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_notes, make_recording, make_segment, make_transcript
from tingwu.domain.media import DecodeReport, TimeRange
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
from tingwu.writers.options import WriteOptions
from tingwu.writers.whisper_json import whisper_json
from tingwu.writers.whisper_json_reader import read_whisper_json

OPTIONS = WriteOptions()
DAMAGED = Notice(code=NoticeCode.FOREIGN, values=("The file is damaged.",))


def test_speakers_who_speak_at_once_come_back() -> None:
    segments = (
        make_segment(0, "We took the night train.", start=0.0, seconds=4.0, speaker="Ann"),
        make_segment(1, "Really?", start=1.0, seconds=0.5, speaker="Bob"),
    )
    missed = ReportedRange(start=2.0, end=3.0, problem=RangeProblem.NO_TEXT, speaker="Bob")
    coverage = Coverage(speech_seconds=6.0, covered_seconds=5.0, missed=(missed,))
    transcript = make_transcript(segments=segments, coverage=coverage)
    read = read_whisper_json(whisper_json(make_recording(transcript=transcript, notes=None), OPTIONS), "x.json")
    assert [(one.start, one.end, one.speaker) for one in read.segments] == [(0.0, 4.0, "Ann"), (1.0, 1.5, "Bob")]
    assert read.coverage.missed == (missed,)


def test_keys() -> None:
    segment = make_segment(0, "Hi there.", speaker="Ann", language="en", avg_logprob=-0.25)
    transcript = make_transcript(segments=(segment,), duration=15.0)
    document = json.loads(whisper_json(make_recording(transcript=transcript, notes=None), OPTIONS))
    assert document == {
        "text": "Hi there.",
        "segments": [
            {
                "id": 0,
                "seek": 0,
                "start": 0.0,
                "end": 2.8,
                "text": "Hi there.",
                "tokens": [],
                "temperature": 0.0,
                "avg_logprob": -0.25,
                "compression_ratio": 1.0,
                "no_speech_prob": 0.0,
                "words": [
                    {"word": "Hi", "start": 0.0, "end": 1.4, "probability": 0.9},
                    {"word": " there.", "start": 1.4, "end": 2.8, "probability": 0.9},
                ],
                "speaker": "Ann",
                "language": "en",
            }
        ],
        "language": "en",
        "language_probability": 0.99,
        "duration": 15.0,
        "model": "whisper-base",
        "coverage": {
            "speech_seconds": 15.0,
            "covered_seconds": 14.0,
            "share": 0.9333,
            "missed": [{"start": 14.0, "end": 15.0, "problem": "no_text", "speaker": None}],
            "suspect": [],
        },
        "corrections": [],
        "warnings": ["Speech was heard but no text was found at 00:14-00:15."],
        "complete": True,
        "file": "review.mp3",
    }


def test_speakers_who_were_told_apart() -> None:
    segments = (make_segment(0, "Hi there.", speaker="Ann", beside=("Bob",)),)
    diarization = Diarization(
        turns=(SpeakerTurn(start=0.0, end=3.0, speaker="Ann"), SpeakerTurn(start=1.0, end=2.0, speaker="Bob")),
        count_confidence=0.75,
        model="fake",
        suggestions=(
            NameSuggestion(
                speaker="Bob",
                name="Robert",
                source=NameSource.SAID,
                score=0.5,
                evidence=TimeRange(start=1.0, end=2.0),
                quote="I'm Robert.",
            ),
        ),
    )
    transcript = make_transcript(segments=segments, duration=4.0, diarization=diarization)
    text = whisper_json(make_recording(transcript=transcript, notes=None), OPTIONS)
    document = json.loads(text)
    assert document["segments"][0]["beside"] == ["Bob"]
    ann = {"speaker": "Ann", "seconds": 3.0, "share": 0.75, "turns": 1, "longest": 3.0, "interruptions": 0}
    bob = {"speaker": "Bob", "seconds": 1.0, "share": 0.25, "turns": 1, "longest": 1.0, "interruptions": 0}
    assert document["speakers"] == [ann | {"rate": None}, bob | {"rate": None}]
    assert document["diarization"] == {
        "turns": [{"start": 0.0, "end": 3.0, "speaker": "Ann"}, {"start": 1.0, "end": 2.0, "speaker": "Bob"}],
        "count_confidence": 0.75,
        "model": "fake",
        "suggestions": [
            {
                "speaker": "Bob",
                "name": "Robert",
                "source": "said",
                "score": 0.5,
                "evidence": {"start": 1.0, "end": 2.0},
                "quote": "I'm Robert.",
            }
        ],
    }
    assert read_whisper_json(text, "x.json").diarization == diarization
    assert read_whisper_json(text, "x.json").segments == segments


def test_turns_from_elsewhere_are_put_in_order() -> None:
    turns = [{"start": 5, "end": 4, "speaker": "B"}, {"start": 1, "end": 2, "speaker": "A"}]
    found = {"turns": turns, "count_confidence": 1, "model": "x"}
    read = read_whisper_json(json.dumps({"segments": [], "diarization": found}), "x.json")
    assert read.diarization == Diarization(
        turns=(SpeakerTurn(start=1, end=2, speaker="A"), SpeakerTurn(start=5, end=5, speaker="B")),
        count_confidence=1,
        model="x",
    )


def test_notes_are_there_when_they_are() -> None:
    notes = json.loads(whisper_json(make_recording(), OPTIONS))["notes"]
    assert notes["title"] == "Budget review"
    assert notes["summary"][0]["proof"] == "verified"
    assert notes["summary"][0]["citations"][0]["segment_ids"] == [2]


def test_damage_is_said() -> None:
    damaged = make_recording(decode=DecodeReport(duration=10, declared_duration=15, complete=False))
    document = json.loads(whisper_json(damaged, OPTIONS))
    assert document["complete"] is False
    assert document["warnings"][0] == "The file is damaged: 00:10 of 00:15 could be decoded."


def test_warnings_are_sentences_in_the_language_of_the_recording() -> None:
    refused = Notice(code=NoticeCode.LANGUAGE_REFUSED, values=("zh", "en"))
    transcript = make_transcript(("谁来付钱？",), language="zh", warnings=(Notice(code=NoticeCode.NO_SPEECH),))
    recording = make_recording(transcript=transcript, notes=make_notes(warnings=(refused,)))
    document = json.loads(whisper_json(recording, OPTIONS))
    assert document["warnings"] == [
        "这段录音里没有听到有人说话。",
        "以下时间有人说话，但没有识别出文字：00:02-00:03。",
        refused.text.zh,
    ]
    assert document["notes"]["warnings"] == [refused.text.zh]


def test_halves_of_characters_do_not_stop_the_writing() -> None:
    text = whisper_json(make_recording(transcript=make_transcript(("half \ud83d here",))), OPTIONS)
    assert json.loads(text.encode())["text"] == "half ? here"


TIMES = st.integers(0, 10_000_000).map(lambda ms: ms / 1000)
SPANS = st.tuples(TIMES, TIMES).map(sorted)
SHARES = st.floats(0, 1)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
RANGES = st.builds(
    lambda span, problem: ReportedRange(start=span[0], end=span[1], problem=problem),
    SPANS,
    st.sampled_from(RangeProblem),
)
WORDS = st.lists(
    st.builds(lambda span, text, p: Word(start=span[0], end=span[1], text=text, probability=p), SPANS, TEXT, SHARES),
    max_size=3,
)
SEGMENTS = st.builds(
    lambda span, text, words, speaker, beside, scores: Segment(
        id=0,
        start=span[0],
        end=span[1],
        text=text,
        words=tuple(words),
        speaker=speaker,
        beside=tuple(beside),
        language=speaker and "en",
        avg_logprob=-scores[0],
        compression_ratio=scores[1],
        no_speech_prob=scores[2],
    ),
    SPANS,
    TEXT,
    WORDS,
    st.none() | TEXT,
    st.lists(TEXT, max_size=2),
    st.tuples(SHARES, SHARES, SHARES),
)

CORRECTIONS = st.builds(
    lambda span, texts, reason, words: Correction(
        start=span[0], end=span[1], before=texts[0], after=texts[1], reason=reason, words=tuple(words)
    ),
    SPANS,
    st.tuples(TEXT, TEXT),
    st.sampled_from(CorrectionReason),
    WORDS,
)

TURNS = st.builds(lambda span, speaker: SpeakerTurn(start=span[0], end=span[1], speaker=speaker), SPANS, TEXT)
SUGGESTIONS = st.builds(
    lambda texts, source, score, span: NameSuggestion(
        speaker=texts[0],
        name=texts[1],
        source=source,
        score=score,
        evidence=span and TimeRange(start=span[0], end=span[1]),
        quote=texts[2],
    ),
    st.tuples(TEXT, TEXT, TEXT),
    st.sampled_from(NameSource),
    SHARES,
    st.none() | SPANS,
)
DIARIZATIONS = st.builds(
    lambda turns, sure, model, suggestions: Diarization(
        turns=tuple(sorted(turns, key=lambda turn: turn.start)),
        count_confidence=sure,
        model=model,
        suggestions=tuple(suggestions),
    ),
    st.lists(TURNS, max_size=4),
    SHARES,
    TEXT,
    st.lists(SUGGESTIONS, max_size=2),
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    segments = sorted(draw(st.lists(SEGMENTS, max_size=4)), key=lambda segment: segment.start)
    return Transcript(
        language=draw(TEXT),
        language_probability=draw(SHARES),
        duration=draw(TIMES),
        segments=tuple(replace(segment, id=number) for number, segment in enumerate(segments)),
        coverage=Coverage(
            speech_seconds=draw(TIMES),
            covered_seconds=draw(TIMES),
            missed=tuple(draw(st.lists(RANGES, max_size=2))),
            suspect=tuple(draw(st.lists(RANGES, max_size=2))),
        ),
        model=draw(TEXT),
        warnings=(DAMAGED,),
        corrections=tuple(draw(st.lists(CORRECTIONS, max_size=2))),
        diarization=draw(st.none() | DIARIZATIONS),
    )


@settings(max_examples=100, deadline=None)
@given(transcripts())
def test_what_is_written_can_be_read(transcript: Transcript) -> None:
    text = whisper_json(make_recording(transcript=transcript, notes=None), OPTIONS)
    read = read_whisper_json(text, "x.json")
    assert replace(read, warnings=()) == replace(transcript, warnings=())
    assert read.warnings[0] == DAMAGED


def test_other_programs_files_can_be_read() -> None:
    words = [{"word": "In", "start": 0.5, "end": 0.7, "score": 0.8}, {"word": "2014."}]
    segments = [
        {"start": 2.0, "end": 3.0, "text": " Later."},
        {"id": 7, "seek": 0, "start": 0.5, "end": 1.5, "text": " In 2014.", "words": words, "tokens": [1]},
    ]
    read = read_whisper_json(json.dumps({"segments": segments, "language": "en", "word_segments": []}), "x.json")
    assert [(segment.id, segment.text) for segment in read.segments] == [(0, " In 2014."), (1, " Later.")]
    assert read.segments[0].words == (Word(start=0.5, end=0.7, text="In", probability=0.8),)
    assert read.duration == 3.0
    assert read.coverage == Coverage(speech_seconds=2.0, covered_seconds=2.0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"text": "no segments"}',
        '{"segments": [{"start": -1, "end": 2, "text": "x"}]}',
        '{"segments": [{"start": NaN, "end": 2, "text": "x"}]}',
        '{"segments": [{"start": 0, "end": 1e300, "text": "x"}]}',
        '{"segments": [{"start": 0, "end": 1}]}',
        '{"segments": [], "diarization": []}',
        '{"segments": [], "diarization": {"turns": []}}',
        '{"segments": [], "diarization": {"turns": [], "count_confidence": 1.5, "model": "x"}}',
        '{"segments": [], "diarization": {"turns": [{"start": 0, "end": 1}], "count_confidence": 1, "model": "x"}}',
        '{"segments": [{"start": 0, "end": 1, "text": "x", "beside": "Bob"}]}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_transcript_is_refused(text: str | bytes) -> None:
    with pytest.raises(StoredDataInvalid, match=r"bad\.json"):
        read_whisper_json(text, "bad.json")


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | TEXT,
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["segments", "start", "end", "text", "words", "word", "diarization", "turns"]), inner
            )
        ),
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    with suppress(StoredDataInvalid):
        assert isinstance(read_whisper_json(json.dumps(value), "x.json"), Transcript)
