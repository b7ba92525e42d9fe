"""Recordings come back from disk as they were, and a damaged one does not hide the others."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import make_media, make_recording
from tingwu.domain.recording import Recording
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


def test_updates_do_not_lose_each_other(tmp_path: Path) -> None:
    library = Library(tmp_path)
    recording = make_recording(created="0")
    library.save(recording)

    def count(now: Recording) -> Recording:
        return replace(now, created=str(int(now.created) + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Library(tmp_path).update(recording.id, count), range(40)))
    assert library.load(recording.id).created == "40"


def test_an_update_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    library = Library(tmp_path)
    recording = make_recording()
    library.save(recording)
    before = (tmp_path / recording.id / "recording.json").stat().st_ino
    assert library.update(recording.id, lambda now: now) == recording
    assert (tmp_path / recording.id / "recording.json").stat().st_ino == before


def test_what_was_deleted_is_not_updated(tmp_path: Path) -> None:
    library = Library(tmp_path)
    recording = make_recording()
    library.save(recording)
    library.delete(recording.id)
    with pytest.raises(RecordingNotFound):
        library.update(recording.id, lambda now: now)
    assert list(tmp_path.iterdir()) == []


def test_a_recording_is_found_by_its_media(tmp_path: Path) -> None:
    library = Library(tmp_path)
    for number, name, content in ((1, "a.mp3", "aa"), (2, "a.mp3", "aa"), (3, "a.mp3", "bb"), (4, "b.mp3", "aa")):
        media = make_media(name=name, sha256=content * 32)
        library.save(make_recording(id=f"rec-{number}", created=f"2026-01-0{number}", media=media))
    assert library.find("a.mp3", "aa" * 32) == "rec-2", "the newest"
    assert library.find("a.mp3", "bb" * 32) == "rec-3"
    assert library.find("c.mp3", "aa" * 32) is None
    (tmp_path / "rec-2" / "recording.json").write_text("{")
    assert library.find("a.mp3", "aa" * 32) == "rec-1"
