"""A made call of two channels with cross-talk, with real weights: every word once, and with the right speaker."""

import json
import wave
from collections.abc import Sequence
from pathlib import Path

import jiwer
import numpy as np
import pytest
from faster_whisper import decode_audio

from pipelines.backends import Backends
from pipelines.channels import assemble_channels, gather_channels
from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from tingwu.audio.probe import probe
from tingwu.domain.media import SAMPLE_RATE
from tingwu.domain.transcript import Transcript
from tingwu.progress import silent

pytestmark = pytest.mark.model

SAMPLE = Path(__file__).parents[2] / "samples" / "en-interview"
PLACED = ((0, 0, 1.0), (1, 2, 7.8), (0, 3, 10.6), (1, 4, 19.2), (0, 1, 24.0))
"""Channel, number of the utterance, and when it begins. The last one begins while the one before goes on for 7 s."""
SECONDS = 39.0
LEAK_DB = -20.0
NOISE_DBFS = -65.0


def told(channel: int) -> str:
    script = json.loads((SAMPLE / "transcript.json").read_text("utf-8"))
    return letters(" ".join(script["utterances"][number]["text"] for own, number, _ in PLACED if own == channel))


def letters(text: str) -> str:
    text = text.replace("2018", "twenty eighteen").replace("42", "forty two")
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold().replace("'", "")).split())


def make_call(path: Path, *, leak_db: float = LEAK_DB) -> Path:
    """Two microphones in one room: the other voice comes 3 ms later, with a short echo, and weaker."""
    script = json.loads((SAMPLE / "transcript.json").read_text("utf-8"))
    sound = decode_audio(str(SAMPLE / "en-interview.opus"))
    voices = np.zeros((2, int(SECONDS * SAMPLE_RATE)))
    for channel, number, start in PLACED:
        said = script["utterances"][number]
        clip = sound[int((said["start"] - 0.05) * SAMPLE_RATE) : int((said["end"] + 0.05) * SAMPLE_RATE)]
        first = int((start - 0.05) * SAMPLE_RATE)
        voices[channel, first : first + len(clip)] += clip
    random = np.random.default_rng(5)
    room = np.zeros(1600)
    room[48] = 1.0
    room[60:] = 0.08 * random.standard_normal(1540) * np.exp(-np.arange(1540) / 300)
    leaked = np.stack([np.convolve(voice, room)[: voices.shape[1]] for voice in voices[::-1]])
    mixed = voices + 10 ** (leak_db / 20) * leaked + 10 ** (NOISE_DBFS / 20) * random.standard_normal(voices.shape)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.clip(np.rint(mixed.T * 32767), -32768, 32767).astype("<i2").tobytes())
    return path


@pytest.fixture(scope="module")
def transcript(whisper_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Transcript:
    folder = tmp_path_factory.mktemp("call")
    path = make_call(folder / "call.wav")
    backends = Backends(load_settings(data_dir=folder / "data", models_dir=whisper_base.parent, threads=1))
    sound = Sound(
        source=path,
        media=probe(path),
        options=TranscribeOptions(model=str(whisper_base), channels="split"),
        folder=folder / "work",
        backends=backends,
        progress=silent,
    )
    try:
        return assemble_channels(sound, gather_channels(sound))
    finally:
        backends.close()


def heard(transcript: Transcript, channel: int) -> str:
    said = [segment.text for segment in transcript.segments if segment.speaker == f"Channel {channel + 1}"]
    return letters(" ".join(said))


def runs(text: str, length: int = 3) -> set[Sequence[str]]:
    """All runs of `length` words."""
    words = text.split()
    return {tuple(words[first : first + length]) for first in range(len(words) - length + 1)}


@pytest.mark.parametrize("channel", [0, 1])
def test_each_speaker_has_all_of_their_own_words(transcript: Transcript, channel: int) -> None:
    assert jiwer.wer(told(channel), heard(transcript, channel)) < 0.08


@pytest.mark.parametrize("channel", [0, 1])
def test_nobody_is_given_the_words_of_the_other(transcript: Transcript, channel: int) -> None:
    assert not runs(heard(transcript, channel)) & (runs(told(1 - channel)) - runs(told(channel)))


def test_two_who_speak_at_once_are_both_there(transcript: Transcript) -> None:
    first, second = PLACED[-2:]
    for channel, phrases in (
        (first[0], ("by train", "two whole")),
        (second[0], ("my guest today", "five years ago", "sleeping cars")),
    ):
        said = " ".join(
            segment.text for segment in transcript.segments
            if segment.speaker == f"Channel {channel + 1}" and segment.end > second[2]
        )  # fmt: skip
        assert all(phrase in letters(said) for phrase in phrases)


def test_the_times_are_those_of_the_turns_and_nothing_is_missed(transcript: Transcript) -> None:
    for channel, _, start in PLACED:
        own = [s for s in transcript.segments if s.speaker == f"Channel {channel + 1}"]
        assert min(abs(segment.start - start) for segment in own) < 0.5
    assert transcript.coverage.share > 0.97
