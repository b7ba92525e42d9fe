"""Cross-attention -> times of tokens: dynamic time warping over what the decoder looked at while it wrote.

The method and its numbers are those of openai/whisper (timing.py): attention of chosen heads, normalised over tokens,
median-filtered over time, averaged, and the cheapest monotonic path through it.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_MEDIAN_STEPS = 7


def align_tokens(attention: NDArray[np.float32], skip: int) -> list[tuple[int, int]]:
    """The path of (token, step) pairs through `attention` of shape `(heads, tokens, steps)`, rows summing to 1.

    The first `skip` tokens are the start that is not text; token 0 of the path is the one after them.
    """
    mean = attention.mean(axis=1, keepdims=True)
    deviation = attention.std(axis=1, keepdims=True)
    normal = (attention - mean) / np.maximum(deviation, np.finfo(np.float32).tiny)
    return cheapest_path(-_median(normal).mean(axis=0)[skip:])


def cheapest_path(cost: NDArray[np.float32]) -> list[tuple[int, int]]:
    """The cheapest path from the first to the last cell of `cost`, in steps of one down, right or both."""
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    came = np.zeros((rows + 1, columns + 1), np.int8)
    for diagonal in range(2, rows + columns + 1):
        i = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1, dtype=np.int64)
        j = diagonal - i
        before = np.stack([total[i, j - 1], total[i - 1, j], total[i - 1, j - 1]])
        best = np.argmin(before, axis=0)
        came[i, j] = best
        total[i, j] = cost[i - 1, j - 1] + before[best, np.arange(len(i))]
    return _walk_back(came, rows, columns)


def _median(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The median over steps around each step; beyond the ends they are mirrored."""
    half = _MEDIAN_STEPS // 2
    padded = np.pad(values, ((0, 0), (0, 0), (half, half)), mode="reflect")
    return np.sort(sliding_window_view(padded, _MEDIAN_STEPS, axis=-1), axis=-1)[..., half]


def _walk_back(came: NDArray[np.int8], i: int, j: int) -> list[tuple[int, int]]:
    path: list[tuple[int, int]] = []
    while i > 0 and j > 0:
        path.append((i - 1, j - 1))
        step = came[i, j]
        i, j = i - int(step != 0), j - int(step != 1)
    return path[::-1]
