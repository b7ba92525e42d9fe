"""Bilingual: the right text for a reader, and templates filled in both languages at once."""

import pytest

from tingwu.bilingual import Bilingual, is_chinese

HELLO = Bilingual(en="Hello {0}, {1}", zh="{1}，你好{0}")


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh_TW", "ZH", "yue"])
def test_readers_of_chinese(language: str) -> None:
    assert is_chinese(language)
    assert HELLO.in_language(language) == HELLO.zh


@pytest.mark.parametrize("language", ["en", "en-GB", "ja", "", "und", "zha"])
def test_other_readers(language: str) -> None:
    assert not is_chinese(language)
    assert HELLO.in_language(language) == HELLO.en


def test_values_are_data() -> None:
    day = Bilingual(en="Friday {0}", zh="周五")
    assert HELLO.filled("{1}", day) == Bilingual(en="Hello {1}, Friday {0}", zh="周五，你好{1}")
