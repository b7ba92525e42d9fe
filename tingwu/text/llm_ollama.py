"""Ollama's own chat API. Its OpenAI-compatible one cannot set the context and cuts long prompts in silence."""

from collections.abc import Generator
from typing import Any

from pydantic import BaseModel

from tingwu.errors import LlmNonsense
from tingwu.text.llm import LlmOptions, Prompt
from tingwu.text.llm_dialect import PENALTY_WINDOW
from tingwu.text.llm_faults import refusal
from tingwu.text.llm_messages import messages
from tingwu.text.llm_reply import Piece, Scores
from tingwu.text.llm_wire import Wire


class _Message(BaseModel):
    content: str = ""


class _Score(BaseModel):
    token: str
    logprob: float


class _TokenScores(BaseModel):
    top_logprobs: list[_Score] = []


class _Event(BaseModel):
    message: _Message = _Message()
    error: str = ""
    done: bool = False
    done_reason: str = ""
    prompt_eval_count: int | None = None
    eval_count: int | None = None
    logprobs: list[_TokenScores] | None = None


class OllamaChat:
    """Asking by `/api/chat`, one JSON object a line. `context_tokens` is set with every request."""

    def __init__(self, wire: Wire, model: str, context_tokens: int) -> None:
        self._wire = wire
        self._model = model
        self._context_tokens = context_tokens

    def pieces(self, prompt: Prompt, options: LlmOptions, top: int) -> Generator[Piece]:
        """Raises what the HTTP client raises, LlmRejected, LlmContextExceeded, and LlmNonsense for a web page."""
        url = f"{self._wire.root}/api/chat"
        with self._wire.http.stream(
            "POST", url, json=self._body(prompt, options, top), timeout=options.timeout
        ) as reply:
            if reply.is_error:
                reply.read()
                raise refusal(self._model, reply.status_code, _json_or_text(reply.text), 0, self._context_tokens)
            if "html" in reply.headers.get("content-type", ""):
                raise LlmNonsense(self._model, "a web page came instead of an answer")
            for line in filter(str.strip, reply.iter_lines()):
                event = _Event.model_validate_json(line)
                if event.error:
                    raise refusal(self._model, 500, event.error, 0, self._context_tokens)
                yield _piece(event)

    def _body(self, prompt: Prompt, options: LlmOptions, top: int) -> dict[str, Any]:
        return {
            "model": self._model,
            "messages": [{"role": role, "content": text} for role, text in messages(prompt, begun=True)],
            "stream": True,
            "think": False,
            "options": {
                "num_ctx": self._context_tokens,
                "num_predict": options.max_tokens,
                "temperature": 0,
                "repeat_penalty": options.repeat_penalty,
                "repeat_last_n": PENALTY_WINDOW,
                "stop": list(options.stop),
            },
        } | ({"logprobs": True, "top_logprobs": top} if top else {})


def _piece(event: _Event) -> Piece:
    first = event.logprobs[0].top_logprobs if event.logprobs else []
    scores: Scores = tuple((score.token, score.logprob) for score in first)
    return Piece(
        text=event.message.content,
        finish=(event.done_reason or "stop") if event.done else "",
        prompt_tokens=event.prompt_eval_count,
        completion_tokens=event.eval_count,
        scores=scores,
    )


def _json_or_text(text: str) -> object:
    try:
        return {"message": _Event.model_validate_json(text).error}
    except ValueError:
        return text
