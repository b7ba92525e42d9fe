"""Reference tables for the documents, made from the code itself so that they cannot drift.

`make docs` writes them into the README files; `make check` fails when they are not up to date.
"""

import ast
from pathlib import Path

from typer.testing import CliRunner

from pipelines.settings import Settings
from tingwu.errors import TingwuError
from tingwu.writers.formats import FORMATS
from ui.cli import app
from ui.failures import exit_code, http_status

_ROOT = Path(__file__).parents[1]
_FOLDERS = ("tingwu", "pipelines", "ui")


def tree() -> str:
    """Every module with the first line of its docstring."""
    lines: list[str] = []
    for folder in _FOLDERS:
        for path in sorted((_ROOT / folder).rglob("*.py")):
            job = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()
            name = str(path.relative_to(_ROOT))
            if path.name != "__init__.py":
                lines.append(f"{name:<36} {job[0] if job else ''}".rstrip())
    return _code("\n".join(lines), "text")


def command_help() -> str:
    """What `tingwu --help` and the help of each command print, 100 columns wide."""
    profiles, benches = (["profiles"], ["profiles", "add"]), (["bench", "speech"], ["bench", "speakers"])
    commands = ([], ["transcribe"], ["notes"], *profiles, ["models"], *benches, ["serve"], ["doctor"])
    return "\n\n".join(_code(_help([*command, "--help"]), "text") for command in commands)


def _help(arguments: list[str]) -> str:
    printed = CliRunner().invoke(app, arguments, prog_name="tingwu", env={"COLUMNS": "100", "NO_COLOR": "1"}).output
    return "\n".join(line.rstrip() for line in printed.splitlines()).strip("\n")


def settings() -> str:
    """Every setting with its variable, default and meaning."""
    rows = ["| setting | variable | default | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        value = "" if field.default_factory or field.is_required() else _plain(field.default)
        rows.append(f"| `{name}` | `TINGWU_{name.upper()}` | {value} | {field.description} |")
    return "\n".join(rows)


def formats() -> str:
    """Every output format."""
    rows = ["| format | file | |", "|---|---|---|"]
    rows += [f"| `{name}` | `.{one.extension}` | {one.says} |" for name, one in FORMATS.items()]
    return "\n".join(rows)


def errors() -> str:
    """Every error with its code, exit code and HTTP status."""
    rows = ["| error | code | exit | HTTP |", "|---|---|---|---|"]
    for kind in _leaves(TingwuError):
        error = kind.__new__(kind)
        rows.append(f"| {kind.__name__} | `{kind.code}` | {exit_code(error)} | {http_status(error)} |")
    return "\n".join(rows)


def _leaves(kind: type[TingwuError]) -> list[type[TingwuError]]:
    children = kind.__subclasses__()
    return [leaf for child in children for leaf in _leaves(child)] if children else [kind]


def _plain(value: object) -> str:
    if isinstance(value, tuple):
        return f"`{','.join(str(part) for part in value)}`"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    text = str(value)
    return f"`{text}`" if text not in ("", "None", "**********") else ""


def _code(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```"
