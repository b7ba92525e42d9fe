"""Opus and back: the length survives, the same sound gives the same bytes, failures are typed."""

from pathlib import Path

import numpy as np
import pytest

from samples.kokoro import SAMPLE_RATE
from samples.opus import read_sound, write_opus
from tingwu.errors import DecodeFailed, OutputNotWritable

TONE = (0.3 * np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)).astype(np.float32)


def test_length_and_place_survive_the_codec(tmp_path: Path) -> None:
    sound = np.concatenate([np.zeros(SAMPLE_RATE, np.float32), TONE])
    write_opus(sound, tmp_path / "tone.opus")
    heard = read_sound(tmp_path / "tone.opus")
    assert len(heard) == pytest.approx(len(sound), abs=SAMPLE_RATE // 50)
    assert np.flatnonzero(np.abs(heard) > 0.05)[0] == pytest.approx(SAMPLE_RATE, abs=SAMPLE_RATE // 50)


def test_the_same_sound_gives_the_same_bytes(tmp_path: Path) -> None:
    write_opus(TONE, tmp_path / "one.opus")
    write_opus(TONE, tmp_path / "two.opus")
    assert (tmp_path / "one.opus").read_bytes() == (tmp_path / "two.opus").read_bytes()


def test_a_folder_that_is_not_there_cannot_be_written_to(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        write_opus(TONE, tmp_path / "nowhere" / "tone.opus")


def test_what_is_no_media_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "note.opus").write_text("not sound", encoding="utf-8")
    with pytest.raises(DecodeFailed, match=r"note\.opus"):
        read_sound(tmp_path / "note.opus")
