"""The adapter to transformers around a tiny net with random weights: shapes, rows that do not mix, errors."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import tokenizers
import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration

from tingwu.domain.media import SAMPLE_RATE, TimeRange
from tingwu.errors import InvalidOption, ModelUnusable
from tingwu.speech.asr import AsrOptions
from tingwu.speech.asr_transformers import load_transformers
from tingwu.speech.device_guard import Placement, Trouble, trouble_of
from tingwu.speech.quality import Rung
from tingwu.speech.whisper_torch import TorchWhisper

WORDS = ["a", "b", "c", "d", "e", "f", "g", "h"]
SPECIAL = [
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>", "<|transcribe|>", "<|translate|>",
    "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>", "<|0.00|>", "<|0.02|>",
]  # fmt: skip
CPU = Placement(device="cpu", compute_type="float32", batch_size=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("net")
    ids = {word: number for number, word in enumerate([*WORDS, *SPECIAL])}
    tokenizers.Tokenizer(tokenizers.models.WordLevel(ids, unk_token="a")).save(str(path / "tokenizer.json"))
    torch.manual_seed(7)
    config = WhisperConfig(
        vocab_size=len(ids), d_model=16, num_mel_bins=80, encoder_layers=1, decoder_layers=2, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, pad_token_id=8, bos_token_id=8,
        eos_token_id=8, decoder_start_token_id=9, suppress_tokens=[0], begin_suppress_tokens=[8], init_std=0.8,
    )  # fmt: skip
    WhisperForConditionalGeneration(config).save_pretrained(path)
    (path / "generation_config.json").write_text(json.dumps({"suppress_tokens": [0], "begin_suppress_tokens": [8]}))
    return path


@pytest.fixture(scope="module")
def net(folder: Path) -> TorchWhisper:
    made = TorchWhisper(folder, name="net", threads=0)
    made.move(CPU)
    return made


def sounds(count: int) -> list[np.ndarray]:
    random = np.random.default_rng(3)
    return [random.standard_normal(SAMPLE_RATE * 2).astype(np.float32) * 0.1 for _ in range(count)]


def test_windows_are_padded_to_what_the_net_takes(net: TorchWhisper) -> None:
    assert [row.shape for row in net.encode_all(sounds(2), 16)] == [(1, 1500, 16)] * 2


@pytest.mark.parametrize("beam_size", [1, 3])
def test_a_window_says_the_same_alone_and_beside_others(net: TorchWhisper, beam_size: int) -> None:
    encoded = net.encode_all(sounds(3), 16)
    tokenizer = net.tokenizer("en", "transcribe")
    rung = Rung(beam_size=beam_size, no_repeat_ngram=2)
    together = net.decode(encoded, tokenizer, "b c", rung)
    alone = [net.decode([row], tokenizer, "b c", rung)[0] for row in encoded]
    assert [attempt.tokens for attempt in together] == [attempt.tokens for attempt in alone]
    for one, other in zip(together, alone, strict=True):
        assert one.avg_logprob == pytest.approx(other.avg_logprob, abs=1e-4)
        assert one.no_speech_prob == pytest.approx(other.no_speech_prob, abs=1e-4)
        assert 0 < one.no_speech_prob < 1
        assert one.avg_logprob < 0
        assert one.tokens, "the end may not come first"
        assert set(one.tokens) <= set(range(1, 8)), "only words, without the suppressed one"


def test_times_go_forward_and_stay_in_the_sound(net: TorchWhisper) -> None:
    encoded = net.encode_all(sounds(2), 16)
    tokenizer = net.tokenizer("en", "transcribe")
    tokens = [[1, 2, 3, 4], [5, 6]]
    (path, chances), (second, _) = net.align(encoded, tokenizer, tokens, [100, 60])
    assert [path[0], path[-1], second[-1]] == [(0, 0), (4, 99), (2, 59)]
    assert all(a <= c and b <= d for (a, b), (c, d) in pairwise(path))
    assert len(chances) == 4
    assert all(0 <= chance <= 1 for chance in chances)
    ((alone, _),) = net.align(encoded[1:], tokenizer, tokens[1:], [60])
    assert alone == second


def test_the_languages_are_those_of_the_tokenizer(net: TorchWhisper) -> None:
    (found,) = net.languages([net.encode(sounds(1)[0], 16)])
    assert {code for code, _ in found} == {"en", "zh"}
    assert sum(chance for _, chance in found) == pytest.approx(1)
    assert found[0][1] >= found[1][1]


def test_what_the_net_does_not_know(net: TorchWhisper) -> None:
    assert not net.multilingual
    with pytest.raises(InvalidOption):
        net.tokenizer("zh", "transcribe")


def test_moving_changes_the_numbers(folder: Path) -> None:
    moved = TorchWhisper(folder, name="net", threads=0)
    moved.move(Placement(device="cpu", compute_type="bfloat16", batch_size=4))
    (row,) = moved.encode_all(sounds(1), 16)
    assert row.dtype == torch.bfloat16
    moved.decode([row], moved.tokenizer("en", "transcribe"), "", Rung(beam_size=1, no_repeat_ngram=2))
    moved.move(CPU)
    assert moved.encode(sounds(1)[0], 16).dtype == torch.float32
    moved.close()


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without a card")
def test_a_card_that_is_not_there_is_a_matter_of_the_device(folder: Path) -> None:
    net = TorchWhisper(folder, name="net", threads=0)
    with pytest.raises(ModelUnusable) as caught:
        net.move(Placement(device="cuda", compute_type="float16", batch_size=4))
    assert trouble_of(str(caught.value)) in (Trouble.BROKEN, Trouble.LIBRARY)


def test_the_engine_works_as_a_transcriber(folder: Path) -> None:
    made = load_transformers(str(folder), name="net", device="cpu", device_index=(0,), compute_type="auto", threads=0)
    assert (made.name, made.batch_size) == ("net", 4)
    (text,) = made.transcribe([(TimeRange(start=0, end=5), sounds(1)[0])], None, AsrOptions(beam_size=1))
    assert (text.heard_language, text.heard_probability) == ("en", 1.0)
    made.close()
