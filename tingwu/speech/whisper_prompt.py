"""What Whisper is told before a window: what was said before it, hot words, and how to write Chinese."""

from tingwu.speech.asr import AsrOptions, WindowText

_PUNCTUATION_PROMPTS = {"zh": "以下是普通话的句子。"}
"""Told before a window unless the user gives a prompt, or something with punctuation was said before: without it base
leaves out most Chinese punctuation."""
_PUNCTUATION = "，。？！、,.?!"
_MISLEADING_LOGPROB = -0.5
"""A text that the model was less sure of is not told as what was said before."""


def prompt_for(language: str, options: AsrOptions, before: WindowText | None = None) -> str:
    """What the model is told before a window: what was said `before` it, then what the user wants told.

    A prompt that is too long loses its beginning. An empty `initial_prompt` turns the default for Chinese off.
    """
    said = _said(before, language)
    told = options.initial_prompt
    if told is None and options.task == "transcribe" and not any(mark in said for mark in _PUNCTUATION):
        told = _PUNCTUATION_PROMPTS.get(language)
    return " ".join(part.strip() for part in (said, options.hotwords, told) if part)


def _said(before: WindowText | None, language: str) -> str:
    """The text before a window if it is worth telling: what is wrong in it would come again."""
    if before is None or before.language != language or before.heard_language not in ("", language):
        return ""
    return "" if before.looped or before.avg_logprob < _MISLEADING_LOGPROB else before.text
