"""What the first bytes say, and opening without being fooled."""

from pathlib import Path

import pytest

from tests.media import playlists
from tingwu.audio.source import is_playlist, is_text, open_source, read_head, safe_name, sha256
from tingwu.errors import UnreadableMedia


@pytest.mark.parametrize("kind", playlists(Path("/x/y.wav")))
@pytest.mark.parametrize("before", ["", "\ufeff", "\n\n  ", "\0"])
def test_playlists(kind: str, before: str) -> None:
    assert is_playlist(before + playlists(Path("/x/y.wav"))[kind])


@pytest.mark.parametrize(
    "head",
    [
        "RIFF\x10\x00\x00\x00WAVE",
        "ID3\x04\x00",
        "#!AMR\n\x3c",
        "1\n00:00:01,000 --> 00:00:02,000\nhls",
        "<html>",
        "",
    ],
)
def test_no_playlists(head: str) -> None:
    assert not is_playlist(head)


def test_text_and_bytes() -> None:
    assert is_text("Hello,\n\t会议 🎙️\r\n")
    assert not is_text("fLaC\x00\x00\x00\x22")
    assert not is_text("caf\ufffd")


def test_looking_does_not_move_the_descriptor(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with open_source(path, "a") as source:
        assert read_head(source) == "abc"
        assert sha256(source) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        with open(source.descriptor, "rb", closefd=False) as file:
            assert file.read() == b"abc"


def test_a_file_that_grows_while_it_is_hashed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    with open_source(path, "a") as source:
        path.write_bytes(b"abcdef")
        with pytest.raises(UnreadableMedia, match="changed"):
            sha256(source)


def test_names_become_printable() -> None:
    assert safe_name(Path("/folder/a\udcff.wav")) == "a�.wav"
