"""InOrder: results of work on several threads, handed out in the order of the items.

Nothing is done before a result is asked for, and then only from that item on, so that results which are known from
before a crash cost nothing. Only a few items are under way or wait to be fetched at a time: memory stays flat.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from types import TracebackType
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
AHEAD_PER_WORKER = 2
"""Items under way for each worker: one that it works on, one that waits."""
_LOOK_SECONDS = 0.2


class InOrder(Generic[Item, Result]):
    """`work` on each of `items` by some threads; `workers` says how many, once there is something to do.

    `items` is only ever advanced by the thread that asks. `idle` is called a few times a second while that thread
    waits, and may raise to end it all. As a context manager it waits for what is under way and drops the rest.
    A thread takes what comes next or, `in_lanes`, what is as many items behind its last one as there are threads, so
    that it can build on what it did before.
    """

    def __init__(
        self,
        items: Iterator[Item],
        work: Callable[[Item], Result],
        *,
        workers: Callable[[], int],
        idle: Callable[[], None],
        in_lanes: bool = False,
    ) -> None:
        self._items = items
        self._work = work
        self._workers = workers
        self._idle = idle
        self._in_lanes = in_lanes
        self._next = 0
        """Number of the item that is fetched next."""
        self._pools: tuple[ThreadPoolExecutor, ...] = ()
        self._ahead = 0
        self._waiting: deque[tuple[Item, Future[Result]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pool in self._pools:
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._pools:
            pool.shutdown()

    @property
    def oldest(self) -> Item | None:
        """The first item that is under way or waits to be fetched, None if there is none."""
        return self._waiting[0][0] if self._waiting else None

    def get(self, number: int) -> Result | None:
        """The result of item `number`; None if there are not so many. Raises what its work or `idle` raised.

        Numbers rise with each call; items that are passed over cost nothing.
        """
        pools = self._start()
        while self._next < number and self._pass_over():
            self._next += 1
        while len(self._waiting) < self._ahead and (item := next(self._items, None)) is not None:
            lane = (self._next + len(self._waiting)) % len(pools)
            self._waiting.append((item, pools[lane].submit(self._work, item)))
        if not self._waiting:
            return None
        self._next += 1
        result = self._result(self._waiting[0][1])
        self._waiting.popleft()
        return result

    def _pass_over(self) -> bool:
        if self._waiting:
            self._waiting.popleft()[1].cancel()
            return True
        return next(self._items, None) is not None

    def result(self, number: int) -> Result:
        """As `get`, for an item that exists. Raises LookupError if it does not."""
        found = self.get(number)
        if found is None:
            raise LookupError(f"there is no item {number}")
        return found

    def _start(self) -> tuple[ThreadPoolExecutor, ...]:
        if not self._pools:
            workers = self._workers()
            self._ahead = AHEAD_PER_WORKER * workers
            sizes = [1] * workers if self._in_lanes else [workers]
            self._pools = tuple(ThreadPoolExecutor(size, thread_name_prefix="in-order") for size in sizes)
        return self._pools

    def _result(self, future: Future[Result]) -> Result:
        while True:
            self._idle()
            try:
                return future.result(_LOOK_SECONDS)
            except NotYet:
                if future.done():
                    raise  # the work's own error
