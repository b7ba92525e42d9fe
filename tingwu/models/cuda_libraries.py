"""CUDA libraries: which ones the speech engine wants, whether they are here, and loading those that pip installed.

NVIDIA's wheels (`pip install 'tingwu[gpu]'`) put their libraries into `nvidia/*/lib` of the Python environment, where
the system's loader does not look. A library that this process has loaded already is found by its name, though: so
`preload` opens them by path before an engine asks. The engine's own file says which names it will ask for.
"""

import ctypes
import logging
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)

_NAMES = re.compile(rb"(lib(?:cublas|cudnn)\.so\.\d+)\0")
_CHUNK = 1 << 22
_ORDER = ("libcublasLt", "libcublas", "libcudnn_graph", "libcudnn_ops", "libcudnn")
"""What others need comes first."""
Load = Callable[[str], Any]
"""Loads a library by name or path as `ctypes.CDLL` does. Raises OSError."""


class LibraryState(StrEnum):
    """What became of a library that an engine wants."""

    LOADS = "loads"
    """The system's loader finds it."""
    IN_WHEEL = "in_wheel"
    """It lies in one of NVIDIA's wheels and loads from there."""
    BROKEN = "broken"
    """It is here and cannot be loaded."""
    OTHER_VERSION = "other_version"
    """Only another version is here."""
    MISSING = "missing"
    """Nothing of it is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The library `name` ("libcublas.so.12"). `version` is its own word, `detail` where it is or what failed."""

    name: str
    state: LibraryState
    version: str = ""
    detail: str = ""

    @property
    def usable(self) -> bool:
        """Whether an engine in this process gets it, after `preload`."""
        return self.state in (LibraryState.LOADS, LibraryState.IN_WHEEL)


def load_globally(name: str) -> Any:
    """Load a library so that others find it. Raises OSError."""
    return ctypes.CDLL(name, mode=ctypes.RTLD_GLOBAL)


def wanted(engine: Path | None = None) -> tuple[str, ...]:
    """Names of the libraries that CTranslate2 asks for while it works, from its own file; empty without that file."""
    found: set[str] = set()
    for path in [engine] if engine else _engine_files():
        found |= _names_in(path)
    return tuple(sorted(found))


def wheel_folders(paths: Iterable[str] | None = None) -> tuple[Path, ...]:
    """Folders with libraries of NVIDIA's wheels on Python's path."""
    roots = [Path(entry or ".") / "nvidia" for entry in (sys.path if paths is None else paths)]
    return tuple(folder for root in dict.fromkeys(roots) for folder in sorted(root.glob("*/lib")))


def examine_libraries(
    names: Iterable[str] | None = None, folders: tuple[Path, ...] | None = None, load: Load = load_globally
) -> tuple[Library, ...]:
    """The state of each library that is wanted."""
    folders = wheel_folders() if folders is None else folders
    return tuple(_examine(name, folders, load) for name in (wanted() if names is None else names))


def preload(
    names: Iterable[str] | None = None, folders: tuple[Path, ...] | None = None, load: Load = load_globally
) -> tuple[str, ...]:
    """Load what is wanted and lies in NVIDIA's wheels into this process, with what it needs itself.

    Returns the names of the libraries that could be loaded.
    """
    done: list[str] = []
    for path in _in_order(wanted() if names is None else names, wheel_folders() if folders is None else folders):
        try:
            load(str(path))
        except OSError as error:
            _log.warning("%s cannot be loaded: %s", path.name, error)
        else:
            done.append(path.name)
    return tuple(done)


def cuda_devices() -> int:
    """GPUs that CTranslate2 can use; 0 when it cannot ask the driver."""
    engine: Any = import_module("ctranslate2")  # here, because it is slow to import
    return int(engine.get_cuda_device_count())


def _engine_files() -> list[Path]:
    spec = find_spec("ctranslate2")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    return [*package.parent.glob("ctranslate2.libs/libctranslate2*"), *package.glob("libctranslate2*")]


def _names_in(path: Path) -> set[str]:
    found: set[str] = set()
    tail = b""
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            found |= {name.decode() for name in _NAMES.findall(tail + block)}
            tail = block[-32:]
    return found


def _examine(name: str, folders: tuple[Path, ...], load: Load) -> Library:
    try:
        return Library(name=name, state=LibraryState.LOADS, version=_version(name, load(name)))
    except OSError as error:
        trouble = str(error)
    for folder in folders:
        if (folder / name).exists():
            return _from_wheel(folder / name, load)
    stem = name.partition(".so")[0]
    others = sorted(path.name for folder in folders for path in folder.glob(f"{stem}.so.*"))
    if others:
        return Library(name=name, state=LibraryState.OTHER_VERSION, detail=", ".join(others))
    missing = "cannot open shared object file" in trouble and name in trouble
    state = LibraryState.MISSING if missing else LibraryState.BROKEN
    return Library(name=name, state=state, detail="" if missing else trouble)


def _from_wheel(path: Path, load: Load) -> Library:
    preload((path.name,), (path.parent,), load)
    try:
        version = _version(path.name, load(str(path)))
    except OSError as error:
        return Library(name=path.name, state=LibraryState.BROKEN, detail=str(error))
    return Library(name=path.name, state=LibraryState.IN_WHEEL, version=version, detail=str(path.parent))


def _in_order(names: Iterable[str], folders: tuple[Path, ...]) -> list[Path]:
    """Files of the wanted libraries and of their families, of the same major version."""
    family = [
        f"{stem}.so.{major}"
        for name, _, major in (name.partition(".so.") for name in names)
        for stem in _ORDER
        if stem.startswith(name)
    ]
    found = [folder / name for folder in folders for name in family if (folder / name).exists()]
    return sorted(found, key=lambda path: _ORDER.index(path.name.partition(".so")[0]))


def _version(name: str, library: Any) -> str:
    """What a library says of itself; empty if it does not."""
    try:
        if name.startswith("libcudnn"):
            library.cudnnGetVersion.restype = ctypes.c_size_t
            number = int(library.cudnnGetVersion())
            return f"{number // 10_000}.{number // 100 % 100}.{number % 100}"
        return ".".join(str(_property(library, part)) for part in range(3))
    except (AttributeError, OSError):
        return ""


def _property(library: Any, part: int) -> int:
    """Major, minor or patch version of cuBLAS (`libraryPropertyType` 0, 1, 2 of CUDA)."""
    value = ctypes.c_int()
    library.cublasGetProperty(part, ctypes.byref(value))
    return value.value
