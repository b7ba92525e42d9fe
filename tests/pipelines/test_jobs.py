"""Jobs: the same work is the same job; it continues after every kind of end."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipelines.executors import SERVER_QUEUE
from pipelines.jobs import Jobs
from pipelines.settings import Settings, load_settings
from pipelines.sound import TranscribeOptions
from pipelines.status import JobState, JobStatus
from pipelines.understand import UnderstandOptions
from tests.fake_backends import FakeBackends, FakeTranscriber, NotingTranscriber
from tests.fakes import FakeModel
from tingwu.domain.notes import Notes
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.recording import Recording
from tingwu.error_words import error_words
from tingwu.errors import (
    Cancelled,
    InvalidOption,
    JobError,
    JobNotFound,
    LlmUnavailable,
    MediaNotFound,
    MediaRefused,
    ModelUnusable,
    NoAudioStream,
    OutputFull,
    OutputNotWritable,
    RecordingNotFound,
    StoredDataInvalid,
    UnreadableMedia,
)
from tingwu.speech.glossary import Entry, Glossary
from tingwu.text.llm import Prompt
from tingwu.text.notes import NotesOptions

SAMPLE = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"
QUOTES = UnderstandOptions(llm="none")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", offline=True)


@contextmanager
def running(settings: Settings, transcriber: FakeTranscriber | None = None, queue: str | None = None) -> Iterator[Jobs]:
    with Jobs(settings, backends=FakeBackends(settings, transcriber=transcriber), queue=queue) as jobs:
        yield jobs


def submit(jobs: Jobs, notes: UnderstandOptions | None = None) -> str:
    return jobs.submit(SAMPLE, transcribe=TranscribeOptions(), notes=notes)


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def content(recording: Recording) -> Recording:
    """All but the moment of making."""
    return replace(recording, created="")


def test_a_job_ends_with_a_recording_in_the_library(settings: Settings) -> None:
    seen: list[JobStatus] = []
    with running(settings) as jobs:
        recording = jobs.wait(submit(jobs, QUOTES), seen.append, interval=0.01)
        assert jobs.library.load(recording.id) == recording
        assert jobs.library.media_path(recording.id).read_bytes() == SAMPLE.read_bytes()
        assert [status.state for status in jobs.list()] == [JobState.DONE]
    assert recording.transcript.coverage.share > 0.9
    assert recording.notes is not None
    assert recording.notes.summary
    assert seen[-1].recording_id == recording.id
    assert not (settings.jobs_dir / seen[-1].id).exists()


def test_the_same_work_is_the_same_job(settings: Settings) -> None:
    transcriber = FakeTranscriber()
    with running(settings, transcriber) as jobs:
        first = submit(jobs)
        jobs.wait(first)
        done = len(transcriber.windows_done)
        assert submit(jobs) == first
        jobs.wait(first)
    assert len(transcriber.windows_done) == done


def test_notes_on_a_known_transcript_do_not_transcribe_again(settings: Settings) -> None:
    transcriber = FakeTranscriber()
    with running(settings, transcriber) as jobs:
        plain = jobs.wait(submit(jobs))
        done = len(transcriber.windows_done)
        noted = jobs.wait(submit(jobs, QUOTES))
        again = jobs.wait(jobs.submit_notes(plain.id, QUOTES))
    assert noted.id == plain.id == again.id
    assert noted.transcript == plain.transcript
    assert noted.notes is not None
    assert len(transcriber.windows_done) == done


def test_a_language_model_that_fails_costs_no_transcript(settings: Settings) -> None:
    with running(settings) as jobs:
        recording = jobs.wait(submit(jobs, UnderstandOptions()))
    assert recording.notes is not None
    assert recording.notes.model is None
    (warning,) = recording.notes.warnings
    assert warning == Notice(
        code=NoticeCode.NO_MODEL, values=(error_words(LlmUnavailable("fake-llm", "nobody answers")),)
    )


def test_cancel_keeps_what_is_done_and_resume_goes_on(settings: Settings) -> None:
    transcriber = FakeTranscriber(seconds_per_batch=0.15)
    with running(settings, transcriber) as jobs:
        job = submit(jobs)
        until(lambda: len(transcriber.windows_done) > 0)
        jobs.cancel(job)
        with pytest.raises(Cancelled):
            jobs.wait(job)
        time.sleep(0.4)
        before = len(transcriber.windows_done)
        transcriber.seconds_per_batch = 0
        jobs.resume(job)
        recording = jobs.wait(job)
    starts = [window.start for window in transcriber.windows_done]
    assert before < len(starts)
    assert len(starts) - len(set(starts)) <= 8, "at most the batch under way is done twice"
    assert recording.transcript.segments


def test_a_failed_job_says_why_and_tries_again(settings: Settings) -> None:
    transcriber = FakeTranscriber(failure=ModelUnusable("fake-asr", "it is broken"))
    with running(settings, transcriber) as jobs:
        job = submit(jobs)
        with pytest.raises(ModelUnusable, match="it is broken"):
            jobs.wait(job)
        status = jobs.status(job)
        assert (status.state, status.error_code) == (JobState.FAILED, "model_unusable")
        transcriber.failure = None
        assert submit(jobs) == job
        assert jobs.wait(job).transcript.segments


def test_an_error_that_nobody_foresaw_is_in_the_log_only(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with running(settings, FakeTranscriber(failure=RuntimeError("a secret"))) as jobs:
        job = submit(jobs)
        until(lambda: jobs.status(job).state is JobState.FAILED)
        status = jobs.status(job)
    assert status.error_code == "error"
    assert status.error_message
    assert status.error_message.zh == "意外错误（RuntimeError），详情见日志"
    assert "a secret" in caplog.text


def test_a_deleted_recording_is_made_again(settings: Settings) -> None:
    with running(settings) as jobs:
        first = jobs.wait(submit(jobs))
        jobs.library.delete(first.id)
        second = jobs.wait(submit(jobs))
    assert content(second) == content(first)


def test_delete_forgets_the_job_and_its_upload(settings: Settings, tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(SAMPLE.read_bytes())
    with running(settings, FakeTranscriber(seconds_per_batch=0.3)) as jobs:
        job = jobs.submit(upload, transcribe=TranscribeOptions(), notes=None, name="talk.opus", owned=True)
        assert jobs.status(job).name == "talk.opus"
        jobs.delete(job)
        with pytest.raises(JobNotFound):
            jobs.status(job)
    assert not upload.exists()


def upload(jobs: Jobs, path: Path) -> str:
    path.write_bytes(SAMPLE.read_bytes())
    return jobs.submit(path, transcribe=TranscribeOptions(), notes=None, name="talk.opus", owned=True)


def test_an_upload_moves_into_the_library_and_the_same_again_leaves_nothing_behind(
    settings: Settings, tmp_path: Path
) -> None:
    with running(settings) as jobs:
        recording = jobs.wait(upload(jobs, tmp_path / "first"))
        again = jobs.wait(upload(jobs, tmp_path / "second"))
        assert again.id == recording.id
        assert not (tmp_path / "first").exists()
        assert not (tmp_path / "second").exists()
        jobs.library.delete(recording.id)
        third = jobs.wait(upload(jobs, tmp_path / "third"))
        assert jobs.library.media_path(third.id).read_bytes() == SAMPLE.read_bytes()


def test_media_is_looked_at_before_anything_is_queued(settings: Settings, tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("not a video")
    with running(settings) as jobs:
        with pytest.raises(MediaNotFound):
            jobs.submit(tmp_path / "nothing.mp3", transcribe=TranscribeOptions(), notes=None)
        with pytest.raises(UnreadableMedia):
            jobs.submit(text, transcribe=TranscribeOptions(), notes=None)
        with pytest.raises(RecordingNotFound):
            jobs.submit_notes("nobody", QUOTES)
        assert jobs.list() == ()


def test_a_sound_track_that_is_not_there(settings: Settings) -> None:
    with running(settings) as jobs:
        job = jobs.submit(SAMPLE, transcribe=TranscribeOptions(audio_stream=7), notes=None)
        with pytest.raises(NoAudioStream):
            jobs.wait(job)


@pytest.mark.parametrize("act", ["status", "cancel", "resume", "delete", "wait"])
def test_unknown_jobs(settings: Settings, act: str) -> None:
    with running(settings) as jobs, pytest.raises(JobNotFound):
        getattr(jobs, act)("nobody")


WORKER = """
import sys
from pathlib import Path
from pipelines.jobs import Jobs
from pipelines.settings import load_settings
from pipelines.sound import TranscribeOptions
from tests.fake_backends import FakeBackends, NotingTranscriber
settings = load_settings(data_dir=sys.argv[1], offline=True)
transcriber = NotingTranscriber(settings.data_dir / "begun.txt", seconds_per_batch=0.2)
backends = FakeBackends(settings, transcriber=transcriber)
with Jobs(settings, backends=backends, queue=sys.argv[3] or None) as jobs:
    job = jobs.submit(Path(sys.argv[2]), transcribe=TranscribeOptions(), notes=None)
    print("submitted", flush=True)
    print(jobs.wait(job).id, flush=True)
