"""The voice model's adapter: what goes into the session, and what pitch does to its sound."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samples.kokoro import MAX_PHONEMES, SAMPLE_RATE, Kokoro, Voice, load_kokoro, shifted
from tingwu.errors import InvalidOption, ModelUnusable


class ScriptedSession:
    """Stands in for ONNX Runtime: keeps what it was given and answers with a tone."""

    def __init__(self) -> None:
        self.given: list[dict[str, Any]] = []

    def run(self, names: None, inputs: dict[str, Any]) -> list[np.ndarray]:
        self.given.append(inputs)
        return [tone(440.0, 0.5)]


def tone(hertz: float, seconds: float) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE).astype(np.float32)


def model(session: ScriptedSession) -> Kokoro:
    rows = np.arange(510, dtype=np.float32).reshape(510, 1, 1) * np.ones((1, 1, 4), np.float32)
    return Kokoro(session=session, vocabulary={"a": 5, "b": 6}, styles={"ann": rows})


def test_tokens_are_framed_and_the_style_row_is_that_of_their_number() -> None:
    session = ScriptedSession()
    model(session).say("abb", Voice(style="ann", speed=1.2))
    (given,) = session.given
    assert given["tokens"].tolist() == [[0, 5, 6, 6, 0]]
    assert given["style"].tolist() == [[3.0] * 4]
    assert given["speed"] == pytest.approx([1.2])


def test_pitch_changes_the_frequency_and_the_pace_is_made_up_for() -> None:
    session = ScriptedSession()
    lower = model(session).say("ab", Voice(style="ann", speed=1.0, pitch=0.8))
    assert session.given[0]["speed"] == pytest.approx([1.25])
    spectrum = np.abs(np.fft.rfft(lower))
    assert np.argmax(spectrum) * SAMPLE_RATE / len(lower) == pytest.approx(352.0, abs=3.0)


def test_unchanged_pitch_leaves_the_samples_alone() -> None:
    sound = tone(100.0, 0.1)
    assert shifted(sound, 1.0) is sound
    assert len(shifted(sound, 0.75)) == pytest.approx(len(sound) / 0.75, abs=1)


@pytest.mark.parametrize("phonemes", ["", "a" * (MAX_PHONEMES + 1), "c"])
def test_what_cannot_be_said_is_refused(phonemes: str) -> None:
    with pytest.raises(InvalidOption):
        model(ScriptedSession()).say(phonemes, Voice(style="ann"))


def test_unknown_voices_are_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidOption, match="ann"):
        model(ScriptedSession()).say("a", Voice(style="bob"))


@pytest.mark.parametrize("content", [None, b"", b"no model at all"])
def test_a_folder_without_a_good_model_is_unusable(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "kokoro.onnx").write_bytes(content)
    with pytest.raises(ModelUnusable):
        load_kokoro(tmp_path)
