"""The whole path with real weights on made recordings whose exact words are known."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import jiwer
import numpy as np
import pytest
from faster_whisper import decode_audio

from tingwu.domain.media import SAMPLE_RATE, TimeRange
from tingwu.errors import InvalidOption
from tingwu.speech.align import snap_texts
from tingwu.speech.asr import AsrOptions, Transcriber, WindowText
from tingwu.speech.asr_whisper import load_whisper
from tingwu.speech.coverage import audit
from tingwu.speech.phantoms import drop_phantoms
from tingwu.speech.regions import SpeechActivity, SpeechDetector
from tingwu.speech.sentences import to_segments
from tingwu.speech.windows import plan_windows

pytestmark = pytest.mark.model

SAMPLE = Path(__file__).parents[3] / "samples" / "en-interview"
SECONDS = 75


def load(path: Path) -> Transcriber:
    return load_whisper(
        str(path), name=path.name, device="cpu", device_index=(0,), compute_type="auto", threads=1, workers=2
    )


@pytest.fixture(scope="module")
def base(whisper_base: Path) -> Iterator[Transcriber]:
    model = load(whisper_base)
    yield model
    model.close()


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """The first part of the interview, int16."""
    samples = decode_audio(str(SAMPLE / "en-interview.opus"))[: SECONDS * SAMPLE_RATE]
    return (np.clip(samples, -1, 1) * 32767).astype(np.int16)


def listen(sound: np.ndarray) -> SpeechActivity:
    detector = SpeechDetector()
    for begin in range(0, len(sound), SAMPLE_RATE):
        detector.feed(sound[begin : begin + SAMPLE_RATE])
    return detector.finish()


def cut(sound: np.ndarray, activity: SpeechActivity) -> list[tuple[TimeRange, np.ndarray]]:
    return [
        (w, sound[int(w.start * SAMPLE_RATE) : int(w.end * SAMPLE_RATE)].astype(np.float32) / 32768)
        for w in plan_windows(activity)
    ]


@pytest.fixture(scope="module")
def activity(sound: np.ndarray) -> SpeechActivity:
    return listen(sound)


@pytest.fixture(scope="module")
def texts(base: Transcriber, sound: np.ndarray, activity: SpeechActivity) -> tuple[WindowText, ...]:
    return base.transcribe(cut(sound, activity), "en", AsrOptions())


def utterances() -> list[dict]:
    script = json.loads((SAMPLE / "transcript.json").read_text("utf-8"))
    return [said for said in script["utterances"] if said["end"] < SECONDS]


def letters(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold().replace("'", "")).split())


def test_the_words_are_right_and_cover_the_speech(texts, activity) -> None:
    kept = drop_phantoms(snap_texts(texts, activity), activity)
    segments = to_segments(kept, duration=activity.duration)
    last = utterances()[-1]["end"]
    heard = " ".join(w.text.strip() for s in segments for w in s.words if w.middle < last + 0.3)
    told = " ".join(said["text"] for said in utterances())
    assert jiwer.wer(letters(told), letters(heard)) < 0.12
    coverage = audit(activity, segments, kept)
    assert coverage.share > 0.98
    assert not any(problem.problem == "repetition" for problem in coverage.suspect)
    assert all(a.end <= b.start for a, b in pairwise(segments))


def test_sentences_begin_when_the_script_says(texts, activity) -> None:
    words = [w for text in snap_texts(texts, activity) for w in text.words]
    off = [min(abs(word.start - said["start"]) for word in words) for said in utterances()]
    assert np.quantile(off, 0.9) < 0.15


def test_a_window_has_the_same_text_alone_and_in_any_order(base, sound, activity, texts) -> None:
    windows = cut(sound, activity)
    alone = base.transcribe(windows[2:3], "en", AsrOptions())
    assert alone[0].text == texts[2].text
    backwards = base.transcribe(windows[::-1], "en", AsrOptions(batch_size=3))
    assert [text.text for text in backwards[::-1]] == [text.text for text in texts]


def test_language_is_heard(base, sound) -> None:
    window = (TimeRange(start=0, end=20), sound[: 20 * SAMPLE_RATE].astype(np.float32) / 32768)
    (text,) = base.transcribe([window], None, AsrOptions(beam_size=1))
    assert (text.language, text.heard_language) == ("en", "en")
    assert text.heard_probability > 0.8


def test_many_threads_give_the_same_texts_as_one(base, sound, activity, texts) -> None:
    windows = cut(sound, activity)
    with ThreadPoolExecutor(3) as pool:
        parts = pool.map(lambda window: base.transcribe([window], "en", AsrOptions())[0], windows)
        assert [(text.text, text.words) for text in parts] == [(text.text, text.words) for text in texts]


def test_unknown_language_and_codes_that_are_no_language(base) -> None:
    window = (TimeRange(start=0, end=1), np.ones(SAMPLE_RATE, np.float32))
    for language in ("xx", "transcribe", ""):
        with pytest.raises(InvalidOption):
            base.transcribe([window], language, AsrOptions())


def test_noise_gives_no_words(base) -> None:
    random = np.random.default_rng(1)
    noise = (300 * random.standard_normal(30 * SAMPLE_RATE)).astype(np.int16)
    activity = listen(noise)
    texts = base.transcribe(cut(noise, activity), "en", AsrOptions())
    kept = drop_phantoms(snap_texts(texts, activity), activity)
    assert sum(len(text.words) for text in kept) <= 3


def test_number_formats_that_the_machine_cannot_do_are_refused(whisper_tiny_en) -> None:
    with pytest.raises(InvalidOption):
        load_whisper(
            str(whisper_tiny_en),
            name="tiny",
            device="cpu",
            device_index=(0,),
            compute_type="nonsense",
            threads=1,
            workers=1,
        )


def test_an_english_only_model_writes_english_and_refuses_the_rest(whisper_tiny_en, sound) -> None:
    model = load(whisper_tiny_en)
    window = (TimeRange(start=0, end=20), sound[: 20 * SAMPLE_RATE].astype(np.float32) / 32768)
    (text,) = model.transcribe([window], None, AsrOptions(beam_size=1))
    assert (text.language, text.heard_probability) == ("en", 1.0)
    assert "six old sleeping cars" in text.text
    assert text.words
    with pytest.raises(InvalidOption):
        model.transcribe([window], "zh", AsrOptions())
    with pytest.raises(InvalidOption):
        model.transcribe([window], "en", AsrOptions(task="translate"))
    model.close()
