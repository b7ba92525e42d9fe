"""Values of the domain for tests: small, whole, with every kind of line that the notes can have."""

from dataclasses import replace

from tingwu.domain.media import AudioStream, DecodeReport, Media
from tingwu.domain.notes import (
    ActionItem,
    Chapter,
    Citation,
    Claim,
    Keyword,
    Notes,
    Proof,
    QuestionAnswer,
    Reading,
)
from tingwu.domain.recording import Recording
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

SENTENCES = (
    "Good morning, this is the budget review.",
    "Who pays for the new server?",
    "The travel budget pays, twelve thousand euros.",
    "We agreed to buy it in March.",
    "Anna will write the order by Friday.",
)


def make_media(**changes: object) -> Media:
    """A short mono MP3."""
    fields = {
        "name": "review.mp3",
        "size_bytes": 240_000,
        "sha256": "ab" * 32,
        "container": "mp3",
        "duration": 15.0,
        "audio": (AudioStream(position=0, codec="mp3", sample_rate=44_100, channels=1, is_default=True),),
    }
    return Media(**(fields | changes))  # pyright: ignore[reportArgumentType]


def make_segment(
    number: int, text: str, *, start: float | None = None, seconds: float = 2.8, **more: object
) -> Segment:
    """Segment `number`, three seconds after the one before, its words evenly spread."""
    begin = number * 3.0 if start is None else start
    parts = text.split(" ")
    step = seconds / len(parts)
    words = tuple(
        Word(
            start=begin + index * step,
            end=begin + (index + 1) * step,
            text=("" if index == 0 else " ") + part,
            probability=0.9,
        )
        for index, part in enumerate(parts)
    )
    return Segment(id=number, start=begin, end=begin + seconds, text=text, words=words, **more)  # pyright: ignore[reportArgumentType]


def make_transcript(sentences: tuple[str, ...] = SENTENCES, **changes: object) -> Transcript:
    """A transcript with a sentence every three seconds."""
    duration = max(3.0 * len(sentences), 1.0)
    fields = {
        "language": "en",
        "language_probability": 0.99,
        "duration": duration,
        "segments": tuple(make_segment(number, text) for number, text in enumerate(sentences)),
        "coverage": Coverage(
            speech_seconds=duration,
            covered_seconds=duration - 1,
            missed=(ReportedRange(start=duration - 1, end=duration, problem=RangeProblem.NO_TEXT),),
        ),
        "model": "whisper-base",
    }
    return Transcript(**(fields | changes))  # pyright: ignore[reportArgumentType]


def make_correction(segment: Segment, word: int, before: str) -> Correction:
    """Word number `word` of `segment`, without its punctuation, was `before` until the glossary was asked."""
    made = segment.words[word]
    spoken = replace(made, text=f" {before}", probability=0.4)
    after = made.text.strip(" ,.?")
    return Correction(
        start=made.start,
        end=made.end,
        before=before,
        after=after,
        reason=CorrectionReason.GLOSSARY_SOUND,
        words=(spoken,),
    )


def make_claim(text: str, number: int, proof: Proof = Proof.VERIFIED) -> Claim:
    """A claim proved by sentence `number` of `SENTENCES`."""
    citation = Citation(start=number * 3.0, end=number * 3.0 + 2.8, segment_ids=(number,), quote=SENTENCES[number])
    return Claim(text=text, citations=(citation,), proof=proof)


def make_notes(**changes: object) -> Notes:
    """Notes on `SENTENCES`."""
    fields = {
        "title": "Budget review",
        "language": "en",
        "summary": (make_claim("The new server costs twelve thousand euros.", 2),),
        "chapters": (
            Chapter(
                start=0.0,
                end=15.0,
                title="The server",
                title_proof=Proof.VERIFIED,
                points=(
                    make_claim("The travel budget pays for the server.", 2),
                    make_claim(SENTENCES[3], 3, Proof.QUOTE),
                ),
            ),
        ),
        "questions": (
            QuestionAnswer(
                question=make_claim(SENTENCES[1], 1, Proof.QUOTE), answer=make_claim("The travel budget.", 2)
            ),
            QuestionAnswer(question=make_claim("Who writes the order?", 4), answer=None),
        ),
        "actions": (ActionItem(task=make_claim("Write the order.", 4), owner="Anna", due="Friday"),),
        "decisions": (make_claim("Buy the server in March.", 3),),
        "keywords": (Keyword(text="server", times=(4.0,)), Keyword(text="travel budget", times=(6.2,))),
        "reading": Reading(sentences=5, sentences_read=5, calls=4, fallbacks=1),
        "model": "fake",
    }
    return Notes(**(fields | changes))  # pyright: ignore[reportArgumentType]


def make_recording(**changes: object) -> Recording:
    """The recording of `SENTENCES`, with notes."""
    fields = {
        "id": "0123456789abcdef",
        "created": "2026-01-01T10:00:00+00:00",
        "media": make_media(),
        "decode": DecodeReport(duration=15.0, declared_duration=15.0, complete=True),
        "transcript": make_transcript(),
        "notes": make_notes(),
    }
    return Recording(**(fields | changes))  # pyright: ignore[reportArgumentType]
