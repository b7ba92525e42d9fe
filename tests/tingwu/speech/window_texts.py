"""Window texts for tests: words a second apart."""

from collections.abc import Sequence

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.asr import WindowText


def window(parts: Sequence[str], language: str = "zh", *, start: float = 0.0, probability: float = 0.9) -> WindowText:
    """A window whose words are `parts`, a second each."""
    words = tuple(
        Word(start=start + at, end=start + at + 1, text=part, probability=probability) for at, part in enumerate(parts)
    )
    return wordless("".join(parts).strip(), language, start=start, end=start + max(1, len(parts)), words=words)


def wordless(
    text: str, language: str = "zh", *, start: float = 0.0, end: float = 30.0, words: tuple[Word, ...] = ()
) -> WindowText:
    """A window with a text."""
    return WindowText(
        window=TimeRange(start=start, end=end),
        text=text,
        words=words,
        language=language,
        avg_logprob=-0.2,
        compression_ratio=1.0,
        no_speech_prob=0.0,
    )
