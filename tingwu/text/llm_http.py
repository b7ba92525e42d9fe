"""HttpModel: a language model behind any OpenAI-compatible server - the embedded one, Ollama, vLLM, a vendor.

Answers are streamed, so that a stall is noticed by the token and a loop is cut at once, and the server stops working
when the connection goes. Ollama is spoken to in its own API, because only there the context can be set.
"""

import logging
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pydantic import BaseModel

from tingwu.errors import Cancelled, LlmContextExceeded, LlmNonsense, LlmRejected, LlmTimeout, LlmUnavailable
from tingwu.text import llm_choice, llm_estimate
from tingwu.text.llm import Completion, LlmOptions, Prompt
from tingwu.text.llm_dialect import Address, Dialect, Server, inspect
from tingwu.text.llm_faults import FOREIGN, RETRYABLE_STATUS, fault, refusal, retry_after
from tingwu.text.llm_ollama import OllamaChat
from tingwu.text.llm_openai import OpenAiChat
from tingwu.text.llm_reply import Piece, Scores, collect
from tingwu.text.llm_wire import Wire

logger = logging.getLogger(__name__)
T = TypeVar("T")

TOP_TOKENS = 20
"""Candidates asked for a first token: the most that the OpenAI API allows."""
SEEN_SHARE = 0.9
"""A server that counts less than this share of the tokens we sent has cut the prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """How often and how soon a busy or failing server (429, 5xx) is asked again. Times are seconds."""

    attempts: int = 4
    first_delay: float = 0.5
    factor: float = 3.0
    longest_delay: float = 20.0
    """Also the most that a Retry-After header is obeyed."""

    def delay(self, attempt: int) -> float:
        """Wait after the `attempt`-th try, counted from 0."""
        return min(self.first_delay * self.factor**attempt, self.longest_delay)


class Chat(Protocol):
    """One protocol of asking. `top` > 0 asks for the scores of the first token."""

    def pieces(self, prompt: Prompt, options: LlmOptions, top: int) -> Generator[Piece]: ...


class HttpModel:
    """LanguageModel over HTTP; safe for several threads.

    Closing it from another thread breaks the running call at once, which then raises Cancelled.
    """

    def __init__(
        self, wire: Wire, address: Address, server: Server, *, context_tokens: int, api_key: str = "", retries: Retries
    ) -> None:
        self.name = server.model
        self.context_tokens = min(context_tokens, server.context_tokens or context_tokens)
        self._wire = wire
        self._server = server
        self._retries = retries
        self._chat: Chat = (
            OllamaChat(wire, server.model, self.context_tokens)
            if server.dialect is Dialect.OLLAMA
            else OpenAiChat(wire, address, server, api_key)
        )

    def complete(self, prompt: Prompt, options: LlmOptions) -> Completion:
        """Write the answer.

        Raises LlmUnavailable, LlmTimeout, LlmRejected, LlmNonsense, LlmContextExceeded, and Cancelled after `close`.
        """
        self._check_room(prompt, options)
        completion = self._patiently(lambda: self._complete(prompt, options))
        self._check_seen(prompt, completion)
        return completion

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`: exact on llama.cpp, a safe over-estimate elsewhere."""
        if self._server.dialect is not Dialect.LLAMA_CPP:
            return llm_estimate.at_most(text)
        return self._patiently(lambda: self._tokenize(text))

    def choose(self, prompt: Prompt, choices: tuple[str, ...]) -> dict[str, float]:
        """Probability of each choice by the scores of the first token; by asking where the server gives none."""
        llm_choice.check_choices(choices)
        options = LlmOptions(max_tokens=1, repeat_penalty=1.0)
        self._check_room(prompt, options)
        try:
            chosen = llm_choice.from_scores(self._patiently(lambda: self._scores(prompt, options)), choices)
        except LlmRejected as error:
            if error.status in RETRYABLE_STATUS:
                raise
            chosen = None
        if chosen is not None:
            return chosen
        logger.debug("model %s gives no scores for the choices; asking for words", self.name)
        answer = self.complete(prompt, LlmOptions(max_tokens=16, repeat_penalty=1.0))
        return llm_choice.from_text(answer.text, choices)

    def close(self) -> None:
        """Break running calls and let the connection go."""
        self._wire.close()

    def _complete(self, prompt: Prompt, options: LlmOptions) -> Completion:
        def read(beat: Callable[[], None]) -> Completion:
            with closing(self._chat.pieces(prompt, options, 0)) as pieces:
                return collect(self.name, pieces, answer_start=prompt.answer_start, beat=beat)

        return self._call(read, prompt, options.timeout)

    def _scores(self, prompt: Prompt, options: LlmOptions) -> Scores:
        def read(beat: Callable[[], None]) -> Scores:
            with closing(self._chat.pieces(prompt, options, TOP_TOKENS)) as pieces:
                for piece in pieces:
                    beat()
                    if piece.scores:
                        return piece.scores
            return ()

        return self._call(read, prompt, options.timeout)

    def _tokenize(self, text: str) -> int:
        def read(beat: Callable[[], None]) -> int:
            response = self._wire.http.post(f"{self._wire.root}/tokenize", json={"content": text})
            beat()
            if response.is_error:
                raise refusal(self.name, response.status_code, response.text, 0, self.context_tokens)
            return len(_Tokens.model_validate_json(response.content).tokens)

        return self._call(read, Prompt(system="", user=text), 60.0)

    def _call(self, read: Callable[[Callable[[], None]], T], prompt: Prompt, stall_seconds: float) -> T:
        """Run one request on the wire, foreign errors translated."""
        if self._wire.closed.is_set():
            raise LlmUnavailable(self.name, "it has been closed")
        with self._wire.call(stall_seconds) as watch:
            try:
                return read(watch.beat)
            except (*FOREIGN, LlmNonsense) as error:
                if self._wire.closed.is_set():
                    raise Cancelled from error
                if watch.stalled:
                    raise LlmTimeout(self.name, f"no token for {stall_seconds:g} s") from error
                if isinstance(error, LlmNonsense):
                    raise
                tokens = llm_estimate.at_most(_whole(prompt))
                raise fault(self.name, error, prompt_tokens=tokens, context_tokens=self.context_tokens) from error

    def _patiently(self, call: Callable[[], T]) -> T:
        """`call`, again after a while when the server is busy or failing."""
        for attempt in range(self._retries.attempts - 1):
            try:
                return call()
            except LlmRejected as error:
                if error.status not in RETRYABLE_STATUS:
                    raise
                default = self._retries.delay(attempt)
                delay = retry_after(error.__cause__, default, self._retries.longest_delay)
                logger.info("model %s refused with status %d, trying again in %.1f s", self.name, error.status, delay)
                if self._wire.closed.wait(delay):
                    raise Cancelled from error
        return call()

    def _check_room(self, prompt: Prompt, options: LlmOptions) -> None:
        """Servers other than llama.cpp may cut a long prompt in silence, so it is not even sent."""
        if self._server.dialect is Dialect.LLAMA_CPP:
            return
        tokens = llm_estimate.at_most(_whole(prompt)) + llm_estimate.TEMPLATE_TOKENS + options.max_tokens
        if tokens > self.context_tokens:
            raise LlmContextExceeded(self.name, tokens, self.context_tokens)

    def _check_seen(self, prompt: Prompt, completion: Completion) -> None:
        """Raises LlmContextExceeded when the server counts fewer tokens than the prompt must have."""
        if completion.prompt_tokens is None:
            return
        sent = llm_estimate.at_least(_whole(prompt))
        if completion.prompt_tokens < SEEN_SHARE * sent:
            logger.warning("model %s saw %d of at least %d prompt tokens", self.name, completion.prompt_tokens, sent)
            raise LlmContextExceeded(self.name, sent, min(self.context_tokens, completion.prompt_tokens))


class _Tokens(BaseModel):
    tokens: list[int]


def _whole(prompt: Prompt) -> str:
    return f"{prompt.system}\n{prompt.user}\n{prompt.answer_start}"


def load_http(
    target: str,
    *,
    name: str,
    threads: int,
    context_tokens: int,
    api_key: str,
    idle_seconds: float = 0.0,
    retries: Retries | None = None,
) -> HttpModel:
    """The model `name` (or the URL's, or the server's first) at `target`.

    `threads` and `idle_seconds` are the server's own affair.
    Raises InvalidOption for a bad URL, LlmUnavailable, LlmRejected and LlmNonsense.
    """
    address = Address.parse(target, name)
    wire = Wire(address.root, api_key=api_key)
    server = inspect(wire, address)
    return HttpModel(
        wire, address, server, context_tokens=context_tokens, api_key=api_key, retries=retries or Retries()
    )
