"""The board tells stage, speed and time left, and stops jobs at their next report."""

import pytest

from pipelines.status import JobState, JobStatus, ProgressBoard
from tingwu.bilingual import Bilingual
from tingwu.errors import Cancelled, JobError
from tingwu.progress import Step


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def failed(error: Exception | None) -> JobStatus:
    return JobStatus(id="7", name="a.mp3", state=JobState.FAILED, created="2026-01-01T10:00:00+00:00", error=error)


def test_a_failed_job_says_why_to_programs_and_to_people() -> None:
    known, unforeseen = failed(JobError("7")), failed(KeyError("a secret"))
    assert (known.error_code, known.error_message) == ("job_error", Bilingual(en="job '7' failed", zh="任务 7 失败"))
    assert unforeseen.error_code == "error"
    assert unforeseen.error_message
    assert "secret" not in unforeseen.error_message.en + unforeseen.error_message.zh
    assert (failed(None).error_code, failed(None).error_message) == (None, None)


def test_nothing_is_known_of_a_stranger() -> None:
    assert ProgressBoard().read("nobody") is None


def test_speed_and_time_left_count_from_the_step_s_first_report() -> None:
    clock = Clock()
    board = ProgressBoard(clock)
    report = board.progress("job")
    report(Step.TRANSCRIBE, 100, 400)
    clock.now = 10
    report(Step.TRANSCRIBE, 200, 400)
    now = board.read("job")
    assert now is not None
    assert (now.speed, now.seconds_left) == (10, 20)
    clock.now = 15
    later = board.read("job")
    assert later is not None
    assert (later.speed, later.seconds_left) == (10, 15)


def test_a_new_step_starts_its_own_clock() -> None:
    clock = Clock()
    board = ProgressBoard(clock)
    report = board.progress("job")
    report(Step.DECODE, 0, 10)
    clock.now = 5
    report(Step.TRANSCRIBE, 0, 10)
    now = board.read("job")
    assert now is not None
    assert (now.step, now.speed, now.seconds_left) == (Step.TRANSCRIBE, None, None)


def test_stop_raises_at_the_next_report_only_there() -> None:
    board = ProgressBoard()
    first, second = board.progress("first"), board.progress("second")
    board.stop("first")
    second(Step.DECODE, 1, 2)
    with pytest.raises(Cancelled):
        first(Step.DECODE, 1, 2)


def test_a_forgotten_job_may_run_again_while_its_old_run_still_stops() -> None:
    board = ProgressBoard()
    old = board.progress("job")
    board.stop("job")
    board.forget("job")
    board.progress("job")(Step.DECODE, 1, 2)
    with pytest.raises(Cancelled):
        old(Step.DECODE, 1, 2)


def test_what_was_written_last_is_shown_until_the_next_step() -> None:
    board = ProgressBoard()
    report = board.progress("7")

    def latest() -> str:
        status = board.read("7")
        assert status is not None
        return status.latest

    report(Step.TRANSCRIBE, 0, 60)
    assert latest() == ""
    report(Step.TRANSCRIBE, 10, 60, "Good morning.")
    report(Step.TRANSCRIBE, 12, 60)
    assert latest() == "Good morning."
    report(Step.UNDERSTAND, 0, 3)
    assert latest() == ""
