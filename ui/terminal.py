"""Terminal: how a running job looks on stderr: a live bar, plain lines where nobody watches, JSON lines, or nothing.

A watcher is called with the job's status several times a second; it decides what is worth showing.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from tingwu.progress import Step
from tingwu.timecode import clock
from tingwu.writers.escaping import one_line

if TYPE_CHECKING:
    from pipelines.status import JobStatus

Watcher = Callable[["JobStatus"], None]

_SAYS = {
    Step.PULL: "fetching the model",
    Step.PROBE: "looking at the file",
    Step.DECODE: "listening for speech",
    Step.LOAD: "loading the model",
    Step.TRANSCRIBE: "transcribing",
    Step.SPEAKERS: "telling speakers apart",
    Step.UNDERSTAND: "writing notes",
    Step.WRITE: "writing files",
}
_LINE_SECONDS = 10.0
"""Plain lines come at most so often within a step."""
_JSON_SECONDS = 0.5
_NAME_LENGTH = 30


class Show(StrEnum):
    """How progress is shown."""

    BAR = "bar"
    LINES = "lines"
    JSON = "json"
    NOTHING = "nothing"


def how_to_show(*, quiet: bool, json_progress: bool, stream: TextIO) -> Show:
    """JSON if asked for, nothing if quiet, a bar for people, lines for logs."""
    if json_progress:
        return Show.JSON
    if quiet:
        return Show.NOTHING
    return Show.BAR if stream.isatty() else Show.LINES


@contextmanager
def watching(label: str, show: Show, stream: TextIO | None = None) -> Iterator[Watcher]:
    """A watcher for the job on the file `label`; the bar is gone when the block ends."""
    name = one_line(label)
    out = stream or sys.stderr
    match show:
        case Show.JSON:
            yield JsonLines(label, out)
        case Show.LINES:
            yield PlainLines(name, out)
        case Show.NOTHING:
            yield lambda status: None
        case Show.BAR:
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.fields[facts]}", markup=False),
            )
            with Progress(*columns, console=Console(file=out), transient=True) as progress:
                yield Bar(short(name), progress, progress.add_task(short(name), total=None, facts=""))


@dataclass(frozen=True, slots=True)
class Bar:
    """One live line: stage, bar, percent, speed, time left."""

    name: str
    progress: Progress
    task: TaskID

    def __call__(self, status: "JobStatus") -> None:
        """Redraw."""
        known = status.total > 0
        self.progress.update(
            self.task,
            description=f"{self.name}: {stage(status)}",
            total=status.total if known else None,
            completed=status.done,
            facts=facts(status),
        )


class PlainLines:
    """A line when the stage changes, and every ten seconds."""

    def __init__(self, name: str, stream: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._name, self._stream, self._now = name, stream, now
        self._stage = ""
        self._last = 0.0

    def __call__(self, status: "JobStatus") -> None:
        """Print if it is time."""
        current = stage(status)
        if current == self._stage and self._now() - self._last < _LINE_SECONDS:
            return
        self._stage, self._last = current, self._now()
        print(" ".join(filter(None, (f"{self._name}: {current}", facts(status)))), file=self._stream, flush=True)


class JsonLines:
    """A JSON object a line: on every change of state or stage, and twice a second.

    A job that has ended is in no step any more; its last line stands where its last step stood, or at the end.
    """

    def __init__(self, label: str, stream: TextIO, now: Callable[[], float] = time.monotonic) -> None:
        self._label, self._stream, self._now = label, stream, now
        self._seen: tuple[object, ...] = ()
        self._last = 0.0
        self._done, self._total = 0.0, 0.0

    def __call__(self, status: "JobStatus") -> None:
        """Print if it is time."""
        self._follow(status)
        seen = (status.state, status.step)
        if seen == self._seen and self._now() - self._last < _JSON_SECONDS:
            return
        self._seen, self._last = seen, self._now()
        line = {
            "file": self._label,
            "job": status.id,
            "state": status.state,
            "step": status.step,
            "done": round(self._done, 2),
            "total": round(self._total, 2),
            "speed": status.speed and round(status.speed, 2),
            "seconds_left": None if status.seconds_left is None else round(status.seconds_left, 1),
            "latest": status.latest,
        }
        print(json_line("progress", line), file=self._stream, flush=True)

    def _follow(self, status: "JobStatus") -> None:
        if not status.state.is_final or status.total:
            self._done, self._total = status.done, status.total
        elif status.state == "done":
            self._total = self._total or 1.0
            self._done = self._total


def json_line(event: str, fields: Mapping[str, object]) -> str:
    """One line of `--json_progress`."""
    return json.dumps({"event": event, **fields})


def short(name: str) -> str:
    """The end of a long name, so that a bar has room beside it."""
    return name if len(name) <= _NAME_LENGTH else f"…{name[-_NAME_LENGTH + 1 :]}"


def stage(status: "JobStatus") -> str:
    """What the job does, in words."""
    return _SAYS[status.step] if status.step else str(status.state)


def facts(status: "JobStatus") -> str:
    """Percent, speed and time left, as far as they are known: `40 %, 3.2 x real time, 00:12 left`."""
    found: list[str] = []
    if status.total > 0:
        found.append(f"{min(1.0, status.done / status.total):.0%}")
    if status.speed is not None:
        found.append(f"{status.speed:.1f} x real time")
    if status.seconds_left is not None and status.done < status.total:
        found.append(f"{clock(status.seconds_left + 0.5)} left")
    return ", ".join(found)
