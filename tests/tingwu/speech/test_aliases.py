"""Spellings that a glossary names, found in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingwu.speech.aliases import AliasIndex, fold
from tingwu.speech.glossary import Entry, Glossary


def replaced(text: str, *entries: tuple[str, ...]) -> str:
    index = AliasIndex(Glossary(entries=tuple(Entry(canonical=first, aliases=rest) for first, *rest in entries)))
    for found in reversed(list(index.find(text))):
        text = text[: found.start] + found.text + text[found.end :]
    return text


@pytest.mark.parametrize(
    ("text", "entry", "expected"),
    [
        ("Ask hanna price, please.", ("Hannah Price", "Hanna Price"), "Ask Hannah Price, please."),
        ("He said HANA's right", ("Hannah", "Hana"), "He said Hannah's right"),
        ("Hanafi and Johana", ("Hannah", "Hana"), "Hanafi and Johana"),
        ("don't", ("Don", "don"), "don't"),
        ("请苏情说", ("苏晴", "苏情"), "请苏晴说"),
        ("用ctranslate2引擎做", ("CTranslate2 引擎",), "用CTranslate2 引擎做"),
        ("用 CTranslate 二 引擎", ("CTranslate2 引擎", "CTranslate二引擎"), "用 CTranslate 二 引擎"),
        ("請蘇情說", ("苏晴", "苏情"), "請苏晴說"),
        ("c++ (a|b) ab", ("C++", "(a|b)"), "c++ C++ ab"),
        ("the price of it", ("Price",), "the price of it"),
        ("the price of it", ("Price", "price"), "the Price of it"),
        ("use ctranslate2 now", ("CTranslate2",), "use CTranslate2 now"),
        ("I like it", ("IT",), "I like it"),
    ],
)
def test_spellings(text: str, entry: tuple[str, ...], expected: str) -> None:
    assert replaced(text, entry) == expected


def test_the_longest_spelling_wins_and_protects() -> None:
    assert replaced("张三丰和张三", ("张三丰",), ("张珊", "张三")) == "张三丰和张珊"


def test_nothing_is_replaced_twice() -> None:
    assert replaced("ab cd", ("cd", "ab"), ("ef", "gh")) == "cd cd"


@given(st.text(), st.lists(st.text(alphabet="abAB .é林İß", min_size=1), max_size=4))
def test_what_is_found_is_there(text: str, names: list[str]) -> None:
    names = list({fold(name): name for name in names}.values())
    index = AliasIndex(Glossary(entries=tuple(Entry(canonical="Z", aliases=(name,)) for name in names)))
    spellings = {fold(name).replace(" ", "") for name in (*names, "z")}
    done = 0
    for found in index.find(text):
        assert found.start >= done
        assert fold(text[found.start : found.end]).replace(" ", "") in spellings
        done = found.end
