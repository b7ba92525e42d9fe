"""Inputs: files, folders and patterns of a command line -> media files, or why there are none."""

import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tingwu.errors import InvalidOption, MediaNotFound, TingwuError

_SUFFIXES = """
3g2 3gp aac ac3 aif aifc aiff amr asf avi caf eac3 flac flv m2ts m4a m4b m4v mka mkv mov mp2 mp3 mp4 mpeg mpg mts oga
ogg ogv opus ts w64 wav weba webm wma wmv
"""
MEDIA_SUFFIXES = frozenset(f".{suffix}" for suffix in _SUFFIXES.split())
"""What is taken from folders; a file that is named may be called anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One thing to work on. `label` is how messages call it; with `error` there is nothing to open."""

    label: str
    path: Path | None = None
    recording_id: str | None = None
    error: TingwuError | None = None


def media_inputs(arguments: Iterable[str]) -> tuple[Input, ...]:
    """The media that `arguments` name, in order, each file once, folders sorted by name."""
    found: dict[str, Input] = {}
    for argument in arguments:
        for one in _expand(argument):
            key = os.path.abspath(one.path) if one.path else f"\0{one.label}"
            found.setdefault(key, one)
    return tuple(found.values())


def _expand(argument: str) -> Iterator[Input]:
    path = Path(argument)
    if argument.startswith(("http://", "https://")):
        reason = "links are not fetched; download the file and give its path"
        yield Input(label=argument, error=InvalidOption("audio", argument, reason))
    elif path.is_dir():
        yield from _all_or_missing(argument, _media_below(path), "no audio or video in this folder")
    elif not path.exists() and glob.has_magic(argument):
        matches = (Path(match) for match in sorted(glob.glob(argument, recursive=True)))
        yield from _all_or_missing(argument, (match for match in matches if match.is_file()), "nothing matches")
    elif path.exists():
        yield Input(label=argument, path=path)
    else:
        yield Input(label=argument, error=MediaNotFound(argument))


def _media_below(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        yield from (Path(parent, name) for name in sorted(files) if Path(name).suffix.lower() in MEDIA_SUFFIXES)


def _all_or_missing(argument: str, paths: Iterable[Path], reason: str) -> Iterator[Input]:
    empty = True
    for path in paths:
        empty = False
        yield Input(label=str(path), path=path)
    if empty:
        yield Input(label=argument, error=MediaNotFound(argument, reason))
