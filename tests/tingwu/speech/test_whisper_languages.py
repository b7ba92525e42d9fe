"""Which languages a model knows by its files, and how others are refused."""

import json
from pathlib import Path

import pytest

from tingwu.errors import InvalidOption
from tingwu.speech.asr import ASR_BACKENDS, LANGUAGE_CHECKS, AsrOptions
from tingwu.speech.whisper_languages import check_languages, known_languages


def folder(path: Path, *codes: str, end: int = 50257, name: str = "tokenizer.json") -> Path:
    """A model's folder with the tokens of these languages."""
    numbers = {"<|endoftext|>": end, "<|transcribe|>": 50359} | {
        f"<|{code}|>": end + at for at, code in enumerate(codes)
    }
    listed = [{"id": number, "content": text, "special": True} for text, number in numbers.items()]
    (path / name).write_text(json.dumps(numbers if name == "added_tokens.json" else {"added_tokens": listed}))
    return path


@pytest.mark.parametrize("name", ["tokenizer.json", "added_tokens.json"])
def test_languages_are_read_off_the_special_tokens(tmp_path: Path, name: str) -> None:
    assert known_languages(folder(tmp_path, "en", "zh", "yue", name=name)) == {"en", "zh", "yue"}


def test_english_models_have_tokens_of_languages_that_they_do_not_know(tmp_path: Path) -> None:
    assert known_languages(folder(tmp_path, "en", "zh", end=50256)) == {"en"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"added_tokens": 3}', '{"added_tokens": [3, {"id": 1}]}'])
def test_a_folder_that_does_not_say_refuses_nothing(tmp_path: Path, text: str) -> None:
    assert known_languages(tmp_path / "nowhere") is None
    (tmp_path / "tokenizer.json").write_text(text)
    assert known_languages(tmp_path) is None
    check_languages(tmp_path, "m", AsrOptions(language="yue"))


@pytest.mark.parametrize(
    ("options", "value"),
    [(AsrOptions(language="yue"), "yue"), (AsrOptions(languages=("zh", "ja")), "ja")],
)
def test_what_the_model_does_not_know_is_refused_with_a_way_out(
    tmp_path: Path, options: AsrOptions, value: str
) -> None:
    with pytest.raises(InvalidOption, match="whisper-base does not know it; choose another language") as caught:
        check_languages(folder(tmp_path, "en", "zh"), "whisper-base", options)
    assert (caught.value.option, caught.value.value) == ("language", value)


@pytest.mark.parametrize(
    ("options", "option"), [(AsrOptions(language="zh"), "language"), (AsrOptions(task="translate"), "task")]
)
def test_more_than_english_is_refused_by_english_models(tmp_path: Path, options: AsrOptions, option: str) -> None:
    with pytest.raises(InvalidOption, match="choose a multilingual model") as caught:
        check_languages(folder(tmp_path, "en", "zh", end=50256), "whisper-tiny.en", options)
    assert caught.value.option == option


def test_what_the_model_knows_is_not_refused(tmp_path: Path) -> None:
    both = folder(tmp_path, "en", "zh")
    for options in (AsrOptions(), AsrOptions(language="zh", task="translate"), AsrOptions(languages=("zh", "en"))):
        check_languages(both, "whisper-base", options)
    check_languages(folder(tmp_path, "en", "zh", end=50256), "whisper-tiny.en", AsrOptions(language="en"))


def test_every_engine_has_a_check() -> None:
    assert LANGUAGE_CHECKS.names() == ASR_BACKENDS.names()


@pytest.mark.model
def test_real_models(whisper_base: Path, whisper_tiny_en: Path) -> None:
    known = known_languages(whisper_base)
    assert known
    assert {"en", "zh", "ja"} < known
    assert len(known) == 99
    assert "yue" not in known
    assert known_languages(whisper_tiny_en) == {"en"}
