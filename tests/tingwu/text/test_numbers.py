"""Numbers in two languages come out in one spelling."""

import pytest

from tingwu.text.numbers import in_digits, missing_numbers, normalise, numbers_in


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二十五个人", {"25"}),
        ("25 people", {"25"}),
        ("twenty-five people", {"25"}),
        ("百分之三", {"3%"}),
        ("百分之50", {"50%"}),
        ("3 percent", {"3%"}),
        ("３％", {"3%"}),
        ("两点五亿", {"250000000"}),
        ("2.5亿", {"250000000"}),
        ("twelve and a half percent", {"12.5%"}),
        ("three point five million", {"3500000"}),
        ("三万五", {"35000"}),
        ("两千三百", {"2300"}),
        ("一百零五", {"105"}),
        ("一百五", {"150"}),
        ("二零二四年", {"2024"}),
        ("twenty twenty four", {"2024"}),
        ("零八年", {"8"}),
        ("08年", {"8"}),
        ("下午三点半", {"3:30"}),
        ("at 3:30", {"3:30"}),
        ("two hundred and five", {"205"}),
        ("1,200 and 5k and 3.50%", {"1200", "5000", "3.5%"}),
        ("20万", {"200000"}),
        ("三月二十五号", {"3", "25"}),
        ("八点三十分", {"8", "30"}),
        ("三十分钟", {"30"}),
        ("十分高兴", set()),
    ],
)
def test_one_spelling(text: str, expected: set[str]) -> None:
    assert numbers_in(text) == expected


@pytest.mark.parametrize(
    "text", ["一个人一起做一下", "one of them", "first of all", "十分重要", "万一不行", "百度", "", "no numbers"]
)
def test_words_that_are_no_numbers(text: str) -> None:
    assert numbers_in(text) == frozenset()


def test_a_bare_number_is_proved_by_a_percentage_but_not_the_other_way_round() -> None:
    assert missing_numbers("grew by 3", "it grew by 3%") == frozenset()
    assert missing_numbers("grew by 3%", "it grew by 3") == {"3%"}


def test_missing_across_languages_of_digits() -> None:
    assert missing_numbers("预算是20万", "预算是二十万") == frozenset()
    assert missing_numbers("预算是30万", "预算是二十万") == {"300000"}


def test_normalise_folds_width_case_and_spaces() -> None:
    assert normalise("  ＡＢＣ　Ｄ\n e ") == "abc d e"


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("三月二十五号", "3月25号"),
        ("上涨百分之十五。", "上涨15%。"),
        ("一万五", "1.5万"),
        ("八点三十分", "8点30分"),
        ("三点一四", "3.14"),
        ("二零二四年", "2024年"),
        ("两个人", "2个人"),
    ],
)
def test_digits_for_words(spoken: str, written: str) -> None:
    assert in_digits(spoken) == in_digits(written)


@pytest.mark.parametrize("text", ["我们一起走", "万一十分乱七八糟", "一个人", "25 apples and 3.50 pears", "千万别去"])
def test_what_is_no_chinese_number_stays(text: str) -> None:
    assert in_digits(text) == text.replace("3.50", "3.5")
