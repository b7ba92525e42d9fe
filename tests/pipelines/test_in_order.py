"""Results of work on several threads come in order, no earlier than they are asked for, and not without end."""

import threading
from collections.abc import Iterator

import pytest

from pipelines.in_order import AHEAD_PER_WORKER, InOrder
from tingwu.errors import Cancelled


def doing_nothing() -> None:
    """Nobody wants to stop."""


def squares(done: list[int], count: int = 10, workers: int = 2) -> InOrder[int, int]:
    def square(number: int) -> int:
        done.append(number)
        return number * number

    return InOrder(iter(range(count)), square, workers=lambda: workers, idle=doing_nothing)


def test_results_come_in_the_order_of_the_items_however_long_each_takes() -> None:
    second_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_done.wait(10)
        if number == 1:
            second_done.set()
        return number * number

    with InOrder(iter(range(4)), work, workers=lambda: 2, idle=doing_nothing) as results:
        assert [results.get(number) for number in range(5)] == [0, 1, 4, 9, None]


def test_in_lanes_each_worker_does_its_own_items_one_after_the_other() -> None:
    lanes: dict[int, int] = {}

    def work(number: int) -> int:
        lanes[number] = threading.get_ident()
        return number

    items = iter(range(12))
    with InOrder(items, work, workers=lambda: 3, idle=doing_nothing, in_lanes=True) as results:
        assert [results.get(number) for number in range(2, 13)] == [*range(2, 12), None]
    assert len(set(lanes.values())) == 3
    assert all(lanes[number] == lanes[number + 3] for number in range(2, 9))


def test_nothing_is_done_before_it_is_asked_for_and_nothing_that_is_passed_over() -> None:
    done: list[int] = []
    with squares(done) as results:
        assert done == []
        assert results.get(7) == 49
        assert results.result(9) == 81
    assert {7, 9} <= set(done) <= {7, 8, 9}


def test_only_a_few_items_are_taken_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with InOrder(items(), lambda number: number, workers=lambda: 3, idle=doing_nothing) as results:
        results.get(0)
        assert len(taken) == 3 * AHEAD_PER_WORKER
        assert results.oldest == 1


def test_an_item_that_does_not_exist() -> None:
    with squares([], count=2) as results:
        assert results.get(5) is None
        with pytest.raises(LookupError):
            results.result(6)
        assert results.oldest is None


def test_an_error_of_the_work_comes_out_where_its_result_would() -> None:
    def work(number: int) -> int:
        if number == 1:
            raise TimeoutError("the work's own")
        return number

    with InOrder(iter(range(3)), work, workers=lambda: 1, idle=doing_nothing) as results:
        assert results.get(0) == 0
        with pytest.raises(TimeoutError, match="the work's own"):
            results.get(1)


def test_whoever_waits_can_stop_and_the_rest_is_not_begun() -> None:
    release, begun = threading.Event(), list[int]()

    def work(number: int) -> int:
        begun.append(number)
        assert release.wait(10)
        return number

    def stop() -> None:
        release.set()
        raise Cancelled

    with pytest.raises(Cancelled), InOrder(iter(range(9)), work, workers=lambda: 1, idle=stop) as results:
        results.get(0)
    assert begun in ([0], [0, 1])
