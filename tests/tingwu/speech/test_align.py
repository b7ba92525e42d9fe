from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tingwu.speech.activity import heard
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.align import drop_echoed_tail, hear_later, join_punctuation, snap_texts, snap_words, time_words
from tingwu.speech.asr import WindowText

WINDOW = TimeRange(start=100, end=110)


def word(text, start, end, probability=0.9):
    return Word(start=start, end=end, text=text, probability=probability)


def spell(words):
    return [w.text for w in words]


def test_words_begin_soon_after_the_decoder_turns_to_their_first_token() -> None:
    path = [(0, 0), (0, 5), (0, 9), (1, 10), (2, 20), (2, 24), (3, 25), (3, 30)]
    words = time_words([(" Hello", 1), (" world", 2)], path, [0.5, 0.8, 1.0], WINDOW)
    assert [(w.text, w.start, w.end) for w in words] == [
        (" Hello", pytest.approx(100.08), pytest.approx(100.275)),
        (" world", pytest.approx(100.275), pytest.approx(100.58)),
    ]
    assert [w.probability for w in words] == [pytest.approx(0.5), pytest.approx(0.9)]


def test_times_stay_in_the_window() -> None:
    words = time_words([("啊", 1)], [(0, 490), (1, 1000)], [1.0], WINDOW)
    assert (words[0].start, words[0].end) == (pytest.approx(109.88), 110)


def test_a_word_comes_later_the_longer_the_decoder_dwelt_on_it_for_its_letters() -> None:
    times = [(" so", 0, 0.2), (" a", 0.2, 0.5), (" understanding", 0.5, 0.8), (" it", 1.2, 1.4)]
    later = hear_later([word(*row) for row in times], 2)
    assert [round(w.start, 3) for w in later] == [0.08, 0.325, 0.52, 1.36]
    assert [round(w.end, 3) for w in later] == [0.325, 0.52, 0.88, 1.48], "words that touched still do"


def test_a_korean_syllable_is_several_letters() -> None:
    korean, latin = (hear_later([word(" a", 0, 1), word(w, 1, 1.3)], 9)[1].start for w in (" 한국", " ab"))
    assert latin - korean == pytest.approx(0.08)


def test_a_short_word_between_long_ones_keeps_half_of_its_time() -> None:
    words = [word(" a", 0, 0.94), word(" i", 0.94, 1.06), word(" understanding", 1.06, 1.3)]
    later = hear_later(words, 2)
    assert later[1].duration == pytest.approx(0.06)
    assert later[2].start == later[1].end


def test_later_words_stay_in_order_and_in_the_window() -> None:
    later = hear_later([word(" a", 1, 1), word(" understanding", 1, 1), word(" b", 1.9, 2)], 2)
    assert [(round(w.start, 3), round(w.end, 3)) for w in later] == [(1.08, 1.08), (1.08, 1.08), (2, 2)]


def test_no_words() -> None:
    assert time_words([], [], [], WINDOW) == ()


def test_punctuation_joins_the_word_it_belongs_to() -> None:
    words = [word(" (", 0, 1), word("Yes", 1, 2), word(")", 2, 3), word(",", 3, 4), word(" no", 4, 5), word("。", 5, 6)]
    joined = join_punctuation(words)
    assert spell(joined) == [" (Yes),", " no。"]
    assert (joined[0].start, joined[0].end) == (0, 2), "a comma takes no time"
    assert "".join(spell(joined)) == "".join(spell(words))


def test_an_opening_mark_at_the_end_is_kept() -> None:
    assert spell(join_punctuation([word(" a", 0, 1), word(" “", 1, 2)])) == [" a", " “"]


def test_snapping_takes_silence_from_both_edges() -> None:
    activity = heard(10, (2, 3), (5, 6))
    (snapped,) = snap_words([word("a", 1, 4)], activity)
    assert snapped.start == pytest.approx(2, abs=0.04)
    assert snapped.end == pytest.approx(3, abs=0.04)


def edges(*words, activity):
    return [(round(w.start, 1), round(w.end, 1)) for w in snap_words(words, activity)]


