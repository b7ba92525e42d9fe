"""What was said: words, segments, speakers, and how much of the speech they cover."""

from dataclasses import dataclass
from enum import StrEnum

from tingwu.domain.media import TimeRange
from tingwu.domain.notice import Notice
from tingwu.domain.speakers import Diarization


@dataclass(frozen=True, slots=True, kw_only=True)
class Word(TimeRange):
    """One word with the space and punctuation that belong to it. `probability` in [0, 1]."""

    text: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(TimeRange):
    """A sentence, or as much of one as was said in one breath.

    `words` are in order and spell `text`; they may be empty when no word times were asked for. `avg_logprob`,
    `compression_ratio` and `no_speech_prob` are those of the decode window that the segment came from. `beside` are
    those who speak at the same time for much of it.
    """

    id: int
    text: str
    words: tuple[Word, ...] = ()
    speaker: str | None = None
    beside: tuple[str, ...] = ()
    language: str | None = None
    avg_logprob: float = 0.0
    compression_ratio: float = 1.0
    no_speech_prob: float = 0.0


class RangeProblem(StrEnum):
    """Why a range of a recording deserves a second look."""

    NO_TEXT = "no_text"
    """Speech was heard, no word was written."""
    LOW_CONFIDENCE = "low_confidence"
    """The words are unsure."""
    REPETITION = "repetition"
    """The model went round in circles; what it repeated was taken out."""
    SPARSE_TEXT = "sparse_text"
    """Far fewer words than the rest of the recording has in such a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRange(TimeRange):
    """A range with a problem. `speaker` is whose words it is about, where speakers were heard apart."""

    problem: RangeProblem
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the speech has words.

    `speech_seconds` is what the voice detector heard, `covered_seconds` the part of it within 1 s of a word.
    `missed` lists the rest; `suspect` lists ranges whose words are doubtful.
    """

    speech_seconds: float
    covered_seconds: float
    missed: tuple[ReportedRange, ...] = ()
    suspect: tuple[ReportedRange, ...] = ()

    @property
    def share(self) -> float:
        """Covered part of the speech in [0, 1]; 1 where nobody speaks."""
        return self.covered_seconds / self.speech_seconds if self.speech_seconds else 1.0


class CorrectionReason(StrEnum):
    """Why words were changed after the recogniser wrote them."""

    GLOSSARY_ALIAS = "glossary_alias"
    """The glossary names this other spelling."""
    GLOSSARY_SOUND = "glossary_sound"
    """It sounds like a term of the glossary, and the term is the likelier one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction(TimeRange):
    """A stretch of text that was changed from `before` to `after`, and is one word or one wordless segment since.

    `words` are those that the recogniser wrote there. Without any, `before` and `after` are the segment's whole text.
    """

    before: str
    after: str
    reason: CorrectionReason
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Everything that was said in one recording, in order of their beginnings.

    Segments of one speaker do not overlap; those of two may.

    `language` is an ISO 639-1 code, `duration` the decoded length in seconds. `diarization` is there when speakers were
    told apart by their voices.
    """

    language: str
    language_probability: float
    duration: float
    segments: tuple[Segment, ...]
    coverage: Coverage
    model: str
    warnings: tuple[Notice, ...] = ()
    corrections: tuple[Correction, ...] = ()
    diarization: Diarization | None = None

    @property
    def text(self) -> str:
        """All segments, a line each."""
        return "\n".join(segment.text for segment in self.segments)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Speakers in the order in which they first speak."""
        named = (segment.speaker for segment in self.segments if segment.speaker)
        return tuple(dict.fromkeys(named))
