"""Host: each engine in a process of its own, so that its time, its CPU and its peak memory are its own."""

import multiprocessing
import resource
import signal
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol, cast

from pipelines.bench.engines import ENGINES, EngineSetup, Heard
from tingwu.errors import JobError, TingwuError

_PATIENCE_SECONDS = 10.0
"""How long an engine may take to leave."""
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one recording cost: seconds of work, CPU seconds with finished children, highest memory until now."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


class Runner(Protocol):
    """An engine that says what each recording cost."""

    def run(self, path: Path, language: str) -> tuple[Heard, Cost]:
        """Transcribe the recording at `path`. Raises TingwuError."""
        ...


Work = Callable[..., Any]
"""What an engine does for one request: arguments and answer travel between processes."""
OpenEngine = Callable[[str, EngineSetup], AbstractContextManager[Runner]]
"""Starts the engine of a name, and ends it with the block."""


@contextmanager
def open_engine(name: str, setup: EngineSetup) -> Generator[Runner]:
    """The engine `name`, loaded in its own process. Raises InvalidOption for an unknown name, and what loading raises.

    The engine's modules are never imported here: they would count as its memory and slow down the start.
    """
    with hosted(name, _load_engine, name, setup) as remote:
        yield remote


def _load_engine(name: str, setup: EngineSetup) -> Work:
    return ENGINES.get(name)(setup).transcribe


@contextmanager
def hosted(name: str, load: Callable[..., Work], *arguments: object) -> Generator["Remote"]:
    """What `load(*arguments)` gives, in a process of its own. `load` is a function of a module, found there by name.

    Raises what loading raises, or JobError when the process died of it.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, load, arguments), daemon=True, name=f"bench {name}")
    process.start()
    theirs.close()
    remote = Remote(name, ours)
    try:
        remote.answer()
        yield remote
        ours.close()
        process.join(_PATIENCE_SECONDS)
    finally:
        process.kill()
        process.join()
        ours.close()


@dataclass(frozen=True, slots=True)
class Remote:
    """The engine as its parent sees it."""

    name: str
    pipe: Connection

    def run(self, path: Path, language: str) -> tuple[Heard, Cost]:
        """A speech engine's text of a recording. Raises what the engine raised, or JobError when its process died."""
        return cast(tuple[Heard, Cost], self.ask(path, language))

    def ask(self, *request: object) -> tuple[object, Cost]:
        """What the engine makes of `request`, and what that cost. Raises as `run` does."""
        with self._alive():
            self.pipe.send(request)
        return cast(tuple[object, Cost], self.answer())

    def answer(self) -> object:
        """What the process sends next. Raises as `run` does."""
        with self._alive():
            answer = self.pipe.recv()
        if isinstance(answer, TingwuError):
            raise answer
        return answer

    @contextmanager
    def _alive(self) -> Generator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            raise JobError(self.name, "the engine's process died") from error


def _serve(pipe: Connection, load: Callable[..., Work], arguments: tuple[object, ...]) -> None:
    """Load the engine, then answer requests until the parent closes the pipe or, after Ctrl-C, kills this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        work = load(*arguments)
    except TingwuError as error:
        pipe.send(error)
        return
    pipe.send(None)
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        try:
            began, worked = time.perf_counter(), _cpu_seconds()
            answer = work(*request)
            seconds, cpu = time.perf_counter() - began, _cpu_seconds() - worked
            pipe.send((answer, Cost(seconds=seconds, cpu_seconds=cpu, peak_bytes=_peak_bytes())))
        except TingwuError as error:
            pipe.send(error)


def _cpu_seconds() -> float:
    """CPU time of this process with its threads and of its children that have ended, such as the decoder."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _peak_bytes() -> int:
    """Highest resident memory of this process. Not `ru_maxrss`, which begins with the parent's across fork and exec."""
    for line in _STATUS.read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
