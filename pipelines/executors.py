"""Executors: the processes that work on jobs, and which of them are alive.

Each holds a lock on a file of its own as long as it lives; the operating system lets go of it however it dies.
"""

import os
import time
from pathlib import Path

from dbos import WorkflowStatus as StoredStatus
from filelock import FileLock, Timeout

from pipelines.status import JobState
from tingwu.files import output_error

SERVER_QUEUE = "server"
"""Queue of the jobs that any server takes; every other queue belongs to one process."""


class Executors:
    """The executors that share the folder `root`; this process is `own`, a name that begins with `role`."""

    def __init__(self, root: Path, role: str) -> None:
        self.own = f"{role}-{os.getpid()}-{time.time_ns()}"
        self._root = root
        self._lock = FileLock(root / f"{self.own}.lock")

    def enter(self) -> None:
        """Be seen as alive. Raises OutputNotWritable or OutputFull."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except OSError as error:
            raise output_error(self._root, error) from error

    def leave(self) -> None:
        """Be seen as gone."""
        self._lock.release()
        Path(self._lock.lock_file).unlink(missing_ok=True)

    def alive(self, name: str | None) -> bool:
        """Whether the process called `name` lives."""
        if name == self.own:
            return True
        path = self._root / f"{name}.lock"
        if not name or not path.exists():
            return False
        try:
            with FileLock(path, timeout=0):
                pass
        except Timeout:
            return True
        path.unlink(missing_ok=True)
        return False

    def any_alive(self, role: str) -> bool:
        """Whether a process of this role lives."""
        return any(self.alive(path.stem) for path in self._root.glob(f"{role}-*.lock"))

    def serve(self, queue: str) -> bool:
        """Whether some process takes jobs from `queue`."""
        return self.any_alive(queue) if queue == SERVER_QUEUE else self.alive(queue)


def at_work(stored: StoredStatus, executors: Executors) -> bool:
    """Whether a living process does or will do the job."""
    if stored.status == "PENDING":
        return executors.alive(stored.executor_id)
    return stored.status in ("ENQUEUED", "DELAYED") and executors.serve(stored.queue_name or "")


def state_of(stored: StoredStatus, executors: Executors) -> JobState:
    """What people see of the stored status."""
    match stored.status:
        case "SUCCESS":
            return JobState.DONE
        case "CANCELLED":
            return JobState.CANCELLED
        case "ENQUEUED" | "DELAYED":
            return JobState.QUEUED if at_work(stored, executors) else JobState.INTERRUPTED
        case "PENDING":
            return JobState.RUNNING if at_work(stored, executors) else JobState.INTERRUPTED
        case _:
            return JobState.FAILED
