"""Pieces of an answer as they arrive, whatever protocol brought them, and how they become a Completion."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tingwu.errors import LlmNonsense
from tingwu.text.llm import Completion
from tingwu.text.llm_guard import LoopGuard

Scores = tuple[tuple[str, float], ...]
"""(token, natural logarithm of its probability), the likeliest tokens of one place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One event of an answer: some text, the reason why it ended, the counts, the scores of its first token."""

    text: str = ""
    finish: str = ""
    """`stop`, `length` or another word for the end; empty while the answer goes on."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    scores: Scores = ()


def collect(model: str, pieces: Iterable[Piece], *, answer_start: str, beat: Callable[[], None]) -> Completion:
    """Read an answer to its end or to its first loop; `beat` is called for every piece.

    A server that begins anew with `answer_start` has it taken off.
    Raises LlmNonsense for an empty or broken-off answer.
    """
    guard = LoopGuard()
    last = Piece()
    finish = ""
    looped = False
    for piece in pieces:
        beat()
        finish = piece.finish or finish
        last = piece if piece.prompt_tokens is not None else last
        if guard.feed(piece.text):
            looped = True
            break
    if not (finish or looped):
        raise LlmNonsense(model, "the answer broke off")
    # A begun answer may go on with a blank that belongs between its two halves.
    text = without_start(guard.text(), answer_start).rstrip() if answer_start else guard.text().strip()
    if not text.strip():
        raise LlmNonsense(model, "the answer is empty")
    return Completion(
        text=text,
        prompt_tokens=last.prompt_tokens,
        completion_tokens=last.completion_tokens,
        truncated=finish == "length" and not looped,
        looped=looped,
    )


def without_start(text: str, answer_start: str) -> str:
    """`text` without a leading `answer_start`, blanks around it ignored."""
    start = answer_start.strip()
    return text.lstrip().removeprefix(start) if start and text.lstrip().startswith(start) else text
