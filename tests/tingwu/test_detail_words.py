"""Detail words: every detail that the code makes is known in Chinese; what comes from outside is left alone."""

import ast
import re
import string
from pathlib import Path

import pytest

from tingwu import errors
from tingwu.detail_words import DETAILS, chinese_detail
from tingwu.error_words import error_words
from tingwu.errors import NamedError

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for folder in ("tingwu", "pipelines", "ui/api") for path in (ROOT / folder).rglob("*.py"))
NAMES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, NamedError)}


def templates(node: ast.expr) -> list[str]:
    """The texts that an expression may give, each value in them as `{}`."""
    if isinstance(node, ast.IfExp):
        return templates(node.body) + templates(node.orelse)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in templates(value)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)]  # pyright: ignore[reportArgumentType, reportCallIssue]
    return []


def details(path: Path) -> list[str]:
    """The details of errors about one thing that the module raises."""
    calls = (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    named = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id in NAMES)
    return [text for call in named for argument in call.args[1:] for text in templates(argument)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_detail_is_known_in_chinese(path: Path) -> None:
    for text in details(path):
        if re.search(r"[a-z]{2} [a-z]", text.replace("{}", "")):
            assert re.search("[一-鿿]", chinese_detail(text.replace("{}", "7"))), text


def test_details_are_found() -> None:
    found = [text for path in SOURCES for text in details(path)]
    assert "it holds no sound at all" in found
    assert "no token for {} s" in found


@pytest.mark.parametrize("english", DETAILS)
def test_values_are_kept(english: str) -> None:
    places = {name for _, name, _, _ in string.Formatter().parse(DETAILS[english]) if name is not None}
    assert places == {str(number) for number in range(english.count("{}"))}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("", ""),
        ("no token for 30 s", "30 秒没有输出"),
        ("reading it failed: Permission denied", "读取失败：没有权限"),
        (
            "hub: the connection broke; mirror: nothing answers at that address",
            "hub：连接断了；mirror：这个地址没有回应",
        ),
        ("offline; base.bin", "离线；base.bin"),
        (
            "The end of the file is missing; it was cut off. "
            "The file declares 00:15 of sound, but only 00:10 could be decoded.",
            "文件被截断，缺少结尾。文件声明有 00:15 的声音，实际只解码出 00:10。",
        ),
        ("CUDA error: out of memory: {0}", "CUDA error: out of memory: {0}"),
        ("no token for {0} s", "{0} 秒没有输出"),
    ],
)
def test_details(english: str, chinese: str) -> None:
    assert chinese_detail(english) == chinese


def test_errors_use_it() -> None:
    assert error_words(errors.NoAudioStream("a.mp4", "it holds no sound at all")).zh == (
        "文件“a.mp4”中没有所选的音轨：里面没有声音"
    )
