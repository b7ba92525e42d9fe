"""The durable workflow of one recording: its steps, each committed when it ends and never done twice.

    look up -> begin -> transcribe (a step for each piece, for each stray and for each hole in the text)
            -> save transcript -> choose ranges -> redo (a step for each) -> save ranges
            -> look for speakers -> speakers (a step for each minute or so) -> save speakers -> understand

With `split` channels there is a step that looks at all of them, then the steps of transcribing for each of them.

A transcript that the library already has is not made again, so that other notes on it cost only themselves.
A step that is stopped is done again on resume; everything before it is read back, and so are windows that were finished
while their steps waited for their turn (see `finished`): a killed process costs one window for each worker. Change
`WORKFLOW_VERSION` whenever the steps or what they return change: jobs of another version are then started anew.
"""

import hashlib
import logging
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

from dbos import DBOS
from dbos import error as engine_errors

from pipelines.backends import Backends
from pipelines.channels import assemble_channels, gather_channels
from pipelines.diarize import SpeakerOptions, diarize, fits, with_speakers
from pipelines.outdated import outdated
from pipelines.redo import improved, look_for_more
from pipelines.settings import Settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.status import ProgressBoard
from pipelines.transcribe import assemble, gather
from pipelines.understand import UnderstandOptions, understand
from tingwu.domain.media import DecodeReport, Media
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Transcript
from tingwu.errors import Cancelled, TingwuError
from tingwu.progress import Progress
from tingwu.speech.redo_ranges import Redo
from tingwu.store.codec import from_json, to_json
from tingwu.store.library import Library
from tingwu.store.profiles import ProfileStore

