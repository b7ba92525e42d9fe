"""Jobs that only remember: what was asked of them, and the states that a test gives them."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from pipelines.diarize import SpeakerOptions
from pipelines.sound import TranscribeOptions
from pipelines.status import JobState, JobStatus
from pipelines.understand import UnderstandOptions
from tingwu.domain.media import TimeRange
from tingwu.errors import JobNotFound, TingwuError
from tingwu.speech.redo_ranges import Redo, chosen_ranges
from tingwu.speech.whisper_languages import unknown_language
from tingwu.store.library import Library


def make_job(job_id: str = "job-1", **changes: object) -> JobStatus:
    """A job that waits."""
    fields = {"id": job_id, "name": "review.mp3", "state": JobState.QUEUED, "created": "2026-01-01T10:00:00+00:00"}
    return JobStatus(**(fields | changes))  # pyright: ignore[reportArgumentType]


@dataclass(kw_only=True)
class FakeJobs:
    """`submitted` lists (bytes, name, language, wants notes), `channels` what becomes of their channels,
    `speakers` how speakers are told apart, `redone` (recording, ranges to transcribe again).

    `failure` is what submitting fails with, `unknown_language` one that the model does not know.
    """

    states: dict[str, JobStatus] = field(default_factory=dict)
    submitted: list[tuple[bytes, str | None, str | None, bool]] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    speakers: list[SpeakerOptions | None] = field(default_factory=list)
    failure: TingwuError | None = None
    unknown_language: str = ""
    library: Library | None = None
    redone: list[tuple[str, tuple[TimeRange, ...]]] = field(default_factory=list)

    def check(self, transcribe: TranscribeOptions) -> None:
        if self.unknown_language and transcribe.asr.language == self.unknown_language:
            raise unknown_language("whisper-base", self.unknown_language, multilingual=True)

    def submit(
        self,
        source: Path,
        *,
        transcribe: TranscribeOptions,
        notes: UnderstandOptions | None,
        name: str | None = None,
        owned: bool = False,
        speakers: SpeakerOptions | None = None,
    ) -> str:
        assert owned
        if self.failure:
            raise self.failure
        self.submitted.append((source.read_bytes(), name, transcribe.asr.language, notes is not None))
        self.channels.append(transcribe.channels)
        self.speakers.append(speakers)
        return self._add(name or "")

    def submit_notes(self, recording_id: str, notes: UnderstandOptions) -> str:
        return self._add(f"notes on {recording_id}")

    def submit_redo(self, recording_id: str, redo: Redo, transcribe: TranscribeOptions) -> str:
        if self.failure:
            raise self.failure
        assert self.library is not None
        ranges = chosen_ranges(redo, self.library.load(recording_id).transcript)
        self.redone.append((recording_id, ranges))
        job_id = self._add("review.mp3")
        self.change(job_id, redo=True, recording_id=recording_id)
        return job_id

    def status(self, job_id: str) -> JobStatus:
        if job_id not in self.states:
            raise JobNotFound(job_id)
        return self.states[job_id]

    def list(self) -> tuple[JobStatus, ...]:
        return tuple(self.states.values())

    def cancel(self, job_id: str) -> None:
        self.change(job_id, state=JobState.CANCELLED)

    def resume(self, job_id: str) -> None:
        self.change(job_id, state=JobState.QUEUED)

    def delete(self, job_id: str) -> None:
        del self.states[self.status(job_id).id]

    def delete_recording(self, recording_id: str) -> None:
        assert self.library is not None
        self.library.delete(recording_id)

    def change(self, job_id: str, **changes: object) -> None:
        """Let the job look different from now on."""
        self.states[job_id] = replace(self.status(job_id), **changes)  # pyright: ignore[reportArgumentType]

    def _add(self, name: str) -> str:
        job = make_job(f"job-{len(self.states) + 1}", name=name)
        self.states[job.id] = job
        return job.id
