from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.errors import InvalidOption
from tingwu.speech.asr import WindowText
from tingwu.speech.chinese import convert, convert_words, majority_script, punctuate, tidy_texts


def window(parts, language="zh"):
    words = tuple(Word(start=i, end=i + 1, text=part, probability=1) for i, part in enumerate(parts))
    return WindowText(
        window=TimeRange(start=0, end=30),
        text="".join(parts).strip(),
        words=words,
        language=language,
        avg_logprob=-0.2,
        compression_ratio=1,
        no_speech_prob=0,
    )


def test_characters_depend_on_their_neighbours() -> None:
    assert convert("头发和发现", "traditional") == "頭髮和發現"
    assert convert("頭髮和發現", "simplified") == "头发和发现"
    assert convert("软件", "traditional") == "軟件", "vocabulary stays what was said"
    assert convert("頭发", "as_is") == "頭发"


def test_the_majority_decides() -> None:
    assert majority_script("我們開會討論这个") == "traditional"
    assert majority_script("我们开会讨论這個") == "simplified"
    assert majority_script("好的 OK") == "simplified"


def test_one_script_per_transcript() -> None:
    texts = tidy_texts([window(["我們", "開會"]), window(["这", "次", "會議"])], "auto")
    assert [text.text for text in texts] == ["我們開會", "這次會議"]


def test_words_are_converted_as_the_whole_text_is() -> None:
    (text,) = tidy_texts([window(["头", "发", "变", "白", "了", ",", "发", "现", " 了"])], "traditional")
    assert [word.text for word in text.words] == ["頭", "髮", "變", "白", "了", "，", "發", "現", "了"]
    assert text.text == "頭髮變白了，發現了"


def test_other_languages_and_as_is_keep_their_characters() -> None:
    japanese = window(["会議", "は,"], "ja")
    assert tidy_texts([japanese], "traditional") == (japanese,)
    assert tidy_texts([window(["会", "議"])], "as_is")[0].text == "会議"


def test_an_unknown_script_is_refused() -> None:
    with pytest.raises(InvalidOption):
        tidy_texts([], "cyrillic")


def test_text_without_words_is_tidied_too() -> None:
    text = window([])
    text = WindowText(
        window=text.window,
        text="你好, 世界",
        words=(),
        language="zh",
        avg_logprob=0,
        compression_ratio=1,
        no_speech_prob=0,
    )
    assert tidy_texts([text])[0].text == "你好，世界"


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("你好,世界.", "你好，世界。"),
        ("你好 世界", "你好世界"),
        ("你好 , 世界 ? 好!", "你好，世界？好！"),
        ("用API,然后 test", "用API，然后 test"),
        ("3.5元, 10:30开始", "3.5元，10:30开始"),
        ("Hello, world.", "Hello, world."),
        ("共1,000人", "共1,000人"),
        ("看example.com吧", "看example.com吧"),
    ],
)
def test_punctuation_and_spaces(text, tidy) -> None:
    assert punctuate(text) == tidy


@settings(deadline=None)
@given(st.lists(st.text("头发现，, a5.", min_size=1, max_size=4), max_size=12))
def test_words_always_spell_the_rewriting(words) -> None:
    for rewritten in (punctuate("".join(words)), convert("".join(words), "traditional"), "x" * 7):
        parts = convert_words(words, rewritten)
        assert len(parts) == len(words)
        assert "".join(parts) == (rewritten if words else "")


@settings(deadline=None)
@given(st.lists(st.text("头发现，, a5.", min_size=1, max_size=4), min_size=2, max_size=12))
def test_tidied_words_keep_their_order_and_times(parts) -> None:
    before = window(parts)
    (after,) = tidy_texts([before], "traditional")
    assert [w.start for w in after.words] == [w.start for w in before.words]
    assert all(a.start < b.start for a, b in pairwise(after.words))
    assert "".join(w.text for w in after.words).strip() == after.text
