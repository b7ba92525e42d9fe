"""Cues: the rules hold for any transcript, and real sentences break where a reader would."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_segment, make_transcript
from tingwu.domain.transcript import Segment, Transcript, Word
from tingwu.timecode import to_ms
from tingwu.writers.cues import Cue, CueOptions, cues
from tingwu.writers.phrases import is_wide, is_zero_width


def spoken(*texts: str, language: str = "en", seconds: float = 4.0) -> Transcript:
    segments = tuple(
        make_segment(number, text, start=number * seconds, seconds=seconds) for number, text in enumerate(texts)
    )
    return make_transcript(segments=segments, language=language, duration=max(1.0, len(texts) * seconds))


def lines(found: tuple[Cue, ...]) -> list[tuple[str, ...]]:
    return [cue.lines for cue in found]


def test_sentence_becomes_balanced_lines() -> None:
    text = "Good morning everyone, and thank you for coming to the quarterly review."
    assert lines(cues(spoken(text, seconds=5), CueOptions())) == [
        ("Good morning everyone, and thank you", "for coming to the quarterly review.")
    ]


def test_long_sentence_breaks_at_clauses_and_keeps_names_whole() -> None:
    text = (
        "Good morning everyone, and thank you for coming to the quarterly review of the project, "
        "which Dr. Smith from New York University has prepared with great care over the last 3 000 days."
    )
    found = cues(spoken(text, seconds=11), CueOptions())
    shown = [line for cue in found for line in cue.lines]
    assert " ".join(shown) == text
    for whole in ("Dr. Smith", "New York University", "3 000"):
        assert any(whole in line for line in shown)
    assert found[0].lines[-1].endswith(",")


def test_lines_do_not_end_in_words_that_lean_on_the_next() -> None:
    text = "The brakes, the heating and the old papers were not cheap at all."
    assert lines(cues(spoken(text), CueOptions())) == [
        ("The brakes, the heating", "and the old papers were not cheap at all.")
    ]


def test_chinese_breaks_at_phrases() -> None:
    text = "接下来由张伟和李晓明介绍上海交通大学的最新研究成果以及他们在这个领域多年来积累的经验"
    found = cues(spoken(text, language="zh", seconds=7), CueOptions())
    assert lines(found) == [
        ("接下来由张伟和李晓明介绍", "上海交通大学的最新研究成果"),
        ("以及他们在这个领域多年来积累的经验",),
    ]


def test_short_neighbours_share_a_cue() -> None:
    transcript = make_transcript(
        segments=(
            make_segment(0, "Yes.", start=0.0, seconds=0.3),
            make_segment(1, "So let us begin.", start=0.4, seconds=1.2),
        )
    )
    assert lines(cues(transcript, CueOptions())) == [("Yes. So let us begin.",)]


def test_speakers_never_share_a_cue() -> None:
    transcript = make_transcript(
        segments=(
            make_segment(0, "Ready?", start=0.0, seconds=0.4, speaker="Ann"),
            make_segment(1, "Yes.", start=0.4, seconds=0.3, speaker="Bob"),
        )
    )
    found = cues(transcript, CueOptions())
    assert [(cue.speaker, cue.text) for cue in found] == [("Ann", "Ready?"), ("Bob", "Yes.")]
    assert found[1].start == pytest.approx(1.08)


def test_long_pause_parts_cues() -> None:
    transcript = make_transcript(
        segments=(
            make_segment(0, "One.", start=0.0, seconds=0.5),
            make_segment(1, "Two.", start=5.0, seconds=0.5),
        )
    )
    assert [(cue.start, cue.text) for cue in cues(transcript, CueOptions())] == [(0.0, "One."), (5.0, "Two.")]


def test_cue_stays_until_it_can_be_read() -> None:
    (cue,) = cues(make_transcript(segments=(make_segment(0, "x" * 34, seconds=0.2),)), CueOptions())
    assert cue.end - cue.start == pytest.approx(2.0)


def test_width_may_be_chosen() -> None:
    found = cues(spoken("one two three four five six seven", seconds=5), CueOptions(max_line_width=9, max_line_count=1))
    assert all(len(cue.lines) == 1 and len(cue.lines[0]) <= 9 for cue in found)


def test_words_in_a_line_may_be_limited() -> None:
    found = cues(spoken("one two three four five six seven", seconds=7), CueOptions(max_words_per_line=2))
    assert all(len(line.split()) <= 2 for cue in found for line in cue.lines)


def test_a_word_wider_than_a_line_stays_whole() -> None:
    found = cues(spoken("see " + "w" * 60 + " there"), CueOptions())
    assert "w" * 60 in [line for cue in found for line in cue.lines]


def test_words_that_do_not_spell_the_text_are_not_believed() -> None:
    segment = Segment(
        id=0, start=1.0, end=3.0, text="two words", words=(Word(start=0, end=9, text="else", probability=1),)
    )
    (cue,) = cues(make_transcript(segments=(segment,)), CueOptions())
    assert (cue.start, cue.end, cue.text) == (1.0, 3.0, "two words")


def test_words_are_where_they_are_shown() -> None:
    (cue,) = cues(spoken("Good morning everyone, and thank you for coming to the review today."), CueOptions())
    assert [cue.lines[word.line][word.begin : word.stop] for word in cue.words] == " ".join(cue.lines).split()
    assert all(left.end <= right.start for left, right in pairwise(cue.words))


def test_nothing_said_has_no_cues() -> None:
    assert cues(make_transcript(segments=(make_segment(0, " "),)), CueOptions()) == ()
    assert cues(make_transcript(segments=()), CueOptions()) == ()


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.sampled_from(
    [
        "the",
        "and",
        "New",
        "York",
        "3,000",
        "42",
        "我们今天",
        "，",
        "。",
        "「好」",
        "日本",
        "ですから",
        "วันนี้",
        "{\\an8}",
        "-->",
    ]
)
SEGMENTS = st.lists(
    st.tuples(
        st.lists(WORDS, max_size=30),
        st.floats(0, 9),
        st.floats(0, 12),
        st.sampled_from([None, "A", "B"]),
        st.sampled_from(["", " "]),
    ),
    max_size=8,
)


def build(drawn: list[tuple[list[str], float, float, str | None, str]]) -> Transcript:
    segments: list[Segment] = []
    now = 0.0
    for number, (words, pause, seconds, speaker, between) in enumerate(drawn):
        now += pause
        step = seconds / max(1, len(words))
        timed = tuple(
            Word(start=now + place * step, end=now + (place + 1) * step, text=between + word, probability=1.0)
            for place, word in enumerate(words)
        )
        end = timed[-1].end if timed else now
        segments.append(Segment(id=number, start=now, end=end, text=between.join(words), words=timed, speaker=speaker))
        now = max(now, end - min(seconds, 0.5))
    return make_transcript(segments=tuple(segments))


OPTIONS = st.builds(
    CueOptions,
    max_line_width=st.none() | st.integers(1, 60),
    max_line_count=st.integers(1, 3),
    max_words_per_line=st.none() | st.integers(1, 8),
)


@settings(max_examples=200, deadline=None)
@given(SEGMENTS, OPTIONS)
def test_rules_hold_for_any_transcript(
    drawn: list[tuple[list[str], float, float, str | None, str]], options: CueOptions
) -> None:
    transcript = build(drawn)
    found = cues(transcript, options)

    def bare(text: str) -> str:
        printable = "".join(char for char in text if char.isprintable())
        return re.sub(r"\s", "", printable)

    assert bare("".join(line for cue in found for line in cue.lines)) == bare(transcript.text)
    for cue in found:
        assert all(line and line == line.strip() for line in cue.lines)
        assert options.min_seconds <= round(cue.end - cue.start, 3) <= options.max_seconds
        assert all(0 <= word.begin < word.stop <= len(cue.lines[word.line]) for word in cue.words)
    for left, right in pairwise(found):
        assert to_ms(right.start) - to_ms(left.end) >= 80


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["so", "we", "began,", "and", "then", "everything", "worked."]), min_size=1, max_size=60)
    | st.lists(
        st.sampled_from(["我们", "今天", "讨论一下，", "人工智能", "的", "应用。", "Python"]), min_size=1, max_size=60
    )
)
def test_ordinary_text_keeps_to_lines_and_width(words: list[str]) -> None:
    options = CueOptions()
    between = " " if words[0].isascii() else ""
    for cue in cues(build([(words, 0.0, len(words) * 0.4, None, between)]), options):
        assert len(cue.lines) <= 2
        for line in cue.lines:
            wide = sum(map(is_wide, line))
            narrow = len(line) - wide - sum(map(is_zero_width, line))
            assert narrow / 42 + wide / 20 <= 1 + 1e-9


def two_voices(drawn: list[tuple[list[str], float, float, str | None, str]]) -> Transcript:
    """Two speakers who do not care for each other, in order of time."""
    parts = [build([one for one in drawn if one[3] == speaker]).segments for speaker in (None, "A", "B")]
    ordered = sorted((segment for part in parts for segment in part), key=lambda segment: segment.start)
    return make_transcript(segments=tuple(replace(segment, id=number) for number, segment in enumerate(ordered)))


@settings(max_examples=100, deadline=None)
@given(SEGMENTS, OPTIONS)
def test_speakers_who_speak_at_once_lose_nothing(
    drawn: list[tuple[list[str], float, float, str | None, str]], options: CueOptions
) -> None:
    transcript = two_voices(drawn)
    found = cues(transcript, options)
    assert [cue.start for cue in found] == sorted(cue.start for cue in found)
    for speaker in (None, "A", "B"):
        own = [cue for cue in found if cue.speaker == speaker]
        said = "".join(segment.text for segment in transcript.segments if segment.speaker == speaker)
        shown = "".join(line for cue in own for line in cue.lines)
        printable = ["".join(c for c in text if c.isprintable() and not c.isspace()) for text in (said, shown)]
        assert printable[0] == printable[1]
        assert all(to_ms(right.start) - to_ms(left.end) >= 80 for left, right in pairwise(own))


def test_a_word_in_between_does_not_move_what_it_interrupts() -> None:
    long = make_segment(0, "We went there by train and then we walked for hours.", start=0.0, seconds=6.0, speaker="A")
    word = make_segment(1, "Really?", start=2.0, seconds=0.4, speaker="B")
    answer = make_segment(2, "Yes.", start=6.5, seconds=1.0, speaker="A")
    found = cues(make_transcript(segments=(long, word, answer)), CueOptions())
    assert [(cue.speaker, cue.start, cue.end) for cue in found] == [("A", 0.0, 6.0), ("B", 2.0, 3.0), ("A", 6.5, 7.5)]
