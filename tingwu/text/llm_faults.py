"""What can go wrong with a model server, as typed errors.

Servers agree on HTTP status codes and on little else, so a prompt that is too long is recognised by its code, its type
or its words, and the numbers are taken from wherever they stand.
"""

import re
from typing import Any, cast

import httpx2
import openai

from tingwu.errors import LlmContextExceeded, LlmError, LlmNonsense, LlmRejected, LlmTimeout, LlmUnavailable

FOREIGN = (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, ValueError)
"""What the HTTP and OpenAI libraries raise; ValueError is text that is no JSON."""

RETRYABLE_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
"""Answers that may be different a moment later."""

_CONTEXT_CODES = {"exceed_context_size_error", "context_length_exceeded"}
_CONTEXT_WORDS = re.compile(
    r"context (?:size|length|window)|maximum context|prompt is too long|input (?:length|is too long)|too many tokens",
    re.IGNORECASE,
)
_MAX_DETAIL = 200


def fault(model: str, error: Exception, *, prompt_tokens: int, context_tokens: int) -> LlmError:
    """The typed error for `error`; the two counts are ours, for a server that names no numbers of its own."""
    if isinstance(_cause(error), httpx2.ConnectError | httpx2.ConnectTimeout):
        return LlmUnavailable(model, "nothing answers at that address")
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return LlmTimeout(model, "no answer in time")
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError | httpx2.StreamError):
        return LlmUnavailable(model, "the connection broke")
    if isinstance(error, openai.APIStatusError):
        return refusal(model, error.status_code, error.body or error.message, prompt_tokens, context_tokens)
    if isinstance(error, openai.APIError):
        return refusal(model, 500, error.body or error.message, prompt_tokens, context_tokens)
    return LlmNonsense(model, "the answer could not be read")


def refusal(model: str, status: int, body: object, prompt_tokens: int, context_tokens: int) -> LlmError:
    """The typed error for an HTTP status and what came with it (JSON fields or plain text)."""
    fields = _error_fields(body)
    message = str(fields.get("message") or (body if isinstance(body, str) else ""))
    codes = {str(fields.get("type")), str(fields.get("code"))}
    if codes & _CONTEXT_CODES or (status in {400, 413, 422, 500} and _CONTEXT_WORDS.search(message)):
        return LlmContextExceeded(
            model,
            _number(fields.get("n_prompt_tokens"), prompt_tokens),
            _number(fields.get("n_ctx"), context_tokens),
        )
    return LlmRejected(model, status, "a web page" if "<html" in message.lower() else message[:_MAX_DETAIL])


def retry_after(error: BaseException | None, default: float, limit: float) -> float:
    """Seconds to wait before the next try: what the server asked for, at most `limit`, else `default`."""
    response = getattr(error, "response", None)
    if not isinstance(response, httpx2.Response):
        return default
    value = response.headers.get("retry-after", "")
    return min(float(value), limit) if re.fullmatch(r"\d+(\.\d+)?", value) else default


def _cause(error: Exception) -> BaseException | None:
    return error.__cause__ if isinstance(error, openai.APIConnectionError) else error


def _error_fields(body: object) -> dict[str, Any]:
    if not isinstance(body, dict):
        return {}
    fields = cast(dict[str, Any], body)
    inner = fields.get("error")
    if isinstance(inner, dict):
        return cast(dict[str, Any], inner)
    return {"message": inner} if isinstance(inner, str) else fields


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) else default
