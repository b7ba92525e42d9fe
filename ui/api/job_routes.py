"""Routes of jobs: list, look, cancel, resume, forget. The jobs themselves are the truth; nothing is kept here."""

from pathlib import Path
from typing import Protocol

from fastapi import APIRouter

from pipelines.diarize import SpeakerOptions
from pipelines.sound import TranscribeOptions
from pipelines.status import JobStatus
from pipelines.understand import UnderstandOptions
from tingwu.speech.redo_ranges import Redo
from ui.api.schemas import JobOut


class Jobs(Protocol):
    """What the API needs of `pipelines.jobs.Jobs`."""

    def check(self, transcribe: TranscribeOptions) -> None: ...

    def submit(
        self,
        source: Path,
        *,
        transcribe: TranscribeOptions,
        notes: UnderstandOptions | None,
        name: str | None = None,
        owned: bool = False,
        speakers: SpeakerOptions | None = None,
    ) -> str: ...

    def submit_notes(self, recording_id: str, notes: UnderstandOptions) -> str: ...

    def submit_redo(self, recording_id: str, redo: Redo, transcribe: TranscribeOptions) -> str: ...

    def status(self, job_id: str) -> JobStatus: ...

    def list(self) -> tuple[JobStatus, ...]: ...

    def cancel(self, job_id: str) -> None: ...

    def resume(self, job_id: str) -> None: ...

    def delete(self, job_id: str) -> None: ...

    def delete_recording(self, recording_id: str) -> None: ...


def job_routes(jobs: Jobs) -> APIRouter:
    """The routes under /api/jobs. Each POST answers with the job as it stands afterwards."""
    router = APIRouter(prefix="/api/jobs", tags=["jobs"])

    @router.get("")
    def show_all() -> tuple[JobOut, ...]:
        return tuple(JobOut.model_validate(job) for job in jobs.list())

    @router.get("/{job_id}")
    def show(job_id: str) -> JobOut:
        return JobOut.model_validate(jobs.status(job_id))

    @router.post("/{job_id}/cancel")
    def cancel(job_id: str) -> JobOut:
        jobs.cancel(job_id)
        return show(job_id)

    @router.post("/{job_id}/resume")
    def resume(job_id: str) -> JobOut:
        jobs.resume(job_id)
        return show(job_id)

    @router.delete("/{job_id}", status_code=204)
    def delete(job_id: str) -> None:
        jobs.delete(job_id)

    return router
