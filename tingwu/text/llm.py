"""LanguageModel: the Protocol of everything that writes, its options, and the registry of backends.

Callers send one task at a time: a system text, a user text that begins with the (byte-identical) chunk so that servers
reuse its prefix, and, if they want, the first characters of the answer. A model has no tools and no network.
"""

from dataclasses import dataclass
from typing import Protocol

from tingwu.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmOptions:
    """How one answer is written. Decoding is greedy: the same prompt gives the same answer."""

    max_tokens: int = 256
    """Hard cap on the answer's length."""
    repeat_penalty: float = 1.1
    """1.05-1.15 over the last 256 tokens keeps small models from circling."""
    stop: tuple[str, ...] = ()
    """Texts that end the answer; they are not part of it."""
    timeout: float = 300.0
    """Seconds without a new token, or sign that the prompt is being read, after which the call is given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One task. `answer_start` is put into the model's mouth and is not repeated in the completion."""

    system: str
    user: str
    answer_start: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What the model wrote. `prompt_tokens` is the server's own count, None when it does not say.

    `truncated` is true when `max_tokens` ended the answer, `looped` when the loop guard cut it.
    """

    text: str
    prompt_tokens: int | None
    completion_tokens: int | None
    truncated: bool = False
    looped: bool = False


class LanguageModel(Protocol):
    """A language model that is ready to answer."""

    name: str
    """Name of the model, for the record."""
    context_tokens: int
    """Prompt and answer together may have so many tokens."""

    def complete(self, prompt: Prompt, options: LlmOptions) -> Completion:
        """Write the answer. Raises LlmError subclasses; never returns an empty text silently (LlmNonsense)."""
        ...

    def count_tokens(self, text: str) -> int:
        """Tokens of `text` by the model's own tokenizer, or a safe over-estimate where there is none to ask."""
        ...

    def choose(self, prompt: Prompt, choices: tuple[str, ...]) -> dict[str, float]:
        """Probability of each choice as the answer's first token; sums to 1. Choices differ in their first token."""
        ...

    def close(self) -> None:
        """Free what it holds: a child process, a connection, memory."""
        ...


class LanguageModelFactory(Protocol):
    """What the registry's entries are. `target` is a model file, a URL or a folder, as the backend wants it."""

    def __call__(
        self, target: str, *, name: str, threads: int, context_tokens: int, api_key: str, idle_seconds: float = 300.0
    ) -> LanguageModel: ...


LLM_BACKENDS: Registry[LanguageModelFactory] = Registry(
    kind="llm_backend",
    targets={
        "embedded": "tingwu.text.llm_local:load_embedded",
        "http": "tingwu.text.llm_http:load_http",
        "transformers": "tingwu.text.llm_transformers:load_transformers",
    },
)
