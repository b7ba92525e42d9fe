"""The models of voices with real weights, on made voices."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from pipelines.bench.conversations import make_conversation
from pipelines.bench.talk_plan import ConversationOptions
from pipelines.bench.voices import read_voices
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples
from tingwu.speech.segmentation import FRAME_SECONDS, FRAMES, WINDOW_SAMPLES, SpeakerSegmenter
from tingwu.speech.segmentation_pyannote import load_segmentation
from tingwu.speech.voice import VoiceEmbedder
from tingwu.speech.voice_campplus import load_campplus

pytestmark = pytest.mark.model

FOLDER = Path(__file__).parents[2] / "recordings" / "voices"
Voices = dict[str, list[Samples]]


@pytest.fixture(scope="module")
def voices() -> Voices:
    return read_voices(FOLDER, DEFAULT_LIMITS)


@pytest.fixture(scope="module")
def segmenter(segmentation: Path) -> SpeakerSegmenter:
    return load_segmentation(str(segmentation), name="segmentation-3.0", threads=1)


@pytest.fixture(scope="module")
def embedder(campplus: Path) -> VoiceEmbedder:
    return load_campplus(str(campplus), name="campplus-zh-en", threads=1)


def test_windows_are_heard_alone_as_together(segmenter: SpeakerSegmenter, voices: Voices) -> None:
    sound, _ = make_conversation(voices, ConversationOptions(minutes=2, speakers=3, overlap=0.1, seed=2))
    windows = sound[: 10 * WINDOW_SAMPLES].reshape(10, WINDOW_SAMPLES)
    together = segmenter.segment(windows)
    alone = np.concatenate([segmenter.segment(window[None]) for window in windows])
    assert together.shape == (10, FRAMES, 3)
    assert (together == alone).mean() > 0.999


def test_speech_is_heard_where_it_is(segmenter: SpeakerSegmenter, voices: Voices) -> None:
    sound, turns = make_conversation(voices, ConversationOptions(minutes=1, speakers=2, snr_db=30, seed=4))
    heard = segmenter.segment(sound[: 6 * WINDOW_SAMPLES].reshape(6, WINDOW_SAMPLES)).any(axis=2)
    times = 10 * np.arange(6)[:, None] + (np.arange(FRAMES) + 0.5) * FRAME_SECONDS
    spoken = np.any([(turn.start <= times) & (times < turn.end) for turn in turns], axis=0)
    assert (heard == spoken).mean() > 0.9


def test_noise_and_silence_are_nobody(segmenter: SpeakerSegmenter) -> None:
    noise = 0.02 * np.random.default_rng(1).standard_normal((3, WINDOW_SAMPLES))
    assert segmenter.segment(noise.astype(np.float32)).mean() < 0.01
    assert not segmenter.segment(np.zeros((1, WINDOW_SAMPLES), np.float32)).any()


def test_a_voice_is_most_like_itself(embedder: VoiceEmbedder, voices: Voices) -> None:
    length = 5 * SAMPLE_RATE
    found = {
        name: embedder.embed(
            [clip[at : at + length] for clip in clips for at in range(8_000, len(clip) - length, length)]
        )
        for name, clips in voices.items()
    }
    itself = [float((one @ one.T)[np.triu_indices(len(one), 1)].mean()) for one in found.values()]
    others = [float((one @ other.T).mean()) for one, other in combinations(found.values(), 2)]
    assert min(itself) > 0.6
    assert max(others) < 0.55
    means = {name: vectors.mean(axis=0) for name, vectors in found.items()}
    for name, vectors in found.items():
        for vector in vectors:
            assert max(means, key=lambda other: float(vector @ means[other])) == name


def test_loudness_changes_little(embedder: VoiceEmbedder, voices: Voices) -> None:
    piece = voices["slt"][0][SAMPLE_RATE : 4 * SAMPLE_RATE]
    soft, loud = embedder.embed([0.3 * piece, piece])
    assert soft @ loud > 0.9
