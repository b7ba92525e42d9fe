"""The formats: a name -> its file extension and the function that renders it.

To add one, write `render(recording, options) -> str` and put a line here; the command line, the API and the tables in
the documentation read this dict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from tingwu.domain.recording import Recording
from tingwu.errors import InvalidOption
from tingwu.writers import documents, subtitles, timeline, whisper_json
from tingwu.writers.options import WriteOptions


class Render(Protocol):
    """Turns a recording into the text of a file. Pure: the same recording and options give the same text."""

    def __call__(self, recording: Recording, options: WriteOptions) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`extension` has no dot; `media_type` is for HTTP; `says` is a line for people."""

    extension: str
    media_type: str
    says: str
    render: Render


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "txt": Format(
            extension="txt", media_type="text/plain", says="a sentence a line, with speakers", render=documents.txt
        ),
        "srt": Format(
            extension="srt", media_type="application/x-subrip", says="SubRip subtitles", render=subtitles.srt
        ),
        "vtt": Format(
            extension="vtt", media_type="text/vtt", says="WebVTT subtitles with speakers", render=subtitles.vtt
        ),
        "ass": Format(extension="ass", media_type="text/x-ssa", says="styled subtitles, karaoke", render=subtitles.ass),
        "lrc": Format(extension="lrc", media_type="text/plain", says="lyrics with times", render=subtitles.lrc),
        "tsv": Format(
            extension="tsv",
            media_type="text/tab-separated-values",
            says="start, end (ms) and text, parted by tabs",
            render=documents.tsv,
        ),
        "csv": Format(extension="csv", media_type="text/csv", says="a table for spreadsheets", render=documents.csv),
        "rttm": Format(extension="rttm", media_type="text/plain", says="who speaks when (NIST)", render=documents.rttm),
        "json": Format(
            extension="json",
            media_type="application/json",
            says="Whisper's JSON with words, coverage, corrections, warnings and notes",
            render=whisper_json.whisper_json,
        ),
        "timeline": Format(
            extension="speakers.svg",
            media_type="image/svg+xml",
            says="a picture of who speaks when",
            render=timeline.timeline,
        ),
        "md": Format(
            extension="md", media_type="text/markdown", says="notes and transcript to read", render=documents.md
        ),
    }
)

ALL = "all"
"""Stands for every format."""


def format_names(choice: str) -> tuple[str, ...]:
    """The formats in a comma list such as `srt,vtt` or `all`, each once. Raises InvalidOption."""
    names = [name.strip().lower() for name in choice.split(",") if name.strip()]
    for name in names:
        if name != ALL and name not in FORMATS:
            raise InvalidOption("output_format", name, f"choose from {', '.join(FORMATS)} or {ALL}")
    if not names:
        raise InvalidOption("output_format", choice, f"choose from {', '.join(FORMATS)} or {ALL}")
    return tuple(FORMATS) if ALL in names else tuple(dict.fromkeys(names))


def render(recording: Recording, name: str, options: WriteOptions) -> str:
    """The text of a file in format `name`. Raises InvalidOption."""
    (known,) = format_names(name)
    return FORMATS[known].render(recording, options)
