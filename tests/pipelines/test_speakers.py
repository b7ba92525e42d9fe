"""Speakers of a stored recording: what is changed is stored, whole, and notes follow."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.speakers import accept_name, decline_name, merge, rename
from tests.builders import SENTENCES, make_notes, make_recording, make_segment, make_transcript
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import Diarization, NameSource, NameSuggestion, SpeakerTurn
from tingwu.errors import InvalidOption, RecordingNotFound
from tingwu.store.library import Library

SPEAKERS = ("Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2", "Speaker 3")
LI_NA = NameSuggestion(speaker="Speaker 1", name="Li Na", source=NameSource.SAID, score=0.9, quote="I'm Li Na")
LINA = replace(LI_NA, name="Lina", source=NameSource.PROFILE)
WEI = replace(LI_NA, speaker="Speaker 2", name="Wei")
MERGED = NoticeCode.SPEAKERS_MERGED


def spoken(**changes: object) -> Recording:
    """Three speakers with words, a fourth only heard; the notes' question was asked by one and answered by another."""
    segments = tuple(
        make_segment(number, text, speaker=speaker)
        for number, (text, speaker) in enumerate(zip(SENTENCES, SPEAKERS, strict=True))
    )
    turns = tuple(SpeakerTurn(start=one.start, end=one.end, speaker=one.speaker or "") for one in segments)
    turns += (SpeakerTurn(start=14.9, end=15, speaker="Speaker 4"),)
    diarization = Diarization(turns=turns, count_confidence=0.4, model="fake", suggestions=(LI_NA, LINA, WEI))
    notes = make_notes()
    pair = replace(notes.questions[0], asked_by="Speaker 2", answered_by="Speaker 1")
    fields = {
        "transcript": make_transcript(segments=segments, diarization=diarization),
        "notes": replace(notes, questions=(pair,)),
    }
    return make_recording(**(fields | changes))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    library.save(spoken())
    return library


def who(recording: Recording) -> tuple[str, ...]:
    assert recording.transcript.diarization
    assert (
        recording.transcript.speakers == recording.transcript.diarization.speakers[: len(recording.transcript.speakers)]
    )
    return recording.transcript.speakers


def suggested(recording: Recording) -> tuple[NameSuggestion, ...]:
    assert recording.transcript.diarization
    return recording.transcript.diarization.suggestions


def asked(recording: Recording) -> tuple[str | None, str | None]:
    assert recording.notes
    return recording.notes.questions[0].asked_by, recording.notes.questions[0].answered_by


def test_a_name_is_stored_in_transcript_and_notes(library: Library) -> None:
    now = rename(library, spoken().id, speaker="Speaker 1", name=" Li  Na\n")
    assert library.load(now.id) == now
    assert who(now) == ("Li Na", "Speaker 2", "Speaker 3")
    assert asked(now) == ("Speaker 2", "Li Na")
    assert suggested(now) == (WEI,)
    assert now.notes
    assert now.notes.warnings == ()


def test_merging_is_stored_and_the_notes_say_so(library: Library) -> None:
    now = merge(library, spoken().id, speaker="Speaker 2", into="Speaker 1")
    assert library.load(now.id) == now
    assert who(now) == ("Speaker 1", "Speaker 3")
    assert asked(now) == ("Speaker 1", "Speaker 1")
    assert now.notes
    assert now.notes.warnings == (Notice(code=MERGED, values=("Speaker 2", "Speaker 1")),)
    assert now.notes.warnings[0].text.en == (
        "Speaker 2 became the same speaker as Speaker 1 after these notes were written."
    )


def test_two_merges_are_two_warnings(library: Library) -> None:
    merge(library, spoken().id, speaker="Speaker 2", into="Speaker 1")
    now = merge(library, spoken().id, speaker="Speaker 3", into="Speaker 1")
    assert now.notes
    assert [one.values for one in now.notes.warnings] == [("Speaker 2", "Speaker 1"), ("Speaker 3", "Speaker 1")]


def test_notes_do_not_know_who_was_only_heard(library: Library) -> None:
    now = merge(library, spoken().id, speaker="Speaker 4", into="Speaker 3")
    assert now.notes == spoken().notes
    assert now.transcript.diarization
    assert now.transcript.diarization.speakers == ("Speaker 1", "Speaker 2", "Speaker 3")


def test_a_suggestion_is_accepted(library: Library) -> None:
    now = accept_name(library, spoken().id, speaker="Speaker 1", name="Li Na")
    assert library.load(now.id) == now
    assert who(now) == ("Li Na", "Speaker 2", "Speaker 3")
    assert asked(now) == ("Speaker 2", "Li Na")
    assert suggested(now) == (WEI,)


def test_a_suggestion_is_declined(library: Library) -> None:
    now = decline_name(library, spoken().id, speaker="Speaker 1", name="Li Na")
    assert library.load(now.id) == now
    assert who(now) == who(spoken())
    assert suggested(now) == (LINA, WEI)
    assert now.notes == spoken().notes


def test_what_nobody_suggested(library: Library) -> None:
    for action in (accept_name, decline_name):
        for speaker, name in (("Speaker 1", "Wei"), ("Speaker 3", "Li Na"), ("nobody", "Li Na")):
            with pytest.raises(InvalidOption, match="nobody suggested it"):
                action(library, spoken().id, speaker=speaker, name=name)
    library.save(make_recording(id="no-voices"))
    with pytest.raises(InvalidOption, match="nobody suggested it"):
        accept_name(library, "no-voices", speaker="A", name="B")


def test_a_suggested_name_that_another_speaker_has(library: Library) -> None:
    rename(library, spoken().id, speaker="Speaker 3", name="Wei")
    before = library.load(spoken().id)
    with pytest.raises(InvalidOption, match="another speaker has this name"):
        accept_name(library, spoken().id, speaker="Speaker 2", name="Wei")
    assert library.load(spoken().id) == before


def test_recordings_without_notes(library: Library) -> None:
    library.save(spoken(id="plain", notes=None))
    assert rename(library, "plain", speaker="Speaker 1", name="Li Na").notes is None
    assert merge(library, "plain", speaker="Speaker 2", into="Li Na").notes is None


def test_what_cannot_be_changes_nothing(library: Library) -> None:
    for name in ("", "x" * 101, "Speaker 2"):
        with pytest.raises(InvalidOption):
            rename(library, spoken().id, speaker="Speaker 1", name=name)
    with pytest.raises(InvalidOption):
        merge(library, spoken().id, speaker="Speaker 1", into="nobody")
    with pytest.raises(InvalidOption):
        merge(library, spoken().id, speaker="Speaker 1", into="Speaker 1")
    with pytest.raises(RecordingNotFound):
        rename(library, "nothing", speaker="Speaker 1", name="Li Na")
    assert library.load(spoken().id) == spoken()
