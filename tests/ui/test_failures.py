"""Failures: a row for every error, sentences in two languages, and nothing told of errors nobody foresaw."""

import pytest

from tingwu import errors
from tingwu.errors import TingwuError
from ui.failures import FAILURES, exit_code, http_status, message


def tree(root: type[TingwuError] = TingwuError) -> list[type[TingwuError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


@pytest.mark.parametrize("kind", tree(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_row_of_its_own(kind: type[TingwuError]) -> None:
    assert kind in FAILURES


@pytest.mark.parametrize(
    ("error", "code", "status", "english", "chinese"),
    [
        (
            errors.EmptyMedia("a.mp3", "x"), 3, 422,
            "'a.mp3' is empty (0 bytes): x", "文件“a.mp3”是空的（0 字节）：x",
        ),
        (
            errors.LlmRejected("m", 503, "busy"), 5, 502,
            "language model 'm' refused with status 503: busy", "语言模型“m”拒绝了请求（状态码 503）：busy",
        ),
        (
            errors.InvalidOption("port", "{e}", "{no}"), 2, 422,
            "port cannot be '{e}': {no}", "port 不能是“{e}”：{no}",
        ),
        (
            errors.OutputFull("o"), 6, 507,
            "'o' could not be written, no space is left; make room and run the same command again",
            "磁盘空间不足，“o”没有写成；腾出空间后重新运行同一命令即可",
        ),
    ],
)  # fmt: skip
def test_rows(error: TingwuError, code: int, status: int, english: str, chinese: str) -> None:
    assert (exit_code(error), http_status(error)) == (code, status)
    assert message(error) == message(error, "fr") == english
    assert message(error, "zh") == message(error, "zh-CN") == chinese


def test_what_nobody_foresaw_shows_its_kind_only() -> None:
    error = ValueError("a secret")
    assert (exit_code(error), http_status(error)) == (1, 500)
    assert message(error) == "unexpected error (ValueError); the log has the details"
    assert "secret" not in message(error, "zh")


def test_ctrl_c_is_130() -> None:
    assert exit_code(KeyboardInterrupt()) == exit_code(errors.Cancelled()) == 130
