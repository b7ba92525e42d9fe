"""Edge: where the command line meets the world: the jobs it starts, and how the program leaves."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import typer

if TYPE_CHECKING:
    from pipelines.diarize import SpeakerOptions
    from pipelines.settings import Settings
    from pipelines.sound import TranscribeOptions
    from pipelines.status import JobStatus
    from pipelines.understand import UnderstandOptions
    from tingwu.domain.recording import Recording
    from tingwu.speech.redo_ranges import Redo
    from tingwu.store.library import Library


class Work(Protocol):
    """What the command line needs of `pipelines.jobs.Jobs`."""

    @property
    def library(self) -> "Library":
        """All recordings."""
        ...

    def submit(
        self,
        source: Path,
        *,
        transcribe: "TranscribeOptions",
        notes: "UnderstandOptions | None",
        redo: "Redo | None" = None,
        speakers: "SpeakerOptions | None" = None,
    ) -> str:
        """Start or continue a job, with `redo` one that transcribes ranges again; returns its id."""
        ...

    def submit_notes(self, recording_id: str, notes: "UnderstandOptions") -> str:
        """Start or continue notes on a recording; returns the job's id."""
        ...

    def wait(self, job_id: str, on_status: "Callable[[JobStatus], None]") -> "Recording":
        """Wait for the end; raises what the job failed with."""
        ...


def _open_jobs(settings: "Settings") -> AbstractContextManager[Work]:
    from pipelines.jobs import Jobs  # noqa: PLC0415  # takes a second, and --help must not

    return Jobs(settings)


def _leave(code: int) -> None:
    """End now. Jobs are durable and children die with their parent, so there is nothing to wait for."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`open_jobs` opens the jobs of a Settings; `leave` ends the program with an exit code."""

    open_jobs: "Callable[[Settings], AbstractContextManager[Work]]" = _open_jobs
    leave: Callable[[int], None] = _leave


def edge_of(context: typer.Context) -> Edge:
    """The edge that the caller of the command brought, else the real one."""
    return context.obj if isinstance(context.obj, Edge) else Edge()
