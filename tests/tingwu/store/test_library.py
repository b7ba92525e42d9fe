"""Recordings come back from disk as they were, and a damaged one does not hide the others."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import make_recording
from tingwu.errors import RecordingNotFound, StoredDataInvalid
from tingwu.store.library import Library


def test_round_trip(tmp_path: Path) -> None:
    library = Library(tmp_path)
    recording = make_recording()
    library.save(recording)
    assert library.load(recording.id) == recording
    assert [summary.id for summary in library.list()] == [recording.id]


def test_newest_first(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.save(make_recording(id="old", created="2026-01-01T00:00:00+00:00"))
    library.save(make_recording(id="new", created="2026-01-02T00:00:00+00:00"))
    assert [summary.id for summary in library.list()] == ["new", "old"]


def test_saving_again_replaces(tmp_path: Path) -> None:
    library = Library(tmp_path)
    recording = make_recording()
    library.save(recording)
    library.save(replace(recording, notes=None))
    assert library.load(recording.id).notes is None
    assert not library.summary(recording.id).has_notes


def test_damaged_recording_is_reported_and_hides_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.save(make_recording(id="good"))
    library.save(make_recording(id="bad"))
    (tmp_path / "bad" / "recording.json").write_text('{"id": 3}')
    (tmp_path / "bad" / "summary.json").write_text("{")
    with pytest.raises(StoredDataInvalid):
        library.load("bad")
    assert [summary.id for summary in library.list()] == ["good"]


@pytest.mark.parametrize("recording_id", ["nobody", "../good", "good/../good", "", ".", "a" * 65])
def test_unknown_and_hostile_ids(tmp_path: Path, recording_id: str) -> None:
    library = Library(tmp_path / "library")
    library.save(make_recording(id="good"))
    for act in (library.load, library.summary, library.delete):
        with pytest.raises(RecordingNotFound):
            act(recording_id)
    assert library.load("good")


@pytest.mark.parametrize("move", [True, False])
def test_media_is_kept(tmp_path: Path, move: bool) -> None:
    library = Library(tmp_path / "library")
    source = tmp_path / "a.mp3"
    source.write_bytes(b"sound")
    kept = library.keep_media("one", source, move=move)
    assert kept.read_bytes() == b"sound"
    assert source.exists() is not move
    assert library.keep_media("one", source, move=move) == kept


def test_delete_is_for_good(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.save(make_recording(id="one"))
    (tmp_path / "one" / "media").write_bytes(b"sound")
    library.delete("one")
    assert not (tmp_path / "one").exists()
    assert library.list() == ()