"""


def worker(data: Path, queue: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(data), str(SAMPLE), queue],
        stdout=subprocess.PIPE,
        text=True,
        cwd=SAMPLE.parents[2],
    )


def test_kill_9_at_any_moment_changes_nothing_and_costs_one_window_per_worker(
    settings: Settings, tmp_path: Path
) -> None:
    with running(load_settings(data_dir=tmp_path / "whole", offline=True)) as jobs:
        expected = jobs.wait(submit(jobs))
    transcriber = NotingTranscriber(settings.data_dir / "begun.txt")
    kills = 0
    for begun in (0, 1, 4, 8, 12, 16):
        process = worker(settings.data_dir)
        assert process.stdout is not None
        process.stdout.readline()
        until(lambda: len(transcriber.begun()) >= begun or process.poll() is not None)  # noqa: B023
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        process.stdout.close()
    with running(settings, transcriber) as jobs:
        recording = jobs.wait(submit(jobs))
        assert len(jobs.list()) == 1
    assert kills >= 3
    assert content(recording) == content(expected)
    stored = json.loads((settings.recordings_dir / recording.id / "recording.json").read_text())
    assert stored["id"] == recording.id
    begun = transcriber.begun()
    assert len(begun) - len(set(begun)) <= kills * transcriber.workers


def test_a_new_server_goes_on_with_the_work_of_a_dead_one(settings: Settings) -> None:
    process = worker(settings.data_dir, SERVER_QUEUE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.3)
    process.kill()
    process.wait()
    process.stdout.close()
    with running(settings, queue=SERVER_QUEUE) as jobs:
        (status,) = jobs.list()
        assert jobs.wait(status.id).transcript.segments


def test_another_process_s_job_is_left_to_it(settings: Settings) -> None:
    process = worker(settings.data_dir)
    assert process.stdout is not None
    process.stdout.readline()
    transcriber = FakeTranscriber()
    with running(settings, transcriber) as jobs:
        recording = jobs.wait(submit(jobs))
    assert process.stdout.readline().strip() == recording.id
    process.stdout.close()
    assert process.wait() == 0
    assert transcriber.windows_done == []


def test_a_damaged_database_is_named_and_nothing_stays_half_open(settings: Settings) -> None:
    database = settings.jobs_dir / "jobs.sqlite"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoredDataInvalid, match=r"jobs\.sqlite"), running(settings):
        pass
    database.rename(database.with_suffix(".old"))
    with running(settings) as jobs:
        assert jobs.wait(submit(jobs)).transcript.segments


def test_a_database_that_cannot_be_opened(settings: Settings) -> None:
    (settings.jobs_dir / "jobs.sqlite").mkdir(parents=True)
    with pytest.raises(OutputNotWritable, match="unable to open"), running(settings):
        pass


def notes_of(recording: Recording) -> Notes:
    assert recording.notes is not None
    return recording.notes


def test_notes_that_a_failure_cut_short_are_written_again(settings: Settings) -> None:
    with Jobs(settings, backends=FakeBackends(settings)) as jobs:
        first = notes_of(jobs.wait(submit(jobs, UnderstandOptions())))
        assert [notice.code for notice in first.warnings] == [NoticeCode.NO_MODEL]
        jobs.backends = FakeBackends(settings, model=FakeModel(lambda prompt: "NONE"))
    with Jobs(settings, backends=jobs.backends) as jobs:
        second = notes_of(jobs.wait(submit(jobs, UnderstandOptions())))
        assert NoticeCode.NO_MODEL not in [notice.code for notice in second.warnings]


def test_notes_with_other_options_do_not_pass_for_these(settings: Settings) -> None:
    short = replace(QUOTES, notes=NotesOptions(max_summary=1))
    with running(settings) as jobs:
        wanted = notes_of(jobs.wait(submit(jobs, QUOTES)))
        assert len(notes_of(jobs.wait(submit(jobs, short))).summary) == 1
        assert notes_of(jobs.wait(submit(jobs, QUOTES))) == wanted
        assert len(wanted.summary) > 1


def test_a_deleted_recording_leaves_nothing_of_its_text(settings: Settings) -> None:
    with running(settings) as jobs:
        recording = jobs.wait(submit(jobs, QUOTES))
        jobs.delete_recording(recording.id)
        assert jobs.list() == ()
        assert not jobs.library.has(recording.id)
        with pytest.raises(RecordingNotFound):
            jobs.delete_recording(recording.id)
    text = recording.transcript.segments[0].text
    stored = b"".join(path.read_bytes() for path in settings.data_dir.rglob("*") if path.is_file())
    assert text.encode() not in stored
    assert base64.b64encode(recording.id.encode())[:40] not in stored


def test_a_recording_deleted_while_its_notes_are_written_does_not_come_back(settings: Settings) -> None:
    asked, deleted = threading.Event(), threading.Event()

    def answer(prompt: Prompt) -> str:
        asked.set()
        assert deleted.wait(30)
        return "NONE"

    with Jobs(settings, backends=FakeBackends(settings, model=FakeModel(answer))) as jobs:
        job = submit(jobs, UnderstandOptions())
        assert asked.wait(30)
        (recording,) = jobs.library.list()
        jobs.delete_recording(recording.id)
        deleted.set()
    assert jobs.library.list() == ()
    assert not (settings.recordings_dir / recording.id).exists()
    assert job


def test_the_library_does_not_change_with_the_user_s_file(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "mine.opus"
    source.write_bytes(SAMPLE.read_bytes())
    with running(settings) as jobs:
        job = jobs.submit(source, transcribe=TranscribeOptions(), notes=None)
        recording = jobs.wait(job)
        with source.open("r+b") as file:
            file.write(b"something else")
        assert jobs.library.media_path(recording.id).read_bytes() == SAMPLE.read_bytes()


def test_others_on_the_machine_cannot_look_inside(settings: Settings) -> None:
    settings.recordings_dir.mkdir(parents=True, mode=0o755)
    with running(settings):
        modes = [folder.stat().st_mode & 0o777 for folder in (settings.recordings_dir, settings.jobs_dir)]
    assert modes == [0o700, 0o700]


def test_a_path_that_cannot_be_written_down(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"bad\xff.opus")
    path.write_bytes(SAMPLE.read_bytes())
    with running(settings) as jobs, pytest.raises(MediaRefused, match="UTF-8"):
        jobs.submit(path, transcribe=TranscribeOptions(), notes=None)


def test_nothing_is_begun_on_a_full_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(settings) as jobs:
        monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1 << 20))
        with pytest.raises(OutputFull):
            submit(jobs)
        monkeypatch.undo()
        assert jobs.wait(submit(jobs)).transcript.segments


def test_a_job_whose_server_is_gone_does_not_wait_for_ever(settings: Settings) -> None:
    with running(settings, FakeTranscriber(seconds_per_batch=5), queue=SERVER_QUEUE) as jobs:
        submit(jobs)
        waiting = jobs.submit(SAMPLE, transcribe=TranscribeOptions(script="traditional"), notes=None)
        assert jobs.status(waiting).state is JobState.QUEUED
    with running(settings) as jobs:
        assert jobs.status(waiting).state is JobState.INTERRUPTED
        with pytest.raises(JobError, match="start it again"):
            jobs.wait(waiting)


def test_the_glossary_of_the_settings_is_read_when_a_job_brings_none(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("Since: From\n", encoding="utf-8")
    own = Glossary(entries=(Entry(canonical="Out of", aliases=("From",)),))
    with running(settings.model_copy(update={"glossary": path})) as jobs:
        first = jobs.wait(submit(jobs))
        second = jobs.wait(jobs.submit(SAMPLE, transcribe=TranscribeOptions(glossary=own), notes=None))
        path.write_bytes(b"\xff\xfe")
        with pytest.raises(InvalidOption, match="not UTF-8"):
            submit(jobs)
    assert first.transcript.text.startswith("Since ")
    assert first.transcript.corrections
    assert second.transcript.text.startswith("Out of ")


def test_a_process_that_cannot_begin_leaves_nothing_behind(settings: Settings) -> None:
    settings.jobs_dir.parent.mkdir(parents=True)
    settings.recordings_dir.parent.mkdir(parents=True, exist_ok=True)
    settings.recordings_dir.write_text("a file where a folder should be")
    with pytest.raises(OutputNotWritable), running(settings):
        pass
    settings.recordings_dir.unlink()
    with running(settings) as jobs:
        assert jobs.list() == ()
