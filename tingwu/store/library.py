"""Library: recordings on disk, one folder each: `recording.json`, `summary.json` and the media file.

Names inside the library are generated; users' file names are data. Nothing here knows of jobs or users.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tingwu.domain.recording import Recording
from tingwu.errors import RecordingNotFound, StoredDataInvalid
from tingwu.files import output_error, write_atomically
from tingwu.store.codec import from_json, to_json

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingSummary:
    """What a list of recordings shows. `duration` in seconds, `created` ISO 8601 UTC, `title` empty before notes."""

    id: str
    name: str
    created: str
    duration: float
    language: str
    title: str
    keywords: tuple[str, ...]
    has_notes: bool
    has_video: bool
    complete: bool


class Library:
    """All recordings below `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def save(self, recording: Recording) -> None:
        """Store or replace a recording. Raises OutputFull or OutputNotWritable; the old one then stays whole."""
        folder = self._folder(recording.id)
        write_atomically(folder / "recording.json", to_json(recording))
        write_atomically(folder / "summary.json", to_json(summarise(recording)))

    def update(self, recording_id: str, change: Callable[[Recording], Recording]) -> Recording:
        """Replace a recording by what `change` makes of it; no other update comes between. Returns the new one.

        Raises RecordingNotFound, StoredDataInvalid, and as `save` does.
        """
        with self._alone(recording_id):
            recording = self.load(recording_id)
            changed = change(recording)
            if changed != recording:
                self.save(changed)
        return changed

    def keep_media(self, recording_id: str, source: Path, *, move: bool = False) -> Path:
        """Put the media file into the recording's folder; returns where it lies.

        Moved if it is ours, else copied: a link would change with the user's file.
        """
        target = self.media_path(recording_id)
        if target.exists():
            return target
        temporary = target.with_name(f".{os.getpid()}.media.tmp")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if move:
                shutil.move(source, temporary)
            else:
                shutil.copyfile(source, temporary)
            temporary.replace(target)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            raise output_error(target, error) from error
        return target

    def has(self, recording_id: str) -> bool:
        """Whether there is such a recording."""
        return (self._folder(recording_id) / "recording.json").is_file()

    def load(self, recording_id: str) -> Recording:
        """The whole recording. Raises RecordingNotFound or StoredDataInvalid."""
        path = self._folder(recording_id) / "recording.json"
        return from_json(Recording, self._read(path, recording_id), source=str(path))

    def summary(self, recording_id: str) -> RecordingSummary:
        """The recording as lists show it. Raises RecordingNotFound or StoredDataInvalid."""
        path = self._folder(recording_id) / "summary.json"
        return from_json(RecordingSummary, self._read(path, recording_id), source=str(path))

    def list(self) -> tuple[RecordingSummary, ...]:
        """All recordings, newest first. A damaged one is left out rather than hiding the others."""
        found: list[RecordingSummary] = []
        for path in self.root.glob("*/summary.json"):
            with suppress(RecordingNotFound, StoredDataInvalid):
                found.append(self.summary(path.parent.name))
        return tuple(sorted(found, key=lambda one: (one.created, one.id), reverse=True))

    def find(self, name: str, sha256: str) -> str | None:
        """The id of the newest recording of the media file with this name and content."""
        for one in self.list():
            with suppress(RecordingNotFound, StoredDataInvalid):
                if one.name == name and self.load(one.id).media.sha256 == sha256:
                    return one.id
        return None

    def media_path(self, recording_id: str) -> Path:
        """Where the recording's media file lies, if it was kept."""
        return self._folder(recording_id) / "media"

    def delete(self, recording_id: str) -> None:
        """Remove the recording and its media for good. Raises RecordingNotFound."""
        folder = self._folder(recording_id)
        if not folder.is_dir():
            raise RecordingNotFound(recording_id)
        with self._alone(recording_id):
            try:
                shutil.rmtree(folder)
            except OSError as error:
                raise output_error(folder, error) from error

    @contextmanager
    def _alone(self, recording_id: str) -> Generator[None]:
        """Keep other threads and processes from changing the recording meanwhile."""
        path = self._folder(recording_id) / ".lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except FileNotFoundError as error:
            raise RecordingNotFound(recording_id) from error
        except OSError as error:
            raise output_error(path, error) from error
        with os.fdopen(descriptor, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _folder(self, recording_id: str) -> Path:
        if not _ID.fullmatch(recording_id):
            raise RecordingNotFound(recording_id)
        return self.root / recording_id

    @staticmethod
    def _read(path: Path, recording_id: str) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise RecordingNotFound(recording_id) from error


def summarise(recording: Recording) -> RecordingSummary:
    """What a list shows of `recording`."""
    notes = recording.notes
    return RecordingSummary(
        id=recording.id,
        name=recording.media.name,
        created=recording.created,
        duration=recording.transcript.duration,
        language=recording.transcript.language,
        title=notes.title if notes else "",
        keywords=tuple(keyword.text for keyword in notes.keywords[:6]) if notes else (),
        has_notes=notes is not None,
        has_video=recording.media.has_video,
        complete=recording.decode.complete,
    )
