"""Lending: loaded models that jobs share. A model that nobody holds makes room for another, or leaves when idle.

    with lending.lend("whisper-base", load) as model: ...

A model that somebody holds is never freed under them, so two models can be loaded while two jobs want different ones.
Whoever works in many small steps should hold the model over all of them.
"""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Generic, Protocol, TypeVar

_log = logging.getLogger(__name__)


class Closable(Protocol):
    """What can be lent."""

    def close(self) -> None:
        """Free the memory."""
        ...


class Alarm(Protocol):
    """A call that will be made later."""

    def cancel(self) -> None:
        """Do not make it."""
        ...


M = TypeVar("M", bound=Closable)
SetAlarm = Callable[[float, Callable[[], None]], Alarm]
"""Has a function called after so many seconds."""


@dataclass(slots=True)
class _Held(Generic[M]):
    """A loaded model, how many hold it, and when it leaves if nobody does."""

    model: M
    users: int = 0
    alarm: Alarm | None = None


class Lending(Generic[M]):
    """Models by name. Safe between threads; loading makes others wait."""

    def __init__(self, idle_seconds: float, set_alarm: SetAlarm | None = None) -> None:
        self._idle_seconds = idle_seconds
        self._set_alarm = set_alarm or _timer
        self._lock = threading.RLock()
        self._held: dict[str, _Held[M]] = {}

    @contextmanager
    def lend(self, name: str, load: Callable[[], M]) -> Generator[M]:
        """The model `name`, loaded by `load` if it is not. Raises what `load` raises."""
        held = self._take(name, load)
        try:
            yield held.model
        finally:
            self._give_back(name, held)

    def keep(self, name: str, load: Callable[[], M]) -> M:
        """The same for somebody who never gives it back: it stays until `close`."""
        return self._take(name, load).model

    def loaded(self) -> tuple[str, ...]:
        """Names of the models that are in memory."""
        with self._lock:
            return tuple(self._held)

    def close(self) -> None:
        """Free all, held or not; they load again when they are wanted."""
        with self._lock:
            for name in tuple(self._held):
                self._free(name)

    def _take(self, name: str, load: Callable[[], M]) -> _Held[M]:
        with self._lock:
            if name not in self._held:
                for other in [other for other, held in self._held.items() if not held.users]:
                    _log.info("model %s makes room for %s", other, name)
                    self._free(other)
                self._held[name] = _Held(load())
            held = self._held[name]
            held.users += 1
            if held.alarm:
                held.alarm.cancel()
            return held

    def _give_back(self, name: str, held: _Held[M]) -> None:
        with self._lock:
            held.users -= 1
            if not held.users and self._held.get(name) is held:
                held.alarm = self._set_alarm(self._idle_seconds, partial(self._leave, name, held))

    def _leave(self, name: str, held: _Held[M]) -> None:
        with self._lock:
            if not held.users and self._held.get(name) is held:
                _log.info("model %s was idle for %g s and leaves memory", name, self._idle_seconds)
                self._free(name)

    def _free(self, name: str) -> None:
        held = self._held.pop(name)
        if held.alarm:
            held.alarm.cancel()
        held.model.close()


def _timer(seconds: float, call: Callable[[], None]) -> Alarm:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer
