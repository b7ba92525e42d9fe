from dataclasses import replace

import pytest

from tests.tingwu.speech.activity import heard
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import RangeProblem, Word
from tingwu.speech.asr import WindowText
from tingwu.speech.coverage import audit
from tingwu.speech.sentences import to_segments


def said(start, end, *, letters=3, **changes):
    """A window with a word of `letters` letters every second."""
    words = tuple(
        Word(start=start + i, end=min(start + i + 0.8, end), text=" " + "x" * letters, probability=0.9)
        for i in range(int(end - start))
    )
    text = WindowText(
        window=TimeRange(start=start, end=end),
        text="".join(w.text for w in words).strip(),
        words=words,
        language="en",
        avg_logprob=-0.2,
        compression_ratio=1.2,
        no_speech_prob=0.0,
    )
    return replace(text, **changes)


def check(activity, *texts):
    return audit(activity, to_segments(texts, duration=activity.duration), texts)


def test_all_speech_has_words() -> None:
    coverage = check(heard(30, (1, 10), (12, 20)), said(1, 10), said(12, 20))
    assert coverage.speech_seconds == coverage.covered_seconds == 17
    assert (coverage.share, coverage.missed, coverage.suspect) == (1.0, (), ())


def test_speech_without_words_is_missed_from_one_second_after_the_last_word() -> None:
    coverage = check(heard(40, (0, 30)), said(0, 10))
    (missed,) = coverage.missed
    assert (missed.start, missed.end, missed.problem) == (pytest.approx(10.8), 30, RangeProblem.NO_TEXT)
    assert coverage.covered_seconds == pytest.approx(10.8)


def test_a_hole_in_the_middle_and_a_region_alone() -> None:
    coverage = check(heard(60, (0, 30), (40, 45)), said(0, 5), said(20, 30))
    assert [(m.start, m.end) for m in coverage.missed] == [(pytest.approx(5.8), 19), (40, 45)]


def test_a_cough_is_no_loss() -> None:
    assert check(heard(20, (0, 5), (10, 10.4)), said(0, 5)).missed == ()


def test_nobody_speaks() -> None:
    coverage = check(heard(20))
    assert (coverage.share, coverage.missed) == (1.0, ())


def test_no_text_at_all() -> None:
    coverage = check(heard(20, (5, 10)), said(5, 10, text="", words=()))
    assert coverage.share == 0
    assert [m.problem for m in coverage.missed] == [RangeProblem.NO_TEXT]
    assert coverage.suspect == ()


def test_doubtful_windows_are_named_once() -> None:
    activity = heard(60, (0, 60))
    texts = (said(0, 20, looped=True, avg_logprob=-2), said(20, 40, avg_logprob=-1.5), said(40, 60))
    coverage = check(activity, *texts)
    assert [(s.start, s.problem) for s in coverage.suspect] == [
        (0, RangeProblem.REPETITION),
        (20, RangeProblem.LOW_CONFIDENCE),
    ]


def test_far_fewer_words_than_elsewhere_are_suspect() -> None:
    coverage = check(heard(60, (0, 60)), said(0, 20, letters=12), said(20, 40, letters=11), said(40, 60, letters=1))
    assert [(s.start, s.problem) for s in coverage.suspect] == [(40, RangeProblem.SPARSE_TEXT)]


def test_windows_without_word_times_count_as_covered() -> None:
    assert check(heard(20, (0, 20)), said(0, 20, words=())).share == 1.0


def test_a_word_drawn_out_over_missing_speech_does_not_hide_it() -> None:
    one = Word(start=0.0, end=10.0, text="oh", probability=0.9)
    (missed,) = check(heard(20, (0, 10)), said(0, 10, words=(one,), text="oh")).missed
    assert (missed.start, missed.end) == (2.0, 10)
