"""The JSON of the API: what may come in, and what goes out.

Answers are read off the domain's objects attribute by attribute, so a field is spelled once here and once there.
Sentences for people come in both languages of the page, which can then be switched without asking again.
Times are float seconds from the beginning of the recording.
"""

from typing import Annotated, Literal

from pydantic import Field

from ui.api.schema_kinds import In as _In
from ui.api.schema_kinds import Out as _Out
from ui.api.speaker_schemas import SpeakersOut


class BilingualOut(_Out):
    """A sentence in English and in Chinese."""

    en: str
    zh: str


class NoticeOut(_Out):
    """Something that the reader must know; `code` is stable for programs."""

    code: str
    text: BilingualOut


class ChoicesIn(_In):
    """What to do with the file once it is there.

    `language` is a code, `mixed` (Chinese with English) or a comma list of codes; None listens for it.
    With `channels` `split` each channel of the sound is one speaker's. With `diarize` speakers are told apart by their
    voices; `num_speakers` says how many there are.
    """

    language: Annotated[str, Field(max_length=100)] | None = None
    notes: bool = True
    channels: Literal["mix", "split"] = "mix"
    diarize: bool = False
    num_speakers: Annotated[int, Field(ge=1, le=100)] | None = None


class UploadIn(_In):
    """A file that is about to be sent; `size` in bytes. `choices`, if given, are checked before it is."""

    name: Annotated[str, Field(min_length=1, max_length=1024)]
    size: Annotated[int, Field(ge=0, le=2**50)]
    choices: ChoicesIn | None = None


class RangeIn(_In):
    """A part of a recording."""

    start: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    end: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class RedoIn(_In):
    """What to transcribe again: ranges, or those that the coverage reports."""

    ranges: Literal["missed", "suspect", "all"] | Annotated[tuple[RangeIn, ...], Field(max_length=1000)] = "all"


class UndoIn(_In):
    """A correction of the transcript, as it is listed there."""

    start: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    end: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    before: str
    after: str


class UploadOut(_Out):
    """`offset` bytes of `size` are there; `job_id` once the upload was finished."""

    id: str
    name: str
    size: int
    offset: int
    job_id: str | None


class JobOut(_Out):
    """`done` of `total` units of `step`; `speed` in seconds of media per second, `seconds_left` an estimate.

    `latest` is what was written last, while speech becomes words.
    `redo` is true of jobs that transcribe ranges of a finished recording again.
    """

    id: str
    name: str
    state: str
    step: str | None
    done: float
    total: float
    speed: float | None
    seconds_left: float | None
    error_code: str | None
    error_message: BilingualOut | None
    created: str
    recording_id: str | None
    latest: str
    redo: bool


class SubmittedOut(_Out):
    """The job that works on an upload or a recording."""

    job_id: str


class RecordingSummaryOut(_Out):
    """A recording as a list shows it; `complete` is false when sound is missing."""

    id: str
    name: str
    created: str
    duration: float
    language: str
    title: str
    keywords: tuple[str, ...]
    has_notes: bool
    has_video: bool
    complete: bool


class MediaOut(_Out):
    name: str
    size_bytes: int
    container: str
    duration: float | None
    has_video: bool


class DecodeOut(_Out):
    duration: float
    declared_duration: float | None
    complete: bool
    problems: tuple[str, ...]


class SegmentOut(_Out):
    """A sentence. Word times are in the JSON export; the page does not need them."""

    id: int
    start: float
    end: float
    text: str
    speaker: str | None
    beside: tuple[str, ...]


class RangeOut(_Out):
    start: float
    end: float
    problem: str
    speaker: str | None


class CorrectionOut(_Out):
    """A change by the glossary: `after` begins `offset` code points into the text of that segment."""

    start: float
    end: float
    before: str
    after: str
    reason: str
    segment_id: int
    offset: int


class CoverageOut(_Out):
    speech_seconds: float
    covered_seconds: float
    share: float
    missed: tuple[RangeOut, ...]
    suspect: tuple[RangeOut, ...]


class TranscriptOut(_Out):
    language: str
    duration: float
    model: str
    segments: tuple[SegmentOut, ...]
    coverage: CoverageOut
    warnings: tuple[NoticeOut, ...]


class CitationOut(_Out):
    start: float
    end: float
    segment_ids: tuple[int, ...]
    quote: str


class ClaimOut(_Out):
    text: str
    citations: tuple[CitationOut, ...]
    proof: str


class ChapterOut(_Out):
    start: float
    end: float
    title: str
    title_proof: str
    points: tuple[ClaimOut, ...]


class QuestionOut(_Out):
    question: ClaimOut
    answer: ClaimOut | None
    asked_by: str | None
    answered_by: str | None


class ActionOut(_Out):
    task: ClaimOut
    owner: str | None
    due: str | None


class KeywordOut(_Out):
    text: str
    times: tuple[float, ...]


class ReadingOut(_Out):
    sentences: int
    sentences_read: int
    calls: int
    failed_calls: int
    fallbacks: int


class NotesOut(_Out):
    title: str
    language: str
    summary: tuple[ClaimOut, ...]
    chapters: tuple[ChapterOut, ...]
    questions: tuple[QuestionOut, ...]
    actions: tuple[ActionOut, ...]
    decisions: tuple[ClaimOut, ...]
    keywords: tuple[KeywordOut, ...]
    reading: ReadingOut
    model: str | None
    warnings: tuple[NoticeOut, ...]


class RecordingOut(_Out):
    """All that the page shows of one recording."""

    id: str
    created: str
    media: MediaOut
    decode: DecodeOut
    transcript: TranscriptOut
    notes: NotesOut | None
    corrections: tuple[CorrectionOut, ...] = ()
    speakers: SpeakersOut | None = None


class FormatOut(_Out):
    """A format that a recording can be downloaded in; `says` is an English line for people."""

    name: str
    says: str


class HealthOut(_Out):
    status: str = "ok"
