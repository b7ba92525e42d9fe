"""Encoder outputs of Whisper, one row for each window: arrays on the CPU, or rows of a batch that stays on a GPU.

CTranslate2 cannot cut or join what lies on a GPU. A batch that is decoded as it was encoded is handed on untouched;
only rows that are picked out of one (those to align after some had no words) take the way over the CPU.
"""

# pyright: reportMissingTypeStubs=false

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class Encoded(Protocol):
    """Encoder output of one window; what it is made of only its engine knows."""

    @property
    def shape(self) -> tuple[int, ...]:
        """`(1, 50 * seconds, d_model)`."""
        ...


@dataclass(frozen=True, slots=True)
class GpuRow:
    """Row `row` of `batch`, an encoder output of several windows on a GPU."""

    batch: Any
    row: int

    @property
    def shape(self) -> tuple[int, ...]:
        """As that of an array: `(1, 50 * seconds, d_model)`."""
        return 1, int(self.batch.shape[1]), int(self.batch.shape[2])


def encoded_rows(view: Any, *, on_gpu: bool) -> list[Encoded]:
    """The rows of an engine's output of shape `(n, 50 * seconds, d_model)`."""
    if on_gpu:
        return [GpuRow(view, row) for row in range(int(view.shape[0]))]
    array = np.asarray(view)
    return [array[row : row + 1] for row in range(len(array))]


def stack(rows: Sequence[Encoded], engine: Any) -> Any:
    """What the engine takes for rows of one length. Raises the engine's RuntimeError when the device fails."""
    whole = _whole_batch(rows)
    if whole is not None:
        return whole
    return engine.StorageView.from_array(np.ascontiguousarray(np.concatenate([_array(row, engine) for row in rows])))


def _whole_batch(rows: Sequence[Encoded]) -> Any | None:
    """The batch that the rows are, all of it and in order."""
    first = rows[0]
    if not isinstance(first, GpuRow) or len(rows) != first.batch.shape[0]:
        return None
    same = all(isinstance(row, GpuRow) and row.batch is first.batch and row.row == i for i, row in enumerate(rows))
    return first.batch if same else None


def _array(row: Encoded, engine: Any) -> NDArray[Any]:
    if not isinstance(row, GpuRow):
        return np.asarray(row)
    on_cpu = row.batch.to_device(engine.Device.cpu)
    if on_cpu.dtype == engine.DataType.bfloat16:
        on_cpu = on_cpu.to(engine.DataType.float32)  # NumPy has no such type
    return np.asarray(on_cpu)[row.row : row.row + 1]
