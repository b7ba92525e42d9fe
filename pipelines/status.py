"""What is known of a job while it runs: its stage, speed and time left. In memory only; the database keeps the rest."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from dbos import WorkflowStatus

from tingwu.bilingual import Bilingual
from tingwu.error_words import error_words
from tingwu.errors import Cancelled, TingwuError
from tingwu.progress import Progress, Step


class JobState(StrEnum):
    """`queued` waits for its turn, `interrupted` lost its process and waits to be resumed."""

    QUEUED = "queued"
    RUNNING = "running"
    INTERRUPTED = "interrupted"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """No more work happens on it unless somebody asks."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """One job as people see it.

    `done` of `total` are in the units of `step`. `speed` is seconds of media per second where the step works on media,
    else None. `seconds_left` is for the present step. `recording_id` is set once the transcript can be read.
    `created` is ISO 8601 UTC. `error` is what a failed job failed with. `redo` is true of jobs that transcribe ranges
    of a finished recording again.
    """

    id: str
    name: str
    state: JobState
    created: str
    step: Step | None = None
    done: float = 0.0
    total: float = 0.0
    speed: float | None = None
    seconds_left: float | None = None
    recording_id: str | None = None
    error: BaseException | None = None
    latest: str = ""
    """What was written last, while speech becomes words."""
    redo: bool = False

    @property
    def error_code(self) -> str | None:
        """The error for programs; `error` is one that nobody foresaw."""
        if self.error is None:
            return None
        return self.error.code if isinstance(self.error, TingwuError) else TingwuError.code

    @property
    def error_message(self) -> Bilingual | None:
        """The error for people."""
        return None if self.error is None else error_words(self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepProgress:
    """A step that is under way. `speed` is units per second from the step's first report to its last.

    Reports come in bursts (a batch of windows at a time); `silent_seconds` have passed since the last one.
    """

    step: Step
    done: float
    total: float
    speed: float | None
    silent_seconds: float
    recording_id: str | None
    latest: str = ""

    @property
    def seconds_left(self) -> float | None:
        if not self.speed:
            return None
        return max(0.0, (self.total - self.done) / self.speed - self.silent_seconds)


def describe(
    stored: WorkflowStatus, state: JobState, now: StepProgress | None, *, name: str, redo: bool = False
) -> JobStatus:
    """The job as people see it, from what the database and the board know of it. `name` is that of its media."""
    done = str(stored.output) if state is JobState.DONE else None
    on_media = now is not None and now.step in (Step.DECODE, Step.TRANSCRIBE, Step.SPEAKERS)
    return JobStatus(
        id=stored.workflow_id,
        name=name,
        state=state,
        created=datetime.fromtimestamp((stored.created_at or 0) / 1000, UTC).isoformat(timespec="seconds"),
        step=now.step if now else None,
        done=now.done if now else 0.0,
        total=now.total if now else 0.0,
        speed=now.speed if now and on_media else None,
        seconds_left=now.seconds_left if now else None,
        recording_id=done or (now.recording_id if now else None),
        error=stored.error if state is JobState.FAILED else None,
        latest=now.latest if now else "",
        redo=redo,
    )


@dataclass(slots=True)
class _Entry:
    stop: threading.Event = field(default_factory=threading.Event)
    step: Step | None = None
    done: float = 0.0
    total: float = 0.0
    began_at: float = 0.0
    reported_at: float = 0.0
    began_with: float = 0.0
    recording_id: str | None = None
    latest: str = ""


class ProgressBoard:
    """Where running jobs write their progress and where anybody reads it. Safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def progress(self, job_id: str) -> Progress:
        """The progress callback of one job; it raises Cancelled after `stop(job_id)`."""
        entry = self._entry(job_id)

        def report(step: Step, done: float, total: float, result: object = None) -> None:
            with self._lock:
                if entry.step is not step:
                    entry.step, entry.began_at, entry.began_with = step, self._clock(), done
                    entry.latest = ""
                if isinstance(result, str):
                    entry.latest = result
                entry.done, entry.total, entry.reported_at = done, total, self._clock()
            if entry.stop.is_set():
                raise Cancelled

        return report

    def transcript_ready(self, job_id: str, recording_id: str) -> None:
        """The transcript of the job can be read from now on."""
        self._entry(job_id).recording_id = recording_id

    def stop(self, job_id: str) -> None:
        """Ask the job to stop at its next report."""
        self._entry(job_id).stop.set()

    def stop_all(self) -> None:
        """Ask all jobs to stop at their next report."""
        with self._lock:
            for entry in self._entries.values():
                entry.stop.set()

    def forget(self, job_id: str) -> None:
        """Start from nothing when the job is seen again."""
        with self._lock:
            self._entries.pop(job_id, None)

    def read(self, job_id: str) -> StepProgress | None:
        """The step under way, None if the job is not running in this process."""
        with self._lock:
            entry = self._entries.get(job_id)
            if entry is None or entry.step is None:
                return None
            elapsed = entry.reported_at - entry.began_at
            advanced = entry.done - entry.began_with
            return StepProgress(
                step=entry.step,
                done=entry.done,
                total=entry.total,
                speed=advanced / elapsed if advanced > 0 and elapsed > 0 else None,
                silent_seconds=self._clock() - entry.reported_at,
                recording_id=entry.recording_id,
                latest=entry.latest,
            )

    def _entry(self, job_id: str) -> _Entry:
        with self._lock:
            return self._entries.setdefault(job_id, _Entry())
