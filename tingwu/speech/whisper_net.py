"""WhisperNet: the Protocol of loaded models of Whisper's architecture. All that is not the net itself is shared."""

# pyright: reportMissingTypeStubs=false

from collections.abc import Sequence
from typing import Protocol

from faster_whisper.tokenizer import Tokenizer

from tingwu.speech.asr import Samples
from tingwu.speech.quality import Attempt, Rung
from tingwu.speech.whisper_encoded import Encoded


class WhisperNet(Protocol):
    """Encode, decode, align. Engines' own errors come out as ModelUnusable with the engine's words in `detail`."""

    name: str
    multilingual: bool
    workers: int
    """So many threads may call at once; more would only wait."""

    def tokenizer(self, language: str, task: str) -> Tokenizer:
        """The tokenizer for one language and task. Raises InvalidOption for what the model does not know."""
        ...

    def encode(self, samples: Samples, seconds: int) -> Encoded:
        """Encoder output for `samples` padded with silence to `seconds` (or to 30 s)."""
        ...

    def encode_all(self, windows: Sequence[Samples], seconds: int) -> list[Encoded]:
        """Encoder outputs of windows of one length."""
        ...

    def languages(self, encoded: Sequence[Encoded]) -> list[list[tuple[str, float]]]:
        """Per encoder output, all of one length: (language code, probability), most likely first."""
        ...

    def decode(self, encoded: Sequence[Encoded], tokenizer: Tokenizer, prompt: str, how: Rung) -> list[Attempt]:
        """One attempt per encoder output; all outputs have the same length."""
        ...

    def align(
        self, encoded: Sequence[Encoded], tokenizer: Tokenizer, tokens: Sequence[Sequence[int]], steps: Sequence[int]
    ) -> list[tuple[list[tuple[int, int]], list[float]]]:
        """Per window the path of (token, step of 20 ms) pairs and the probability of each token.

        `steps` is how many steps are sound rather than padding.
        """
        ...

    def close(self) -> None:
        """Free the weights."""
        ...
