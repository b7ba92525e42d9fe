"""How many tokens a text may have, for models whose tokenizer cannot be asked.

Two bounds by character class. Common tokenizers (Qwen, Llama 3, GPT-4o, Gemma) need 0.5 to 0.75 tokens for a Chinese
character and 1.0 to 1.35 for an English word with its space; the upper bound adds room, since a prompt that is too
long is cut in silence by some servers, while one that is too short costs a little speed.
"""

import re

_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_WORD = re.compile(r"[A-Za-z]+")
_DIGIT = re.compile(r"[0-9]")
_OTHER = re.compile(r"[^\sA-Za-z0-9\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")

LONG_WORD = 6
"""Letters of a word that are covered by one word's price; longer ones pay per so many letters."""
TEMPLATE_TOKENS = 48
"""Upper bound on what a chat template adds to one system and one user message."""


def at_most(text: str) -> int:
    """A safe over-estimate: 1.0 per CJK character, 1.6 per English word of 6 letters, 1 per digit, 1.5 per sign."""
    words = sum(1.6 * max(1.0, len(word) / LONG_WORD) for word in _WORD.findall(text))
    lines = text.count("\n")
    return round(0.5 + len(_HAN.findall(text)) + words + len(_DIGIT.findall(text)) + 1.5 * _signs(text) + lines)


def at_least(text: str) -> int:
    """A safe under-estimate: 0.45 per CJK character, 0.9 per English word, 0.3 per digit; signs are free."""
    return int(0.45 * len(_HAN.findall(text)) + 0.9 * len(_WORD.findall(text)) + 0.3 * len(_DIGIT.findall(text)))


def _signs(text: str) -> int:
    """Signs that are neither letters, digits nor spaces; those outside the basic plane (emoji) count twice."""
    return sum(1 if ord(sign) < 0x10000 else 2 for sign in _OTHER.findall(text))
