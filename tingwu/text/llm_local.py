"""LocalModel: the embedded llama.cpp server as a child process, spoken to over loopback.

A native crash ends the child and not the program: the call that met it is tried once more on a fresh child. A child
that nobody has used for a while is stopped, which frees its memory; the next call starts it again.
"""

import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tingwu.errors import Cancelled, LlmTimeout, LlmUnavailable, TingwuError
from tingwu.text.llm import Completion, LlmOptions, Prompt
from tingwu.text.llm_http import HttpModel, load_http
from tingwu.text.llm_process import EmbeddedOptions, ServerProcess, check_gguf

logger = logging.getLogger(__name__)
T = TypeVar("T")


class LocalModel:
    """LanguageModel on a GGUF file; safe for several threads, which take turns unless `parallel` is raised.

    Closing it from another thread stops the child at once; the running call then raises Cancelled.
    """

    def __init__(self, model: Path, *, name: str = "", options: EmbeddedOptions | None = None) -> None:
        """Starts nothing yet. Raises ModelMissing and ModelUnusable for what is no GGUF file."""
        check_gguf(model)
        self.name = name or model.stem
        self.options = options or EmbeddedOptions()
        self.context_tokens = self.options.context_tokens
        self._model = model
        self._process: ServerProcess | None = None
        self._client: HttpModel | None = None
        self._closed = False
        self._active = 0
        self._last_used = 0.0
        self._starting = threading.Lock()
        self._state = threading.Condition()

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        process = self._process
        return process.pid if process is not None and process.alive() else None

    def start(self) -> None:
        """Start the child now rather than at the first call. Raises ModelUnusable and LlmUnavailable."""
        self._run(lambda client: None)

    def complete(self, prompt: Prompt, options: LlmOptions) -> Completion:
        """Write the answer. Raises what HttpModel.complete raises, and ModelUnusable."""
        return self._run(lambda client: client.complete(prompt, options))

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the model's own tokenizer."""
        return self._run(lambda client: client.count_tokens(text))

    def choose(self, prompt: Prompt, choices: tuple[str, ...]) -> dict[str, float]:
        """Probability of each choice by the scores of the first token."""
        return self._run(lambda client: client.choose(prompt, choices))

    def close(self) -> None:
        """Stop the child and refuse further calls."""
        with self._state:
            self._closed = True
            self._state.notify_all()
        self._drop()

    def _run(self, work: Callable[[HttpModel], T]) -> T:
        """`work` on a running child, and once more when the child has crashed under it."""
        with self._in_use():
            try:
                client = self._ready()
                try:
                    return work(client)
                except LlmUnavailable:
                    logger.warning("the server of model %s has crashed and is started again", self.name)
                    self._drop(client)
                    return work(self._ready())
            except LlmTimeout:
                # A child that hangs would hang the next call too.
                self._drop()
                raise
            except LlmUnavailable as error:
                if self._closed:
                    raise Cancelled from error
                raise

    @contextmanager
    def _in_use(self) -> Generator[None]:
        """Keeps the child from being unloaded. Raises LlmUnavailable after `close`."""
        with self._state:
            if self._closed:
                raise LlmUnavailable(self.name, "it has been closed")
            self._active += 1
        try:
            yield
        finally:
            with self._state:
                self._active -= 1
                self._last_used = time.monotonic()
                self._state.notify_all()

    def _ready(self) -> HttpModel:
        """The client of a child that runs, started if need be."""
        with self._starting:
            client, process = self._client, self._process
            if client is not None and process is not None and process.alive():
                return client
            self._drop()
            if self._closed:
                raise LlmUnavailable(self.name, "it has been closed")
            return self._start()

    def _start(self) -> HttpModel:
        started = time.monotonic()
        process = ServerProcess(self._model, self.options)
        try:
            client = load_http(
                process.url, name="", threads=0, context_tokens=self.options.context_tokens, api_key=process.api_key
            )
        except TingwuError:
            process.stop()
            raise
        client.name = self.name
        self.context_tokens = client.context_tokens
        with self._state:
            self._process, self._client = process, client
        if self._closed:
            self._drop()
        logger.info("model %s is ready after %.1f s", self.name, time.monotonic() - started)
        if self.options.idle_seconds > 0:
            threading.Thread(target=self._stop_when_idle, args=(process,), name="llm-idle", daemon=True).start()
        return client

    def _drop(self, client: HttpModel | None = None) -> None:
        """Stop the child; with `client`, only if that is still the current one."""
        with self._state:
            if client is not None and client is not self._client:
                return
            process, current = self._process, self._client
            self._process = self._client = None
        if current is not None:
            current.close()
        if process is not None:
            process.stop()

    def _stop_when_idle(self, process: ServerProcess) -> None:
        with self._state:
            while self._process is process:
                left = self._last_used + self.options.idle_seconds - time.monotonic()
                if self._active == 0 and left <= 0:
                    self._process, client, self._client = None, self._client, None
                    break
                self._state.wait(None if self._active else max(left, 0.001))
            else:
                return
        logger.info("model %s was idle and is unloaded", self.name)
        if client is not None:
            client.close()
        process.stop()


def load_embedded(
    target: str, *, name: str, threads: int, context_tokens: int, api_key: str, idle_seconds: float = 300.0
) -> LocalModel:
    """The GGUF file at `target`, started at once so that a bad file is known now; `api_key` has no use here.

    Raises ModelMissing, ModelUnusable, LlmUnavailable.
    """
    options = EmbeddedOptions(context_tokens=context_tokens, threads=threads, idle_seconds=idle_seconds)
    model = LocalModel(Path(target), name=name, options=options)
    model.start()
    return model
