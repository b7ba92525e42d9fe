"""Which ffmpeg is taken, and that its command lines stay locked down."""

from itertools import pairwise
from pathlib import Path

import pytest

from tingwu.audio.ffmpeg import (
    OLDEST_VERSION,
    Ffmpeg,
    check_ffmpeg,
    decode_command,
    find_ffmpeg,
    parse_version,
    picture_times_command,
    probe_command,
)

PROGRAM = Ffmpeg(path="/bin/ffmpeg", version=(9, 0))


def fake_program(folder: Path, version: str, protocols: str) -> str:
    path = folder / "ffmpeg"
    path.write_text(
        f'#!/bin/sh\ncase "$*" in *-version*) echo "ffmpeg version {version}";; *) echo "{protocols}";; esac\n'
    )
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("ffmpeg version 8.1.2 Copyright", (8, 1, 2)),
        ("ffmpeg version n9.0.2-17-g2a571b6068 Copyright", (9, 0, 2)),
        ("ffmpeg version 7.1.1-1ubuntu2", (7, 1, 1)),
        ("ffmpeg version N-118000-g1234", ()),
        ("", ()),
    ],
)
def test_versions(line: str, version: tuple[int, ...]) -> None:
    assert parse_version(line) == version


def test_the_program_found_is_new_enough() -> None:
    found = find_ffmpeg()
    assert found.version >= OLDEST_VERSION
    assert Path(found.path).is_absolute()


def test_a_new_program_with_descriptors_will_do(tmp_path: Path) -> None:
    path = fake_program(tmp_path, "8.1.2", "Input: fd file")
    assert check_ffmpeg(path) == Ffmpeg(path=path, version=(8, 1, 2))


@pytest.mark.parametrize(
    ("version", "protocols"), [("8.1.1", "fd file"), ("6.0", "fd"), ("9.0", "file"), ("N-1", "fd")]
)
def test_old_or_limited_programs_are_passed_over(tmp_path: Path, version: str, protocols: str) -> None:
    assert check_ffmpeg(fake_program(tmp_path, version, protocols)) is None
    assert check_ffmpeg(str(tmp_path / "missing")) is None


@pytest.mark.parametrize(
    "command",
    [
        probe_command(PROGRAM),
        decode_command(PROGRAM, stream=3, channels=2, real_timestamps=True),
        picture_times_command(PROGRAM),
    ],
)
def test_every_command_is_locked_down(command: list[str]) -> None:
    before_input = command[: command.index("-i")]
    pairs = dict(pairwise(before_input))
    assert pairs["-protocol_whitelist"] == "fd"
    assert not {"concat", "hls", "dash", "image2", "lavfi", "rtsp", "sdp"} & set(pairs["-format_whitelist"].split(","))
    assert not {"h264", "hevc", "png", "mjpeg"} & set(pairs["-codec_whitelist"].split(","))
    assert "-nostdin" in before_input
    assert command.count("-i") == 1
    assert command[command.index("-i") + 1] == "fd:"


def test_the_decode_command_asks_for_raw_sound() -> None:
    command = decode_command(PROGRAM, stream=3, channels=2, real_timestamps=False)
    output = command[command.index("fd:") + 1 :]
    assert output[:2] == ["-map", "0:a:3"]
    assert output[-1] == "pipe:1"
    assert {"-vn", "-sn", "-dn"} <= set(output)
    assert "-af" not in output
