"""Ranges are heard again by other means, and replaced as a whole at word borders or left alone."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.builders import make_segment
from tests.tingwu.speech.activity import heard
from tests.tingwu.speech.test_second_look import Scripted, text, words
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import RangeProblem, ReportedRange, Segment, Word
from tingwu.speech.asr import AsrOptions, WindowText
from tingwu.speech.coverage import audit, audit_again
from tingwu.speech.redo import Place, find_place, fit, is_better, pieces, splice, try_again
from tingwu.speech.second_look import Listen

DURATION = 40.0
SEGMENTS = (
    make_segment(0, "We met on Monday.", start=0.0, seconds=4.0, language="en", avg_logprob=-0.2),
    make_segment(1, "It was about money.", start=5.0, seconds=4.0, language="en", avg_logprob=-0.2),
    make_segment(2, "Then we went home.", start=30.0, seconds=4.0, language="en", avg_logprob=-0.2),
)
"""Nothing between 9 and 30 s."""


def place_of(start: float, end: float, segments: Sequence[Segment] = SEGMENTS) -> Place:
    place = find_place(TimeRange(start=start, end=end), segments, DURATION)
    assert place
    return place


def said(segments: Sequence[Segment]) -> list[str]:
    return [segment.text for segment in segments]


def invariants(segments: Sequence[Segment]) -> None:
    assert [segment.id for segment in segments] == list(range(len(segments)))
    assert all(0 <= one.start <= one.end <= DURATION for one in segments)
    assert all(one.end <= other.start for one, other in pairwise(segments))
    for segment in segments:
        assert "".join(word.text for word in segment.words) == segment.text or not segment.words
        assert all(one.start <= other.start for one, other in pairwise(segment.words))


def test_a_range_reaches_to_its_neighbours_but_not_far() -> None:
    place = place_of(10, 29)
    assert (place.room.start, place.room.end, place.inside) == (9, 30, ())
    assert place.before
    assert place.after
    assert (place.before.text, place.after.text) == (" money.", "Then")
    far = place_of(15, 20)
    assert (far.room.start, far.room.end) == (14, 21)


def test_a_range_begins_and_ends_where_words_do() -> None:
    place = place_of(5.6, 7.6)
    assert [word.text for word in place.inside] == [" was", " about"]
    assert (place.room.start, place.room.end) == (6, 8)
    assert find_place(TimeRange(start=6.6, end=6.7), SEGMENTS, DURATION) is None, "in the middle of a word"


def test_missed_words_come_between() -> None:
    new = text(9, 30, words(12, " Nobody", " had", " any."))
    spliced = splice(SEGMENTS, place_of(10, 29), new, DURATION)
    assert said(spliced) == ["We met on Monday.", "It was about money.", "Nobody had any.", "Then we went home."]
    invariants(spliced)
    assert spliced[:2] == SEGMENTS[:2]
    assert replace(spliced[3], id=2) == SEGMENTS[2]


def test_part_of_a_sentence_is_replaced_at_word_borders() -> None:
    place = place_of(5.6, 7.6)
    spliced = splice(SEGMENTS, place, text(6, 8, words(6, " is", " all", " for", each=0.6)), DURATION)
    assert said(spliced) == ["We met on Monday.", "It is all for money.", "Then we went home."]
    invariants(spliced)
    assert spliced[1].words[0] == SEGMENTS[1].words[0]
    assert spliced[1].words[-1] == SEGMENTS[1].words[-1]


def test_the_beginning_the_end_and_everything() -> None:
    first = splice((), Place(part=TimeRange(start=0, end=40), room=TimeRange(start=0, end=40)),
                   text(0, 40, words(3, " Hello.")), DURATION)  # fmt: skip
    assert said(first) == ["Hello."]
    invariants(first)
    last = splice(SEGMENTS, place_of(35, 40), text(34, 40, words(36, " Good", " night.")), DURATION)
    assert said(last)[-2:] == ["Then we went home.", "Good night."]
    whole = splice(SEGMENTS, place_of(0, 40), text(0, 40, words(3, " All", " new.")), DURATION)
    assert said(whole) == ["All new."]
    invariants(whole)


def test_speakers_stay_and_new_words_have_one_only_if_it_is_clear() -> None:
    ann, bob = replace(SEGMENTS[0], speaker="Ann"), replace(SEGMENTS[1], speaker="Bob")
    inside = splice((ann, bob), place_of(5.6, 7.6, (ann, bob)), text(6, 8, words(6, " is", " all")), DURATION)
    assert [segment.speaker for segment in inside] == ["Ann", "Bob"]
    between = splice((ann, replace(bob, start=9.0, words=tuple(_later(bob.words, 4.0)), end=13.0)),
                     Place(part=TimeRange(start=5, end=8), room=TimeRange(start=4, end=9)),
                     text(4, 9, words(5, " Well.")), DURATION)  # fmt: skip
    assert [segment.speaker for segment in between] == ["Ann", None, "Bob"]
    invariants(between)


def _later(spoken: Sequence[Word], seconds: float) -> list[Word]:
    return [replace(word, start=word.start + seconds, end=word.end + seconds) for word in spoken]


def test_segments_without_words_are_replaced_whole_or_not_at_all() -> None:
    plain = tuple(replace(segment, words=()) for segment in SEGMENTS)
    place = place_of(5.6, 7.6, plain)
    assert [word.text for word in place.inside] == ["It was about money."]
    spliced = splice(plain, place, text(5, 9, words(5, " Something", " else.")), DURATION)
    assert said(spliced) == ["We met on Monday.", "Something else.", "Then we went home."]
    invariants(spliced)
    assert find_place(TimeRange(start=5.1, end=5.4), plain, DURATION) is None


@pytest.mark.parametrize("seed", range(60))
def test_outside_of_the_range_nothing_changes(seed: int) -> None:
    chance = random.Random(seed)
    segments, at = list[Segment](), 0.0
    for number in range(chance.randint(0, 12)):
        at += chance.choice([0.0, 0.2, 1.5, 4.0])
        length = chance.uniform(0.5, 3.0)
        if at + length > DURATION:
            break
        sentence = " ".join(f"w{number}x{i}" for i in range(chance.randint(1, 5))) + chance.choice([".", ",", ""])
        segments.append(make_segment(number, sentence, start=at, seconds=length, language="en"))
        at += length
    start = chance.uniform(0, DURATION - 0.5)
    place = find_place(TimeRange(start=start, end=chance.uniform(start + 0.1, DURATION)), segments, DURATION)
    if place is None:
        return
    count = chance.randint(1, 8)
    spoken = [f" n{i}" + chance.choice([".", ""]) for i in range(count)]
    raw = text(0, DURATION, words(max(0, start - 2), *spoken, each=chance.uniform(0.1, 2.0)))
    fitted = fit(raw, place, heard(DURATION, (0, DURATION)), "auto")
    spliced = splice(segments, place, fitted, DURATION)
    invariants(spliced)
    old = [word for segment in segments for word in segment.words]
    before = [word.text.strip() for word in old if word.middle < place.part.start]
    after = [word.text.strip() for word in old if word.middle >= place.part.end]
    new = [word.text.strip() for word in fitted.words]
    assert [word.text.strip() for segment in spliced for word in segment.words] == [*before, *new, *after]
    untouched = {one.text: one for one in segments if not any(w in place.inside for w in one.words)
                 and (one.end <= place.part.start or one.start >= place.part.end)}  # fmt: skip
    kept = {one.text: one for one in spliced}
    assert all(replace(kept[name], id=one.id) == one for name, one in untouched.items())


def test_only_words_in_the_room_are_taken_and_no_echo() -> None:
    activity = heard(DURATION, (0, 40))
    raw = text(5, 33, (*words(8, " about", " money."), *words(12, " Nobody", " had", " any."), *words(30, " Then")))
    fitted = fit(raw, place_of(10, 29), activity, "auto")
    assert fitted.text == "Nobody had any."
    late = text(5, 33, (*words(9, " money."), *words(12, " Nobody"), *words(29.4, " then")))
    assert fit(late, place_of(10, 29), activity, "auto").text == "Nobody"


def test_chinese_comes_in_the_script_of_the_rest() -> None:
    raw = replace(text(9, 30, words(12, "會", "議", "。")), language="zh")
    assert fit(raw, place_of(10, 29), heard(DURATION, (0, 40)), "simplified").text == "会议。"


SPEECH = heard(DURATION, (0, 4), (5, 9), (12, 17), (30, 34))
NEW = words(12, " Nobody", " of", " the", " others", " had", " any", " of", " it", " left", " then.")


@pytest.mark.parametrize(
    ("new", "taken"),
    [
        (text(9, 30, NEW), True),
        (text(9, 30, NEW, sure=-0.95), False),
        (text(9, 30, NEW, looped=True), False),
        (text(9, 30, ()), False),
        (text(9, 30, words(12, " A", each=5.0)), False),
    ],
    ids=["sure", "unsure", "looped", "nothing", "a word drawn out"],
)
def test_words_for_missed_speech(new: WindowText, taken: bool) -> None:
    place = place_of(12.5, 16.5)
    assert is_better(new, (), place, SPEECH) is taken


def sure(spoken: Sequence[Word], probability: float) -> tuple[Word, ...]:
    return tuple(replace(word, probability=probability) for word in spoken)


def test_doubtful_words_give_way_to_surer_ones_only() -> None:
    place = place_of(12.5, 16.5)
    old = sure(NEW, 0.4)
    better, short = text(9, 30, sure(NEW, 0.6), sure=-1.0), text(9, 30, sure(NEW[::3], 0.99))
    assert is_better(better, old, place, SPEECH)
    assert not is_better(text(9, 30, sure(NEW, 0.42)), old, place, SPEECH)
    assert not is_better(short, old, place, SPEECH), "being sure of less is no gain"
    assert not is_better(text(9, 30, sure(NEW[:4], 0.9)), old, place, SPEECH), "less of the speech"
    assert not is_better(text(9, 30, old), old, place, SPEECH), "the same again"


def test_what_went_round_in_circles_gives_way_to_what_does_not() -> None:
    place, new = place_of(12.5, 16.5), text(9, 30, sure(NEW, 0.5))
    assert is_better(new, sure(NEW, 0.95), place, SPEECH, repeated=True)
    assert not is_better(new, sure(NEW, 0.95), place, SPEECH)


def test_sparse_words_give_way_to_many() -> None:
    place = place_of(12.5, 16.5)
    sparse = sure(words(12, " Nobody", " left.", each=2.5), 0.9)
    assert is_better(text(9, 30, sure(NEW, 0.9)), sparse, place, SPEECH)


def listens(answers: dict[int, WindowText], beams: Sequence[int] = (5, 10)) -> tuple[list[Listen], Scripted]:
    """Each question in turn gets the answer of its number, else an empty one."""
    asked = iter(range(1000))
    scripted = Scripted(lambda window: answers.get(next(asked), text(window.start, window.end, ())))
    options = [AsrOptions(beam_size=beam) for beam in beams]

    def read(start: float, end: float) -> np.ndarray:
        return np.zeros(round((end - start) * 16_000), np.float32)

    return [Listen(scripted, read, one, "en") for one in options], scripted


def test_means_are_tried_in_order_until_one_is_enough() -> None:
    place = place_of(12.5, 16.5)
    tries, scripted = listens({1: text(9, 30, NEW)})
    assert try_again(place, tries, SPEECH, script="auto") == text(9, 30, NEW)
    assert len(scripted.asked) == 2
    nothing, scripted = listens({})
    assert try_again(place, nothing, SPEECH, script="auto") is None
    assert len(scripted.asked) == 6, "three surroundings, two beams"
    assert max(window.duration for window in scripted.asked) <= 30
    assert all(window.overlap(place.room) == place.room.duration for window in scripted.asked)


def test_the_best_of_all_is_taken_if_none_is_enough() -> None:
    place = place_of(12.5, 16.5)
    some, more = text(9, 30, words(12, " Nobody", " else")), text(9, 30, NEW[:6])
    tries, scripted = listens({0: some, 3: more, 4: some})
    assert try_again(place, tries, heard(DURATION, (12, 20)), script="auto") == more
    assert len(scripted.asked) == 6


def test_long_ranges_are_cut_where_it_is_quiet() -> None:
    activity = heard(120, (0, 13), (14, 25), (26, 36), (60, 70))
    found = pieces([TimeRange(start=2, end=65)], activity)
    cuts = [edge for one in found for edge in (one.start, one.end)]
    assert cuts == pytest.approx([2, 13, 14, 25, 26, 36, 60, 65], abs=0.05)
    assert pieces([TimeRange(start=40, end=50)], activity) == (), "nobody speaks there"
    endless = pieces([TimeRange(start=0, end=100)], heard(100, (0, 100)))
    assert all(one.end == other.start for one, other in pairwise(endless))
    assert (endless[0].start, endless[-1].end) == (0, 100)
    assert all(one.duration <= 28 for one in endless)


def test_the_audit_after_a_redo() -> None:
    activity = heard(DURATION, (0, 4), (5, 9), (12, 17), (22, 27), (30, 34))
    before = audit(activity, SEGMENTS, ())
    assert [(one.start, one.end) for one in before.missed] == [(12, 17), (22, 27)]
    doubts = tuple(
        ReportedRange(start=start, end=end, problem=RangeProblem.LOW_CONFIDENCE) for start, end in ((0, 4), (12, 27))
    )
    place = place_of(12, 17)
    new = fit(text(9, 30, NEW, sure=-0.95), place, activity, "auto")
    after = audit_again(activity, splice(SEGMENTS, place, new, DURATION), replace(before, suspect=doubts), [new])
    assert [(one.start, one.end) for one in after.missed] == [(22, 27)]
    assert after.covered_seconds == pytest.approx(before.covered_seconds + 5)
    assert [(one.start, one.end, one.problem) for one in after.suspect] == [
        (0, 4, RangeProblem.LOW_CONFIDENCE),
        (11, 18, RangeProblem.LOW_CONFIDENCE),
        (18, 27, RangeProblem.LOW_CONFIDENCE),
    ]
    sure_now = replace(new, avg_logprob=-0.3)
    again = audit_again(activity, splice(SEGMENTS, place, new, DURATION), replace(before, suspect=doubts), [sure_now])
    assert [(one.start, one.end) for one in again.suspect] == [(0, 4), (18, 27)]
