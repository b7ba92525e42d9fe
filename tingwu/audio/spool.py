"""PcmSpool: decoded sound on disk, so that any window can be fetched again in flat memory.

A raw s16le file grows while blocks pass; a small marker beside it appears once it is whole and on disk. Without the
marker, or when the two disagree, the sound must be decoded again. The spool does not know which media it came from.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE
from tingwu.errors import StoredDataInvalid
from tingwu.files import output_error, write_atomically

_BYTES_PER_SAMPLE = 2
_FULL_SCALE = 32768.0


class PcmSpool:
    """Mono 16 kHz sound in the file at `path`. Make one with `create` or `reopen`; use it as a context manager.

    One thread may append while others read what was appended before.
    """

    def __init__(self, path: Path, descriptor: int, n_samples: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._n_samples = n_samples

    @classmethod
    def create(cls, path: Path) -> Self:
        """An empty spool; what was at `path` is lost. Raises OutputNotWritable or OutputFull."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _marker(path).unlink(missing_ok=True)
            return cls(path, os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), 0)
        except OSError as error:
            raise output_error(path, error) from error

    @classmethod
    def reopen(cls, path: Path) -> Self | None:
        """The complete spool at `path` for reading, or None when there is none and decoding has to start again."""
        try:
            n_samples = int(_marker(path).read_text("ascii"))
            descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise output_error(path, error) from error
        if os.fstat(descriptor).st_size != n_samples * _BYTES_PER_SAMPLE:
            os.close(descriptor)
            return None
        return cls(path, descriptor, n_samples)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._path

    @property
    def n_samples(self) -> int:
        return self._n_samples

    @property
    def seconds(self) -> float:
        return self._n_samples / SAMPLE_RATE

    def append(self, block: NDArray[np.int16]) -> None:
        """Add int16 sound of shape `(n,)`. Raises OutputFull or OutputNotWritable; the spool is then as before."""
        data = block.astype("<i2").tobytes()
        position = self._n_samples * _BYTES_PER_SAMPLE
        try:
            while data:
                written = os.pwrite(self._descriptor, data, position)
                data, position = data[written:], position + written
        except OSError as error:
            raise output_error(self._path, error) from error
        self._n_samples += len(block)

    def finish(self) -> None:
        """Put everything on disk and mark the spool as complete. Raises OutputFull or OutputNotWritable."""
        try:
            os.ftruncate(self._descriptor, self._n_samples * _BYTES_PER_SAMPLE)
            os.fsync(self._descriptor)
        except OSError as error:
            raise output_error(self._path, error) from error
        write_atomically(_marker(self._path), f"{self._n_samples}\n")

    def read(self, start: float, end: float) -> NDArray[np.float32]:
        """Sound of `[start, end)` seconds as float32 in [-1, 1), shape `(n,)`; what lies outside is left out."""
        first = min(max(0, round(start * SAMPLE_RATE)), self._n_samples)
        return self.read_samples(first, min(max(first, round(end * SAMPLE_RATE)), self._n_samples))

    def read_samples(self, first: int, last: int) -> NDArray[np.float32]:
        """Samples `[first, last)`, which must lie inside. Raises StoredDataInvalid when the file has lost them."""
        size = (last - first) * _BYTES_PER_SAMPLE
        data = bytearray()
        while len(data) < size:
            piece = os.pread(self._descriptor, size - len(data), first * _BYTES_PER_SAMPLE + len(data))
            if not piece:
                raise StoredDataInvalid(str(self._path), "decoded sound is missing; it must be decoded again")
            data += piece
        return np.frombuffer(data, "<i2").astype(np.float32) / np.float32(_FULL_SCALE)

    def close(self) -> None:
        """Close the file. May be called twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def delete(self) -> None:
        """Close the spool and remove its files."""
        self.close()
        _marker(self._path).unlink(missing_ok=True)
        self._path.unlink(missing_ok=True)


def _marker(path: Path) -> Path:
    return path.with_name(path.name + ".complete")
