"""Run: takes the inputs of a command one after the other through their jobs, and writes and reports the results.

One input that fails does not stop the others. Paths of written files go to stdout, everything else to stderr.
"""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.settings import Settings
from tingwu.domain.recording import Recording
from tingwu.errors import TingwuError
from tingwu.writers import WriteOptions, distinct_basenames, output_paths, warnings_of, write
from tingwu.writers.escaping import one_line
from ui.cli_edge import Edge, Work
from ui.cli_inputs import Input
from ui.failures import error_code, exit_code, message
from ui.terminal import Show, watching

_log = logging.getLogger(__name__)
Submit = Callable[[Work, Input], str]
"""Starts the job of one input; returns its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where results go and how they look."""

    folder: Path
    formats: tuple[str, ...]
    options: WriteOptions
    overwrite: bool
    show: Show
    quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one input ended: with files, with an error, or (neither) left as it was."""

    label: str
    paths: tuple[Path, ...] = ()
    error: Exception | None = None


def run_all(edge: Edge, settings: Settings, inputs: Sequence[Input], output: Output, submit: Submit) -> int:
    """Work through all inputs; returns the exit code: that of the worst outcome, 130 after Ctrl-C."""
    outcomes: list[Outcome] = []
    ready: list[tuple[Input, str]] = []
    for one, basename in zip(inputs, _basenames(inputs, output), strict=True):
        if one.error is not None:
            outcomes.append(_failed(one, one.error))
        elif not output.overwrite and _all_exist(output, basename):
            _say(output, f"{one.label}: left as it is, results exist")
            outcomes.append(Outcome(label=one.label))
        else:
            ready.append((one, basename))
    if ready:
        with edge.open_jobs(settings) as jobs:
            try:
                outcomes += [_process(jobs, one, basename, output, submit) for one, basename in ready]
            except KeyboardInterrupt:
                say_stopped()
                edge.leave(130)
                return 130
    if len(inputs) > 1 and not output.quiet:
        _summary(outcomes)
    return max((exit_code(outcome.error) for outcome in outcomes if outcome.error), default=0)


def say_stopped() -> None:
    """What Ctrl-C leaves behind."""
    typer.echo("\nStopped. Finished work is kept; the same command goes on from there.", err=True)


def _process(jobs: Work, one: Input, basename: str, output: Output, submit: Submit) -> Outcome:
    try:
        job_id = submit(jobs, one)
        with watching(one.label, output.show) as watcher:
            recording = jobs.wait(job_id, watcher)
        paths = write(recording, output.folder, basename, formats=output.formats, options=output.options)
    except TingwuError as error:
        return _failed(one, error)
    except Exception as error:  # noqa: BLE001  # the edge: one input must not end the batch
        _log.exception("unforeseen error")
        return _failed(one, error)
    _report(one, recording, paths, output)
    return Outcome(label=one.label, paths=paths)


def _report(one: Input, recording: Recording, paths: Sequence[Path], output: Output) -> None:
    for path in paths:
        typer.echo(os.fsencode(path))
    for warning in warnings_of(recording):
        _say(output, f"{one.label}: {warning.text.en}")


def _failed(one: Input, error: Exception) -> Outcome:
    typer.echo(f"{one_line(one.label)}: {one_line(message(error))}", err=True)
    return Outcome(label=one.label, error=error)


def _basenames(inputs: Sequence[Input], output: Output) -> list[str]:
    """A basename per input; results that would replace their own source get `-notes` behind it."""
    names = distinct_basenames(one.path or Path(one.recording_id or one.label) for one in inputs)
    sources = {os.path.abspath(one.path) for one in inputs if one.path}
    return [
        f"{name}-notes"
        if any(os.path.abspath(path) in sources for path in output_paths(output.folder, name, output.formats))
        else name
        for name in names
    ]


def _all_exist(output: Output, basename: str) -> bool:
    return all(path.exists() for path in output_paths(output.folder, basename, output.formats))


def _say(output: Output, text: str) -> None:
    if not output.quiet:
        typer.echo(one_line(text), err=True)


def _summary(outcomes: Sequence[Outcome]) -> None:
    table = Table("file", "result", box=None, pad_edge=False)
    for outcome in outcomes:
        if outcome.error is not None:
            result = f"failed: {error_code(outcome.error)}"
        else:
            result = f"{len(outcome.paths)} files" if outcome.paths else "left as it is"
        table.add_row(Text(one_line(outcome.label)), result)
    Console(file=sys.stderr).print(table)
