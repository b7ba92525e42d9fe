"""Arguments win over the environment, that over the file, that over the defaults; nonsense is named."""

from pathlib import Path

import pytest

from pipelines.settings import load_settings, script_of
from tingwu.errors import InvalidOption


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_models_live_in_the_data_folder_unless_told_otherwise(tmp_path: Path) -> None:
    assert load_settings(data_dir=tmp_path).models_dir == tmp_path / "models"
    assert load_settings(data_dir=tmp_path, models_dir=tmp_path / "m").models_dir == tmp_path / "m"


def test_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tingwu.toml").write_text("port = 1\nthreads = 1\nhost = '::1'\n")
    monkeypatch.setenv("TINGWU_PORT", "2")
    monkeypatch.setenv("TINGWU_THREADS", "2")
    settings = load_settings(port=3)
    assert (settings.port, settings.threads, settings.host) == (3, 2, "::1")


def test_none_means_not_given() -> None:
    assert load_settings(port=None).port == 7860


def test_lists_may_be_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINGWU_MODEL_SOURCES", "wheels, folder")
    assert load_settings().model_sources == ("wheels", "folder")


@pytest.mark.parametrize(
    ("given", "cards"), [(1, (1,)), ("0,1", (0, 1)), (" 2 , 0,2", (2, 0)), ([0, 3], (0, 3)), ((1,), (1,))]
)
def test_cards_may_be_one_or_several(given: object, cards: tuple[int, ...]) -> None:
    assert load_settings(device_index=given).device_index == cards


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", 70_000),
        ("threads", -1),
        ("device", "tpu"),
        ("llm_backend", "x"),
        ("device_index", "one"),
        ("device_index", "-1"),
        ("device_index", ""),
        ("device_index", ()),
        ("device_index", 1.5),
        ("asr_idle_seconds", 0),
    ],
)
def test_nonsense_is_named(name: str, value: object) -> None:
    with pytest.raises(InvalidOption, match=name):
        load_settings(**{name: value})


def test_secrets_are_not_printed() -> None:
    assert "hunter2" not in repr(load_settings(llm_api_key="hunter2"))


@pytest.mark.parametrize(
    ("environment", "script"),
    [
        ({}, "simplified"),
        ({"LANG": "zh_TW.UTF-8"}, "traditional"),
        ({"LANG": "zh_TW.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "simplified"),
        ({"LC_ALL": "zh_HK"}, "traditional"),
    ],
)
def test_the_locale_decides_the_chinese_script(environment: dict[str, str], script: str) -> None:
    assert script_of(environment) == script
