"""Notices: both languages say the same, with the same values, and survive being stored."""

import pytest

from tingwu.bilingual import Bilingual
from tingwu.domain.media import DecodeReport
from tingwu.domain.notice import NOTICE_WORDS, Notice, NoticeCode, damage, places
from tingwu.error_words import error_words
from tingwu.errors import LlmTimeout, StoredDataInvalid
from tingwu.store.codec import from_json, to_json


@pytest.mark.parametrize("code", NoticeCode)
def test_every_code_is_worded_twice_with_the_same_places(code: NoticeCode) -> None:
    words = NOTICE_WORDS[code]
    assert places(words.en) == places(words.zh)
    assert places(words.en) == {str(number) for number in range(len(places(words.en)))}
    if code is not NoticeCode.FOREIGN:
        assert words.en.isascii()
        assert any("一" <= character <= "鿿" for character in words.zh)


@pytest.mark.parametrize("code", NoticeCode)
def test_notices_are_stored_and_filled(code: NoticeCode) -> None:
    values = tuple(Bilingual(en=f"<en {place}>", zh=f"<zh {place}>") for place in sorted(places(NOTICE_WORDS[code].en)))
    notice = Notice(code=code, values=values)
    assert from_json(Notice, to_json(notice)) == notice
    assert all(value.en in notice.text.en and value.zh in notice.text.zh for value in values)


def test_values_must_fit() -> None:
    with pytest.raises(ValueError, match="damaged"):
        Notice(code=NoticeCode.DAMAGED, values=("00:10",))
    with pytest.raises(StoredDataInvalid):
        from_json(Notice, '{"code": "no_speech", "values": ["too much"]}')


def test_a_reason_is_said_in_the_reader_s_language() -> None:
    notice = Notice(code=NoticeCode.NO_MODEL, values=(error_words(LlmTimeout("qwen")),))
    assert notice.text.en == "The notes are quotes, because language model 'qwen' stopped answering."
    assert notice.text.zh == "笔记都是原话，原因：语言模型“qwen”没有响应。"


def test_values_are_data() -> None:
    assert Notice(code=NoticeCode.FOREIGN, values=("{0} {x}",)).text == Bilingual(en="{0} {x}", zh="{0} {x}")


def test_damage() -> None:
    whole = DecodeReport(duration=10, declared_duration=15, complete=True)
    cut = DecodeReport(duration=10, declared_duration=15, complete=False)
    unknown = DecodeReport(duration=10, declared_duration=None, complete=False)
    assert damage(whole) is None
    assert damage(cut) == Notice(code=NoticeCode.DAMAGED, values=("00:10", "00:15"))
    assert damage(unknown) == Notice(code=NoticeCode.DAMAGED_SOMEWHERE, values=("00:10",))
