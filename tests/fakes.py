"""Scripted stand-ins for things with weights."""

from collections.abc import Callable, Sequence

from tingwu.errors import TingwuError
from tingwu.text.llm import Completion, LlmOptions, Prompt

Script = Callable[[Prompt], str | TingwuError]


class FakeModel:
    """A language model that answers what `script` says for a prompt, and remembers the prompts.

    An answer that is an error is raised. A token is four characters.
    """

    name = "fake-llm"
    context_tokens = 4096

    def __init__(self, script: Script) -> None:
        self._script = script
        self.prompts: list[Prompt] = []

    def complete(self, prompt: Prompt, options: LlmOptions) -> Completion:
        self.prompts.append(prompt)
        answer = self._script(prompt)
        if isinstance(answer, TingwuError):
            raise answer
        cut = answer[: options.max_tokens * 4]
        return Completion(
            text=cut,
            prompt_tokens=self.count_tokens(prompt.system + prompt.user),
            completion_tokens=self.count_tokens(cut),
            truncated=len(cut) < len(answer),
        )

    def count_tokens(self, text: str) -> int:
        return -(-len(text) // 4)

    def choose(self, prompt: Prompt, choices: tuple[str, ...]) -> dict[str, float]:
        answer = self._script(prompt)
        picked = next((choice for choice in choices if str(answer).startswith(choice)), choices[0])
        return {choice: float(choice == picked) for choice in choices}

    def close(self) -> None:
        """Nothing to free."""


def in_turn(answers: Sequence[str | TingwuError]) -> Script:
    """A script that gives the answers one after the other, the last one for ever."""
    waiting = list(answers)
    return lambda prompt: waiting.pop(0) if len(waiting) > 1 else waiting[0]
