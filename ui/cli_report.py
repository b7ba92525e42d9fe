"""Report: what is said on stderr about the inputs of a command: sentences for people, JSON lines for programs.

A JSON line is an object with an `event`: `progress` (of `ui.terminal`), `warning`, `done`, `skipped` and `failed`
about a file, `log`, and at last `end` or `stopped`.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tingwu.writers.escaping import one_line
from ui.failures import error_code, message
from ui.terminal import json_line

STOPPED = "Stopped. Finished work is kept; the same command goes on from there."


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one input ended: with files, with an error, or (neither) left as it was."""

    label: str
    paths: tuple[Path, ...] = ()
    error: Exception | None = None


class Report(Protocol):
    """Hears of everything that happens to the inputs, once each. `label` is how the user calls an input."""

    def warning(self, text: str, label: str | None = None) -> None:
        """Something to know, about one input or all of them."""
        ...

    def outcome(self, outcome: Outcome) -> None:
        """One input has ended."""
        ...

    def stopped(self) -> None:
        """Ctrl-C."""
        ...

    def end(self, outcomes: Sequence[Outcome]) -> None:
        """All inputs have ended."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """For people; `quiet` leaves nothing but failures."""

    quiet: bool = False

    def warning(self, text: str, label: str | None = None) -> None:
        """A line."""
        self._say(text if label is None else f"{label}: {text}")

    def outcome(self, outcome: Outcome) -> None:
        """A line, unless the paths on stdout say it."""
        if outcome.error is not None:
            typer.echo(f"{one_line(outcome.label)}: {one_line(message(outcome.error))}", err=True)
        elif not outcome.paths:
            self._say(f"{outcome.label}: left as it is, results exist")

    def stopped(self) -> None:
        """What Ctrl-C leaves behind."""
        typer.echo(f"\n{STOPPED}", err=True)

    def end(self, outcomes: Sequence[Outcome]) -> None:
        """A table, if there were several inputs."""
        if self.quiet or len(outcomes) < 2:
            return
        table = Table("file", "result", box=None, pad_edge=False)
        for outcome in outcomes:
            table.add_row(Text(one_line(outcome.label)), _result(outcome))
        Console(file=sys.stderr).print(table)

    def _say(self, text: str) -> None:
        if not self.quiet:
            typer.echo(one_line(text), err=True)


class JsonReport:
    """For programs: a JSON object a line."""

    def warning(self, text: str, label: str | None = None) -> None:
        """`file` is null for what is about all inputs."""
        _print("warning", {"file": label, "message": text})

    def outcome(self, outcome: Outcome) -> None:
        """`done` with its files, `skipped`, or `failed` with the error's code."""
        if outcome.error is not None:
            self.failed(outcome.error, outcome.label)
        elif outcome.paths:
            _print("done", {"file": outcome.label, "outputs": [str(path) for path in outcome.paths]})
        else:
            _print("skipped", {"file": outcome.label})

    def failed(self, error: BaseException, label: str | None = None) -> None:
        """`file` is null for what ends everything."""
        _print("failed", {"file": label, "code": error_code(error), "message": message(error)})

    def stopped(self) -> None:
        """What Ctrl-C leaves behind; the last line."""
        _print("stopped", {"message": STOPPED})

    def end(self, outcomes: Sequence[Outcome]) -> None:
        """How many inputs ended well and how many did not; the last line."""
        failed = sum(outcome.error is not None for outcome in outcomes)
        _print("end", {"done": len(outcomes) - failed, "failed": failed})


class JsonLog(logging.Formatter):
    """Log records as JSON lines, so that a trace does not break the lines of `--json_progress`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its trace."""
        said = {"level": record.levelname.lower(), "logger": record.name, "message": super().format(record)}
        return json_line("log", said)


def report_of(*, quiet: bool, json_progress: bool) -> Report:
    """JSON if asked for, else sentences; with JSON, the log follows."""
    if not json_progress:
        return Sentences(quiet=quiet)
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
            handler.setFormatter(JsonLog())
    return JsonReport()


def _print(event: str, fields: Mapping[str, object]) -> None:
    typer.echo(json_line(event, fields), err=True)


def _result(outcome: Outcome) -> str:
    if outcome.error is not None:
        return f"failed: {error_code(outcome.error)}"
    return f"{len(outcome.paths)} files" if outcome.paths else "left as it is"
