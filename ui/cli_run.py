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

from pipelines.settings import Settings
from tingwu.errors import TingwuError
from tingwu.files import output_error
from tingwu.writers import WriteOptions, distinct_basenames, output_paths, warnings_of, write
from ui.cli_edge import Edge, Work
from ui.cli_inputs import Input
from ui.cli_report import Outcome, Report
from ui.failures import exit_code
from ui.terminal import Show, watching

_log = logging.getLogger(__name__)
Submit = Callable[[Work, Input], str]
"""Starts the job of one input; returns its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Where results go, how they look, and who hears of them."""

    folder: Path
    formats: tuple[str, ...]
    options: WriteOptions
    overwrite: bool
    show: Show
    report: Report


class Stdout:
    """Stdout, where the paths of results go. That it fails stops nothing: the results are in their files.

    A reader who went away wants no more; anything else is an `error` to tell at the end.
    """

    def __init__(self) -> None:
        self.error: TingwuError | None = None

    def path(self, path: Path) -> None:
        """Print a path, byte for byte."""
        try:
            typer.echo(os.fsencode(path))
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                self.error = output_error(Path("stdout"), error)
            # What waits in Python's buffer would fail again when the program ends.
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), sys.stdout.fileno())


def run_all(edge: Edge, settings: Settings, inputs: Sequence[Input], output: Output, submit: Submit) -> int:
    """Work through all inputs; returns the exit code: that of the worst outcome, 130 after Ctrl-C."""
    outcomes: list[Outcome] = []
    stdout = Stdout()
    ready: list[tuple[Input, str]] = []
    for one, basename in zip(inputs, _basenames(inputs, output), strict=True):
        if one.error is not None:
            outcomes.append(_ended(output, Outcome(label=one.label, error=one.error)))
        elif not output.overwrite and _all_exist(output, basename):
            outcomes.append(_ended(output, Outcome(label=one.label)))
        else:
            ready.append((one, basename))
    if ready:
        with edge.open_jobs(settings) as jobs:
            try:
                for one, basename in ready:
                    outcome = _process(jobs, one, basename, output, submit)
                    for path in outcome.paths:
                        stdout.path(path)
                    outcomes.append(_ended(output, outcome))
            except KeyboardInterrupt:
                output.report.stopped()
                edge.leave(130)
                return 130
    if stdout.error:
        output.report.outcome(Outcome(label="stdout", error=stdout.error))
    output.report.end(outcomes)
    errors = (stdout.error, *(outcome.error for outcome in outcomes))
    return max((exit_code(error) for error in errors if error), default=0)


def _process(jobs: Work, one: Input, basename: str, output: Output, submit: Submit) -> Outcome:
    try:
        job_id = submit(jobs, one)
        with watching(one.label, output.show) as watcher:
            recording = jobs.wait(job_id, watcher)
        paths = write(recording, output.folder, basename, formats=output.formats, options=output.options)
    except TingwuError as error:
        return Outcome(label=one.label, error=error)
    except Exception as error:  # noqa: BLE001  # the edge: one input must not end the batch
        _log.exception("unforeseen error")
        return Outcome(label=one.label, error=error)
    for warning in warnings_of(recording):
        output.report.warning(warning.text.en, one.label)
    return Outcome(label=one.label, paths=paths)


def _ended(output: Output, outcome: Outcome) -> Outcome:
    output.report.outcome(outcome)
    return outcome


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
