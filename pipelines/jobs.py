"""Jobs: recordings are processed as durable workflows that survive the death of their process.

A job is named by what it does: the hash of the media, the options and the workflow's version. Submitting the same work
again therefore finds the finished result, continues what was interrupted, or tries again what failed; it never starts
a second time beside the first. Others can tell a running job from one whose process is gone (see `executors`).
"""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from dbos import DBOS, SetWorkflowID
from dbos import WorkflowStatus as StoredStatus

from pipelines.backends import Backends
from pipelines.channel_sound import need_channels
from pipelines.diarize import SpeakerOptions
from pipelines.engine import close_engine, compact, failed_step, find_workflow, keep_private, need_space, open_engine
from pipelines.executors import SERVER_QUEUE, Executors, at_work, state_of
from pipelines.settings import Settings
from pipelines.settle import settle_notes, settle_transcribe
from pipelines.sound import TranscribeOptions
from pipelines.status import JobState, JobStatus, ProgressBoard, describe
from pipelines.understand import UnderstandOptions, stand
from pipelines.workflow import UNDERSTAND, WORKFLOW_VERSION, Job, RecordingWork, name_of, read_job
from tingwu.audio.probe import probe
from tingwu.audio.source import need_utf8
from tingwu.domain.recording import Recording
from tingwu.errors import Cancelled, InvalidOption, JobError, JobRunningElsewhere, MediaNotFound, TingwuError
from tingwu.speech.redo_ranges import Redo, chosen_ranges
from tingwu.store.codec import to_json
from tingwu.store.library import Library

_log = logging.getLogger(__name__)


