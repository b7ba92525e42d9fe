"""Rewriting a window: words, times and the record."""

from tests.tingwu.speech.window_texts import window, wordless
from tingwu.domain.transcript import CorrectionReason
from tingwu.speech.replacement import Replacement, rewrite, spoken_text


def replacement(text: str, old: str, new: str) -> Replacement:
    start = text.index(old)
    return Replacement(start=start, end=start + len(old), text=new, reason=CorrectionReason.GLOSSARY_ALIAS)


def test_a_part_of_a_word_is_replaced() -> None:
    text = window(["我", "请苏情，", "来"])
    changed, (correction,) = rewrite(text, [replacement("我请苏情，来", "苏情", "苏晴子")])
    assert [word.text for word in changed.words] == ["我", "请苏晴子，", "来"]
    assert (correction.before, correction.after, correction.start, correction.end) == ("苏情", "苏晴子", 1, 2)
    assert correction.words == (text.words[1],)


def test_neighbours_that_share_no_word_are_apart() -> None:
    text = window([" c", " two", " d", " e"], "en")
    spoken = spoken_text(text)
    changed, corrections = rewrite(text, [replacement(spoken, "c two", "C2"), replacement(spoken, "d", "D")])
    assert changed.text == "C2 D e"
    assert [(one.before, one.after) for one in corrections] == [("c two", "C2"), ("d", "D")]
    assert [(word.start, word.end) for word in changed.words] == [(0, 2), (2, 3), (3, 4)]


def test_the_lowest_probability_is_that_of_the_whole() -> None:
    low, high = window(["韩"], probability=0.2).words[0], window(["雷"], start=1, probability=0.9).words[0]
    text = wordless("韩雷", words=(low, high))
    changed, _ = rewrite(text, [replacement("韩雷", "韩雷", "韩磊")])
    assert [(word.text, word.probability) for word in changed.words] == [("韩磊", 0.2)]


def test_nothing_to_do() -> None:
    text = window(["好"])
    assert rewrite(text, []) == (text, ())
