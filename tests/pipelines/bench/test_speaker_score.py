"""Scores of speakers against constructed answers, and against a naive count of steps of 10 ms."""

from itertools import permutations

import numpy as np
import pytest

from pipelines.bench.speaker_score import (
    JaccardErrors,
    SpeakerErrors,
    WordErrors,
    jaccard_errors,
    speaker_errors,
    word_errors,
)
from tests.fake_diarizers import turns
from tingwu.domain.speakers import SpeakerTurn

TALK = turns(("ann", 0, 10), ("bo", 8, 20))
"""22 s of speech in 20 s."""


def near(errors: SpeakerErrors) -> SpeakerErrors:
    return SpeakerErrors(
        speech=round(errors.speech, 6),
        missed=round(errors.missed, 6),
        false_alarm=round(errors.false_alarm, 6),
        confusion=round(errors.confusion, 6),
    )


def test_the_truth_under_other_names_has_no_errors() -> None:
    found = turns(("1", 0, 10), ("2", 8, 20))
    assert near(speaker_errors(TALK, found, 25)) == SpeakerErrors(speech=22)
    assert jaccard_errors(TALK, found, 25) == JaccardErrors(errors=0, speakers=2)


def test_nothing_found_misses_all() -> None:
    assert near(speaker_errors(TALK, (), 25)) == SpeakerErrors(speech=22, missed=22)
    assert jaccard_errors(TALK, (), 25).rate == 1


def test_missed_overlap_false_alarm_and_confusion_are_told_apart() -> None:
    found = turns(("1", 0, 11), ("2", 11, 24))
    # 8 to 10 s: one of two is missed; 10 to 11 s: the wrong one; 20 to 24 s: nobody speaks.
    errors = near(speaker_errors(TALK, found, 25))
    assert errors == SpeakerErrors(speech=22, missed=2, false_alarm=4, confusion=1)
    assert errors.rate == pytest.approx(7 / 22)
    # ann: 10 of 11 s are shared; bo: 9 of 16 s.
    assert jaccard_errors(TALK, found, 25).rate == pytest.approx((1 / 11 + 7 / 16) / 2)


def test_a_collar_is_left_out_on_both_sides_of_each_edge() -> None:
    talk = turns(("ann", 1, 3), ("bo", 3, 5))
    found = turns(("1", 0.8, 3.2), ("2", 3.2, 5))
    assert near(speaker_errors(talk, found, 6)) == SpeakerErrors(speech=4, false_alarm=0.2, confusion=0.2)
    assert near(speaker_errors(talk, found, 6, collar=0.25)) == SpeakerErrors(speech=3)
    late = turns(("1", 1, 3.5), ("2", 3.5, 5))
    assert near(speaker_errors(talk, late, 6, collar=0.25)) == SpeakerErrors(speech=3, confusion=0.25)


def test_only_the_best_assignment_counts_and_only_once() -> None:
    found = turns(("1", 0, 4), ("2", 4, 8), ("3", 10, 20))
    # 2 is ann for no time, as 1 or 2 may be her but not both.
    errors = near(speaker_errors(TALK, found, 20))
    assert errors == SpeakerErrors(speech=22, missed=4, confusion=4)


def test_what_lies_beyond_the_recording_does_not_count() -> None:
    found = turns(("1", 0, 10), ("2", 8, 400))
    assert near(speaker_errors(TALK, found, 25)) == SpeakerErrors(speech=22, false_alarm=5)


def test_overlapping_turns_of_one_speaker_count_once() -> None:
    twice = turns(("ann", 0, 6), ("ann", 5, 10), ("bo", 8, 20), ("bo", 8, 20))
    assert near(speaker_errors(twice, TALK, 20)) == SpeakerErrors(speech=22)
    assert near(speaker_errors(TALK, twice, 20)) == SpeakerErrors(speech=22)


def test_silence_has_no_rate() -> None:
    errors = speaker_errors((), turns(("1", 0, 4)), 10)
    assert (near(errors), errors.rate) == (SpeakerErrors(false_alarm=4), 0)


def test_a_naive_count_agrees() -> None:
    for seed in range(5):
        rng = np.random.default_rng(seed)
        reference, found = random_turns(rng, "abc"), random_turns(rng, "xyz")
        errors = speaker_errors(reference, found, 60)
        missed, false_alarm, confusion, speech = naive(reference, found)
        assert errors.speech == pytest.approx(speech, abs=0.01)
        assert errors.missed == pytest.approx(missed, abs=0.01)
        assert errors.false_alarm == pytest.approx(false_alarm, abs=0.01)
        assert errors.confusion == pytest.approx(confusion, abs=0.01)


def random_turns(rng: np.random.Generator, names: str) -> tuple[SpeakerTurn, ...]:
    """Turns on steps of 10 ms within 60 s, those of one speaker apart from each other."""
    made: list[tuple[str, float, float]] = []
    for name in names:
        edges = np.sort(rng.choice(6000, 12, replace=False)) / 100
        made += [(name, float(a), float(b)) for a, b in edges.reshape(-1, 2)]
    return turns(*sorted(made, key=lambda one: one[1]))


def naive(reference: tuple[SpeakerTurn, ...], found: tuple[SpeakerTurn, ...]) -> tuple[float, float, float, float]:
    """Missed, false alarms, confusion and speech in seconds, every assignment tried."""
    said, heard = (
        np.array(
            [
                sum(
                    (np.arange(6000) >= round(100 * turn.start)) & (np.arange(6000) < round(100 * turn.end))
                    for turn in side
                    if turn.speaker == name
                )
                for name in sorted({turn.speaker for turn in side})
            ]
        )
        for side in (reference, found)
    )
    right = max(sum((said[i] & heard[j]).sum() for i, j in enumerate(order)) for order in permutations(range(3)))
    count, other = said.sum(axis=0), heard.sum(axis=0)
    missed, false_alarm = np.maximum(0, count - other).sum(), np.maximum(0, other - count).sum()
    confusion = np.minimum(count, other).sum() - right
    return missed / 100, false_alarm / 100, confusion / 100, count.sum() / 100


def test_errors_are_added_up() -> None:
    one = SpeakerErrors(speech=10, missed=1, false_alarm=2, confusion=3)
    assert one + one == SpeakerErrors(speech=20, missed=2, false_alarm=4, confusion=6)
    assert JaccardErrors(errors=1, speakers=2) + JaccardErrors(errors=0.5, speakers=1) == JaccardErrors(
        errors=1.5, speakers=3
    )
    assert (WordErrors(errors=1, said=4) + WordErrors(errors=2, said=2)).rate == 0.5


def test_words_by_speaker() -> None:
    said = {"ann": "Good morning, all.", "bo": "Hello!"}
    assert word_errors(said, {"2": "hello", "1": "good morning all"}, "en") == WordErrors(errors=0, said=4)
    assert word_errors(said, {"1": "good morning", "2": "all hello"}, "en") == WordErrors(errors=2, said=4)
    assert word_errors(said, {"1": "good morning all hello"}, "en") == WordErrors(errors=2, said=4)


def test_han_characters_are_words() -> None:
    assert word_errors({"李": "今天开会。", "王": "好 OK"}, {"a": "今天来会", "b": "好ok"}, "zh") == WordErrors(
        errors=1, said=6
    )


def test_words_of_nobody() -> None:
    assert word_errors({"ann": "good morning"}, {}, "en") == WordErrors(errors=2, said=2)
    assert word_errors({"ann": "good morning"}, {"1": "..."}, "en") == WordErrors(errors=2, said=2)
    assert word_errors({}, {"1": "thank you"}, "en") == WordErrors(errors=2, said=0)
