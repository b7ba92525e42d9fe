"""Files whose end is missing, told by their own headers."""

from pathlib import Path

import pytest

from tests.media import FORMATS, make_sound, truncate
from tingwu.audio.source import open_source
from tingwu.audio.tail import is_cut_off


def cut_off(path: Path) -> bool:
    with open_source(path, path.name) as source:
        return is_cut_off(source)


def write_wav(path: Path, riff_size: int, n_bytes: int) -> Path:
    path.write_bytes(b"RIFF" + riff_size.to_bytes(4, "little") + b"WAVE" + bytes(n_bytes - 12))
    return path


@pytest.mark.parametrize(
    ("riff_size", "missing"),
    [(19_992, False), (20_036, False), (40_000, True), (0, False), (0xFFFFFFFF, False), (0x7FFFFFFF, False)],
)
def test_riff(tmp_path: Path, riff_size: int, missing: bool) -> None:
    assert cut_off(write_wav(tmp_path / "x.wav", riff_size, 20_000)) is missing


@pytest.mark.parametrize("share", [0.3, 0.77, 0.999])
def test_ogg_that_ends_inside_a_page(tmp_path: Path, share: float) -> None:
    path = make_sound(tmp_path / "x.opus", *FORMATS["opus"])
    assert not cut_off(path)
    assert cut_off(truncate(path, share))


def test_other_formats_say_nothing(tmp_path: Path) -> None:
    assert not cut_off(truncate(make_sound(tmp_path / "x.mp3", *FORMATS["mp3"]), 0.5))
