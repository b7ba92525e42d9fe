"""How far word times are from the truth with real weights, on made speech whose word times are known."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from faster_whisper import decode_audio

from tests.recordings import scoring
from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.align import snap_texts
from tingwu.speech.asr import AsrOptions, Transcriber
from tingwu.speech.asr_whisper import load_whisper
from tingwu.speech.regions import SpeechDetector
from tingwu.speech.windows import plan_windows

pytestmark = pytest.mark.model
RECORDINGS = Path(__file__).parents[2] / "recordings"


@pytest.fixture(scope="module")
def base(whisper_base: Path) -> Iterator[Transcriber]:
    model = load_whisper(
        str(whisper_base), name="base", device="cpu", device_index=(0,), compute_type="int8", threads=2
    )
    yield model
    model.close()


def heard(told: scoring.Told, model: Transcriber) -> list[scoring.Match]:
    """The words of the recording, with their times as our whole path gives them."""
    sound = (np.clip(decode_audio(str(told.audio)), -1, 1) * 32767).astype(np.int16)
    detector = SpeechDetector()
    detector.feed(sound)
    activity = detector.finish()
    windows = [
        (w, sound[int(w.start * SAMPLE_RATE) : int(w.end * SAMPLE_RATE)].astype(np.float32) / 32768)
        for w in plan_windows(activity)
    ]
    texts = snap_texts(model.transcribe(windows, told.language, AsrOptions()), activity)
    return scoring.match(told, [word for text in texts for word in text.words])


@pytest.mark.parametrize(
    ("name", "share", "p90", "bias"), [("en-words", 0.9, 0.12, 0.03), ("zh-words", 0.6, 0.09, 0.03)]
)
def test_nine_words_of_ten_begin_when_they_were_said(base: Transcriber, name, share, p90, bias) -> None:
    told = scoring.read(RECORDINGS / name)
    matches = heard(told, base)
    errors = scoring.start_errors(matches)
    assert len(matches) > share * len(told.words)
    assert np.quantile(np.abs(errors), 0.9) < p90
    assert abs(np.median(errors)) < bias
    for place in ("first", "after a pause"):
        assert np.quantile(np.abs(scoring.start_errors(matches, place)), 0.9) < 0.1
