"""Ranges of a finished recording are transcribed again by a job that survives every kind of end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.jobs import Jobs
from pipelines.listening import Heard
from pipelines.redo import Found, improved
from pipelines.settings import Settings, load_settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.understand import UnderstandOptions
from samples.hear import UNITS, compare
from tests.builders import make_correction, make_media, make_recording, make_transcript
from tests.fake_backends import DeafTranscriber, FakeBackends
from tests.tingwu.speech.activity import heard as speech
from tingwu.domain.media import DecodeReport, TimeRange
from tingwu.domain.notice import NoticeCode
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import RangeProblem, ReportedRange, Segment, Transcript, Word
from tingwu.errors import Cancelled, InvalidOption, MediaNotFound, RecordingNotFound
from tingwu.progress import silent
from tingwu.speech.asr import WindowText
from tingwu.speech.redo_ranges import Redo, named_ranges

SAMPLE = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"
DEAF = ((20.0, 31.0), (70.0, 80.0), (130.0, 139.0))
ALL = Redo(reported="all")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", offline=True)


@contextmanager
def running(settings: Settings, transcriber: DeafTranscriber | None = None) -> Iterator[Jobs]:
    with Jobs(settings, backends=FakeBackends(settings, transcriber=transcriber or DeafTranscriber(*DEAF))) as jobs:
        yield jobs


def transcribed(jobs: Jobs, notes: UnderstandOptions | None = None) -> Recording:
    return jobs.wait(jobs.submit(SAMPLE, transcribe=TranscribeOptions(), notes=notes))


def redone(jobs: Jobs, recording: Recording, redo: Redo = ALL) -> Recording:
    return jobs.wait(jobs.submit_redo(recording.id, redo, TranscribeOptions()))


def content(recording: Recording) -> Recording:
    return replace(recording, created="")


def outside(transcript: Transcript, *ranges: tuple[float, float]) -> list[str]:
    """Words that are clearly outside of the ranges."""
    words = [word for segment in transcript.segments for word in segment.words]
    return [word.text.strip() for word in words if not any(a - 1.5 < word.middle < b + 1.5 for a, b in ranges)]


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def test_missed_speech_gets_its_words_and_the_rest_stays(settings: Settings) -> None:
    with running(settings) as jobs:
        first = transcribed(jobs)
        second = redone(jobs, first)
        assert jobs.library.load(first.id) == second
        assert [status.redo for status in jobs.list()] == [True, False]
    before, after = first.transcript, second.transcript
    assert len(before.coverage.missed) >= 3
    assert after.coverage.missed == ()
    assert after.coverage.covered_seconds > before.coverage.covered_seconds + 15
    assert after.coverage.speech_seconds == before.coverage.speech_seconds
    assert outside(after, *DEAF) == outside(before, *DEAF)
    assert (second.id, second.created, second.media) == (first.id, first.created, first.media)
    assert len(list(settings.jobs_dir.glob("*/sound.pcm"))) == 0


def test_only_the_ranges_that_were_named(settings: Settings) -> None:
    with running(settings) as jobs:
        first = transcribed(jobs)
        second = redone(jobs, first, named_ranges([(70, 80)]))
    kept = [one for one in first.transcript.coverage.missed if not 69 < one.start < 80]
    assert list(second.transcript.coverage.missed) == kept
    assert outside(second.transcript, DEAF[1]) == outside(first.transcript, DEAF[1])


def test_what_stays_missed_is_still_reported_and_nothing_else_changes(settings: Settings) -> None:
    transcriber = DeafTranscriber(*DEAF)
    with running(settings, transcriber) as jobs:
        first = transcribed(jobs, UnderstandOptions(llm="none"))
        transcriber.hears_with_beam = 100
        transcriber.deaf = tuple((start - 2, end + 2) for start, end in DEAF)
        assert redone(jobs, first) == first


def test_the_same_ranges_are_the_same_job(settings: Settings) -> None:
    transcriber = DeafTranscriber(*DEAF)
    with running(settings, transcriber) as jobs:
        first = transcribed(jobs)
        some = named_ranges([(70, 80)])
        job = jobs.submit_redo(first.id, some, TranscribeOptions())
        assert jobs.submit_redo(first.id, some, TranscribeOptions()) == job
        second = jobs.wait(job)
        asked = len(transcriber.windows_done)
        assert jobs.submit_redo(first.id, some, TranscribeOptions()) == job
        assert jobs.wait(job) == second
        assert len(transcriber.windows_done) == asked
        assert jobs.submit_redo(first.id, ALL, TranscribeOptions()) != job


def test_nothing_to_redo_is_no_error(settings: Settings) -> None:
    with running(settings, DeafTranscriber()) as jobs:
        first = transcribed(jobs)
        assert first.transcript.coverage.missed == ()
        assert redone(jobs, first) == first


def test_a_file_that_is_not_in_the_library_is_transcribed_first(settings: Settings, tmp_path: Path) -> None:
    with running(settings) as jobs:
        job = jobs.submit(SAMPLE, transcribe=TranscribeOptions(), notes=None, redo=ALL)
        at_once = jobs.wait(job)
    with running(load_settings(data_dir=tmp_path / "other", offline=True)) as jobs:
        in_turn = redone(jobs, transcribed(jobs))
    assert at_once.transcript.coverage.missed == ()
    assert content(at_once) == content(in_turn)


def test_a_file_in_the_library_is_found_whatever_it_was_made_with(settings: Settings) -> None:
    with running(settings) as jobs:
        first = transcribed(jobs)
        other = TranscribeOptions(model="a-larger-one", asr=replace(TranscribeOptions().asr, hotwords="Tingwu"))
        second = jobs.wait(jobs.submit(SAMPLE, transcribe=other, notes=None, redo=ALL))
        assert second.id == first.id
        assert second.transcript.coverage.missed == ()
        assert len(jobs.library.list()) == 1


def test_cancel_and_resume_end_with_the_same_recording(settings: Settings, tmp_path: Path) -> None:
    with running(load_settings(data_dir=tmp_path / "whole", offline=True)) as jobs:
        expected = redone(jobs, transcribed(jobs))
    transcriber = DeafTranscriber(*DEAF)
    with running(settings, transcriber) as jobs:
        first = transcribed(jobs)
        before = len(transcriber.windows_done)
        transcriber.seconds_per_batch = 0.2
        job = jobs.submit_redo(first.id, ALL, TranscribeOptions())
        until(lambda: len(transcriber.windows_done) >= before + 5)
        jobs.cancel(job)
        with pytest.raises(Cancelled):
            jobs.wait(job)
        assert jobs.library.load(first.id) == first, "nothing is half done"
        time.sleep(0.6)
        jobs.resume(job)
        assert content(jobs.wait(job)) == content(expected)


def words(start: float, count: int, *, each: float, sure: float) -> tuple[Word, ...]:
    return tuple(
        Word(start=start + i * each, end=start + (i + 1) * each, text=" something", probability=sure)
        for i in range(count)
    )


@pytest.mark.parametrize(("each", "taken"), [(1.0, True), (0.6, False)])
def test_surer_words_that_cover_less_are_not_taken(each: float, taken: bool, tmp_path: Path) -> None:
    """The detector itself is unsure here, so that only the audit sees what is lost."""
    settings = load_settings(data_dir=tmp_path, offline=True)
    sound = Sound(
        source=SAMPLE, media=make_media(), options=TranscribeOptions(), folder=tmp_path,
        backends=FakeBackends(settings), progress=silent,
    )  # fmt: skip
    heard = Heard(tmp_path)
    spool = heard.begin()
    heard.finish(
        spool, speech(20, (0, 12), level=0.45), DecodeReport(duration=20, declared_duration=None, complete=True)
    )
    spool.close()
    old = words(0, 12, each=1.0, sure=0.3)
    old = (replace(old[0], text="anything"), *old[1:])
    segment = Segment(id=0, start=0, end=12, text="".join(word.text for word in old), words=old)
    corrections = (make_correction(segment, 0, "any thing"),)
    transcript = make_transcript(segments=(segment,), duration=20.0, corrections=corrections)
    new = WindowText(
        window=TimeRange(start=0, end=20), text="", words=words(0, 12, each=each, sure=0.9), language="en",
        avg_logprob=-0.2, compression_ratio=1.0, no_speech_prob=0.0,
    )  # fmt: skip
    found = Found(part=TimeRange(start=0, end=12), text=new)
    after = improved(sound, make_recording(transcript=transcript, notes=None), (found,))
    assert (after.transcript.segments[0].words[0].probability == 0.9) is taken
    assert after.transcript.corrections == (() if taken else corrections)


WORKER = """
import sys
from pathlib import Path
from pipelines.jobs import Jobs
from pipelines.settings import load_settings
from pipelines.sound import TranscribeOptions
from tests.fake_backends import DeafTranscriber, FakeBackends
from tests.pipelines.test_redo import ALL, DEAF
settings = load_settings(data_dir=sys.argv[1], offline=True)
backends = FakeBackends(settings, transcriber=DeafTranscriber(*DEAF, seconds_per_batch=0.1))
with Jobs(settings, backends=backends) as jobs:
    job = jobs.submit_redo(sys.argv[2], ALL, TranscribeOptions())
    print("submitted", flush=True)
    jobs.wait(job)
