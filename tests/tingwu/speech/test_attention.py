"""Dynamic time warping against all paths there are, and attention whose times are known."""

import numpy as np
import pytest

from tingwu.speech.attention import align_tokens, cheapest_path


def all_paths(rows: int, columns: int):
    """Every path from the first to the last cell."""
    if (rows, columns) == (1, 1):
        yield [(0, 0)]
        return
    for i, j in ((rows - 1, columns), (rows, columns - 1), (rows - 1, columns - 1)):
        if i and j:
            for path in all_paths(i, j):
                yield [*path, (rows - 1, columns - 1)]


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 5), (5, 1), (3, 4), (4, 6), (6, 3)])
def test_no_path_is_cheaper(rows: int, columns: int) -> None:
    cost = np.random.default_rng(rows * 10 + columns).standard_normal((rows, columns)).astype(np.float32)
    found = cheapest_path(cost)
    assert found in list(all_paths(rows, columns))
    cheapest = min(sum(float(cost[cell]) for cell in path) for path in all_paths(rows, columns))
    assert sum(float(cost[cell]) for cell in found) == pytest.approx(cheapest)


def test_tokens_begin_where_the_heads_look() -> None:
    begins = [0, 12, 30, 55]
    ends = [12, 30, 55, 80]
    attention = np.full((3, 6, 80), 1e-3, np.float32)
    attention[:, :2, :4] = 0.2  # the start looks at the beginning
    for token, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        attention[:, token + 2, begin:end] = 1 / (end - begin)
    path = align_tokens(attention, 2)
    first = [min(step for at, step in path if at == token) for token in range(4)]
    assert first == pytest.approx(begins, abs=2)
    assert path[0] == (0, 0)
    assert path[-1] == (3, 79)


def test_more_tokens_than_steps() -> None:
    attention = np.full((1, 9, 2), 0.5, np.float32)
    path = align_tokens(attention, 1)
    assert [token for token, _ in path] == sorted(token for token, _ in path)
    assert {token for token, _ in path} == set(range(8))
