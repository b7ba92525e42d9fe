"""Terms by frequency, longer ones over their parts, with times."""

import pytest

from tingwu.text.keywords import candidates, term_table
from tingwu.text.sentences import Sentence
from tingwu.text.terms import content_terms


def _sentences(*texts: str) -> list[Sentence]:
    return [
        Sentence(id=index, start=index * 10.0, end=index * 10.0 + 5, text=text, segment_ids=(index,))
        for index, text in enumerate(texts)
    ]


def test_english_terms_with_times() -> None:
    table = term_table(
        _sentences(
            "The release plan needs a checklist.",
            "We talked about the weather.",
            "Who updates the release plan?",
            "The release plans are ready.",
        )
    )
    top = table.top(3)[0]
    assert top.text == "release plan"
    assert top.times == (0.0, 20.0, 30.0)


def test_chinese_terms_are_nouns() -> None:
    table = term_table(
        _sentences("我们讨论区块链技术的应用。", "区块链技术可以用在保险行业。", "大家觉得区块链技术怎么样？")
    )
    texts = [keyword.text for keyword in table.top(5)]
    assert any("技术" in text for text in texts[:2])
    assert not {"我们", "大家", "觉得", "可以"} & set(texts)


def test_a_part_has_its_own_terms() -> None:
    table = term_table(
        _sentences("The garden grows roses.", "The garden has roses.", "The engine burns fuel.", "Fuel for the engine.")
    )
    assert {keyword.text for keyword in table.top(2, 2, 4, typical=True)} <= {"engine", "fuel", "Fuel", "engine burns"}


def test_nothing_said_has_no_terms() -> None:
    assert term_table([]).top(5) == ()
    assert term_table(_sentences("Yes, I think so.")).top(5) == ()


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("It costs 9,000 euros.", "9,000 euros"),
        ("It weighs 2.75 tons.", "2.75 tons"),
        ("We run Python 3.11 now.", "Python 3.11"),
        ("一共是9,000欧元。", "9,000 欧元"),
    ],
)
def test_a_number_is_one_word_of_its_phrase(text: str, phrase: str) -> None:
    found = list(candidates(text))
    assert phrase in found
    assert "costs 9,000" not in found
    assert not any(part.startswith(("000", "75", "11")) for part in found)


@pytest.mark.parametrize(
    "text",
    [
        "九月份",
        "10月份",
        "12月5号",
        "二零二四年九月十五号",
        "第三季度，月底",
        "In January 2024",
        "January’s",
        "Mondays, 1,200",
    ],
)
def test_a_date_is_no_keyword(text: str) -> None:
    assert list(candidates(text)) == []


def test_numbers_are_compared_as_one_word() -> None:
    assert content_terms("9,000 euros in 1,2,3 steps and 3.5 tons") == [
        *("9000", "euro", "1", "2", "3", "step"),
        *("3.5", "ton"),
    ]
    assert content_terms("9000 euros") == content_terms("9，000 euros")