"""


def test_kill_9_at_any_moment_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    with running(load_settings(data_dir=tmp_path / "whole", offline=True)) as jobs:
        expected = redone(jobs, transcribed(jobs))
    with running(settings) as jobs:
        first = transcribed(jobs)
    kills = 0
    for delay in (0.0, 0.5, 1.0):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(settings.data_dir), first.id],
            stdout=subprocess.PIPE,
            text=True,
            cwd=SAMPLE.parents[2],
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "submitted\n"
        time.sleep(delay)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        process.stdout.close()
    with running(settings) as jobs:
        job = jobs.submit_redo(first.id, ALL, TranscribeOptions())
        second = jobs.wait(job)
        assert [status.id for status in jobs.list() if status.redo] == [job], "never started twice"
    assert kills >= 2
    assert content(second) == content(expected)


def test_two_redos_at_once_do_not_lose_each_others_words(settings: Settings) -> None:
    with running(settings) as jobs:
        first = transcribed(jobs)
        ids = [
            jobs.submit_redo(first.id, named_ranges([(start + 1, end - 1)]), TranscribeOptions()) for start, end in DEAF
        ]
        for job in ids:
            jobs.wait(job)
        assert jobs.library.load(first.id).transcript.coverage.missed == ()


def test_notes_on_the_older_words_say_so_and_are_written_again(settings: Settings) -> None:
    quotes = UnderstandOptions(llm="none")
    with running(settings) as jobs:
        first = transcribed(jobs, quotes)
        second = redone(jobs, first)
        assert first.notes
        assert second.notes
        assert [one.code for one in second.notes.warnings] == [NoticeCode.TRANSCRIPT_CHANGED]
        assert second.notes.summary[0].text == first.notes.summary[0].text
        texts = {one.id: one.text for one in second.transcript.segments}
        for claim in second.notes.summary:
            for citation in claim.citations:
                assert all(texts[number] for number in citation.segment_ids)
        third = jobs.wait(jobs.submit_notes(first.id, quotes))
        assert third.notes
        assert third.notes.warnings == ()
        assert third.transcript == second.transcript


def test_ranges_that_are_not_in_the_recording(settings: Settings) -> None:
    with running(settings) as jobs:
        first = transcribed(jobs)
        with pytest.raises(InvalidOption, match="the recording ends at"):
            jobs.submit_redo(first.id, named_ranges([(9000, 9001)]), TranscribeOptions())
        with pytest.raises(RecordingNotFound):
            jobs.submit_redo("nobody", ALL, TranscribeOptions())
        jobs.library.save(make_recording(id="no-sound", media=make_media()))
        with pytest.raises(MediaNotFound, match="no longer on this machine"):
            jobs.submit_redo("no-sound", ALL, TranscribeOptions())
        assert len(jobs.list()) == 1


def test_ranges_that_turn_out_not_to_be_in_the_recording(settings: Settings) -> None:
    with running(settings) as jobs:
        job = jobs.submit(SAMPLE, transcribe=TranscribeOptions(), notes=None, redo=named_ranges([(9000, 9001)]))
        with pytest.raises(InvalidOption, match="the recording ends at"):
            jobs.wait(job)
        assert len(jobs.library.list()) == 1, "the transcript is kept"


def test_a_recording_deleted_meanwhile_does_not_come_back(settings: Settings) -> None:
    transcriber = DeafTranscriber(*DEAF)
    with running(settings, transcriber) as jobs:
        first = transcribed(jobs)
        before = len(transcriber.windows_done)
        transcriber.seconds_per_batch = 0.2
        job = jobs.submit_redo(first.id, ALL, TranscribeOptions())
        until(lambda: len(transcriber.windows_done) > before)
        jobs.library.delete(first.id)
        with pytest.raises(RecordingNotFound):
            jobs.wait(job)
    assert jobs.library.list() == ()
    assert not (settings.recordings_dir / first.id).exists()


def without(recording: Recording, start: float, end: float) -> Recording:
    """The recording with the sentences between two times lost, and reported."""
    transcript = recording.transcript
    lost = [one for one in transcript.segments if start <= one.start and one.end <= end]
    assert lost
    gap = ReportedRange(start=lost[0].start, end=lost[-1].end, problem=RangeProblem.NO_TEXT)
    kept = (one for one in transcript.segments if one not in lost)
    coverage = transcript.coverage
    coverage = replace(coverage, missed=(gap,), covered_seconds=coverage.covered_seconds - gap.duration)
    segments = tuple(replace(one, id=number) for number, one in enumerate(kept))
    return replace(recording, transcript=replace(transcript, segments=segments, coverage=coverage))


@pytest.mark.model
def test_a_real_recording_is_covered_better_and_no_worse_written(settings: Settings, whisper_base: Path) -> None:
    folder = SAMPLE.parents[1] / "zh-meeting"
    told = json.loads((folder / "transcript.json").read_text(encoding="utf-8"))
    said = [UNITS["zh"](row["text"]) for row in told["utterances"]]

    def error(recording: Recording) -> float:
        heard = UNITS["zh"](" ".join(segment.text for segment in recording.transcript.segments))
        return compare(said, heard).rate()

    with Jobs(load_settings(data_dir=settings.data_dir, models_dir=whisper_base.parent, offline=True)) as jobs:
        options = TranscribeOptions(model="whisper-base")
        whole = jobs.wait(jobs.submit(folder / told["audio"], transcribe=options, notes=None))
        first = without(whole, 100, 120)
        missed = first.transcript.coverage.missed
        jobs.library.save(first)
        second = jobs.wait(jobs.submit_redo(first.id, ALL, options))
    before, after = first.transcript.coverage, second.transcript.coverage
    assert after.covered_seconds > before.covered_seconds
    assert after.speech_seconds == before.speech_seconds
    assert error(second) < error(first)
    # A word that was drawn out over a gap belongs to it.
    ranges = [(one.start - 2, one.end + 2) for one in missed]
    assert outside(second.transcript, *ranges) == outside(first.transcript, *ranges)
