"""Edge of `tingwu bench`: the engines that it starts, the folder of its results, and how its progress is shown."""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from pipelines.bench.diarizers import OpenDiarizer, open_diarizer
from pipelines.bench.host import OpenEngine, open_engine
from tingwu.errors import Cancelled
from tingwu.files import output_error, write_atomically
from tingwu.progress import Progress, Step
from tingwu.store.codec import to_json
from ui.failures import exit_code


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchEdge:
    """Where `tingwu bench` meets the world: each starts an engine, of speech or of speakers."""

    open_engine: OpenEngine = open_engine
    open_diarizer: OpenDiarizer = open_diarizer


def bench_edge(context: typer.Context) -> BenchEdge:
    """The edge that the caller of the command brought, else the real one."""
    return context.obj if isinstance(context.obj, BenchEdge) else BenchEdge()


def make_folder(folder: Path) -> None:
    """Before the work, so that an hour of it is not lost to a wrong path."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(folder, error) from error


def show_results(tables: tuple[RenderableType, ...], found: object, picture: str, stem: Path) -> None:
    """Print the tables of the run `found`, write `stem`.json and `stem`.svg, and say where they are."""
    console = Console()
    for table in tables:
        (console if console.is_terminal else Console(width=200)).print(table)
    data, drawing = (stem.with_name(f"{stem.name}.{ending}") for ending in ("json", "svg"))
    write_atomically(data, json.dumps(json.loads(to_json(found)), ensure_ascii=False, indent=1) + "\n")
    typer.echo(str(data))
    write_atomically(drawing, picture)
    typer.echo(str(drawing))


@contextmanager
def stoppable() -> Generator[None]:
    """Ctrl-C ends the command with a word and the exit code of what was cancelled."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("tingwu: stopped; an unfinished run leaves no results", err=True)
        raise typer.Exit(exit_code(Cancelled())) from None


@contextmanager
def shown(*, quiet: bool) -> Generator[Progress]:
    """Progress as a bar for people, a line a turn for logs."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def progress(step: Step, done: float, total: float, result: object = None) -> None:
            label = str(result) if result else str(step)
            bar.update(task, description=label, completed=done, total=total if total else None)
            if not quiet and not console.is_terminal and step is Step.TRANSCRIBE:
                typer.echo(f"{label} ({done / total:.0%})", file=sys.stderr)

        yield progress
