"""Corrections taken back in the library: the words return, the list shrinks, notes say that the text has changed."""

from pathlib import Path

import pytest

from pipelines.corrections import take_back
from tests.builders import SENTENCES, make_correction, make_recording, make_transcript
from tingwu.domain.notice import NoticeCode
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Correction
from tingwu.errors import InvalidOption, RecordingNotFound
from tingwu.store.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def corrected() -> Recording:
    """In the third sentence "budget" was "but yet", in the last one "Anna" was "Hannah"."""
    segments = make_transcript().segments
    corrections = (make_correction(segments[2], 2, "but yet"), make_correction(segments[4], 0, "Hannah"))
    return make_recording(transcript=make_transcript(corrections=corrections))


def undone(library: Library, recording_id: str, one: Correction) -> Recording:
    return take_back(library, recording_id, start=one.start, end=one.end, before=one.before, after=one.after)


def test_one_correction_is_taken_back_and_stored(library: Library) -> None:
    recording = corrected()
    library.save(recording)
    first, second = recording.transcript.corrections
    now = undone(library, recording.id, first)
    assert library.load(recording.id) == now
    assert now.transcript.segments[2].text == "The travel but yet pays, twelve thousand euros."
    assert now.transcript.segments[4].text == SENTENCES[4]
    assert now.transcript.corrections == (second,)
    assert undone(library, recording.id, second).transcript.corrections == ()


def test_notes_on_the_corrected_words_say_that_they_changed(library: Library) -> None:
    library.save(corrected())
    notes = undone(library, corrected().id, corrected().transcript.corrections[0]).notes
    assert notes
    assert [(one.code, one.values[0]) for one in notes.warnings] == [
        (NoticeCode.TRANSCRIPT_CHANGED, notes.warnings[0].values[0])
    ]
    assert "00:06-00:08" in notes.warnings[0].text.en


def test_what_was_taken_back_or_never_made_is_refused(library: Library) -> None:
    recording = corrected()
    library.save(recording)
    first, _ = recording.transcript.corrections
    now = undone(library, recording.id, first)
    with pytest.raises(InvalidOption, match="the transcript does not have it"):
        undone(library, recording.id, first)
    with pytest.raises(RecordingNotFound):
        undone(library, "nobody", first)
    assert library.load(recording.id) == now
