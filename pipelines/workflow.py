"""The durable workflow of one recording: its steps, each committed when it ends and never done twice.

    prepare -> transcribe (a step for each batch of windows) -> save transcript -> understand

A step that is stopped leaves no trace and is done again on resume; everything before it is read back. Change
`WORKFLOW_VERSION` whenever the steps or what they return change: jobs of another version are then started anew.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dbos import DBOS
from dbos.error import DBOSWorkflowCancelledError

from pipelines.backends import Backends
from pipelines.settings import Settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.status import ProgressBoard
from pipelines.transcribe import Plan, assemble, prepare, transcribe_batch
from pipelines.understand import UnderstandOptions, understand
from tingwu.domain.media import Media
from tingwu.domain.recording import Recording
from tingwu.errors import Cancelled
from tingwu.progress import Progress, Step
from tingwu.speech.asr import WindowText
from tingwu.store.codec import from_json, to_json
from tingwu.store.library import Library

WORKFLOW_VERSION = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """All that a job needs to know, frozen when it is submitted. `owned` files move into the library."""

    source: str
    media: Media
    transcribe: TranscribeOptions
    notes: UnderstandOptions | None
    owned: bool = False


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
            return self.process(job_json)

        return process_recording

    def process(self, job_json: str) -> str:
        """Media to transcript to notes; returns the recording's id."""
        job_id = str(DBOS.workflow_id)
        job = from_json(Job, job_json)
        progress = self._board.progress(job_id)
        folder = self._settings.jobs_dir / job_id

        plan = from_json(Plan, _step("prepare", lambda: to_json(self._prepare(job, folder, progress))))
        texts: list[WindowText] = []
        for number, batch in enumerate(plan.batches):
            texts += from_json(
                tuple[WindowText, ...],
                _step(f"transcribe {number}", lambda batch=batch: self._transcribe(job, plan, batch, folder, progress)),
            )
            progress(Step.TRANSCRIBE, plan.seconds_in(texts), plan.seconds)
        sound = self._sound(job, folder, progress)
        recording_id = _step("save transcript", lambda: self._save_transcript(job, job_id, sound, plan, tuple(texts)))
        self._board.transcript_ready(job_id, recording_id)
        if job.notes:
            _step("understand", lambda: self._understand(job, recording_id, folder, progress))
        shutil.rmtree(folder, ignore_errors=True)
        return recording_id

    def _sound(self, job: Job, folder: Path, progress: Progress) -> Sound:
        return Sound(
            source=Path(job.source),
            media=job.media,
            options=job.transcribe,
            folder=folder,
            backends=self._backends,
            progress=progress,
        )

    def _prepare(self, job: Job, folder: Path, progress: Progress) -> Plan:
        return prepare(self._sound(job, folder, progress))

    def _transcribe(self, job: Job, plan: Plan, batch: tuple[int, ...], folder: Path, progress: Progress) -> str:
        texts = transcribe_batch(self._sound(job, folder, progress), plan, batch)
        return to_json(texts, tuple[WindowText, ...])

    def _save_transcript(self, job: Job, job_id: str, sound: Sound, plan: Plan, texts: tuple[WindowText, ...]) -> str:
        transcript = assemble(sound, plan, texts)
        recording = Recording(
            id=job_id, created=plan.created, media=job.media, decode=plan.decode, transcript=transcript
        )
        self._library.save(recording)
        self._library.keep_media(recording.id, Path(job.source), move=job.owned)
        return recording.id

    def _understand(self, job: Job, recording_id: str, folder: Path, progress: Progress) -> str:
        assert job.notes is not None
        recording = self._library.load(recording_id)
        self._library.save(understand(recording, job.notes, folder, self._backends, progress))
        return recording_id


def _step(name: str, work: Callable[[], str]) -> str:
    """Run `work` as a durable step. A cancelled step is not recorded, so that it is done again on resume."""

    def run() -> str:
        try:
            return work()
        except Cancelled as error:
            raise DBOSWorkflowCancelledError(str(error)) from error

    return DBOS.run_step({"name": name}, run)
