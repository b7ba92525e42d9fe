"""The workflow engine beneath the jobs: DBOS on an SQLite file, opened whole or not at all. One per process."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from dbos import DBOS, DBOSConfig, WorkflowStatus
from sqlalchemy.exc import DatabaseError, OperationalError

from tingwu.errors import JobNotFound, OutputFull, OutputNotWritable, StoredDataInvalid
from tingwu.files import output_error

_NAME = "tingwu"
_MIN_FREE_BYTES = 32 << 20
"""With less than this nothing is begun: the engine waits for ever for a full disk."""


def open_engine(database: Path, *, executor: str, version: str, queue: str, register: Callable[[], None]) -> None:
    """Begin to take work from `queue`. `register` makes the workflows known before any starts.

    Raises OutputNotWritable when `database` cannot be opened, StoredDataInvalid when it is damaged.
    """
    DBOS(
        config=DBOSConfig(
            name=_NAME,
            system_database_url=f"sqlite:///{database}",
            executor_id=executor,
            application_version=version,
            enable_otlp=False,
            log_level="CRITICAL",
        )
    )
    try:
        register()
        DBOS.listen_queues([queue])
        DBOS.launch()
        DBOS.register_queue(queue, worker_concurrency=1, polling_interval_sec=0.1)
    except BaseException as error:
        DBOS.destroy(destroy_registry=True)
        if isinstance(error, OperationalError):
            raise OutputNotWritable(str(database), str(error.orig)) from error
        if isinstance(error, DatabaseError):
            raise StoredDataInvalid(
                str(database), "it is damaged; move it away to start anew, finished recordings are not in it"
            ) from error
        raise


def close_engine(*, forget_queue: str | None) -> None:
    """Stop taking work. `forget_queue` is the queue of a process that nobody else serves."""
    try:
        if forget_queue:
            DBOS.delete_queue(forget_queue)
    finally:
        DBOS.destroy(destroy_registry=True)


def need_space(folder: Path) -> None:
    """Raise OutputFull when the disk that `folder` is on has no room to work in."""
    if shutil.disk_usage(folder).free < _MIN_FREE_BYTES:
        raise OutputFull(str(folder), f"less than {_MIN_FREE_BYTES >> 20} MB are free")


def keep_private(*folders: Path) -> None:
    """Make the folders if need be; only their owner may look inside. Raises OutputNotWritable or OutputFull."""
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        except OSError as error:
            raise output_error(folder, error) from error


def compact(database: Path) -> None:
    """Overwrite what was deleted. A database that is busy keeps its free pages until the next time."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(database, timeout=5)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def find_workflow(job_id: str) -> WorkflowStatus:
    """What the database knows of a workflow. Raises JobNotFound."""
    stored = DBOS.get_workflow_status(job_id)
    if stored is None:
        raise JobNotFound(job_id)
    return stored


def failed_step(job_id: str) -> int:
    """The number of the first step that failed, 1 if none did."""
    failed = [step["function_id"] for step in DBOS.list_workflow_steps(job_id) if step["error"] is not None]
    return min(failed, default=1)
