import threading
from collections.abc import Callable

import pytest

from tingwu.speech.layout import Layout, fastest, layouts


def test_cores_are_shared_evenly() -> None:
    assert layouts(1) == (Layout(workers=1, threads=1),)
    assert [(layout.workers, layout.threads) for layout in layouts(6)] == [(1, 6), (2, 3), (3, 2), (6, 1)]


@pytest.mark.parametrize("layout", [(0, 1), (1, 0)])
def test_a_layout_has_workers_and_threads(layout: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a layout"):
        Layout(workers=layout[0], threads=layout[1])


def choose(seconds: dict[int, float]) -> tuple[Layout, list[int]]:
    """The choice among layouts whose round takes so many seconds by workers, and which ones were tried."""
    now, lock, tried = [0.0], threading.Lock(), list[int]()

    def rehearsal(layout: Layout) -> Callable[[], None]:
        tried.append(layout.workers)

        def work() -> None:
            with lock:
                now[0] += seconds[layout.workers] / layout.workers

        return work

    return fastest(layouts(4), rehearsal, clock=lambda: now[0]), tried


def test_the_layout_that_gets_most_done_wins() -> None:
    assert choose({1: 0.5, 2: 0.6, 4: 1.6}) == (Layout(workers=2, threads=2), [1, 2, 4])
    assert choose({1: 0.2, 2: 0.6, 4: 1.6})[0] == Layout(workers=1, threads=4)


def test_a_big_model_is_not_tried_for_long() -> None:
    assert choose({1: 5.0, 2: 1.0, 4: 1.0}) == (Layout(workers=1, threads=4), [1])