WORKFLOW_VERSION = "6"
UNDERSTAND = "understand"
"""Name of the step that writes the notes."""
Result = TypeVar("Result")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that a job needs to know, frozen when it is submitted.

    `recording_id` names the transcript by what it is made from. `owned` files move into the library. With `redo`, those
    ranges are transcribed again, as `transcribe` says, whatever the rest was made with. With `speakers`, those are told
    apart by their voices, also in a transcript that is there already.
    """

    recording_id: str
    source: Path
    media: Media
    transcribe: TranscribeOptions
    notes: UnderstandOptions | None
    owned: bool = False
    redo: Redo | None = None
    speakers: SpeakerOptions | None = None

    @property
    def id(self) -> str:
        """The same for the same work."""
        wanted = (to_json(self.notes), to_json(self.speakers))
        if self.redo is None:
            return name_of(self.recording_id, *wanted)
        return name_of("redo", self.recording_id, to_json(self.redo), to_json(self.transcribe), *wanted)


@lru_cache(maxsize=32)
def read_job(text: str) -> Job:
    """The job stored as `text`. Cached: a job is looked at again and again, and a long glossary takes its time."""
    return from_json(Job, text)


class RecordingWork:
    """The workflow and what its steps work with."""

    def __init__(self, settings: Settings, backends: Backends, library: Library, board: ProgressBoard) -> None:
        self._settings = settings
        self._backends = backends
        self._library = library
        self._board = board

    def register(self) -> Callable[[str], str]:
        """Make `process` known to the engine, as whose workflow it can be queued and resumed."""

        @DBOS.workflow(name="process_recording")
        def process_recording(job_json: str) -> str:
            with _cancelled_as_the_engine_says_it(), _unforeseen_errors_in_the_log():
                return self.process(job_json)

        return process_recording

    def process(self, job_json: str) -> str:
        """Media to transcript to notes; returns the recording's id."""
        job_id = str(DBOS.workflow_id)
        job = read_job(job_json)
        progress = self._board.progress(job_id)
        folder = self._settings.jobs_dir / job_id

        if not _step("look up", lambda: self._look_up(job.recording_id)):
            self._transcribe(job, self._sound(job, folder, progress))
        self._board.transcript_ready(job_id, job.recording_id)
        if job.redo:
            self._redo(job.recording_id, job.redo, self._sound(job, folder, progress))
        if job.speakers and job.transcribe.channels == "mix":
            self._tell_speakers(job.recording_id, job.speakers, self._sound(job, folder, progress))
        if job.notes:
            _step(UNDERSTAND, lambda: self._understand(job, folder, progress))
        shutil.rmtree(folder, ignore_errors=True)
        return job.recording_id

    def _transcribe(self, job: Job, sound: Sound) -> None:
        created = _step("begin", lambda: datetime.now(UTC).isoformat(timespec="seconds"))
        if job.transcribe.channels == "split":
            channels = gather_channels(sound, _keep)
            _step(
                "save transcript",
                lambda: self._save(job, created, channels.end, assemble_channels(sound, channels)),
            )
        else:
            gathered = gather(sound, _keep)
            _step("save transcript", lambda: self._save(job, created, gathered.end, assemble(sound, gathered)))

    def _redo(self, recording_id: str, redo: Redo, sound: Sound) -> None:
        found = look_for_more(sound, self._library.load(recording_id).transcript, redo, _keep)
        change = partial(improved, sound, found=found)
        _step("save ranges", lambda: self._update(recording_id, change))

    def _tell_speakers(self, recording_id: str, options: SpeakerOptions, sound: Sound) -> None:
        if _step("look for speakers", lambda: self._look_for_speakers(recording_id, options)):
            return
        heard = diarize(sound, options.count, _keep)
        profiles = ProfileStore(self._settings.profiles_dir).list() if options.profiles else ()

        def add(now: Recording) -> Recording:
            transcript = with_speakers(now.transcript, heard, profiles)
            return replace(now, transcript=transcript, notes=outdated(now.notes, now.transcript, transcript))

        _step("save speakers", lambda: self._update(recording_id, add))

    def _look_for_speakers(self, recording_id: str, options: SpeakerOptions) -> str:
        known = self._library.load(recording_id).transcript.diarization
        return recording_id if fits(known, options.count) else ""

    def _sound(self, job: Job, folder: Path, progress: Progress) -> Sound:
        return Sound(
            source=job.source,
            media=job.media,
            options=job.transcribe,
            folder=folder,
            backends=self._backends,
            progress=progress,
        )

    def _look_up(self, recording_id: str) -> str:
        return recording_id if self._library.has(recording_id) else ""

    def _save(self, job: Job, created: str, end: DecodeReport, transcript: Transcript) -> str:
        recording = Recording(id=job.recording_id, created=created, media=job.media, decode=end, transcript=transcript)
        self._library.keep_media(recording.id, job.source, move=job.owned)
        self._library.save(recording)
        return recording.id

    def _understand(self, job: Job, folder: Path, progress: Progress) -> str:
        assert job.notes is not None
        recording = self._library.load(job.recording_id)
        with_notes = understand(recording, job.notes, folder, self._backends, progress)

        def add(now: Recording) -> Recording:
            notes = with_notes.notes
            # The transcript may have changed while the notes on it were written.
            return replace(now, notes=outdated(notes, recording.transcript, now.transcript))

        return self._update(job.recording_id, add)

    def _update(self, recording_id: str, change: Callable[[Recording], Recording]) -> str:
        """A recording that was deleted meanwhile does not come back: that is an error."""
        return self._library.update(recording_id, change).id


def name_of(*parts: str) -> str:
    """A name for what is made from `parts` by this version of the workflow."""
    return hashlib.sha256("\n".join((WORKFLOW_VERSION, *parts)).encode()).hexdigest()[:32]


def _keep(name: str, work: Callable[[], Result], kind: Any) -> Result:
    """Run `work` as a durable step; its result, a value of `kind`, is kept as JSON."""
    return from_json(kind, _step(name, lambda: to_json(work(), kind)))


def _step(name: str, work: Callable[[], str]) -> str:
    """Run `work` as a durable step."""

    def run() -> str:
        with _cancelled_as_the_engine_says_it():
            return work()

    return DBOS.run_step({"name": name}, run)


@contextmanager
def _cancelled_as_the_engine_says_it() -> Generator[None]:
    """The engine does not record what ends with its own cancellation error: it is done again on resume."""
    try:
        yield
    except Cancelled as error:
        raise engine_errors.DBOSWorkflowCancelledError(str(error)) from error


@contextmanager
def _unforeseen_errors_in_the_log() -> Generator[None]:
    """People are shown only the kind of such an error."""
    try:
        yield
    except TingwuError:
        raise
    except Exception:
        _log.exception("a job failed with an error that nobody foresaw")
        raise
