"""Text is data: how each format is kept from reading it as markup.

Everything from a transcript, a file name, a speaker's name or a model passes through one of these on its way out.
This module does not know the formats' layouts.
"""

import re
import unicodedata
from html import escape

_ARROW = re.compile(r"--+>")
_MARKDOWN = re.compile(r"([\\`*_\[\]~|$])")
_MARKDOWN_START = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=\s|$|[-+=])|\d{1,9}(?=[.)](?:\s|$)))")
_ASS_LOOKALIKE = str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})
_NOT_IN_XML = re.compile(r"[\ufffe\uffff]")
_DROPPED = {"Cc", "Cs", "Zl", "Zp"}
_FORMULA = ("=", "+", "-", "@")


def one_line(text: str) -> str:
    """`text` on one line, single spaces, without control characters and halves of characters."""
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(char) in _DROPPED else char for char in text)
    return " ".join(text.split())


def no_arrow(text: str) -> str:
    """`-->` parts the times of a cue; inside its text it becomes `->`."""
    return _ARROW.sub("->", text)


def vtt(text: str) -> str:
    """Text for WebVTT, where `&`, `<` and `>` mean something, in cues and in `<v Name>` alike."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def ass(text: str) -> str:
    r"""Text for ASS, which knows no escape that every player reads: `{`, `}` and `\` become their full-width twins."""
    return text.translate(_ASS_LOOKALIKE)


def markdown(text: str) -> str:
    """Text for a Markdown line: shown as it is, never as a heading, list, picture or HTML."""
    escaped = vtt(_MARKDOWN.sub(r"\\\1", one_line(text)))
    return _MARKDOWN_START.sub(_escape_start, escaped)


def xml(text: str) -> str:
    """Text on one line for XML, in elements and in attributes; what no XML may hold is left out."""
    return escape(_NOT_IN_XML.sub("", one_line(text)))


def csv_cell(text: str) -> str:
    """Text for a spreadsheet cell: what would be run as a formula gets a leading `'`."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def _escape_start(match: re.Match[str]) -> str:
    start = match.group(1)
    return f"{start}\\" if start[0].isdigit() else f"\\{start}"
