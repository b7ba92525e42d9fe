"""The day of a recording from its name and its tags."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.media import ffmpeg
from tingwu.audio.probe import probe
from tingwu.audio.recorded import day_in_name, day_in_tags


@pytest.fixture
def shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "name",
    [
        "2026-05-12.m4a",
        "20260512_0930 周会.wav",
        "GMT20260512-013000_a.mp4",
        "周会2026年5月12日.mp3",
        "a 2026.5.12.m4a",
    ],
)
def test_names_with_a_day(name: str) -> None:
    assert day_in_name(name) == date(2026, 5, 12)


@pytest.mark.parametrize(
    "name",
    ["meeting.m4a", "20261312.wav", "120260512.wav", "2026-05-12 to 2026-05-14.mp3", "2026512.wav", "v2026-0512.wav"],
)
def test_names_without_one_day(name: str) -> None:
    assert day_in_name(name) is None


@pytest.mark.usefixtures("shanghai")
@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-05-11T23:30:00.000000Z", date(2026, 5, 12)),
        ("2026-05-11T23:30:00", date(2026, 5, 11)),
        ("2026-05-11", date(2026, 5, 11)),
        ("1904-01-01T00:00:00.000000Z", None),
        ("2026-13-45", None),
        ("2026", None),
        ("Tuesday", None),
    ],
)
def test_tags(value: str, day: date | None) -> None:
    assert day_in_tags((f"    creation_time   : {value}",)) == day


def test_a_track_s_own_tag_is_not_the_recording_s() -> None:
    assert day_in_tags(("      creation_time   : 2026-05-11",)) is None


def test_a_real_file(tmp_path: Path) -> None:
    path = tmp_path / "a.m4a"
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-metadata", "creation_time=2026-05-12T12:00:00", path)
    assert probe(path).recorded == date(2026, 5, 12)
    renamed = path.rename(tmp_path / "2025-01-02 a.m4a")
    assert probe(renamed).recorded == date(2025, 1, 2)
