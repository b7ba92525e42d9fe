"""Speakers against reference: diarization and Jaccard errors, and words by speaker. Lengths in seconds.

Overlap is scored, and who is who is decided by the best assignment. Measures: NIST's diarization error rate (missed
speech, false alarms and confusion of all speech of reference speakers), the Jaccard error rate of DIHARD II, and cpWER
of CHiME-6.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.bench.score import mixed_units, units
from tingwu.domain.media import TimeRange
from tingwu.domain.speakers import SpeakerTurn
from tingwu.registry import Registry

COLLAR = 0.25
"""The forgiving score leaves out so much to both sides of each edge of a reference turn."""
_HAN_LANGUAGES = frozenset({"zh", "yue", "ja"})
_MEASURES: Registry[Callable[..., Any]] = Registry(
    kind="measure",
    targets={
        "annotation": "pyannote.core:Annotation",
        "segment": "pyannote.core:Segment",
        "timeline": "pyannote.core:Timeline",
        "diarization": "pyannote.metrics.diarization:DiarizationErrorRate",
        "jaccard": "pyannote.metrics.diarization:JaccardErrorRate",
        "words": "meeteval.wer:cp_word_error_rate",
        "segments": "meeteval.io:SegLST",
    },
    extras=dict.fromkeys(("annotation", "segment", "timeline", "diarization", "jaccard", "words", "segments"), "bench"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerErrors:
    """Seconds of `speech`, two at once counting double, and what is wrong with them."""

    speech: float = 0.0
    missed: float = 0.0
    false_alarm: float = 0.0
    confusion: float = 0.0

    @property
    def rate(self) -> float:
        """Errors by speech: DER; 0 without speech."""
        wrong = self.missed + self.false_alarm + self.confusion
        return wrong / self.speech if self.speech else 0.0

    def __add__(self, other: "SpeakerErrors") -> "SpeakerErrors":
        return SpeakerErrors(
            speech=self.speech + other.speech,
            missed=self.missed + other.missed,
            false_alarm=self.false_alarm + other.false_alarm,
            confusion=self.confusion + other.confusion,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JaccardErrors:
    """The sum of the Jaccard errors of all reference speakers, each in [0, 1]."""

    errors: float = 0.0
    speakers: int = 0

    @property
    def rate(self) -> float:
        """JER: the mean of the speakers; 0 without any."""
        return self.errors / self.speakers if self.speakers else 0.0

    def __add__(self, other: "JaccardErrors") -> "JaccardErrors":
        return JaccardErrors(errors=self.errors + other.errors, speakers=self.speakers + other.speakers)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordErrors:
    """Words or Han characters `said`, and edits between them and what is written of the same speakers."""

    errors: int = 0
    said: int = 0

    @property
    def rate(self) -> float:
        """cpWER; 0 where nothing is said."""
        return self.errors / self.said if self.said else 0.0

    def __add__(self, other: "WordErrors") -> "WordErrors":
        return WordErrors(errors=self.errors + other.errors, said=self.said + other.said)


def need_measures() -> None:
    """Raises BackendNotInstalled without the extra `bench`."""
    for name in _MEASURES.names():
        _MEASURES.get(name)


def speaker_errors(
    reference: Sequence[SpeakerTurn], found: Sequence[SpeakerTurn], seconds: float, *, collar: float = 0.0
) -> SpeakerErrors:
    """Errors in a recording of `seconds`, `collar` to both sides of each edge of a reference turn left out."""
    # The library's collar is the whole stretch around an edge.
    measure = _MEASURES.get("diarization")(collar=2 * collar, skip_overlap=False)
    parts = _measured(measure, reference, found, seconds)
    return SpeakerErrors(
        speech=parts["total"],
        missed=parts["missed detection"],
        false_alarm=parts["false alarm"],
        confusion=parts["confusion"],
    )


def jaccard_errors(reference: Sequence[SpeakerTurn], found: Sequence[SpeakerTurn], seconds: float) -> JaccardErrors:
    """Jaccard errors in a recording of `seconds`, without a collar."""
    parts = _measured(_MEASURES.get("jaccard")(collar=0.0, skip_overlap=False), reference, found, seconds)
    return JaccardErrors(errors=parts["speaker error"], speakers=round(parts["speaker count"]))


def word_errors(said: Mapping[str, str], written: Mapping[str, str], language: str) -> WordErrors:
    """Edits between all words of each speaker, with the best assignment of speakers; Han characters are words."""
    reference, hypothesis = (_segments(texts, language) for texts in (said, written))
    if not reference or not hypothesis:
        every = sum(len(segment["words"].split()) for segment in (*reference, *hypothesis))
        return WordErrors(errors=every, said=every if reference else 0)
    make = _MEASURES.get("segments")
    score = _MEASURES.get("words")(make(reference), make(hypothesis))
    return WordErrors(errors=int(score.errors), said=int(score.length))


def _measured(
    measure: Any, reference: Sequence[SpeakerTurn], found: Sequence[SpeakerTurn], seconds: float
) -> Mapping[str, float]:
    whole = _MEASURES.get("timeline")([_segment(TimeRange(start=0.0, end=seconds))])
    return measure(_annotation(reference), _annotation(found), uem=whole, detailed=True)


def _annotation(turns: Iterable[SpeakerTurn]) -> Any:
    """Turns as the library has them; those of one speaker that overlap are one."""
    annotation = _MEASURES.get("annotation")()
    for number, turn in enumerate(turns):
        if turn.duration > 0:
            annotation[_segment(turn), number] = turn.speaker
    return annotation.support()


def _segment(time: TimeRange) -> Any:
    return _MEASURES.get("segment")(time.start, time.end)


def _segments(texts: Mapping[str, str], language: str) -> list[dict[str, Any]]:
    """The words of each speaker who says any, as one segment; all begin at once, so that their order stays."""
    words = {
        speaker: " ".join((mixed_units if language in _HAN_LANGUAGES else units)(text, language))
        for speaker, text in texts.items()
    }
    return [
        {"session_id": "one", "speaker": speaker, "words": text, "start_time": 0, "end_time": 1}
        for speaker, text in words.items()
        if text
    ]
