"""The shape of the code: sizes, docstrings, names, and who reads the environment."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("tingwu", "pipelines", "ui", "samples") for path in (ROOT / folder).rglob("*.py"))
FLOORS = {"gradio": (6, 25), "starlette": (1, 3, 1), "python-multipart": (0, 0, 31), "torch": (2, 10)}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_module(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    module = ast.parse(text)
    assert ast.get_docstring(module), "a module says its job in its first line"
    assert text.count("\n") <= 300, "a longer file is a missing name"
    assert path.stem not in {"utils", "common", "helpers", "manager", "base"}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{node.name} is too long"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_only_settings_read_the_environment(path: Path) -> None:
    if path == ROOT / "pipelines" / "settings.py":
        return
    assert not re.search(r"os\.getenv|os\.environ\.get|environ\[[^\]]+\](?!\s*=)", path.read_text(encoding="utf-8"))


def test_locked_versions_are_not_below_their_floors() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for package, floor in FLOORS.items():
        match = re.search(rf"^{re.escape(package)}==([\d.]+)", lock, re.MULTILINE)
        assert match, f"{package} is not locked"
        assert tuple(int(part) for part in match[1].split(".")) >= floor


def test_every_runtime_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        package = re.split(r"[\[<>=!~; ]", requirement)[0].lower()
        assert re.search(rf"^{re.escape(package)}==", lock, re.MULTILINE), f"{package} is not locked"