def test_a_word_that_soaks_up_the_end_of_the_word_before_and_a_pause_gives_both_back() -> None:
    spoken = heard(10, (2, 3), (4, 5))
    assert edges(word(" tomorrow", 2, 2.7), word(" at", 2.7, 4.5), activity=spoken) == [(2, 3), (4, 4.5)]


def test_a_word_before_a_pause_gives_the_beginning_of_the_next_word_back() -> None:
    spoken = heard(10, (2, 3), (4, 5))
    assert edges(word(" so", 2, 4.06), word(" then", 4.06, 5), activity=spoken) == [(2, 3), (4, 5)]
    assert edges(word(" so,", 2, 4.4), word(" then", 4.4, 5), activity=spoken) == [(2, 3), (4, 5)]


def test_a_word_begins_with_the_speech_that_it_begins_a_little_after() -> None:
    spoken = heard(10, (2, 3), (4, 5))
    assert edges(word(" a", 2, 3.5), word(" b", 4.15, 5), activity=spoken) == [(2, 3), (4, 5)]
    assert edges(word(" a", 2, 3.5), word(" b", 4.5, 5), activity=spoken) == [(2, 3), (4.5, 5)]
    assert edges(word(" a", 3.98, 4.1), word(" b", 4.15, 5), activity=spoken)[1] == (4.2, 5), "a word is in between"


def test_a_pause_that_the_detector_half_notices_is_seen_by_its_level() -> None:
    quiet = heard(10, (2, 5))
    dip = slice(int(3 / quiet.frame_seconds), int(3.3 / quiet.frame_seconds))
    quiet.probabilities[dip] = 0.4
    assert edges(word(" a", 2, 2.8), word(" b", 2.8, 4), activity=quiet) == [(2, 2.8), (2.8, 4)]
    quiet.energy_dbfs[dip] = -60
    assert edges(word(" a", 2, 2.8), word(" b", 2.8, 4), activity=quiet) == [(2, 3), (3.3, 4)]


def test_no_words_and_no_sound() -> None:
    assert snap_words([], heard(10, (2, 3))) == ()
    assert snap_words([word("a", 0, 1)], heard(0)) == (word("a", 0, 1),)


times = st.lists(st.tuples(st.floats(0, 12), st.floats(0, 2)), max_size=12)


@settings(deadline=None)
@given(times, st.lists(st.tuples(st.floats(0, 10), st.floats(0, 2)), max_size=6))
def test_words_in_order_stay_in_order_and_keep_their_text(spoken, speech) -> None:
    words = [word(f" w{i}", start, start + length) for i, (start, length) in enumerate(sorted(spoken))]
    words = [
        replace(w, end=min(w.end, after.start)) for w, after in zip(words, [*words, word("", 20, 20)][1:], strict=True)
    ]
    snapped = snap_words(words, heard(10, *((a, a + length) for a, length in speech)))
    assert spell(snapped) == spell(words)
    assert all(w.start <= w.end for w in snapped)
    assert all(a.start <= b.start for a, b in pairwise(snapped))


def test_words_in_silence_or_within_speech_keep_their_times() -> None:
    words = (word("a", 7, 8), word("b", 2.2, 2.8))
    assert snap_words(words, heard(10, (2, 3))) == words


def test_snapping_texts_changes_times_only() -> None:
    text = WindowText(
        window=TimeRange(start=0, end=5),
        text="a",
        words=(word("a", 1, 4),),
        language="en",
        avg_logprob=-0.1,
        compression_ratio=1,
        no_speech_prob=0,
    )
    (snapped,) = snap_texts([text], heard(10, (2, 3)))
    assert snapped.text == "a"
    assert snapped.words != text.words


def test_a_phrase_repeated_in_no_time_is_dropped() -> None:
    said = [word(" see", 1, 2), word(" you", 2, 3), word(" there.", 3, 4)]
    echo = [word(" See", 4, 4), word(" you", 4, 4), word(" there.", 4, 4.02)]
    assert drop_echoed_tail([*said, *echo]) == tuple(said)


def test_a_phrase_that_was_really_said_twice_is_kept() -> None:
    twice = [word(w, i, i + 0.9) for i, w in enumerate([" see", " you", " there."] * 2)]
    assert drop_echoed_tail(twice) == tuple(twice)
    assert drop_echoed_tail([]) == ()
