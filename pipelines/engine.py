"""The workflow engine beneath the jobs: DBOS on an SQLite file, opened whole or not at all. One per process."""

from collections.abc import Callable
from pathlib import Path

from dbos import DBOS, DBOSConfig
from sqlalchemy.exc import DatabaseError, OperationalError

from tingwu.errors import OutputNotWritable, StoredDataInvalid

_NAME = "tingwu"


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
