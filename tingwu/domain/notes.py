"""What it meant: notes in which every line carries the sentences that prove it."""

from dataclasses import dataclass
from enum import StrEnum

from tingwu.domain.media import TimeRange
from tingwu.domain.notice import Notice


class Proof(StrEnum):
    """How sure a line of the notes is."""

    VERIFIED = "verified"
    """A check found the line's words, numbers and names in the cited sentences."""
    QUOTE = "quote"
    """The line is a sentence of the recording, shortened at most by fillers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation(TimeRange):
    """The sentences that prove a line: ids of segments, and what they say, verbatim."""

    segment_ids: tuple[int, ...]
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One line of the notes. A claim without a citation cannot exist."""

    text: str
    citations: tuple[Citation, ...]
    proof: Proof

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("a claim needs a citation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(TimeRange):
    """A part of the recording about one thing. `points` are its key points, the first its summary."""

    title: str
    title_proof: Proof
    points: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswer:
    """A question that somebody asked, and the answer, None when nobody gave one."""

    question: Claim
    answer: Claim | None
    asked_by: str | None = None
    answered_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """Something somebody is to do. `owner` and `due` are as said, None when nobody said."""

    task: Claim
    owner: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A term of the recording and the times at which it is said."""

    text: str
    times: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the notes came about: sentences read of all sentences, and model calls with their failures.

    `fallbacks` counts lines that were replaced by quotes because the model's line was not proved.
    """

    sentences: int
    sentences_read: int
    calls: int = 0
    failed_calls: int = 0
    fallbacks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """The notes on one recording, written in `language`.

    `model` is the language model's name, None when no model wrote and everything is quotes. `written_with` is a digest
    of the options, so that notes on other options are told apart.
    """

    title: str
    language: str
    summary: tuple[Claim, ...]
    chapters: tuple[Chapter, ...]
    questions: tuple[QuestionAnswer, ...]
    actions: tuple[ActionItem, ...]
    decisions: tuple[Claim, ...]
    keywords: tuple[Keyword, ...]
    reading: Reading
    model: str | None = None
    warnings: tuple[Notice, ...] = ()
    written_with: str = ""

    @property
    def points(self) -> tuple[Claim, ...]:
        """Key points of all chapters, in order of time."""
        return tuple(point for chapter in self.chapters for point in chapter.points)
