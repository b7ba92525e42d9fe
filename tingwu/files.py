"""Writing files so that a reader sees the old one or the new one, never half of it."""

import errno
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from tingwu.errors import OutputFull, OutputNotWritable, TingwuError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_FOLDER = {errno.EEXIST, errno.ENOTDIR}


def write_atomically(path: Path, data: bytes | str, *, mode: int = 0o666) -> None:
    """Put `data` (text as UTF-8) at `path`: temporary file beside it, fsync, rename.

    `mode` is that of `open_atomically`. Raises OutputFull or OutputNotWritable; an old file is then untouched.
    """
    with open_atomically(path, mode=mode) as file:
        file.write(data.encode() if isinstance(data, str) else data)


@contextmanager
def open_atomically(path: Path, *, mode: int = 0o666) -> Generator[BinaryIO]:
    """A binary file that appears at `path` when the block ends well, and not at all otherwise.

    Missing parent folders are made. `mode`, less the umask, says who may read it. Raises OutputFull or
    OutputNotWritable.
    """
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        candidate = str(path.parent / f".tingwu-{secrets.token_hex(8)}.tmp")
        descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        temporary = candidate
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)
    except BaseException as error:
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)
        if isinstance(error, OSError):
            raise output_error(path, error) from error
        raise


def output_error(path: Path, error: OSError) -> TingwuError:
    """The typed error for an OSError met while writing `path`."""
    detail = error.strerror or type(error).__name__
    if error.errno in _FULL:
        return OutputFull(str(path), detail)
    if error.errno in _NO_FOLDER:
        blocking = next((parent for parent in path.parents if parent.is_file()), None)
        if blocking:
            return OutputNotWritable(str(blocking), "it is a file, not a folder")
    return OutputNotWritable(str(path), detail)


def sync_folder(folder: Path) -> None:
    """Wait until the disk knows which files `folder` has. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
