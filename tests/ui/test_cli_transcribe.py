"""Names that whisper's users know, in the words of the catalogue."""

import pytest

from tingwu.errors import InvalidOption
from ui.cli_transcribe import model_name
from ui.languages import language_code, spoken_languages


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


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        (None, (None, ())),
        ("zh", ("zh", ())),
        ("mixed", (None, ("zh", "en"))),
        ("en,French", (None, ("en", "fr"))),
        ("en,", ("en", ())),
    ],
)
def test_languages_of_mixed_talk(text: str | None, spoken: tuple[str | None, tuple[str, ...]]) -> None:
    assert spoken_languages(text) == spoken


@pytest.mark.parametrize("text", ["en,klingon", "en,en", "en,auto", "mixed,en"])
def test_no_mixture(text: str) -> None:
    with pytest.raises(InvalidOption, match="language"):
        spoken_languages(text)


@pytest.mark.parametrize("text", ["", "e", "xx", "klingon", "en-US", "中文"])
def test_no_language(text: str) -> None:
    with pytest.raises(InvalidOption, match="language"):
        language_code(text)
