"""Asking by the OpenAI API's chat completions, streamed."""

from collections.abc import Generator

import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from tingwu.errors import LlmNonsense
from tingwu.text.llm import LlmOptions, Prompt
from tingwu.text.llm_dialect import Address, Server
from tingwu.text.llm_messages import Role, messages
from tingwu.text.llm_reply import Piece
from tingwu.text.llm_wire import Wire


class OpenAiChat:
    """Asks the model of `server`; what the OpenAI API does not name is said in the server's dialect."""

    def __init__(self, wire: Wire, address: Address, server: Server, api_key: str) -> None:
        self._server = server
        self._client = openai.OpenAI(
            base_url=address.base, api_key=api_key or "none", max_retries=0, http_client=wire.http
        )

    def pieces(self, prompt: Prompt, options: LlmOptions, top: int) -> Generator[Piece]:
        """Raises what the client raises, and LlmNonsense for a web page."""
        stream = self._client.chat.completions.create(
            model=self._server.model,
            messages=self._messages(prompt),
            max_tokens=options.max_tokens,
            temperature=0.0,
            stop=list(options.stop) or openai.omit,
            stream=True,
            stream_options={"include_usage": True},
            logprobs=True if top else openai.omit,
            top_logprobs=top or openai.omit,
            timeout=options.timeout,
            extra_body=self._server.dialect.extra_body(options, continues=bool(prompt.answer_start)),
        )
        with stream:
            if "html" in stream.response.headers.get("content-type", ""):
                raise LlmNonsense(self._server.model, "a web page came instead of an answer")
            for chunk in stream:
                yield _piece(chunk)

    def _messages(self, prompt: Prompt) -> list[ChatCompletionMessageParam]:
        begun = self._server.dialect.begins_answers
        return [_message(role, text) for role, text in messages(prompt, begun=begun)]


def _message(role: Role, text: str) -> ChatCompletionMessageParam:
    """One message; a literal for each role, since the client's types tell messages apart by it."""
    if role == "system":
        return {"role": "system", "content": text}
    if role == "assistant":
        return {"role": "assistant", "content": text}
    return {"role": "user", "content": text}


def _piece(chunk: ChatCompletionChunk) -> Piece:
    usage = chunk.usage
    choice = chunk.choices[0] if chunk.choices else None
    scored = choice.logprobs.content if choice and choice.logprobs else None
    return Piece(
        text=(choice.delta.content or "") if choice and choice.delta else "",
        finish=(choice.finish_reason or "") if choice else "",
        prompt_tokens=usage.prompt_tokens if usage else None,
        completion_tokens=usage.completion_tokens if usage else None,
        scores=tuple((score.token, score.logprob) for score in scored[0].top_logprobs) if scored else (),
    )
