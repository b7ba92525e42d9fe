"""Failures: a row for every error, its exit code, HTTP status and sentence."""

import pytest

from tingwu import errors
from tingwu.errors import TingwuError
from ui.failures import FAILURES, error_code, exit_code, http_status, message


def tree(root: type[TingwuError] = TingwuError) -> list[type[TingwuError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


@pytest.mark.parametrize("kind", tree(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_row_of_its_own(kind: type[TingwuError]) -> None:
    assert kind in FAILURES


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (errors.EmptyMedia("a.mp3"), 3, 422),
        (errors.LlmRejected("m", 503, "busy"), 5, 502),
        (errors.InvalidOption("port", "x"), 2, 422),
        (errors.OutputFull("o"), 6, 507),
        (ValueError("a secret"), 1, 500),
    ],
)
def test_rows(error: Exception, code: int, status: int) -> None:
    assert (exit_code(error), http_status(error)) == (code, status)


def test_message_is_in_the_language_of_the_reader() -> None:
    error = errors.JobNotFound("7")
    assert message(error) == message(error, "en-GB") == message(error, "fr") == "job '7' does not exist"
    assert message(error, "zh") == message(error, "zh-CN") == "没有任务 7"


def test_ctrl_c_is_130() -> None:
    assert exit_code(KeyboardInterrupt()) == exit_code(errors.Cancelled()) == 130


def test_codes_for_programs() -> None:
    assert error_code(errors.EmptyMedia("a.mp3")) == "empty_media"
    assert error_code(ValueError("a secret")) == "error"
