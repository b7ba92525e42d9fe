"""One recording judged, and many added up: known texts and costs, figures worked out by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.bench.data import Reference, SpokenText
from pipelines.bench.engines import Heard
from pipelines.bench.host import Cost
from pipelines.bench.join import Take
from pipelines.bench.report import RecordingResult
from pipelines.bench.score import Edits
from pipelines.bench.summary import engine_score, judge
from tingwu.domain.transcript import Coverage, RangeProblem, ReportedRange

ENGLISH = Reference(name="en-US", language="en", files=(Path("a.wav"),), text="good morning dear friends")
COSTS = tuple(Cost(seconds=seconds, cpu_seconds=seconds / 2, peak_bytes=1) for seconds in (4.0, 1.0, 2.0))


def take(reference: Reference, seconds: float = 10.0) -> Take:
    return Take(path=reference.files[0], seconds=seconds, reference=reference)


def heard(text: str, *starts: float, coverage: Coverage | None = None) -> Heard:
    """Words of half a second that begin at `starts`, or a single segment of ten seconds."""
    words = [SpokenText(start=at, end=at + 0.5, text=word) for at, word in zip(starts, text.split(), strict=False)]
    pieces = words or [SpokenText(start=0, end=10, text=text)]
    return Heard(text=text, pieces=tuple(pieces), by_word=bool(words), coverage=coverage)


def result(reference: Reference, text: str, seconds: float = 10.0) -> RecordingResult:
    return judge(take(reference, seconds), heard(text), COSTS)


def test_a_recording_with_turns_and_words() -> None:
    turns = (SpokenText(start=0, end=4, text="good morning"), SpokenText(start=6, end=10, text="dear friends"))
    words = (SpokenText(start=0.5, end=1, text="Good"), SpokenText(start=1, end=2, text="morning"))
    missed = ReportedRange(start=6, end=8, problem=RangeProblem.NO_TEXT)
    coverage = Coverage(speech_seconds=8, covered_seconds=6, missed=(missed,))
    reference = replace(ENGLISH, turns=turns, words=words)
    found = judge(take(reference), heard("good morning", 0.6, 1.5, coverage=coverage), COSTS, with_text=True)
    assert found.edits == Edits(hits=2, deletions=2)
    assert (found.turn_seconds, found.unwritten_seconds, found.unreported_seconds) == pytest.approx((8, 5, 3))
    assert (found.speech_seconds, found.covered_seconds, found.missed_seconds, found.suspect_seconds) == (8, 6, 2, 0)
    assert found.start_errors == pytest.approx((0.1, 0.5))
    assert (found.work_seconds, found.cpu_seconds) == ((4.0, 1.0, 2.0), 1.0)
    assert (found.mixed, found.text, found.timed_words, found.by_word) == (None, "good morning", 2, True)


def test_an_engine_without_word_times_is_not_scored_on_them() -> None:
    reference = replace(ENGLISH, words=(SpokenText(start=0.5, end=1, text="good"),))
    found = judge(take(reference), heard(ENGLISH.text), COSTS)
    assert (found.start_errors, found.timed_words, found.text, found.by_word) == ((), 0, None, False)
    assert (found.speech_seconds, found.missed_seconds, found.turn_seconds) == (None, None, None)


def test_languages_are_added_up_before_their_mean() -> None:
    chinese = replace(ENGLISH, name="zh-CN", language="zh", text="大家早上好")
    more = replace(ENGLISH, name="en-GB", text="yes")
    quiet = replace(ENGLISH, name="noise", language="", text="")
    results = [
        result(ENGLISH, "good morning friends"),
        result(more, "no"),
        result(chinese, "大家早好"),
        result(quiet, "thank you 谢谢", seconds=1800),
    ]
    score = engine_score("tingwu", results, 3 << 20)
    assert [(one.language, one.unit, one.error) for one in score.languages] == [
        ("en", "word", 2 / 5),
        ("zh", "character", 1 / 5),
    ]
    assert score.error == pytest.approx(0.3)
    assert score.languages[1].mixed == Edits(hits=4, deletions=1)
    assert score.words_per_hour_of_non_speech == 8
    assert (score.speed, score.real_time_factor, score.cpu_ms_per_second) == pytest.approx((5, 0.2, 100))
    assert (score.peak_mib, score.non_speech_seconds) == (3, 1800)
    assert (score.coverage, score.unreported_seconds, score.word_start_median_ms) == (None, None, None)


def test_recordings_without_speech_alone() -> None:
    quiet = replace(ENGLISH, name="music", language="", text="")
    score = engine_score("tingwu", [result(quiet, "", seconds=60)], 0)
    assert (score.error, score.words_per_hour_of_non_speech, score.speed) == (None, 0, 30)
    assert score.languages == ()


def test_starts_of_words_over_all_recordings() -> None:
    words = tuple(SpokenText(start=at, end=at + 0.5, text=word) for at, word in enumerate(ENGLISH.text.split()))
    reference = replace(ENGLISH, words=words)
    starts = heard(ENGLISH.text, 0.1, 1.2, 2.3, 3.4)
    score = engine_score("tingwu", [judge(take(reference), starts, COSTS)], 0)
    assert score.word_start_median_ms == pytest.approx(250)
    assert score.word_start_p90_ms == pytest.approx(370)
    assert (score.matched_words, score.timed_words) == (4, 4)
