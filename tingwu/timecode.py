"""Seconds <-> the ways in which people and files write times."""

import re

from tingwu.errors import InvalidOption

_CLOCK = re.compile(r"(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:[.,]\d+)?)")


def to_ms(seconds: float) -> int:
    """Seconds as whole milliseconds, rounded half up; negative times become 0."""
    return max(0, int(seconds * 1000 + 0.5))


def srt(seconds: float) -> str:
    """`HH:MM:SS,mmm`, hours growing past two digits when they must."""
    hours, minutes, whole, ms = _split(seconds)
    return f"{hours:02d}:{minutes:02d}:{whole:02d},{ms:03d}"


def vtt(seconds: float) -> str:
    """`HH:MM:SS.mmm`."""
    return srt(seconds).replace(",", ".")


def clock(seconds: float) -> str:
    """`MM:SS`, or `H:MM:SS` from one hour on: for people. Rounds down, so that a click lands before the word."""
    whole = int(max(0.0, seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def parse(text: str) -> float:
    """`83.5`, `1:23.5`, `00:01:23,500` -> 83.5 seconds. Raises InvalidOption for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        raise InvalidOption("time", text, "write seconds or HH:MM:SS.mmm")
    hours, minutes, rest = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(rest.replace(",", "."))


def _split(seconds: float) -> tuple[int, int, int, int]:
    whole, ms = divmod(to_ms(seconds), 1000)
    return whole // 3600, whole // 60 % 60, whole % 60, ms
