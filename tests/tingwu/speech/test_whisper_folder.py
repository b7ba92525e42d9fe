"""What a checkpoint's folder says, and what is refused before anything of it is loaded."""

import json
from pathlib import Path

import pytest
import tokenizers

from tingwu.errors import ModelUnusable
from tingwu.speech.asr import ASR_BACKENDS, DEVICE_CHECKS, backend_of
from tingwu.speech.asr_transformers import load_transformers
from tingwu.speech.whisper_folder import language_tokens, read_checkpoint, read_tokenizer

CONFIG = {
    "model_type": "whisper", "num_mel_bins": 128, "vocab_size": 51866, "decoder_layers": 4,
    "decoder_attention_heads": 2, "suppress_tokens": [1, 2],
}  # fmt: skip


def folder(path: Path, *files: str, config: object = CONFIG, generation: object = None) -> Path:
    (path / "config.json").write_text(json.dumps(config))
    if generation is not None:
        (path / "generation_config.json").write_text(json.dumps(generation))
    for name in files:
        (path / name).touch()
    return path


def test_what_the_generation_config_says_wins(tmp_path: Path) -> None:
    said = {"alignment_heads": [[3, 1], [2, 0]], "suppress_tokens": [7], "begin_suppress_tokens": [220, 50257]}
    found = read_checkpoint(folder(tmp_path, "model.safetensors", generation=said), "m")
    assert (found.n_mels, found.vocabulary, found.multilingual) == (128, 51866, True)
    assert found.alignment_heads == ((3, 1), (2, 0))
    assert (found.suppressed, found.suppressed_first) == ((7,), (220, 50257))


def test_a_checkpoint_that_names_no_heads_uses_the_upper_half(tmp_path: Path) -> None:
    found = read_checkpoint(folder(tmp_path, "model.safetensors"), "m")
    assert found.alignment_heads == ((2, 0), (2, 1), (3, 0), (3, 1))
    assert (found.suppressed, found.suppressed_first) == ((1, 2), ())


def test_english_models_are_known_by_their_vocabulary(tmp_path: Path) -> None:
    english = {**CONFIG, "vocab_size": 51864}
    assert not read_checkpoint(folder(tmp_path, "model.safetensors", config=english), "m").multilingual


@pytest.mark.parametrize(
    ("files", "config", "says"),
    [
        (("pytorch_model.bin",), CONFIG, "pytorch_model.bin is a pickle"),
        ((), CONFIG, r"no \.safetensors"),
        (("model.safetensors",), {"model_type": "wav2vec2"}, "wav2vec2"),
        (("model.safetensors",), {"model_type": "whisper"}, "num_mel_bins"),
        (("model.safetensors",), [], "not an object"),
    ],
)
def test_what_cannot_be_used_says_why(tmp_path: Path, files: tuple[str, ...], config: object, says: str) -> None:
    with pytest.raises(ModelUnusable, match=says):
        read_checkpoint(folder(tmp_path, *files, config=config), "m")


def test_broken_json(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"config\.json"):
        read_checkpoint(tmp_path, "m")
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ModelUnusable, match=r"config\.json"):
        read_checkpoint(tmp_path, "m")


def test_a_folder_without_a_tokenizer_and_one_with_another_s(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match="tokenizer"):
        read_tokenizer(folder(tmp_path, "model.safetensors"), "m")
    tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0}, unk_token="a")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelUnusable, match="tokenizer"):
        read_tokenizer(tmp_path, "m")


def test_weights_that_are_no_safetensors(tmp_path: Path) -> None:
    folder(tmp_path, "model.safetensors")
    words = {"<|startoftranscript|>": 0}
    tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="?")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelUnusable, match="Safetensor"):
        load_transformers(str(tmp_path), name="m", device="cpu", device_index=(0,), compute_type="auto", threads=0)


def test_languages_of_a_tokenizer() -> None:
    known = tokenizers.Tokenizer(tokenizers.models.WordLevel({"<|zh|>": 5, "<|en|>": 4, "<|xx|>": 6}, unk_token="?"))
    assert language_tokens(known) == {"en": 4, "zh": 5}


@pytest.mark.parametrize(
    ("files", "backend"),
    [
        (("model.bin", "config.json", "vocabulary.json"), "whisper"),
        (("config.json", "model.safetensors"), "transformers"),
        (("config.json", "model-00001-of-00002.safetensors", "model.safetensors.index.json"), "transformers"),
        (("config.json", "pytorch_model.bin"), "transformers"),
        ((), "whisper"),
    ],
)
def test_the_files_of_a_model_tell_its_engine(tmp_path: Path, files: tuple[str, ...], backend: str) -> None:
    for name in files:
        (tmp_path / name).touch()
    assert backend_of(tmp_path) == backend


def test_every_engine_can_check_its_device() -> None:
    assert ASR_BACKENDS.names() == DEVICE_CHECKS.names()
    assert ASR_BACKENDS.get("transformers") is load_transformers
    for name in DEVICE_CHECKS.names():
        assert DEVICE_CHECKS.get(name)("cpu", (0,), "float32") == "cpu"
