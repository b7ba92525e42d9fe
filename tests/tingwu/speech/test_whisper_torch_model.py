"""The engine on transformers with real weights: the same checkpoint as CTranslate2 reads, in Hugging Face's format."""

import json
from collections.abc import Iterator
from pathlib import Path

import jiwer
import numpy as np
import pytest
from faster_whisper import decode_audio
from opencc import OpenCC

from tests.checkpoints import to_hugging_face
from tingwu.domain.media import SAMPLE_RATE, TimeRange
from tingwu.errors import InvalidOption
from tingwu.speech.asr import AsrOptions, Transcriber, backend_of
from tingwu.speech.asr_transformers import load_transformers
from tingwu.speech.device_guard import Placement
from tingwu.speech.quality import Rung
from tingwu.speech.whisper_folder import read_tokenizer
from tingwu.speech.whisper_model import WhisperModel
from tingwu.speech.whisper_torch import TorchWhisper

pytestmark = pytest.mark.model

SAMPLES = Path(__file__).parents[3] / "samples"
CPU = Placement(device="cpu", compute_type="float32", batch_size=4)
OPTIONS = {"device": "cpu", "device_index": (0,), "compute_type": "auto", "threads": 2}


@pytest.fixture(scope="module")
def tiny(whisper_tiny_en: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return to_hugging_face(whisper_tiny_en, tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def english(tiny: Path) -> Iterator[Transcriber]:
    model = load_transformers(str(tiny), name="tiny", **OPTIONS)
    yield model
    model.close()


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    return decode_audio(str(SAMPLES / "en-interview" / "en-interview.opus"))[: 42 * SAMPLE_RATE]


def cut(sound: np.ndarray, start: float, end: float) -> tuple[TimeRange, np.ndarray]:
    return TimeRange(start=start, end=end), sound[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]


def test_both_engines_say_the_same_of_the_same_sound(tiny: Path, whisper_tiny_en: Path, sound: np.ndarray) -> None:
    samples = sound[: 14 * SAMPLE_RATE]
    nets = (WhisperModel(whisper_tiny_en, name="c", threads=2), TorchWhisper(tiny, name="t", threads=2))
    attempts, times, chances = [], [], []
    for net in nets:
        net.move(CPU)
        tokenizer = net.tokenizer("en", "transcribe")
        encoded = net.encode_all([samples], 30)
        (attempt,) = net.decode(encoded, tokenizer, "", Rung(beam_size=1))
        ((path, probabilities),) = net.align(encoded, tokenizer, [attempt.tokens], [700])
        attempts.append(attempt)
        times.append([min(step for at, step in path if at == token) for token in range(len(attempt.tokens) + 1)])
        chances.append(probabilities)
        net.close()
    assert attempts[0].tokens == attempts[1].tokens
    assert len(attempts[0].tokens) > 30
    assert attempts[1].avg_logprob == pytest.approx(attempts[0].avg_logprob, abs=0.05)
    assert attempts[1].no_speech_prob == pytest.approx(attempts[0].no_speech_prob, abs=0.01)
    assert chances[1] == pytest.approx(chances[0], abs=0.01)
    assert np.abs(np.subtract(*times)).max() <= 2, "steps of 20 ms"


def test_the_words_are_those_of_the_script(english: Transcriber, sound: np.ndarray) -> None:
    windows = [cut(sound, 0, 14), cut(sound, 28, 42)]
    texts = english.transcribe(windows, "en", AsrOptions(beam_size=1))
    assert "my guest today is Martin Cole. Five years ago he bought six old sleeping cars." in texts[0].text
    assert "we took 42 students to Vienna and our flight home was cancelled" in texts[1].text
    for window, text in zip(windows, texts, strict=True):
        assert "".join(word.text for word in text.words).strip() == text.text
        assert all(window[0].start <= word.start <= word.end <= window[0].end for word in text.words)
    (guest,) = (word for word in texts[0].words if word.text == " guest")
    assert guest.probability > 0.5


def test_an_english_checkpoint_refuses_the_rest(english: Transcriber, sound: np.ndarray) -> None:
    (text,) = english.transcribe([cut(sound, 0, 5)], None, AsrOptions(beam_size=1))
    assert (text.language, text.heard_probability) == ("en", 1.0)
    with pytest.raises(InvalidOption):
        english.transcribe([cut(sound, 0, 5)], "zh", AsrOptions())


def test_a_checkpoint_without_alignment_heads_still_has_word_times(
    whisper_tiny_en: Path, tmp_path: Path, sound: np.ndarray
) -> None:
    folder = to_hugging_face(whisper_tiny_en, tmp_path, alignment_heads=False)
    model = load_transformers(str(folder), name="tiny", **OPTIONS)
    (text,) = model.transcribe([cut(sound, 28, 42)], "en", AsrOptions(beam_size=1))
    (vienna,) = (word for word in text.words if word.text == " Vienna")
    assert vienna.start == pytest.approx(38.2, abs=1.0)
    model.close()


def test_chinese_is_heard_and_written(whisper_base: Path, tmp_path: Path) -> None:
    folder = to_hugging_face(whisper_base, tmp_path)
    assert backend_of(folder) == "transformers"
    model = load_transformers(str(folder), name="base", **OPTIONS)
    sound = decode_audio(str(SAMPLES / "zh-meeting" / "zh-meeting.opus"))[: 6 * SAMPLE_RATE]
    (text,) = model.transcribe([cut(sound, 0, 4.6)], None, AsrOptions(beam_size=1))
    assert (text.language, text.heard_language, text.heard_probability > 0.9) == ("zh", "zh", True)
    told = "大家早上好，人都到齐了，我们开始吧。"
    heard = OpenCC("t2s").convert(text.text)
    assert jiwer.cer(hanzi(told), hanzi(heard)) < 0.15, heard
    assert "".join(word.text for word in text.words).strip() == text.text
    model.close()


def hanzi(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def test_the_older_files_of_a_tokenizer_do_as_well(whisper_tiny_en: Path, tmp_path: Path) -> None:
    whole = json.loads((whisper_tiny_en / "tokenizer.json").read_text("utf-8"))
    (tmp_path / "vocab.json").write_text(json.dumps(whole["model"]["vocab"]), "utf-8")
    merges = "\n".join(merge if isinstance(merge, str) else " ".join(merge) for merge in whole["model"]["merges"])
    (tmp_path / "merges.txt").write_text(f"#version: 0.2\n{merges}\n", "utf-8")
    added = {token["content"]: token["id"] for token in whole["added_tokens"]}
    (tmp_path / "added_tokens.json").write_text(json.dumps(added), "utf-8")
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "WhisperTokenizer"}', "utf-8")
    (tmp_path / "config.json").write_text('{"model_type": "whisper"}', "utf-8")
    older, newer = read_tokenizer(tmp_path, "m"), read_tokenizer(whisper_tiny_en, "m")
    for token in ("<|startoftranscript|>", "<|zh|>", "<|notimestamps|>", "<|endoftext|>"):
        assert older.token_to_id(token) == newer.token_to_id(token)
    text = " We took 42 students to Vienna."
    assert older.encode(text, add_special_tokens=False).ids == newer.encode(text, add_special_tokens=False).ids
