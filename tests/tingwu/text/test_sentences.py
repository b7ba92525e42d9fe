"""Segments of every kind become sentences with times."""

import pytest

from tests.builders import make_segment, make_transcript
from tingwu.domain.transcript import Segment, Transcript
from tingwu.text.sentences import sentences_of


def _transcript(*segments: Segment) -> Transcript:
    return make_transcript(segments=segments)


def test_one_segment_with_two_sentences_is_cut_at_the_words() -> None:
    first, second = sentences_of(_transcript(make_segment(0, "We agreed to wait. Bob will call.", seconds=7.0)))
    assert (first.text, second.text) == ("We agreed to wait.", "Bob will call.")
    assert (first.start, first.end, second.start, second.end) == pytest.approx((0.0, 4.0, 4.0, 7.0))
    assert first.segment_ids == second.segment_ids == (0,)


def test_times_without_words_follow_the_characters() -> None:
    segment = Segment(id=0, start=10.0, end=20.0, text="我们开始吧。今天讨论。")
    first, second = sentences_of(_transcript(segment))
    assert first.end == second.start == pytest.approx(10.0 + 10 * 6 / 11)


def test_a_sentence_over_two_segments_is_joined() -> None:
    halves = (make_segment(0, "We will send the", start=0.0), make_segment(1, "report on Friday.", start=3.0))
    (sentence,) = sentences_of(_transcript(*halves))
    assert sentence.text == "We will send the report on Friday."
    assert sentence.segment_ids == (0, 1)


def test_another_speaker_begins_another_sentence() -> None:
    halves = (make_segment(0, "so we", speaker="A"), make_segment(1, "no we do not", speaker="B"))
    assert [sentence.speaker for sentence in sentences_of(_transcript(*halves))] == ["A", "B"]


def test_text_without_punctuation_is_cut_at_a_length() -> None:
    segments = tuple(make_segment(index, "one two three four five six seven") for index in range(12))
    found = sentences_of(_transcript(*segments))
    assert len(found) == 6
    assert "".join(sentence.text for sentence in found).count("seven") == 12


def test_abbreviations_and_decimals_do_not_end_a_sentence() -> None:
    found = sentences_of(_transcript(make_segment(0, "Dr. Smith paid 3.5 euros. Good.")))
    assert [sentence.text for sentence in found] == ["Dr. Smith paid 3.5 euros.", "Good."]


def test_empty_and_wordless_segments_vanish() -> None:
    segments = (Segment(id=0, start=0, end=1, text="  "), Segment(id=1, start=1, end=2, text="…"))
    assert sentences_of(_transcript(*segments)) == ()
