"""The wire to a model server: an HTTP client whose running calls can be cut from another thread.

A blocked read cannot be interrupted by closing the client, so the sockets are noted as they open and shut down to wake
the reader. Every call gets a connection of its own: beside the time a model takes, that costs nothing.
This module knows nothing of prompts and answers.
"""

import socket
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

CONNECT_SECONDS = 10.0
"""A server that has not taken the connection by then is not there."""
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Wire:
    """An HTTP client for the server at `root`, with `cut` for a thread's running call and `close` for all of them.

    `root` is scheme, host and port, perhaps with a path. Proxies named in the environment are used for other hosts
    only, never for this machine.
    """

    def __init__(self, root: str, *, api_key: str = "") -> None:
        self.root = root
        self.closed = threading.Event()
        self._sockets: dict[int, socket.socket] = {}
        self._lock = threading.Lock()
        self.http = httpx2.Client(
            headers={"Authorization": f"Bearer {api_key}"} if api_key else {},
            limits=httpx2.Limits(max_keepalive_connections=0),
            timeout=httpx2.Timeout(CONNECT_SECONDS),
            trust_env=urlsplit(root).hostname not in _LOOPBACK,
            event_hooks={"request": [self._trace]},
        )

    @contextmanager
    def call(self, stall_seconds: float) -> Generator["StallWatch"]:
        """One call on this thread, cut when `StallWatch.beat` is not heard for `stall_seconds`."""
        thread = threading.get_ident()
        try:
            with StallWatch(stall_seconds, lambda: self.cut(thread)) as watch:
                yield watch
        finally:
            with self._lock:
                self._sockets.pop(thread, None)

    def cut(self, thread: int) -> None:
        """Break the connection of the call that runs on `thread`, if any."""
        with self._lock:
            connection = self._sockets.get(thread)
        if connection is not None:
            _shut_down(connection)

    def close(self) -> None:
        """Break all running calls and refuse new ones."""
        self.closed.set()
        with self._lock:
            connections = tuple(self._sockets.values())
        for connection in connections:
            _shut_down(connection)

    def _trace(self, request: httpx2.Request) -> None:
        request.extensions["trace"] = self._note

    def _note(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by the HTTP library at each step of a request; a new stream brings its socket."""
        if event not in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            return
        connection: socket.socket | None = info["return_value"].get_extra_info("socket")
        if connection is None:
            return
        with self._lock:
            self._sockets[threading.get_ident()] = connection
        if self.closed.is_set():
            _shut_down(connection)


class StallWatch:
    """Calls `cut` once when `beat` has not been called for `seconds`; then `stalled` is true.

    Needed beside the read timeout, since servers may send keep-alive comments while the model hangs.
    """

    def __init__(self, seconds: float, cut: Callable[[], None]) -> None:
        self.stalled = False
        self._seconds = seconds
        self._cut = cut
        self._beats = 0
        self._done = False
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._watch, name="llm-stall-watch", daemon=True)

    def beat(self) -> None:
        """A token has come."""
        with self._change:
            self._beats += 1
            self._change.notify()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._change:
            self._done = True
            self._change.notify()
        self._thread.join()

    def _watch(self) -> None:
        with self._change:
            while not self._done:
                before = self._beats
                self._change.wait_for(lambda before=before: self._done or self._beats != before, self._seconds)
                if not self._done and self._beats == before:
                    self.stalled = True
                    break
        if self.stalled:
            self._cut()


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):
        # The plain method on purpose: that of an SSL socket would take the TLS state from under the reading thread.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
