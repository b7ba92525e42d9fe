"""RTTM, NIST's lines of who speaks when: `SPEAKER file 1 start duration <NA> <NA> speaker <NA> <NA>`."""

from collections.abc import Iterable
from pathlib import Path

from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import InvalidOption, MediaNotFound, StoredDataInvalid
from tingwu.files import write_atomically

_FIELDS = 8
"""A line has at least so many; what stands after the speaker is not read."""


def read_rttm(path: Path) -> dict[str, tuple[SpeakerTurn, ...]]:
    """Turns of each file that is named in `path`, in order of their beginnings; empty for an empty file.

    Lines of other kinds and comments are left out. Raises MediaNotFound, StoredDataInvalid, or InvalidOption for a
    line that cannot be understood.
    """
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise MediaNotFound(str(path)) from error
    except UnicodeDecodeError as error:
        raise StoredDataInvalid(str(path), "it is not UTF-8") from error
    found: dict[str, list[SpeakerTurn]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split()
        if fields and fields[0] == "SPEAKER":
            try:
                if len(fields) < _FIELDS:
                    raise ValueError("it has too few fields")
                start, duration = float(fields[3]), float(fields[4])
                turn = SpeakerTurn(start=start, end=start + duration, speaker=fields[7])
            except ValueError as error:
                raise InvalidOption("data", f"{path}, line {number}", str(error)) from error
            found.setdefault(fields[1], []).append(turn)
    return {name: tuple(sorted(turns, key=lambda turn: turn.start)) for name, turns in found.items()}


def write_rttm(path: Path, name: str, turns: Iterable[SpeakerTurn]) -> None:
    """Write the turns of the recording `name`. Spaces in names become underscores. Raises OutputError."""
    lines = (
        f"SPEAKER {_token(name)} 1 {turn.start:.3f} {turn.duration:.3f} <NA> <NA> {_token(turn.speaker)} <NA> <NA>\n"
        for turn in turns
    )
    write_atomically(path, "".join(lines))


def _token(text: str) -> str:
    return "_".join(text.split())
