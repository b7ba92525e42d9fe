"""Files become one recording, over and over, with the reference's times where the words are heard."""

import wave
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.bench.data import Reference, SpokenText
from pipelines.bench.join import join
from tests.media import ffmpeg
from tingwu.audio.limits import DEFAULT_LIMITS


@pytest.fixture
def reference(tmp_path: Path) -> Reference:
    """Two files, of one second and of half a second."""
    files = (tmp_path / "a.wav", tmp_path / "b.flac")
    for path, seconds in zip(files, (1.0, 0.5), strict=True):
        ffmpeg("-f", "lavfi", "-i", f"sine=d={seconds}:sample_rate=16000", path)
    return Reference(name="en-US", language="en", files=files, text="one two")


def test_a_second_of_silence_follows_each_file(reference: Reference, tmp_path: Path) -> None:
    take = join(reference, tmp_path / "work", repeat=2, limits=DEFAULT_LIMITS)
    assert take.seconds == pytest.approx(2 * (1 + 1 + 0.5 + 1))
    assert take.reference.text == "one two one two"
    with wave.open(str(take.path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, 16_000)
        assert file.getnframes() / 16_000 == take.seconds
        sound = file.readframes(file.getnframes())
    silent = [not any(sound[32_000 * at + 200 : 32_000 * (at + 1) - 200]) for at in (0, 1)]
    assert silent == [False, True]


def test_times_move_with_the_sound(reference: Reference, tmp_path: Path) -> None:
    said = SpokenText(start=0.25, end=0.75, text="one")
    lone = replace(reference, files=reference.files[:1], text="one", turns=(said,), words=(said,))
    take = join(lone, tmp_path / "work", repeat=3, limits=DEFAULT_LIMITS)
    assert [turn.start for turn in take.reference.turns] == [0.25, 2.25, 4.25]
    assert take.reference.words == take.reference.turns


def test_a_lone_file_is_heard_as_it_is(reference: Reference, tmp_path: Path) -> None:
    lone = replace(reference, files=reference.files[1:])
    take = join(lone, tmp_path / "work", repeat=1, limits=DEFAULT_LIMITS)
    assert (take.path, take.seconds, take.reference) == (reference.files[1], 0.5, lone)
    assert not (tmp_path / "work").exists()
