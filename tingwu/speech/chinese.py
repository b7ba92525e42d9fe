"""Chinese text in one script, with Chinese punctuation and without stray spaces.

Whisper mixes simplified and traditional characters. Text and words are converted as one string per window, since a
character's counterpart depends on its neighbours (头发 / 發現), and cut into words again. Only characters change, never
vocabulary: what was said stays what was said.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from math import ceil
from typing import Any, Literal

import opencc

from tingwu.errors import InvalidOption
from tingwu.speech.asr import WindowText

Script = Literal["auto", "simplified", "traditional", "as_is"]

_opencc: Any = opencc
"""OpenCC's types are incomplete."""

_CONFIGURATIONS = {"simplified": "t2s", "traditional": "s2tw"}
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = rf"{_HAN}，。！？；：、（）《》「」“”…"
_FULL_WIDTH = {",": "，", "?": "？", "!": "！", ";": "；", ":": "：", ".": "。"}
_HALF_MARK = re.compile(
    rf"(?<=[{_HAN}”」》）])\s*([,?!;:.])(?![.\w])\s*|(?<=[{_HAN}A-Za-z0-9%])([,?!;:])\s*(?=[{_HAN}])"
)
_SPACE = re.compile(
    rf"(?<=[{_WIDE}])[ \t]+(?=[{_WIDE}])|(?<=[，。！？；：、）》」”])[ \t]+|[ \t]+(?=[，。！？；：、（《「“])"
)


def tidy_texts(texts: Sequence[WindowText], script: str = "auto") -> tuple[WindowText, ...]:
    """All Chinese windows in one script and with full-width punctuation; other languages as they are.

    `script` is auto (what most characters already are), simplified, traditional or as_is. The words of a window still
    spell its text. Raises InvalidOption for another script.
    """
    if script not in ("auto", "simplified", "traditional", "as_is"):
        raise InvalidOption("script", script, "choose auto, simplified, traditional or as_is")
    if script == "auto":
        script = majority_script("".join(text.text for text in texts if _is_chinese(text)))
    return tuple(_tidy(text, script) if _is_chinese(text) else text for text in texts)


def majority_script(text: str) -> Literal["simplified", "traditional"]:
    """The script that more of the characters belong to that differ between the two; simplified if neither does."""
    to_simplified, to_traditional = convert(text, "simplified"), convert(text, "traditional")
    traditional = sum(a != b for a, b in zip(text, to_simplified, strict=False))
    simplified = sum(a != b for a, b in zip(text, to_traditional, strict=False))
    return "traditional" if traditional > simplified else "simplified"


def convert(text: str, script: str) -> str:
    """`text` in the script: simplified, traditional (Taiwan's characters); any other name leaves it as it is."""
    return str(_converter(_CONFIGURATIONS[script]).convert(text)) if script in _CONFIGURATIONS else text


def punctuate(text: str) -> str:
    """Full-width punctuation after Chinese characters, and no spaces between them.

    Numbers, times and Latin text keep theirs: 3.5, 10:30, Dr. Li.
    """
    wide = _HALF_MARK.sub(lambda match: _FULL_WIDTH[match.group(1) or match.group(2)], text)
    return _SPACE.sub("", wide)


def convert_words(words: Sequence[str], converted: str) -> list[str]:
    """Cut `converted`, a rewriting of the joined `words`, at the places that correspond to the words' edges.

    The parts always spell `converted`. A rewritten stretch that spans words is shared out by length, in favour of the
    words before.
    """
    original = "".join(words)
    edges = [sum(len(word) for word in words[: i + 1]) for i in range(len(words))] if words else []
    if len(original) != len(converted):
        blocks = SequenceMatcher(None, original, converted, autojunk=False).get_opcodes()
        edges = [_moved(edge, blocks) for edge in edges]
    if edges:
        edges[-1] = len(converted)
    return [converted[a:b] for a, b in zip([0, *edges], edges, strict=False)]


def _is_chinese(text: WindowText) -> bool:
    return text.language in ("zh", "yue")


def _tidy(text: WindowText, script: str) -> WindowText:
    if not text.words:
        return replace(text, text=punctuate(convert(text.text, script)).strip())
    spoken = [word.text for word in text.words]
    # In two steps: each changes either characters or lengths, so that edges are found again.
    converted = convert_words(spoken, convert("".join(spoken), script))
    tidied = convert_words(converted, punctuate("".join(converted)))
    words = tuple(
        word if part == word.text else replace(word, text=part) for word, part in zip(text.words, tidied, strict=True)
    )
    return replace(text, text="".join(tidied).strip(), words=words)


def _moved(edge: int, blocks: Sequence[tuple[str, int, int, int, int]]) -> int:
    """Where an edge of the original lies in the rewriting."""
    for _, a, b, c, d in blocks:
        if a <= edge <= b and b > a:
            return c + ceil((edge - a) * (d - c) / (b - a))
    return blocks[-1][4] if blocks else 0


@cache
def _converter(configuration: str) -> Any:
    return _opencc.OpenCC(configuration)
