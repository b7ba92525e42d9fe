"""RTTM is read as others write it, and what is written is read back."""

from pathlib import Path

import pytest

from pipelines.bench.rttm import read_rttm, write_rttm
from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import InvalidOption, MediaNotFound, StoredDataInvalid

ONE = SpeakerTurn(start=0.5, end=1.75, speaker="Ann Lee")
TWO = SpeakerTurn(start=1.25, end=2.0, speaker="李")


def test_round_trip(tmp_path: Path) -> None:
    write_rttm(tmp_path / "a.rttm", "my talk", (ONE, TWO))
    assert (tmp_path / "a.rttm").read_text("utf-8") == (
        "SPEAKER my_talk 1 0.500 1.250 <NA> <NA> Ann_Lee <NA> <NA>\n"
        "SPEAKER my_talk 1 1.250 0.750 <NA> <NA> 李 <NA> <NA>\n"
    )
    found = read_rttm(tmp_path / "a.rttm")
    assert found == {"my_talk": (SpeakerTurn(start=0.5, end=1.75, speaker="Ann_Lee"), TWO)}


def test_several_files_comments_and_any_order(tmp_path: Path) -> None:
    path = tmp_path / "a.rttm"
    path.write_text(
        ";; made by hand\nSPKR-INFO x 1 <NA> <NA> <NA> unknown B <NA>\nSPEAKER x 1 5 1 <NA> <NA> B <NA> <NA>\n\n"
        "SPEAKER y 1 0 1 <NA> <NA> A\nSPEAKER x 1 2 1 <NA> <NA> A <NA> <NA>\n",
        "utf-8",
    )
    found = read_rttm(path)
    assert [(name, [turn.speaker for turn in turns]) for name, turns in found.items()] == [
        ("x", ["A", "B"]),
        ("y", ["A"]),
    ]


@pytest.mark.parametrize("line", ["SPEAKER x 1 2", "SPEAKER x 1 a 1 <NA> <NA> A", "SPEAKER x 1 2 -1 <NA> <NA> A"])
def test_lines_that_say_nothing(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.rttm").write_text(f"\n{line}\n", "utf-8")
    with pytest.raises(InvalidOption, match="line 2"):
        read_rttm(tmp_path / "a.rttm")


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty.rttm").touch()
    (tmp_path / "bytes.rttm").write_bytes(b"\xff\xfe\x00SPEAKER")
    assert read_rttm(tmp_path / "empty.rttm") == {}
    with pytest.raises(StoredDataInvalid):
        read_rttm(tmp_path / "bytes.rttm")
    with pytest.raises(MediaNotFound):
        read_rttm(tmp_path / "nothing.rttm")
