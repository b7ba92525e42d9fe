"""The engine around a scripted model: batching, the redo ladder, words, options."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tingwu.domain.media import SAMPLE_RATE, TimeRange
from tingwu.domain.notice import NoticeCode
from tingwu.errors import InvalidOption, ModelUnusable
from tingwu.speech.asr import ASR_BACKENDS, AsrOptions, WindowText
from tingwu.speech.asr_whisper import WhisperTranscriber, load_whisper
from tingwu.speech.device_guard import DeviceGuard, Placement
from tingwu.speech.quality import Attempt, Rung


class ScriptedModel:
    """Says the words `w<n>` for a window whose samples are all n / 100; keeps a list of what was asked of it.

    `bad` maps n to the attempts that come before the good one.
    """

    def __init__(self, bad: dict[int, list[Attempt]] | None = None, multilingual: bool = True) -> None:
        self.name = "scripted"
        self.multilingual = multilingual
        self.workers = 3
        self.batches: list[tuple[int, ...]] = []
        self.rungs: list[Rung] = []
        self.prompts: list[str] = []
        self._bad = {key: list(value) for key, value in (bad or {}).items()}

    def tokenizer(self, language, task):
        if language == "xx":
            raise InvalidOption("language", language)
        return SimpleNamespace(
            eot=50257,
            decode=self._decode,
            split_to_word_tokens=lambda ids: ([f" w{i}" for i in ids], [[i] for i in ids]),
        )

    def _decode(self, tokens):
        return "".join(f" w{token}" for token in tokens)

    def encode(self, samples, seconds):
        return np.full((1, seconds * 50, 2), round(float(samples[0]) * 100), np.float32)

    def encode_all(self, windows, seconds):
        return [self.encode(samples, seconds) for samples in windows]

    def languages(self, encoded):
        return [[("zh", 0.6), ("fr", 0.3), ("en", 0.1)] if row[0, 0, 0] > 20 else [("en", 0.9)] for row in encoded]

    def decode(self, encoded, tokenizer, prompt, how):
        self.batches.append(tuple(int(row[0, 0, 0]) for row in encoded))
        self.rungs.append(how)
        self.prompts.append(prompt if how.keep_prompt else "")
        return [self._attempt(int(row[0, 0, 0])) for row in encoded]

    def _attempt(self, n):
        if self._bad.get(n):
            return self._bad[n].pop(0)
        return Attempt(tokens=(n, n + 1), text=f"w{n} w{n + 1}", avg_logprob=-0.2, no_speech_prob=0.1)

    def align(self, encoded, tokenizer, tokens, steps):
        assert all(row.shape == encoded[0].shape for row in encoded)
        return [([(i, 10 * i) for i in range(len(row) + 1)], [0.5] * len(row)) for row in tokens]

    def close(self):
        self.closed = True


CPU = Placement(device="cpu", compute_type="int8", batch_size=8)


def transcriber(model: ScriptedModel, *places: Placement) -> WhisperTranscriber:
    """Moving the model to `places` does nothing to it."""
    return WhisperTranscriber(model, DeviceGuard("scripted", places or (CPU,), lambda place: None))


def window(n: int, seconds: float = 8.0):
    start = 100.0 * n
    return (
        TimeRange(start=start, end=start + seconds),
        np.full(int(seconds * SAMPLE_RATE), n / 100, np.float32),
    )


def loop(n: int) -> Attempt:
    return Attempt(tokens=(n,) * 40, text=f"w{n} " * 40, avg_logprob=-0.1, no_speech_prob=0.1)


def unsure(n: int, logprob: float = -1.5) -> Attempt:
    return Attempt(tokens=(n, 7), text=f"w{n} w7", avg_logprob=logprob, no_speech_prob=0.1)


def test_texts_come_in_the_order_given_whatever_the_batches() -> None:
    model = ScriptedModel()
    windows = [window(1, 20), window(2, 8), window(3, 21), window(4, 14), window(5, 8)]
    texts = transcriber(model).transcribe(windows, "en", AsrOptions(batch_size=4))
    assert [text.text for text in texts] == ["w1 w2", "w2 w3", "w3 w4", "w4 w5", "w5 w6"]
    assert model.batches == [(2, 4), (1, 3), (5,)], "one padded length per batch, at most four windows at a time"


def test_fewer_long_windows_are_decoded_at_once() -> None:
    model = ScriptedModel()
    windows = [window(n, 28) for n in range(1, 6)] + [window(n, 8) for n in range(6, 9)]
    transcriber(model).transcribe(windows, "en", AsrOptions(batch_size=8))
    assert model.batches == [(6, 7, 8), (1, 2, 3, 4), (5,)], "four windows of 30 s take the memory of eight of 16 s"


def test_words_have_times_in_the_recording() -> None:
    (text,) = transcriber(ScriptedModel()).transcribe([window(3)], "en", AsrOptions())
    assert [(w.text, w.start, w.end) for w in text.words] == [
        (" w3", pytest.approx(300.08), pytest.approx(300.27)),
        (" w4", pytest.approx(300.27), pytest.approx(300.48)),
    ]
    assert (text.window.start, text.language, text.looped) == (300.0, "en", False)


def test_words_only_when_asked_for() -> None:
    (text,) = transcriber(ScriptedModel()).transcribe([window(3)], "en", AsrOptions(word_timestamps=False))
    assert (text.text, text.words) == ("w3 w4", ())


def test_silence_is_not_shown_to_the_model() -> None:
    model = ScriptedModel()
    texts = transcriber(model).transcribe([window(0), window(1)], "en", AsrOptions())
    assert [text.text for text in texts] == ["", "w1 w2"]
    assert model.batches == [(1,)]
    assert texts[0].no_speech_prob == 1.0


def test_no_windows() -> None:
    assert transcriber(ScriptedModel()).transcribe([], "en", AsrOptions()) == ()


def test_only_windows_that_fail_are_decoded_again() -> None:
    model = ScriptedModel(bad={2: [unsure(2)]})
    texts = transcriber(model).transcribe([window(1), window(2)], "en", AsrOptions(beam_size=3))
    assert [text.text for text in texts] == ["w1 w2", "w2 w3"]
    assert model.batches == [(1, 2), (2,)]
    assert [rung.beam_size for rung in model.rungs] == [3, 5]


def test_the_best_attempt_stays_when_none_is_good() -> None:
    model = ScriptedModel(bad={2: [unsure(2, -1.5), unsure(2, -1.2), unsure(2, -1.9)]})
    (text,) = transcriber(model).transcribe([window(2)], "en", AsrOptions())
    assert text.avg_logprob == -1.2
    assert len(model.batches) == 3


def test_a_loop_that_nothing_helps_against_is_cut_and_flagged() -> None:
    model = ScriptedModel(bad={2: [loop(2)] * 3})
    (text,) = transcriber(model).transcribe([window(2)], "en", AsrOptions())
    assert (text.text, text.looped) == ("w2", True)
    assert [word.text for word in text.words] == [" w2"]


def test_hot_words_and_prompt_are_told_first_and_left_out_when_echoed() -> None:
    echo = Attempt(tokens=(4, 5), text="Tingwu Kubernetes", avg_logprob=-0.1, no_speech_prob=0.1)
    model = ScriptedModel(bad={2: [echo]})
    options = AsrOptions(hotwords="Tingwu, Kubernetes", initial_prompt="A meeting.")
    (text,) = transcriber(model).transcribe([window(2)], "en", options)
    assert model.prompts == ["Tingwu, Kubernetes A meeting.", ""]
    assert text.text == "w2 w3"


@pytest.mark.parametrize(
    ("language", "options", "prompt"),
    [
        ("zh", AsrOptions(), "以下是普通话的句子。"),
        ("zh", AsrOptions(hotwords="听悟"), "听悟 以下是普通话的句子。"),
        ("zh", AsrOptions(initial_prompt=""), ""),
        ("zh", AsrOptions(task="translate"), ""),
        ("en", AsrOptions(), ""),
    ],
)
def test_chinese_gets_a_prompt_that_brings_punctuation(language: str, options: AsrOptions, prompt: str) -> None:
    model = ScriptedModel()
    transcriber(model).transcribe([window(1)], language, options)
    assert model.prompts == [prompt]


def before(**changes: object) -> WindowText:
    text = WindowText(
        window=TimeRange(start=0, end=9),
        text="昨天说过了。",
        words=(),
        language="zh",
        avg_logprob=-0.2,
        compression_ratio=1.0,
        no_speech_prob=0.0,
    )
    return replace(text, **changes)


@pytest.mark.parametrize(
    ("said", "options", "prompt"),
    [
        (before(), AsrOptions(), "昨天说过了。"),
        (before(), AsrOptions(hotwords="听悟", initial_prompt="会议。"), "昨天说过了。 听悟 会议。"),
        (before(text=""), AsrOptions(), "以下是普通话的句子。"),
        (before(text="昨天说过了"), AsrOptions(), "昨天说过了 以下是普通话的句子。"),
        (before(language="en"), AsrOptions(), "以下是普通话的句子。"),
        (before(heard_language="en"), AsrOptions(), "以下是普通话的句子。"),
        (before(looped=True), AsrOptions(), "以下是普通话的句子。"),
        (before(avg_logprob=-0.6), AsrOptions(), "以下是普通话的句子。"),
        (before(), AsrOptions(task="translate"), "昨天说过了。"),
    ],
)
def test_what_was_said_before_is_told_if_it_can_be_believed(said: WindowText, options: AsrOptions, prompt: str) -> None:
    model = ScriptedModel()
    transcriber(model).transcribe([window(1)], "zh", options, said)
    assert model.prompts == [prompt]


def test_a_text_that_repeats_what_was_said_before_is_heard_again_without_it() -> None:
    echo = Attempt(tokens=(4, 5), text="昨天说过了", avg_logprob=-0.1, no_speech_prob=0.1)
    model = ScriptedModel(bad={2: [echo]})
    (text,) = transcriber(model).transcribe([window(2)], "zh", AsrOptions(), before())
    assert model.prompts == ["昨天说过了。", ""]
    assert text.text == "w2 w3"


def test_translation_needs_no_prompt_and_keeps_the_language_that_is_spoken() -> None:
    (text,) = transcriber(ScriptedModel()).transcribe([window(1)], "zh", AsrOptions(task="translate"))
    assert text.language == "zh"


def test_without_a_language_the_windows_of_a_call_vote() -> None:
    engine = transcriber(ScriptedModel())
    texts = engine.transcribe([window(1), window(40), window(2, 20)], None, AsrOptions())
    assert [text.language for text in texts] == ["en"] * 3
    assert [(text.heard_language, text.heard_probability) for text in texts] == [("en", 0.9), ("zh", 0.6), ("en", 0.9)]
    (text,) = engine.transcribe([window(40)], None, AsrOptions(languages=("en", "zh")))
    assert (text.heard_language, text.heard_probability) == ("zh", pytest.approx(0.6 / 0.7))


def test_with_a_language_that_was_asked_for_nothing_is_listened_for() -> None:
    (text,) = transcriber(ScriptedModel()).transcribe([window(40)], "en", AsrOptions(language="en"))
    assert (text.language, text.heard_language) == ("en", "")


def test_silence_has_no_language() -> None:
    (text,) = transcriber(ScriptedModel()).transcribe([window(0)], None, AsrOptions(languages=("zh", "en")))
    assert (text.language, text.heard_language) == ("zh", "")


def test_a_model_that_only_knows_english_hears_english() -> None:
    (text,) = transcriber(ScriptedModel(multilingual=False)).transcribe([window(40)], None, AsrOptions())
    assert (text.language, text.heard_language, text.heard_probability) == ("en", "en", 1.0)


@pytest.mark.parametrize("options", [AsrOptions(beam_size=0), AsrOptions(batch_size=0)])
def test_sizes_below_one_are_refused(options: AsrOptions) -> None:
    with pytest.raises(InvalidOption):
        transcriber(ScriptedModel()).transcribe([window(1)], "en", options)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(InvalidOption):
        transcriber(ScriptedModel()).transcribe([window(1)], "xx", AsrOptions())


class SmallCard(ScriptedModel):
    """Has no memory for more than two windows at once, on a card."""

    def __init__(self) -> None:
        super().__init__()
        self.place = ""

    def move(self, placement: Placement) -> None:
        self.place = str(placement)

    def encode_all(self, windows, seconds):
        if self.place.startswith("cuda") and len(windows) > 2:
            raise ModelUnusable(self.name, "encoding failed: CUDA failed with error out of memory")
        return super().encode_all(windows, seconds)


def test_a_card_without_memory_takes_fewer_windows_at_once_and_the_texts_say_so() -> None:
    windows = [window(n) for n in range(1, 9)]
    model = SmallCard()
    places = (Placement(device="cuda", compute_type="float16", batch_size=32), CPU)
    card = WhisperTranscriber(model, DeviceGuard("small", places, model.move))
    assert card.batch_size == 32
    texts = card.transcribe(windows, "en", AsrOptions())
    plain = transcriber(ScriptedModel()).transcribe(windows, "en", AsrOptions())
    assert [replace(text, notices=()) for text in texts] == list(plain), "texts do not depend on the batch"
    assert model.batches == [(1, 2), (3, 4), (5, 6), (7, 8)]
    assert card.batch_size == 2
    assert {notice.code for text in texts for notice in text.notices} == {NoticeCode.SMALL_BATCHES}
    assert not any(text.notices for text in plain)


def test_a_batch_size_that_was_asked_for_is_taken() -> None:
    model = ScriptedModel()
    transcriber(model).transcribe([window(n) for n in range(1, 5)], "en", AsrOptions(batch_size=3))
    assert model.batches == [(1, 2, 3), (4,)]


def test_closing_frees_the_model() -> None:
    model = ScriptedModel()
    transcriber(model).close()
    assert model.closed


def load(folder: Path, device: str = "cpu"):
    return load_whisper(str(folder), name="broken", device=device, device_index=(0,), compute_type="auto", threads=1)


def test_the_registry_knows_it() -> None:
    assert ASR_BACKENDS.get("whisper") is load_whisper


def test_an_unknown_device_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match="'mars'"):
        load(tmp_path, device="mars")


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json"):
        load(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json"):
        load(tmp_path)
    words = {"version": "1.0", "added_tokens": [], "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}
    (tmp_path / "tokenizer.json").write_text(json.dumps(words))
    with pytest.raises(ModelUnusable, match=r"model\.bin"):
        load(tmp_path)
    (tmp_path / "model.bin").write_bytes(b"\x06\x00\x00\x00 no model")
    with pytest.raises(ModelUnusable):
        load(tmp_path)