class Jobs:
    """Starts, watches, stops and resumes jobs. One per process: the workflow engine beneath is a process-wide thing.

    `queue` is `SERVER_QUEUE` for a server, whose waiting jobs outlive it; None makes a queue of this process's own.
    """

    def __init__(self, settings: Settings, *, backends: Backends | None = None, queue: str | None = None) -> None:
        self.settings = settings
        self.library = Library(settings.recordings_dir)
        self._database = settings.jobs_dir / "jobs.sqlite"
        self.board = ProgressBoard()
        self.backends = backends or Backends(settings)
        self._executors = Executors(settings.jobs_dir / "executors", queue or "process")
        self._queue = queue or self._executors.own

    def __enter__(self) -> Self:
        """Open the database and begin to work. Raises OutputError or StoredDataInvalid and is then as before."""
        self._executors.enter()
        try:
            keep_private(self.settings.recordings_dir, self.settings.jobs_dir)
            open_engine(
                self._database,
                executor=self._executors.own,
                version=WORKFLOW_VERSION,
                queue=self._queue,
                register=self._register,
            )
        except BaseException:
            self._executors.leave()
            raise
        if self._queue == SERVER_QUEUE:
            self._take_over_orphans()
        return self

    def _register(self) -> None:
        self._process = RecordingWork(self.settings, self.backends, self.library, self.board).register()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop working: running jobs end at their next report and can be resumed. Frees all models."""
        self.board.stop_all()
        close_engine(forget_queue=None if self._queue == SERVER_QUEUE else self._queue)
        self.backends.close()
        self._executors.leave()

    def check(self, transcribe: TranscribeOptions) -> None:
        """Refuse the options that `submit` would refuse for any media. Raises UnknownModel and InvalidOption."""
        settle_transcribe(transcribe, self.backends)

    def submit(
        self,
        source: Path,
        *,
        transcribe: TranscribeOptions,
        notes: UnderstandOptions | None,
        name: str | None = None,
        owned: bool = False,
        redo: Redo | None = None,
        speakers: SpeakerOptions | None = None,
    ) -> str:
        """Have `source` processed; returns the job's id. The same media and options are the same job.

        `owned` files (uploads) move into the library. With `redo`, a recording of the same media in the library is
        taken. Raises MediaError before anything is queued, UnknownModel and InvalidOption.
        """
        if speakers:
            speakers.count.check()
        settled = settle_transcribe(transcribe, self.backends)
        need_utf8(source)
        need_space(self.settings.jobs_dir)
        media = probe(source, name=name, limits=self.backends.media_limits())
        need_channels(media, transcribe)
        recording_id = name_of(media.sha256, media.name, to_json(settled))
        if redo and not self.library.has(recording_id):
            recording_id = self.library.find(media.name, media.sha256) or recording_id
        if redo and self.library.has(recording_id):
            return self.submit_redo(recording_id, redo, transcribe, speakers)
        job = Job(
            recording_id=recording_id,
            source=source.absolute(),
            media=media,
            transcribe=settled,
            notes=settle_notes(notes, self.backends),
            owned=owned,
            redo=redo,
            speakers=speakers,
        )
        return self._enqueue(job)

    def submit_redo(
        self, recording_id: str, redo: Redo, transcribe: TranscribeOptions, speakers: SpeakerOptions | None = None
    ) -> str:
        """Have ranges of a recording of the library transcribed again; returns the job's id.

        The model `auto` is the one that it was made with. Raises RecordingNotFound, MediaNotFound, UnknownModel, and
        InvalidOption for ranges that are not in it.
        """
        recording = self.library.load(recording_id)
        if recording.transcript.speakers and not recording.transcript.diarization:
            raise InvalidOption("redo_ranges", recording.media.name, "its channels were split; transcribe it again")
        source = self.library.media_path(recording_id)
        if not source.is_file():
            raise MediaNotFound(recording.media.name, "the recording's sound is no longer on this machine")
        need_space(self.settings.jobs_dir)
        known = transcribe.model == "auto" and self.backends.store.catalog.find(recording.transcript.model)
        model = known.name if known else transcribe.model
        job = Job(
            recording_id=recording_id,
            source=source,
            media=recording.media,
            transcribe=settle_transcribe(replace(transcribe, model=model), self.backends),
            notes=None,
            redo=Redo(ranges=chosen_ranges(redo, recording.transcript)),
            speakers=speakers,
        )
        return self._enqueue(job)

    def submit_notes(self, recording_id: str, notes: UnderstandOptions) -> str:
        """Have notes written on a recording of the library; returns the job's id. Raises RecordingNotFound."""
        recording = self.library.load(recording_id)
        job = Job(
            recording_id=recording_id,
            source=self.library.media_path(recording_id),
            media=recording.media,
            transcribe=TranscribeOptions(model=recording.transcript.model),
            notes=settle_notes(notes, self.backends),
        )
        return self._enqueue(job)

    def _enqueue(self, job: Job) -> str:
        job_id = job.id
        stored = DBOS.get_workflow_status(job_id)
        known = self._job(stored) if stored else None
        if stored and known and self._source_is_gone(stored, known):
            DBOS.delete_workflow(job_id)
            stored = known = None
        if stored is None:
            with SetWorkflowID(job_id):
                DBOS.enqueue_workflow(self._queue, self._process, to_json(job))
            return job_id
        self._continue(stored)
        if job.owned and known and known.source != job.source:
            job.source.unlink(missing_ok=True)
        return job_id

    def _source_is_gone(self, stored: StoredStatus, known: Job) -> bool:
        """Whether the job can only go on from the file that is given now: its own was moved or deleted."""
        if stored.status == "SUCCESS" and self.library.has(known.recording_id):
            return False
        return not at_work(stored, self._executors) and not known.source.exists()

    def status(self, job_id: str) -> JobStatus:
        """The job as it is now. Raises JobNotFound."""
        return self._describe(find_workflow(job_id))

    def list(self) -> tuple[JobStatus, ...]:
        """All jobs, newest first."""
        return tuple(self._describe(stored) for stored in DBOS.list_workflows(sort_desc=True, load_output=True))

    def wait(
        self, job_id: str, on_status: Callable[[JobStatus], None] | None = None, *, interval: float = 0.1
    ) -> Recording:
        """Wait until the job ends, telling `on_status` every `interval` seconds; returns the recording.

        Raises what the job failed with, or Cancelled.
        """
        while True:
            stored = find_workflow(job_id)
            status = self._describe(stored)
            if on_status:
                on_status(status)
            if status.state is JobState.DONE:
                return self.library.load(str(stored.output))
            if status.state is JobState.CANCELLED:
                raise Cancelled
            if status.state is JobState.FAILED:
                raise stored.error if isinstance(stored.error, TingwuError) else JobError(job_id, str(stored.error))
            if status.state is JobState.INTERRUPTED:
                raise JobError(job_id, "its process is gone; start it again to continue")
            time.sleep(interval)

    def cancel(self, job_id: str) -> None:
        """Stop the job; what it finished is kept for `resume`. Raises JobNotFound."""
        find_workflow(job_id)
        DBOS.cancel_workflow(job_id)
        self.board.stop(job_id)

    def resume(self, job_id: str) -> None:
        """Go on with a job that was cancelled, interrupted or failed. Raises JobNotFound, JobRunningElsewhere."""
        stored = find_workflow(job_id)
        of_another = stored.status == "PENDING" and stored.executor_id != self._executors.own
        if of_another and self._executors.alive(stored.executor_id):
            raise JobRunningElsewhere(job_id)
        self._continue(stored)

    def delete(self, job_id: str) -> None:
        """Stop and forget the job; a finished recording stays in the library. Raises JobNotFound."""
        self.cancel(job_id)
        job = self._job(find_workflow(job_id))
        DBOS.delete_workflow(job_id)
        self.board.forget(job_id)
        shutil.rmtree(self.settings.jobs_dir / job_id, ignore_errors=True)
        if job and job.owned:
            job.source.unlink(missing_ok=True)

    def delete_recording(self, recording_id: str) -> None:
        """Remove a recording for good, with the jobs that made it and what they remember. Raises RecordingNotFound."""
        for stored in DBOS.list_workflows():
            job = self._job(stored)
            if job and job.recording_id == recording_id:
                self.delete(stored.workflow_id)
        self.library.delete(recording_id)
        compact(self._database)

    def _continue(self, stored: StoredStatus) -> None:
        """Bring a job that is not being worked on back to this process's queue."""
        job_id = stored.workflow_id
        if stored.status == "SUCCESS":
            self._renew(stored)
            return
        if stored.status == "ERROR":
            self.board.forget(job_id)
            DBOS.rewind_workflow(job_id, start_step=failed_step(job_id), queue_name=self._queue)
            return
        if at_work(stored, self._executors):
            return
        self.board.forget(job_id)
        DBOS.resume_workflow(job_id, queue_name=self._queue)

    def _renew(self, stored: StoredStatus) -> None:
        """Do again what has not lasted: a deleted recording, notes that a failure cut short or others replaced."""
        job, job_id = self._job(stored), stored.workflow_id
        if not self.library.has(str(stored.output)):
            DBOS.rewind_workflow(job_id, queue_name=self._queue)
        elif job and job.notes and not stand(self.library.load(job.recording_id).notes, job.notes):
            steps = {step["function_name"]: step["function_id"] for step in DBOS.list_workflow_steps(job_id)}
            self.board.forget(job_id)
            DBOS.rewind_workflow(job_id, start_step=steps[UNDERSTAND], queue_name=self._queue)

    def _take_over_orphans(self) -> None:
        """A server resumes the jobs of servers that died."""
        for stored in DBOS.list_workflows(status="PENDING", queue_name=SERVER_QUEUE):
            if not self._executors.alive(stored.executor_id):
                _log.info("resuming job %s of a process that is gone", stored.workflow_id)
                DBOS.resume_workflow(stored.workflow_id, queue_name=SERVER_QUEUE)

    @staticmethod
    def _job(stored: StoredStatus) -> Job | None:
        return read_job(stored.input["args"][-1]) if stored.input else None

    def _describe(self, stored: StoredStatus) -> JobStatus:
        job = self._job(stored)
        state = state_of(stored, self._executors)
        now = self.board.read(stored.workflow_id) if state is JobState.RUNNING else None
        return describe(stored, state, now, name=job.media.name if job else "", redo=bool(job and job.redo))
