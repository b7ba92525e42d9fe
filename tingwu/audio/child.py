"""SandboxedProcess: a child that reads one descriptor, writes one pipe, and dies with its parent.

It does not know what the command is for. Limits on CPU, memory and files are set by `launch.py` on the way.
"""

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tingwu.audio.limits import MediaLimits
from tingwu.errors import DecodeFailed

_LAUNCHER = str(Path(__file__).with_name("launch.py"))
_CHUNK_BYTES = 1 << 16


class SandboxedProcess:
    """Runs `command` in its own session with `stdin` as its only open file; use it as a context manager.

    The kernel's parent-death signal follows the parent *thread*. So a keeper thread starts the child and lives exactly
    as long as it: whoever calls `read`, from whichever thread, only the end of this whole process kills the child.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        stdin: int,
        name: str,
        limits: MediaLimits,
        stderr_bytes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`name` is the media's, for errors. Of stderr the first `stderr_bytes` are kept. Raises DecodeFailed."""
        self._command = list(command)
        self._stdin = stdin
        self._name = name
        self._limits = limits
        self._stderr_bytes = stderr_bytes
        self._clock = clock
        self._stderr = bytearray()
        self._failure: OSError | None = None
        self._lock = threading.Lock()
        self._started = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="media-child", daemon=True)
        self._keeper.start()
        self._started.wait()
        if self._failure is not None:
            raise DecodeFailed(name, "the decoder could not be started") from self._failure
        self._pipes = selectors.DefaultSelector()
        for pipe in (self._out, self._err):
            self._pipes.register(pipe, selectors.EVENT_READ)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def stderr(self) -> str:
        """What was kept of stderr; bytes that are not UTF-8 are replaced."""
        return self._stderr.decode("utf-8", "replace")

    def read(self, max_bytes: int) -> bytes:
        """The next bytes of stdout, empty at its end. Raises DecodeFailed when the child makes no progress.

        The clock runs only inside this call: a child that waits for a slow reader has not stalled.
        """
        self._touch()
        while self._pipes.get_map():
            ready = {key.fileobj for key, _ in self._pipes.select(timeout=min(1.0, self._limits.stall_seconds / 4))}
            if self._err in ready:
                self._drain_stderr()
            if self._out in ready:
                data = os.read(self._out.fileno(), max_bytes)
                if not data:
                    self._pipes.unregister(self._out)
                return data
            self._check_progress(moved=bool(ready))
        return b""

    def finish(self) -> int:
        """Wait for the end and return the exit status, negative for a signal. Raises DecodeFailed on a stall.

        What is left on stdout is not read, and a child that still writes there is taken to have stalled.
        """
        self._touch()
        with suppress(KeyError):
            self._pipes.unregister(self._out)
        while self._pipes.get_map():
            ready = self._pipes.select(timeout=min(1.0, self._limits.stall_seconds / 4))
            if ready:
                self._drain_stderr()
            self._check_progress(moved=bool(ready))
        while self._keeper.is_alive():
            self._keeper.join(min(1.0, self._limits.stall_seconds / 4))
            self._check_progress(moved=False)
        return self._process.wait()

    def kill(self) -> None:
        """End the child and everything it started, now."""
        with self._lock:
            if self._process.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """Kill the child if it still runs and free the pipes. May be called twice."""
        self.kill()
        self._keeper.join()
        self._pipes.close()
        self._out.close()
        self._err.close()

    def _keep(self) -> None:
        try:
            self._start()
        except OSError as error:
            self._failure = error
            return
        finally:
            self._started.set()
        # WNOWAIT leaves the pid taken until the lock is held, so that `kill` can never hit a stranger.
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        with self._lock:
            self._process.wait()

    def _start(self) -> None:
        limits = (os.getpid(), self._limits.cpu_seconds, self._limits.memory_bytes)
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", _LAUNCHER, *map(str, limits), *self._command],
            stdin=self._stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            cwd="/",
            start_new_session=True,
        )
        if self._process.stdout is None or self._process.stderr is None:
            raise OSError("no pipes")
        self._out, self._err = self._process.stdout, self._process.stderr

    def _drain_stderr(self) -> None:
        data = os.read(self._err.fileno(), _CHUNK_BYTES)
        if not data:
            self._pipes.unregister(self._err)
        self._stderr += data[: max(0, self._stderr_bytes - len(self._stderr))]

    def _touch(self) -> None:
        self._last_progress = self._clock()
        self._last_position = self._position()

    def _check_progress(self, *, moved: bool) -> None:
        if moved or self._position() != self._last_position:
            self._touch()
        elif self._clock() - self._last_progress > self._limits.stall_seconds:
            self.kill()
            raise DecodeFailed(self._name, f"the decoder made no progress for {self._limits.stall_seconds:g} s")

    def _position(self) -> int:
        # The child shares the descriptor's offset, so its reading shows here even while it writes nothing.
        try:
            return os.lseek(self._stdin, 0, os.SEEK_CUR)
        except OSError:
            return -1
