"""Error words: a Chinese sentence for every error, and nothing told of errors nobody foresaw."""

import pytest

from tingwu import errors
from tingwu.error_words import CHINESE, error_words
from tingwu.errors import TingwuError


def tree(root: type[TingwuError] = TingwuError) -> list[type[TingwuError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


@pytest.mark.parametrize("kind", tree(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_sentence_of_its_own(kind: type[TingwuError]) -> None:
    assert kind in CHINESE


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (errors.EmptyMedia("a.mp3", "x"), "'a.mp3' is empty (0 bytes): x", "文件“a.mp3”是空的（0 字节）：x"),
        (
            errors.LlmRejected("m", 503, "busy"),
            "language model 'm' refused with status 503: busy", "语言模型“m”拒绝了请求（状态码 503）：busy",
        ),
        (errors.InvalidOption("port", "{e}", "{no}"), "port cannot be '{e}': {no}", "port 不能是“{e}”：{no}"),
        (
            errors.ModelCorrupt("whisper-base", "model.bin"),
            "model 'whisper-base' does not match its sha256 and was refused; "
            "pull it again with `tingwu models pull whisper-base`: model.bin",
            "模型“whisper-base”与 sha256 校验值不符，已拒绝使用；"
            "请用 tingwu models pull whisper-base 重新下载：model.bin",
        ),
        (
            errors.OutputFull("o"),
            "'o' could not be written, no space is left; make room and run the same command again",
            "磁盘空间不足，“o”没有写成；腾出空间后重新运行同一命令即可",
        ),
    ],
)  # fmt: skip
def test_sentences(error: TingwuError, english: str, chinese: str) -> None:
    words = error_words(error)
    assert (words.en, words.zh) == (english, chinese)


def test_what_nobody_foresaw_shows_its_kind_only() -> None:
    words = error_words(ValueError("a secret"))
    assert words.en == "unexpected error (ValueError); the log has the details"
    assert words.zh == "意外错误（ValueError），详情见日志"
