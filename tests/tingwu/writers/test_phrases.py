"""Where lines may be broken: `|` is a good place, `¦` one for an emergency."""

import pytest

from tingwu.writers.phrasers import phraser_for
from tingwu.writers.phrases import Break, break_levels


def marked(text: str, language: str, word_edges: tuple[int, ...] = ()) -> str:
    levels = break_levels(text, word_edges, phraser_for(text, language))
    signs = ["" if level == Break.NEVER else "¦" if level == Break.FORCED else "|" for level in levels]
    return "".join(sign + char for sign, char in zip(signs, text, strict=True))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Hello, |Dr. ¦Smith |lives |in |New ¦York ¦City |and |works."),
        ("en", "They |paid |3 ¦000 ¦000 |dollars |or |20 ¦percent |of |twenty ¦one |shares |at |1,234.50 |each."),
        ("en", "In |March ¦2018 |we |ran |5 ¦km |at |6 ¦p.m. |or |so."),
        ("de", "im |Jahr ¦2030 |insgesamt |45 ¦Milliarden ¦Euro"),
        ("ko", "오늘은 |날씨가 |정말 |좋네요. |산책하러 |갑시다."),
        ("zh", "我们|今天|来|讨论一下|人工智能|在|医疗|领域¦的|应用，|特别¦是|用|Python |3.11¦写¦的|程序。"),
        ("zh", "张伟|和|李晓明|昨天|去¦了|上海交通大学"),
        ("zh", "我們|今天|來|討論|一下|「人工智慧」|在|醫療|領域¦的|應用"),
        ("zh", "花¦了|三千五百¦二十块|钱"),
        ("th", "วัน|นี้|อากาศ|ดี|มาก|เรา|ไป|เดิน|เล่น|กัน"),
    ],
)
def test_breaks(language: str, expected: str) -> None:
    assert marked(expected.replace("|", "").replace("¦", ""), language) == expected


def test_japanese_breaks_at_phrases() -> None:
    assert "今日は|天気が|いいですから、|散歩に" in marked(
        "今日は天気がいいですから、散歩に行きましょう。", "ja"
    ).replace("¦", "")


def test_japanese_phrases_do_not_cut_the_recognisers_words() -> None:
    text = "今日は天気が"
    assert marked(text, "ja").replace("¦", "") == "今日は|天気が"
    assert marked(text, "ja", word_edges=(0, 2, 4)).replace("¦", "") == "今日は天気が"


def test_scripts_without_model_part_where_words_do() -> None:
    text = "ສະບາຍດີຂອບໃຈ"
    assert marked(text, "lo") == text
    assert marked(text, "lo", word_edges=(0, 7)) == "ສະບາຍດີ¦ຂອບໃຈ"


@pytest.mark.parametrize(
    ("text", "place", "level"),
    [
        ("It ends. Then it goes on.", 9, Break.SENTENCE),
        ("He said: “Yes.” Then he left.", 16, Break.SENTENCE),
        ("at 6 p.m. or so", 10, Break.LINK),
        ("Well, yes", 6, Break.CLAUSE),
        ("cats and dogs", 5, Break.LINK),
        ("cats love dogs", 5, Break.WORD),
        ("the cats", 4, Break.POOR),
        ("cats of mine", 8, Break.POOR),
        ("Mr. Jones", 4, Break.FORCED),
        ("J. Smith", 3, Break.FORCED),
        ("他来了以及走了", 3, Break.LINK),
        ("你好。再见", 3, Break.SENTENCE),
        ("你好，再见", 3, Break.CLAUSE),
    ],
)
def test_levels(text: str, place: int, level: Break) -> None:
    assert break_levels(text, (), phraser_for(text, "en"))[place] == level


def test_long_runs_of_capitals_are_not_one_name() -> None:
    assert marked("ALL THIS IS SHOUTED TO YOU", "en") == "ALL ¦THIS ¦IS |SHOUTED ¦TO |YOU"


def test_marks_stay_with_their_words() -> None:
    text = "他说（真的）：“好的！”他走了。"
    levels = break_levels(text, (), phraser_for(text, "zh"))
    assert all(levels[place] == Break.NEVER for place, char in enumerate(text) if char in "）：”！。")
    assert all(levels[place + 1] == Break.NEVER for place, char in enumerate(text) if char in "（“")


def test_empty_text_has_no_breaks() -> None:
    assert break_levels("", (), phraser_for("", "zh")) == []
