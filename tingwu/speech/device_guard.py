"""DeviceGuard: work on a device that fails is done again - in smaller pieces, then at another place - and said.

Out of memory halves the pieces, down to one row, and then moves the model to its next place (numbers of half the size,
in the end the CPU). Missing libraries and a broken device go straight to the CPU. Nothing here knows an engine: the
places are told, and how to load the model there. Work is always repeated from its inputs, so no half of a result that
was made at one place meets another half.
"""

import logging
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from tingwu.bilingual import Bilingual
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.errors import ModelUnusable

T = TypeVar("T")
R = TypeVar("R")
_log = logging.getLogger(__name__)


class Trouble(StrEnum):
    """Why a device failed."""

    MEMORY = "memory"
    """It had too little memory."""
    LIBRARY = "library"
    """A library is missing or of another version."""
    BROKEN = "broken"
    """Anything else; nothing can be done on it until the process ends."""


_SIGNS = (
    (Trouble.MEMORY, ("out of memory", "alloc_failed", "bad_alloc", "cannot allocate memory", "can't allocate memory")),
    (Trouble.LIBRARY, ("is not found or cannot be loaded", "unable to load", "cannot load", "driver version")),
    (Trouble.BROKEN, ("cuda", "cublas", "cudnn")),
)
"""What engines write, in lower case. They raise one class of error for everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where and how a model runs. `batch_size` is how many windows are best decoded at once there."""

    device: str
    """cpu or cuda."""
    compute_type: str
    """The engine's name of a number format."""
    batch_size: int
    device_index: tuple[int, ...] = (0,)
    """The GPUs, one copy of the model on each."""

    def __str__(self) -> str:
        return f"{self.device} as {self.compute_type}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """A failed piece of work, and the guard's state when it began."""

    state: int
    trouble: Trouble
    error: Exception


class DeviceGuard:
    """Keeps one model at the first of `places` where it works. Threads may share it.

    `load` brings the model to a place and gives up the place before; it raises ModelUnusable. `name` is the model's.
    """

    def __init__(self, name: str, places: Sequence[Placement], load: Callable[[Placement], None]) -> None:
        """Raises what `load` raises at the last place."""
        self._name = name
        self._load = load
        self._later = list(places)
        self._moves: list[Notice] = []
        self._most_rows: int | None = None
        self._door = threading.Condition()
        self._inside = 0
        self._moving = False
        self._state = 0
        self.placement = self._later.pop(0)
        try:
            load(self.placement)
        except ModelUnusable as error:
            self._move(self._failure(error))

    @property
    def batch_size(self) -> int:
        """How many windows are best decoded at once."""
        return min(self.placement.batch_size, self._most_rows or self.placement.batch_size)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What did not go as planned, for the readers of a result."""
        rows = self._most_rows
        small = (Notice(code=NoticeCode.SMALL_BATCHES, values=(str(rows),)),) if rows else ()
        return (*self._moves, *small)

    def run(self, work: Callable[[Sequence[T]], Sequence[R]], items: Sequence[T]) -> list[R]:
        """`work(items)`: one result for each item. After a failure of the device it is called again with fewer items.

        Raises what `work` raises for other reasons, and ModelUnusable when no place is left.
        """
        done: list[R] = []
        while len(done) < len(items):
            piece = items[len(done) : len(done) + (self._most_rows or len(items))]
            outcome = self._attempt(work, piece)
            if isinstance(outcome, _Failure):
                self._react(outcome, len(piece))
            else:
                done += outcome
        return done

    def _attempt(self, work: Callable[[Sequence[T]], Sequence[R]], piece: Sequence[T]) -> Sequence[R] | _Failure:
        with self._visit() as state:
            try:
                return work(piece)
            except (ModelUnusable, MemoryError) as error:
                return self._failure(error, state)

    def _failure(self, error: Exception, state: int = 0) -> _Failure:
        """What failed, if it was the device; raises `error` again if it was not."""
        trouble = Trouble.MEMORY if isinstance(error, MemoryError) else trouble_of(str(error))
        if trouble is None or (trouble is not Trouble.MEMORY and self.placement.device == "cpu"):
            raise error
        return _Failure(state=state, trouble=trouble, error=error)

    def _react(self, failure: _Failure, rows: int) -> None:
        with self._door:
            self._door.wait_for(lambda: not self._moving)
            if failure.state != self._state:
                return  # another thread saw the same and has done what was to do
            self._state += 1
            if failure.trouble is Trouble.MEMORY and rows > 1:
                self._most_rows = rows // 2
                _log.warning("%s: out of memory with %d windows at once, going on with %d", self._name, rows, rows // 2)
                return
            self._moving = True
            self._door.wait_for(lambda: self._inside == 0)
        try:
            self._move(failure)
        finally:
            with self._door:
                self._moving = False
                self._door.notify_all()

    def _move(self, failure: _Failure) -> None:
        """Load the model at the next place where it can be; a broken device has none."""
        while self._later:
            before, place = self.placement, self._later.pop(0)
            if failure.trouble is not Trouble.MEMORY and place.device != "cpu":
                continue
            _log.warning("%s: %s failed (%s), going on with %s", self._name, before, failure.error, place)
            self.placement, self._most_rows = place, None
            try:
                self._load(place)
            except ModelUnusable as error:
                failure = self._failure(error)
                continue
            self._moves.append(_told(before, place, failure))
            return
        if isinstance(failure.error, ModelUnusable):
            raise failure.error
        raise ModelUnusable(self._name, "out of memory") from failure.error

    @contextmanager
    def _visit(self) -> Generator[int]:
        """Work inside; yields the state at its beginning. The model does not move while anybody is inside."""
        with self._door:
            self._door.wait_for(lambda: not self._moving)
            self._inside += 1
            state = self._state
        try:
            yield state
        finally:
            with self._door:
                self._inside -= 1
                self._door.notify_all()


def trouble_of(said: str) -> Trouble | None:
    """What an engine's error says about the device; None if it is about something else."""
    lower = said.lower()
    return next((trouble for trouble, signs in _SIGNS if any(sign in lower for sign in signs)), None)


def _told(before: Placement, place: Placement, failure: _Failure) -> Notice:
    if place.device == before.device:
        return Notice(code=NoticeCode.LESS_PRECISION, values=(before.compute_type, place.compute_type))
    return Notice(code=NoticeCode.ON_CPU, values=(_reason(failure),))


def _reason(failure: _Failure) -> Bilingual:
    if failure.trouble is Trouble.MEMORY:
        return Bilingual(en="it has too little memory", zh="显存不足")
    error = failure.error
    said = error.detail if isinstance(error, ModelUnusable) else str(error)
    if failure.trouble is Trouble.LIBRARY:
        return Bilingual(en=f"a library is missing or does not fit: {said}", zh=f"缺少库文件或版本不符：{said}")
    return Bilingual(en=f"CUDA failed: {said}", zh=f"CUDA 出错：{said}")
