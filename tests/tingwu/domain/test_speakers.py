"""Speakers are renamed and merged everywhere in a transcript at once."""

from dataclasses import replace

import pytest

from tests.builders import make_segment, make_transcript
from tingwu.domain.media import TimeRange
from tingwu.domain.speakers import (
    Diarization,
    NameSource,
    NameSuggestion,
    SpeakerTurn,
    checked_name,
    merge_speakers,
    rename_speaker,
)
from tingwu.domain.transcript import Coverage, RangeProblem, ReportedRange, Transcript
from tingwu.errors import InvalidOption


def turn(speaker: str, start: float, end: float) -> SpeakerTurn:
    return SpeakerTurn(speaker=speaker, start=start, end=end)


def suggestion(speaker: str, name: str) -> NameSuggestion:
    return NameSuggestion(speaker=speaker, name=name, source=NameSource.SAID, score=0.9)


def talk(*turns: SpeakerTurn, suggestions: tuple[NameSuggestion, ...] = ()) -> Transcript:
    """A says three sentences, beside B in the second; B says one, beside A; C is heard and has no words."""
    segments = (
        make_segment(0, "Good morning.", speaker="A"),
        make_segment(1, "Shall we begin?", speaker="A", beside=("B",)),
        make_segment(2, "Yes, let us.", speaker="B", beside=("A", "C")),
        make_segment(3, "Then the budget.", speaker="A"),
    )
    problem = RangeProblem.LOW_CONFIDENCE
    coverage = Coverage(
        speech_seconds=12,
        covered_seconds=11,
        missed=(ReportedRange(start=11, end=12, problem=RangeProblem.NO_TEXT, speaker="A"),),
        suspect=(
            ReportedRange(start=6, end=7, problem=problem, speaker="B"),
            ReportedRange(start=9, end=10, problem=problem),
        ),
    )
    turns = turns or (turn("A", 0, 5.8), turn("B", 5, 8.8), turn("A", 8, 12), turn("C", 8.5, 8.8))
    diarization = Diarization(turns=turns, count_confidence=0.7, model="fake", suggestions=suggestions)
    return make_transcript(segments=segments, coverage=coverage, diarization=diarization)


def told(transcript: Transcript) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(segment.speaker, segment.beside) for segment in transcript.segments]


def heard(transcript: Transcript) -> list[tuple[str, float, float]]:
    assert transcript.diarization
    return [(one.speaker, one.start, one.end) for one in transcript.diarization.turns]


def test_a_new_name_is_everywhere() -> None:
    renamed = rename_speaker(talk(), "A", "Li Na")
    assert told(renamed) == [("Li Na", ()), ("Li Na", ("B",)), ("B", ("Li Na", "C")), ("Li Na", ())]
    assert heard(renamed) == [("Li Na", 0, 5.8), ("B", 5, 8.8), ("Li Na", 8, 12), ("C", 8.5, 8.8)]
    assert [one.speaker for one in renamed.coverage.missed] == ["Li Na"]
    assert [one.speaker for one in renamed.coverage.suspect] == ["B", None]
    assert renamed.text == talk().text
    assert rename_speaker(renamed, "Li Na", "A") == talk()


def test_who_was_only_heard_has_a_name_too() -> None:
    renamed = rename_speaker(talk(), "C", "Wei")
    assert told(renamed)[2] == ("B", ("A", "Wei"))
    assert heard(renamed)[-1] == ("Wei", 8.5, 8.8)


def test_speakers_without_a_diarization() -> None:
    channels = replace(talk(), diarization=None)
    assert rename_speaker(channels, "B", "Wei").speakers == ("A", "Wei")
    assert merge_speakers(channels, "B", "A").speakers == ("A",)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  Li   Na ", "Li Na"),
        ("Li\nNa", "Li Na"),
        ("Li\r\n\tNa\u2028of\u0000finance\u202e", "Li Na of finance"),
        ("李娜", "李娜"),
        ("x" * 100, "x" * 100),
        (f" {'x' * 100} ", "x" * 100),
    ],
)
def test_a_name_is_one_line(name: str, kept: str) -> None:
    assert checked_name(name) == kept
    assert rename_speaker(talk(), "A", name).speakers == (kept, "B")


@pytest.mark.parametrize("name", ["", "  ", "\n\t", "\u200b", "x" * 101])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(InvalidOption) as raised:
        rename_speaker(talk(), "A", name)
    assert raised.value.option == "name"
    assert len(raised.value.value) <= 21


@pytest.mark.parametrize("name", ["B", " B\n", "C"])
def test_a_name_is_given_once(name: str) -> None:
    with pytest.raises(InvalidOption, match="another speaker has this name"):
        rename_speaker(talk(), "A", name)


def test_a_speaker_may_keep_the_name() -> None:
    assert rename_speaker(talk(), "A", " A ") == talk()


def test_unknown_speakers() -> None:
    with pytest.raises(InvalidOption, match="the speakers are A, B, C"):
        rename_speaker(talk(), "D", "Li Na")
    with pytest.raises(InvalidOption, match="the speakers are A, B, C"):
        merge_speakers(talk(), "D", "A")
    with pytest.raises(InvalidOption, match="the speakers are A, B, C"):
        merge_speakers(talk(), "A", "D")
    with pytest.raises(InvalidOption, match="the speakers are not known"):
        rename_speaker(make_transcript(), "A", "Li Na")


def test_merging_joins_turns_that_overlap() -> None:
    turns = (turn("A", 0, 5), turn("B", 4, 9), turn("C", 6, 7), turn("A", 8, 8.5), turn("B", 10, 11), turn("A", 11, 12))
    merged = merge_speakers(talk(*turns), "B", "A")
    assert heard(merged) == [("A", 0, 9), ("C", 6, 7), ("A", 10, 12)]


def test_nobody_speaks_beside_themselves() -> None:
    merged = merge_speakers(talk(), "B", "A")
    assert told(merged) == [("A", ()), ("A", ()), ("A", ("C",)), ("A", ())]
    assert told(merge_speakers(talk(), "C", "A"))[2] == ("B", ("A",))
    assert [one.speaker for one in merged.coverage.suspect] == ["A", None]


def test_nobody_is_merged_into_themselves() -> None:
    with pytest.raises(InvalidOption, match="into another one"):
        merge_speakers(talk(), "A", "A")


def test_nothing_is_suggested_for_who_was_named() -> None:
    both = (suggestion("A", "Li Na"), suggestion("A", "Lina"), suggestion("B", "Wei"))
    for changed, left in (
        (rename_speaker(talk(suggestions=both), "A", "Li Na"), both[2:]),
        (rename_speaker(talk(suggestions=both), "A", "A"), both[2:]),
        (rename_speaker(talk(suggestions=both), "C", "Zoe"), both),
        (merge_speakers(talk(suggestions=both), "B", "A"), both[:2]),
    ):
        assert changed.diarization
        assert changed.diarization.suggestions == left


def test_turns_keep_what_they_know_of_their_time() -> None:
    evidence = TimeRange(start=0, end=2)
    known = replace(suggestion("B", "Wei"), evidence=evidence, quote="I'm Wei")
    renamed = rename_speaker(talk(suggestions=(known,)), "A", "Li Na")
    assert renamed.diarization
    assert renamed.diarization.suggestions == (known,)
    assert (renamed.diarization.count_confidence, renamed.diarization.model) == (0.7, "fake")
