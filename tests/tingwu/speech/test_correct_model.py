"""A glossary on real speech: names that Whisper base writes with other characters of the same sound."""

from pathlib import Path

import numpy as np
import pytest
from faster_whisper import decode_audio

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import AsrOptions
from tingwu.speech.asr_whisper import load_whisper
from tingwu.speech.correct import correct
from tingwu.speech.glossary import Entry, Glossary
from tingwu.speech.regions import SpeechDetector
from tingwu.speech.windows import plan_windows

pytestmark = pytest.mark.model

SAMPLE = Path(__file__).parents[3] / "samples" / "zh-meeting" / "zh-meeting.opus"
SECONDS = 60


def test_names_are_written_right(whisper_base: Path) -> None:
    samples = np.asarray(decode_audio(str(SAMPLE)))[: SECONDS * SAMPLE_RATE]
    detector = SpeechDetector()
    detector.feed((np.clip(samples, -1, 1) * 32767).astype(np.int16))
    windows = [
        (window, samples[int(window.start * SAMPLE_RATE) : int(window.end * SAMPLE_RATE)])
        for window in plan_windows(detector.finish())
    ]
    model = load_whisper(
        str(whisper_base), name="whisper-base", device="cpu", device_index=(0,), compute_type="auto", threads=2
    )
    texts = model.transcribe(windows, "zh", AsrOptions())
    model.close()
    terms = ("周敏", "林浩", "苏晴", "韩磊", "台灯")
    corrected, corrections = correct(texts, Glossary(entries=tuple(Entry(canonical=term) for term in terms)))
    before, after = ("".join(text.text for text in some) for some in (texts, corrected))
    assert corrections
    assert sum(map(after.count, terms)) == sum(map(before.count, terms)) + len(corrections)
    assert "我叫韩磊" in after
