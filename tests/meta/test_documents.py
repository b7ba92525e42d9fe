"""The documents speak of everything there is, in both languages."""

import re
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tingwu.registry import Registry
from tingwu.speech.asr import ASR_BACKENDS
from tingwu.text.llm import LLM_BACKENDS
from tingwu.writers.formats import FORMATS
from ui.cli import app

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh.md")


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text(encoding="utf-8")


def test_settings_and_formats_are_documented(readme: str) -> None:
    assert all(f"`TINGWU_{name.upper()}`" in readme for name in Settings.model_fields)
    assert all(f"`{name}`" in readme for name in FORMATS)


def test_the_two_commands_are_documented(readme: str) -> None:
    assert "make demo" in readme
    assert "make test" in readme


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_every_command_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [info.name or getattr(info.callback, "__name__", "") for info in app.registered_commands]
    assert len(names) >= 5
    assert all(f"tingwu {name}" in readme for name in names)


@pytest.mark.parametrize("registry", [ASR_BACKENDS, LLM_BACKENDS], ids=lambda registry: registry.kind)
def test_every_backend_can_be_imported(registry: Registry[object]) -> None:
    assert all(callable(registry.get(name)) for name in registry.names())


def test_the_project_speaks_of_itself_alone() -> None:
    """No paths of a machine in any text of the project."""
    for path in (*ROOT.glob("*.md"), *ROOT.glob("samples/**/*.md"), ROOT / "Makefile"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.:/-])/(?:home|root|tmp|work)/", text)
