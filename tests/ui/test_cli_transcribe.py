"""Names that whisper's users know, in the words of the catalogue."""

import pytest

from tingwu.errors import InvalidOption
from ui.cli_languages import language_code
from ui.cli_transcribe import model_name


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("auto", "auto"),
        ("base", "whisper-base"),
        ("tiny.en", "whisper-tiny.en"),
        ("large", "whisper-large-v3"),
        ("turbo", "whisper-large-v3-turbo"),
        ("whisper-base", "whisper-base"),
        ("./my-model", "./my-model"),
        ("nonsense", "nonsense"),
    ],
)
def test_models(name: str, full: str) -> None:
    assert model_name(name) == full


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, None), ("auto", None), ("en", "en"), ("EN", "en"), ("yue", "yue"), ("Chinese", "zh"), (" german ", "de")],
)
def test_languages(text: str | None, code: str | None) -> None:
    assert language_code(text) == code


@pytest.mark.parametrize("text", ["", "e", "klingon", "en-US", "中文"])
def test_no_language(text: str) -> None:
    with pytest.raises(InvalidOption, match="language"):
        language_code(text)
