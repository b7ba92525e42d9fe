"""The embedded llama.cpp server's process: `python -m tingwu.text.llm_child`, started by `llm_process`.

One JSON line on stdin says what to serve, so that the key stands in no process list; one JSON line on stdout says
where, or why not. The process ends when its parent does: the kernel kills it, and the end of stdin does so too.
"""

import ctypes
import os
import signal
import sys
import threading
from importlib import import_module
from typing import Any, TextIO

from pydantic import BaseModel

PR_SET_PDEATHSIG = 1


class ServeOrder(BaseModel):
    """What the parent wants served. `parent` is its process id; `threads` 0 leaves the number to llama.cpp."""

    parent: int
    model: str
    api_key: str
    context_tokens: int
    threads: int
    parallel: int = 1
    batch_tokens: int = 512
    cache_mib: int = 0
    """Memory for the state of earlier prompts, beside the slots that reuse their prefixes in place."""
    gpu_layers: int = -1
    """Layers on the GPU where there is one; -1 leaves it to llama.cpp."""


class ServeReport(BaseModel):
    """What the child says once: the server's address, or an error. `context_tokens` is for one slot."""

    url: str = ""
    error: str = ""


def main() -> None:
    """Serve until the parent goes away."""
    reports = _only_reports_on_stdout()
    order = ServeOrder.model_validate_json(sys.stdin.readline())
    _die_with(order.parent)
    threading.Thread(target=_end_with_stdin, name="parent-watch", daemon=True).start()
    try:
        server = _serve(order)
    except (ImportError, RuntimeError, ValueError, OSError) as error:
        _say(reports, ServeReport(error=f"{type(error).__name__}: {error}"))
        sys.exit(1)
    _say(reports, ServeReport(url=str(server.listening_address)))
    while True:
        signal.pause()


def _serve(order: ServeOrder) -> Any:
    """The native server, loaded and listening on a port of its choice. Raises RuntimeError for a bad model."""
    xllamacpp: Any = import_module("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path = order.model
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order.api_key]
    params.n_ctx = order.context_tokens * order.parallel
    params.n_parallel = order.parallel
    params.n_batch = params.n_ubatch = order.batch_tokens
    params.cache_ram_mib = order.cache_mib
    params.n_gpu_layers = order.gpu_layers
    params.ui = params.endpoint_slots = False
    params.offline = True
    # Read into memory, not mapped: weights are re-packed for the CPU, and the mapped originals would stay beside them.
    params.load_mode = xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    if order.threads > 0:
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order.threads
    return xllamacpp.Server(params)


def _only_reports_on_stdout() -> TextIO:
    """The real stdout for the report; everything that native code prints goes to stderr from here on."""
    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return reports


def _say(reports: TextIO, report: ServeReport) -> None:
    print(report.model_dump_json(), file=reports, flush=True)


def _die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent dies; end now if it is gone already."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _end_with_stdin() -> None:
    while sys.stdin.readline():
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
