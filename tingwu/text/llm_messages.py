"""A Prompt as chat messages, with the marks taken out by which a text could end its own message.

Chat templates and tokenizers treat some strings (`<|im_end|>`, `</s>`, `[INST]`) as control marks wherever they stand.
In a transcript or a file name they are only text, so a blank is put behind their first sign.
"""

import re
from collections.abc import Generator
from typing import Literal

from tingwu.text.llm import Prompt

Role = Literal["system", "user", "assistant"]

_MARK = re.compile(
    r"<(?=\|[\w ▁｜|-]{1,40}\|?>|｜|/?s>|(?:start|end)_of_turn>|/?(?:bos|eos|pad|unk|think|tool_call)>)|\[(?=/?INST\])",
    re.IGNORECASE,
)


def messages(prompt: Prompt, *, begun: bool) -> Generator[tuple[Role, str]]:
    """(role, text) of each message that is not empty; the assistant's beginning only when `begun`."""
    parts: tuple[tuple[Role, str], ...] = (
        ("system", prompt.system),
        ("user", prompt.user),
        ("assistant", prompt.answer_start if begun else ""),
    )
    for role, text in parts:
        if text:
            yield role, harmless(text)


def harmless(text: str) -> str:
    """`text` with a blank inside every control mark."""
    return _MARK.sub(lambda match: match.group() + " ", text)
