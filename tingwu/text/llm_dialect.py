"""Which kind of model server answers at a URL, and what each kind wants said differently.

All speak the OpenAI API; they differ in the name of the repetition penalty, in whether an answer can be begun for the
model, and in what they tell about the model's context.
"""

import logging
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx2
from pydantic import BaseModel, ValidationError

from tingwu.errors import InvalidOption, LlmNonsense, LlmUnavailable
from tingwu.text.llm import LlmOptions
from tingwu.text.llm_faults import refusal
from tingwu.text.llm_wire import Wire

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer", bound=BaseModel)

PENALTY_WINDOW = 256
"""Tokens that the repetition penalty looks back over."""


class Dialect(StrEnum):
    """The kind of server."""

    LLAMA_CPP = "llama.cpp"
    VLLM = "vllm"
    OLLAMA = "ollama"
    PLAIN = "plain"
    """Anything else: only what the OpenAI API itself names is sent."""

    @property
    def begins_answers(self) -> bool:
        """Whether a last message of the assistant is continued rather than answered."""
        return self is not Dialect.PLAIN

    def extra_body(self, options: LlmOptions, *, continues: bool) -> dict[str, Any]:
        """Request fields beyond the OpenAI API; `continues` when the answer has been begun."""
        if self is Dialect.LLAMA_CPP:
            return {
                "repeat_penalty": options.repeat_penalty,
                "repeat_last_n": PENALTY_WINDOW,
                "cache_prompt": True,
                # Reading a long prompt on a slow machine is no stall: every batch read is an event.
                "return_progress": True,
                # Answers begun by us and thoughts shut each other out.
                "chat_template_kwargs": {"enable_thinking": False},
            }
        if self is Dialect.VLLM:
            begun = {"continue_final_message": True, "add_generation_prompt": False} if continues else {}
            return {
                "repetition_penalty": options.repeat_penalty,
                "chat_template_kwargs": {"enable_thinking": False},
            } | begun
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a server is: `root` without `/v1`, the base URL of its OpenAI API, and the model asked for ("" = any)."""

    root: str
    base: str
    model: str

    @classmethod
    def parse(cls, url: str, model: str = "") -> "Address":
        """`http://host:11434/v1#qwen3:4b` or `...?model=qwen3:4b`; `model` wins over both. Raises InvalidOption."""
        parts = urlsplit(url.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise InvalidOption("llm", url, "write http://host:port/v1")
        path = parts.path.rstrip("/")
        base_path = path if path.rpartition("/")[2].startswith("v") else f"{path}/v1"
        named = model or parts.fragment or parse_qs(parts.query).get("model", [""])[0]
        return cls(
            root=urlunsplit((parts.scheme, parts.netloc, base_path.rpartition("/")[0], "", "")),
            base=urlunsplit((parts.scheme, parts.netloc, base_path, "", "")),
            model=named,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What a server said about itself. `context_tokens` is None when it does not say."""

    dialect: Dialect
    model: str
    context_tokens: int | None


class _Card(BaseModel):
    id: str
    owned_by: str = ""
    max_model_len: int | None = None


class _Cards(BaseModel):
    data: list[_Card] | None = None


class _Version(BaseModel):
    version: str


class _Defaults(BaseModel):
    n_ctx: int


class _Props(BaseModel):
    default_generation_settings: _Defaults


def inspect(wire: Wire, address: Address) -> Server:
    """Ask the server at `address` what it is and which models it has.

    Raises LlmUnavailable, LlmRejected, and LlmNonsense when what answers is no model server.
    """
    cards = _models(wire, address)
    model = address.model or (cards[0].id if cards else "")
    if not model:
        raise LlmNonsense(address.base, "the server names no model; name one with #model")
    card = next((card for card in cards if card.id == model), _Card(id=model))
    if card.owned_by == "llamacpp":
        return Server(dialect=Dialect.LLAMA_CPP, model=model, context_tokens=_llama_context(wire, address))
    if card.owned_by in {"vllm", "sglang"}:
        return Server(dialect=Dialect.VLLM, model=model, context_tokens=card.max_model_len)
    dialect = Dialect.OLLAMA if _ask(wire, f"{address.root}/api/version", _Version) else Dialect.PLAIN
    logger.debug("model server at %s speaks %s", address.root, dialect)
    return Server(dialect=dialect, model=model, context_tokens=card.max_model_len)


def _models(wire: Wire, address: Address) -> list[_Card]:
    try:
        response = wire.http.get(f"{address.base}/models")
    except httpx2.HTTPError as error:
        raise LlmUnavailable(address.base, "nothing answers at that address") from error
    if response.status_code in {404, 405} and address.model:
        return []
    if response.is_error:
        raise refusal(address.base, response.status_code, response.text, 0, 0)
    try:
        return _Cards.model_validate_json(response.content).data or []
    except ValidationError as error:
        raise LlmNonsense(address.base, "what answers there is no model server") from error


def _llama_context(wire: Wire, address: Address) -> int | None:
    props = _ask(wire, f"{address.root}/props", _Props)
    return props.default_generation_settings.n_ctx if props else None


def _ask(wire: Wire, url: str, shape: type[Answer]) -> Answer | None:
    """What `url` answers, or None when it has nothing of that shape to say."""
    try:
        response = wire.http.get(url)
        return shape.model_validate_json(response.content) if response.is_success else None
    except (httpx2.HTTPError, ValidationError):
        return None
