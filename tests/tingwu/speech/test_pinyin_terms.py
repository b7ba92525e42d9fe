"""Chinese terms by sound: what is compared, and what decides, with a small dictionary of known frequencies."""

from math import log

import pytest

from tingwu.speech.glossary import Entry, Glossary
from tingwu.speech.lexicon import Lexicon
from tingwu.speech.pinyin_terms import PinyinIndex, PinyinOptions

LEXICON = Lexicon({"的": 1_000_000, "我": 500_000, "含泪": 400, "实时": 30, "会议": 20_000})


def found(run: str, *terms: str, probability: float = 0.6, options: PinyinOptions | None = None) -> list[str]:
    index = PinyinIndex(Glossary(entries=tuple(Entry(canonical=term) for term in terms)), LEXICON, options)
    return [f"{run[one.start : one.end]}>{one.text}" for one in index.find(run, [log(probability)] * len(run))]


@pytest.mark.parametrize(
    ("run", "term", "changes"),
    [
        ("韩雷", "韩磊", ["韩雷>韩磊"]),
        ("周明和周明", "周敏", ["周明>周敏", "周明>周敏"]),
        ("苏京", "苏晴", []),
        ("周民国", "舟敏国", ["周民国>舟敏国"]),
        ("苏", "苏", []),
        ("", "苏晴", []),
    ],
)
def test_sounds_are_compared(run: str, term: str, changes: list[str]) -> None:
    assert found(run, term) == changes


def test_no_more_than_half_of_the_syllables_may_only_be_near() -> None:
    lenient = PinyinOptions(near=0.0)
    assert found("林成", "凌城", options=lenient) == ["林成>凌城"]
    assert found("林陈", "凌城", options=lenient) == []


def test_a_word_of_the_dictionary_must_be_doubtful() -> None:
    assert found("实时", "石时", probability=0.95) == []
    assert found("实时", "石时", probability=0.01) == ["实时>石时"]


def test_words_of_grammar_at_an_edge_are_left() -> None:
    assert found("我豪", "沃豪") == []
    assert found("卧豪", "沃豪") == ["卧豪>沃豪"]


def test_among_many_terms_each_is_less_likely() -> None:
    others = [f"{a}{b}" for a in "山水火土金木天日月星" for b in "东南西北春夏秋冬红绿"]
    assert found("含泪", "韩磊", probability=0.05) == ["含泪>韩磊"]
    assert found("含泪", "韩磊", *others, probability=0.05) == []


def test_the_likelier_of_two_terms_is_taken() -> None:
    assert found("韩蕾", "寒类", "韩磊") == ["韩蕾>韩磊"]
