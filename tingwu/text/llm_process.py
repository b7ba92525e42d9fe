"""The embedded server's process as its parent sees it: start, where it listens, what it said last, stop."""

import logging
import os
import secrets
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from tingwu.errors import LlmUnavailable, ModelMissing, ModelUnusable
from tingwu.text.llm_child import ServeOrder, ServeReport

logger = logging.getLogger(__name__)

CHILD_COMMAND = (sys.executable, "-m", "tingwu.text.llm_child")
LOG_LINES = 200
"""Lines of the server's own log that are kept, for an error's detail and for DEBUG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedOptions:
    """How the embedded server runs."""

    context_tokens: int = 8192
    """Room for prompt and answer of one call."""
    threads: int = 0
    """CPU threads; 0 leaves the number to llama.cpp."""
    parallel: int = 1
    """Calls answered at the same time; each costs its own context memory."""
    start_seconds: float = 120.0
    """Loading may take so long."""
    idle_seconds: float = 300.0
    """Unused for so long, the server is stopped; the next call starts it again. 0 keeps it."""
    stop_seconds: float = 3.0
    """A server that has not ended so long after it was asked to is killed."""
    command: tuple[str, ...] = CHILD_COMMAND
    """The program that reads a ServeOrder and answers with a ServeReport."""


class ServerProcess:
    """One running server process. `url` is its root; it answers only to `api_key`.

    The process has a session of its own, so that Ctrl-C in a terminal reaches this program first.
    """

    def __init__(self, model: Path, options: EmbeddedOptions) -> None:
        """Start it and wait until it listens. Raises ModelMissing, ModelUnusable and LlmUnavailable."""
        check_gguf(model)
        self.api_key = secrets.token_urlsafe(32)
        self.url = ""
        self._model = model
        self._options = options
        self._log: deque[str] = deque(maxlen=LOG_LINES)
        self._process: subprocess.Popen[str] | None = None
        self._reported = threading.Event()
        self._failure: OSError | None = None
        self._report = ServeReport()
        self._stopping = threading.Lock()
        threading.Thread(target=self._live, name="llm-process", daemon=True).start()
        self._wait_until_ready()

    @property
    def pid(self) -> int:
        """The process id; 0 if it could not be started."""
        return self._process.pid if self._process else 0

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def log_tail(self, lines: int = 5) -> str:
        """The last lines that the server wrote, in one line."""
        return " | ".join(list(self._log)[-lines:])

    def stop(self) -> None:
        """End the process and wait for it; nothing happens if it has ended."""
        process = self._process
        if process is None:
            return
        with self._stopping:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(self._options.stop_seconds)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _live(self) -> None:
        """Start the process and stay with it to its end.

        The kernel's death signal goes out when the *thread* that started a child ends, not only with the program; so
        the child is started here and not on the thread of whoever makes the first call.
        """
        try:
            process = self._spawn()
        except OSError as error:
            self._failure = error
            self._reported.set()
            return
        self._process = process
        threading.Thread(target=self._read_report, args=(process,), name="llm-report", daemon=True).start()
        assert process.stderr is not None
        with process.stderr:
            for line in process.stderr:
                self._log.append(line.rstrip())
        process.wait()
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.close()
        self._reported.set()
        logger.debug("model server %d ended with %s", process.pid, process.returncode)

    def _spawn(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            self._options.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        order = ServeOrder(
            parent=os.getpid(),
            model=str(self._model),
            api_key=self.api_key,
            context_tokens=self._options.context_tokens,
            threads=self._options.threads,
            parallel=self._options.parallel,
        )
        assert process.stdin is not None
        # Left open: its end tells the child that this program is gone.
        with suppress(BrokenPipeError):
            process.stdin.write(order.model_dump_json() + "\n")
            process.stdin.flush()
        return process

    def _read_report(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        with process.stdout:
            line = process.stdout.readline()
        try:
            self._report = ServeReport.model_validate_json(line)
        except ValidationError:
            self._report = ServeReport()
        if self._report.url or self._report.error:
            self._reported.set()

    def _wait_until_ready(self) -> None:
        in_time = self._reported.wait(self._options.start_seconds)
        self.url = self._report.url
        if self.url:
            return
        name = self._model.name
        self.stop()
        if self._report.error:
            raise ModelUnusable(name, self._report.error)
        if self._failure:
            raise LlmUnavailable(name, "its process cannot be started") from self._failure
        if not in_time:
            raise LlmUnavailable(name, f"not ready after {self._options.start_seconds:g} s: {self.log_tail()}")
        code = self._process.returncode if self._process else None
        raise LlmUnavailable(name, f"its process ended with {code} while loading: {self.log_tail()}")


def check_gguf(model: Path) -> None:
    """Raises ModelMissing when there is no file, ModelUnusable when it does not begin as GGUF files do."""
    try:
        with model.open("rb") as file:
            head = file.read(8)
    except FileNotFoundError as error:
        raise ModelMissing(str(model)) from error
    except OSError as error:
        raise ModelUnusable(str(model), error.strerror or "cannot be read") from error
    if head[:4] != b"GGUF" or len(head) < 8 or int.from_bytes(head[4:8], "little") not in {2, 3}:
        raise ModelUnusable(model.name, "is no GGUF file of version 2 or 3")
