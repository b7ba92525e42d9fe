"""What running jobs look like."""

import io
import json
from dataclasses import replace

import pytest

from pipelines.status import JobState, JobStatus
from tingwu.progress import Step
from ui.terminal import JsonLines, PlainLines, Show, facts, how_to_show, short, stage, watching

STATUS = JobStatus(id="j", name="n", state=JobState.RUNNING, created="2026-01-01T10:00:00+00:00")
HALF = replace(STATUS, step=Step.TRANSCRIBE, done=30.0, total=60.0, speed=3.0, seconds_left=10.0)


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_facts() -> None:
    assert facts(STATUS) == ""
    assert facts(HALF) == "50%, 3.0 x real time, 00:10 left"
    assert facts(replace(HALF, done=61.0)) == "100%, 3.0 x real time"


@pytest.mark.parametrize("step", Step)
def test_every_step_has_words(step: Step) -> None:
    assert stage(replace(STATUS, step=step)) not in ("", step.value)
    assert stage(STATUS) == "running"


def test_plain_lines_come_on_change_and_every_ten_seconds() -> None:
    out, clock = io.StringIO(), Clock()
    lines = PlainLines("a.mp3", out, clock)
    for status, now in [(STATUS, 100.0), (STATUS, 101.0), (HALF, 102.0), (HALF, 111.0), (HALF, 112.5)]:
        clock.now = now
        lines(status)
    assert out.getvalue().splitlines() == [
        "a.mp3: running",
        "a.mp3: transcribing 50%, 3.0 x real time, 00:10 left",
        "a.mp3: transcribing 50%, 3.0 x real time, 00:10 left",
    ]


def test_json_lines_come_on_change_and_twice_a_second() -> None:
    out, clock = io.StringIO(), Clock()
    lines = JsonLines("a.mp3", out, clock)
    for status, now in [(HALF, 100.0), (HALF, 100.4), (HALF, 100.6), (replace(HALF, state=JobState.DONE), 100.7)]:
        clock.now = now
        lines(status)
    assert [json.loads(line)["state"] for line in out.getvalue().splitlines()] == ["running", "running", "done"]


@pytest.mark.parametrize(
    ("states", "ends"),
    [
        ((HALF, replace(STATUS, state=JobState.DONE)), (60.0, 60.0)),
        ((HALF, replace(STATUS, state=JobState.FAILED)), (30.0, 60.0)),
        ((HALF, replace(STATUS, state=JobState.CANCELLED)), (30.0, 60.0)),
        ((replace(STATUS, state=JobState.DONE),), (1.0, 1.0)),
    ],
)
def test_the_last_json_line_does_not_fall_back(states: tuple[JobStatus, ...], ends: tuple[float, float]) -> None:
    out = io.StringIO()
    lines = JsonLines("a.mp3", out)
    for status in states:
        lines(status)
    last = json.loads(out.getvalue().splitlines()[-1])
    assert (last["event"], last["done"], last["total"]) == ("progress", *ends)


@pytest.mark.parametrize("show", Show)
def test_every_way_of_showing_takes_every_status(show: Show) -> None:
    out = io.StringIO()
    with watching("[bold]a\n.mp3", show, out) as watcher:
        watcher(STATUS)
        watcher(HALF)
    assert bool(out.getvalue()) == (show is not Show.NOTHING)


def test_how_to_show() -> None:
    out = io.StringIO()
    assert how_to_show(quiet=False, json_progress=False, stream=out) is Show.LINES
    assert how_to_show(quiet=True, json_progress=False, stream=out) is Show.NOTHING
    assert how_to_show(quiet=True, json_progress=True, stream=out) is Show.JSON


def test_long_names_show_their_end() -> None:
    assert short("talk.mp3") == "talk.mp3"
    assert short("x" * 50 + "talk.mp3") == "…" + "x" * 21 + "talk.mp3"
