"""Did all of the sound come out? The rule that turns a decoder's end into a DecodeReport.

A decoder that drops the rest of a damaged file often ends with status 0, so the decoded length is compared with the
declared one, and every error that ffmpeg logged counts.
"""

import re

from tingwu.audio.banner import messages
from tingwu.domain.media import DecodeReport
from tingwu.timecode import vtt

TOLERANCE_SECONDS = 0.5
TOLERANCE_SHARE = 0.001
"""Decoded and declared length may differ by the larger of the two tolerances."""

_HARMLESS = re.compile(
    # The picture's decoders are kept out on purpose.
    r"Codec \(.*\) not on whitelist|Failed to open codec in avformat_find_stream_info"
    # Raw output has no time stamps, so their order does not matter; the samples are written all the same.
    r"|Application provided invalid, non monotonically increasing dts to muxer"
    r"|pts \(-?\d+\) < dts \(-?\d+\) in stream"
    r"|UDTA parsing failed"
)
_TELLING_WARNING = re.compile(r"Packet corrupt|corrupt input packet")
"""Warnings that mean lost sound: the demuxer got fewer bytes than the packet should have."""
_MAX_QUOTE_CHARACTERS = 160


def judge(
    *, decoded: float, declared: tuple[float | None, ...], status: int, log: str, cut_off: bool = False
) -> DecodeReport:
    """`decoded` and `declared` are seconds, `status` and `log` are ffmpeg's, `cut_off` is `tail`'s finding.

    A container may declare one length for the whole and one for the track; the one that fits better counts, for either
    may be left over from before the file was cut. More sound than declared also fails the rule: then the declared
    length proves nothing.
    """
    length = min((seconds for seconds in declared if seconds is not None), key=lambda s: abs(s - decoded), default=None)
    problems = _decoder_problems(status, harmful(log))
    if cut_off:
        problems.append("The end of the file is missing; it was cut off.")
    if length is not None and differs(decoded, length):
        problems.append(_length_problem(decoded, length))
    return DecodeReport(duration=decoded, declared_duration=length, complete=not problems, problems=tuple(problems))


def differs(decoded: float, declared: float) -> bool:
    """Whether two lengths in seconds are further apart than rounding and codec delays explain."""
    return abs(decoded - declared) > max(TOLERANCE_SECONDS, TOLERANCE_SHARE * declared)


class PictureEnd:
    """Finds where a list of packets in ffmpeg's framecrc format ends; feed it line by line.

    Lines are `#tb 0: 1/1000` and then `stream, dts, pts, duration, size, crc`.
    """

    def __init__(self) -> None:
        self._tick = 0.0
        self._end_ticks = 0

    def feed(self, line: str) -> None:
        if match := re.match(r"#tb 0: (\d+)/(\d+)", line):
            self._tick = int(match[1]) / max(1, int(match[2]))
        elif match := re.match(r"0, *-?\d+, *(-?\d+), *(\d+),", line):
            self._end_ticks = max(self._end_ticks, int(match[1]) + int(match[2]))

    @property
    def seconds(self) -> float:
        return self._end_ticks * self._tick


def harmful(log: str) -> list[str]:
    """Those messages in an ffmpeg log that can mean lost sound."""
    errors = [error for error in messages(log, "error", "fatal", "panic") if not _HARMLESS.search(error)]
    return errors + [warning for warning in messages(log, "warning") if _TELLING_WARNING.search(warning)]


def _decoder_problems(status: int, errors: list[str]) -> list[str]:
    problems: list[str] = []
    if errors:
        count = f"{len(errors)} errors" if len(errors) > 1 else "an error"
        problems.append(f"The file is damaged: the decoder reported {count} (first: {_quote(errors[0])}).")
    if status < 0:
        problems.append(f"The decoder was stopped by signal {-status} before the end of the file.")
    elif status > 0 and not errors:
        problems.append(f"The decoder gave up before the end of the file (status {status}).")
    return problems


def _length_problem(decoded: float, declared: float) -> str:
    lengths = f"The file declares {vtt(declared)} of sound"
    if decoded < declared:
        return f"{lengths}, but only {vtt(decoded)} could be decoded."
    return f"{lengths}, but {vtt(decoded)} came out; nothing is known to be missing."


def _quote(error: str) -> str:
    return "".join(c for c in error if c.isprintable())[:_MAX_QUOTE_CHARACTERS].rstrip(". ")
