"""Stamps: what is remembered of a verified file, so that a start does not hash gigabytes.

A stamp holds while the file's size and modification time are what they were when its sha256 was taken. It notices
replaced and edited files; bits that rot without a write are found by a full verification only.
"""

import hashlib
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tingwu.errors import OutputError
from tingwu.files import write_atomically

_log = logging.getLogger(__name__)

STAMPS_FILE = ".verified.json"
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A file as it was when its `sha256` was taken: `size` in bytes, `mtime_ns` in nanoseconds."""

    size: int
    mtime_ns: int
    sha256: str

    def holds(self, path: Path) -> bool:
        """Whether the file at `path` still looks as it did."""
        try:
            now = path.stat()
        except FileNotFoundError:
            return False
        return (now.st_size, now.st_mtime_ns) == (self.size, self.mtime_ns)


_STAMPS = TypeAdapter(dict[str, Stamp])


def stamp_of(path: Path, sha256: str) -> Stamp:
    """The stamp of the file at `path`, whose bytes have `sha256`."""
    now = path.stat()
    return Stamp(size=now.st_size, mtime_ns=now.st_mtime_ns, sha256=sha256)


def read_stamp(folder: Path, name: str) -> Stamp | None:
    """The stamp of file `name` in `folder`; None when there is none, or none that can be read."""
    return _read(folder).get(name)


def write_stamp(folder: Path, name: str, stamp: Stamp) -> None:
    """Remember `stamp`. A folder that cannot be written costs a hash at each start, and nothing else."""
    try:
        write_atomically(folder / STAMPS_FILE, _STAMPS.dump_json({**_read(folder), name: stamp}, indent=1))
    except OutputError as error:
        _log.info("verification of %s is not remembered: %s", folder / name, error)


def sha256_of(path: Path, watch: Callable[[int], None] | None = None) -> str:
    """The sha256 of a file. `watch` hears the bytes read so far, and may raise to stop."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
            done += len(block)
            if watch:
                watch(done)
    return digest.hexdigest()


def bytes_under(folder: Path) -> int:
    """Bytes of all files below `folder`; 0 when there is none. Bears that others write and delete there."""
    total = 0
    for path, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(path, name)).st_size
    return total


def _read(folder: Path) -> dict[str, Stamp]:
    try:
        return _STAMPS.validate_json((folder / STAMPS_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}
