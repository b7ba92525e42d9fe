"""Utterances begin and end with sound, and long pauses part them."""

import wave
from pathlib import Path

import numpy as np
import pytest

from pipelines.bench.voices import Utterance, read_voices, utterances
from tests.builders_humming import hum, silence
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.errors import InvalidOption, MediaNotFound, UnreadableMedia
from tingwu.speech.asr import Samples

RATE = 16_000


def lengths(clip: Samples) -> list[float]:
    return [len(one.sound) / RATE for one in utterances("somebody", [clip])]


def test_pauses_part_utterances_and_breaths_do_not() -> None:
    parts = [silence(0.5), hum(300, 1), silence(0.2), hum(300, 1), silence(0.5), hum(300, 0.7), silence(1)]
    assert lengths(np.concatenate(parts)) == [2.2, 0.7]


def test_what_is_too_short_is_left_out() -> None:
    assert lengths(np.concatenate([hum(300, 0.3), silence(1), hum(300, 0.6), silence(1)])) == [0.6]


def test_long_utterances_are_cut_at_a_breath() -> None:
    parts = [part for _ in range(5) for part in (hum(300, 4), silence(0.1))]
    assert lengths(np.concatenate(parts)) == [8.1, 8.1, 4.0]


def test_noise_below_the_voice_is_silence() -> None:
    clip = np.concatenate([silence(1), hum(300, 1), silence(1)])
    noise = np.random.default_rng(1).normal(0, 0.0005, len(clip))
    assert lengths((clip + noise).astype(np.float32)) == [1.0]


def test_all_voices_are_equally_loud() -> None:
    for amplitude in (0.01, 0.5):
        (found,) = utterances("somebody", [np.concatenate([silence(1), hum(300, 1, amplitude=amplitude), silence(1)])])
        assert 20 * np.log10(np.sqrt(np.mean(found.sound**2))) == pytest.approx(-26, abs=0.1)


def test_parts_begin_and_end_at_breaths() -> None:
    runs = ((0, 10), (12, 20), (23, 40))
    rng = np.random.default_rng(1)
    parts = [Utterance(np.arange(40, dtype=np.float32), runs).part(9, 8, rng) for _ in range(40)]
    found = {(int(part[0]), int(part[-1]) + 1) for part in parts}
    assert found == {(0, 10), (12, 20), (23, 40)}


def test_silence_is_no_voice() -> None:
    with pytest.raises(InvalidOption, match="no clip of it holds"):
        utterances("nobody", [silence(3)])


def test_voices_are_read_from_folders(tmp_path: Path) -> None:
    for name in ("bo", "ann"):
        (tmp_path / name).mkdir()
        with wave.open(str(tmp_path / name / "a.wav"), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes((hum(300, 1) * 32767).astype("<i2").tobytes())
        (tmp_path / name / "licence.txt").write_text("free", "utf-8")
    (tmp_path / "empty").mkdir()
    found = read_voices(tmp_path, DEFAULT_LIMITS)
    assert list(found) == ["ann", "bo"]
    assert [len(clip) for clip in found["bo"]] == [RATE]
    assert np.abs(found["bo"][0]).max() == pytest.approx(0.1, abs=0.001)


def test_folders_without_voices(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound):
        read_voices(tmp_path / "nowhere", DEFAULT_LIMITS)
    with pytest.raises(MediaNotFound, match="no folder in it holds sound"):
        read_voices(tmp_path, DEFAULT_LIMITS)
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "a.wav").write_bytes(b"not sound at all" * 100)
    with pytest.raises(UnreadableMedia):
        read_voices(tmp_path, DEFAULT_LIMITS)
