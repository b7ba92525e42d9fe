"""Who says his own name gets it; who says anything else gets none."""

import pytest

from tests.builders import make_segment
from tingwu.domain.speakers import NameSource
from tingwu.text.said_names import said_names

ENGLISH = (
    ("I'm Li Na from finance.", "Li Na"),
    ("Hi everyone, I’m Tom.", "Tom"),
    ("My name is Tom Baker.", "Tom Baker"),
    ("Good morning, my name's Sarah O'Connor and I work in sales.", "Sarah O'Connor"),
    ("Hello, this is Anna speaking.", "Anna"),
    ("Hi, this is Peter Schmidt from the Berlin office.", "Peter Schmidt"),
    ("Tom here.", "Tom"),
    ("Anna Lee speaking, how can I help.", "Anna Lee"),
    ("I am Ludwig van Beethoven, a composer.", "Ludwig van Beethoven"),
    ("So I'm Jean-Luc, and I'll be your host today.", "Jean-Luc"),
    ("Welcome to the show, I'm Hannah Price.", "Hannah Price"),
    ("I'm Dr. Chen with the cardiology team.", "Dr. Chen"),
    ("Everyone calls it odd, but you can call me Max.", "Max"),
    ("I'm April, the new designer.", "April"),
    ("I'm José García, nice to meet you.", "José García"),
    ("I'm Brian.", "Brian"),
    ("OK, my name is uh Espen Eriksen.", "Espen Eriksen"),
    ("I'm Ms. McDonald at the front desk.", "Ms. McDonald"),
)
CHINESE = (
    ("我是张伟", "张伟"),
    ("我叫李娜。", "李娜"),
    ("大家好，我是财务部的王芳。", "王芳"),
    ("大家好我是来自财务部的王芳", "王芳"),
    ("鄙人姓陈。", "陈"),
    ("我叫李娜来自北京", "李娜"),
    ("我的名字叫欧阳娜娜。", "欧阳娜娜"),
    ("我是主持人周敏，欢迎大家。", "周敏"),
    ("各位好，我是产品经理林浩，今天由我来讲。", "林浩"),
    ("我姓李，叫李建国。", "李建国"),
    ("大家好，我是王老师。", "王老师"),
    ("你们可以叫我小李。", "小李"),
    ("嗯，我是司马光。", "司马光"),
    ("大家好，我是清华大学的赵志强。", "赵志强"),
    ("我是 Tom，负责测试。", "Tom"),
    ("我叫Anna Lee。", "Anna Lee"),
    ("大家好，我是財務部的陳志明。", "陳志明"),
    ("我叫張偉，很高興認識大家。", "張偉"),
    ("大家好,我叫苏晴,现在做运营。", "苏晴"),
    ("免贵姓王。", "王"),
    ("本人韩磊，是项目组组长。", "韩磊"),
    ("那我是周杰伦。", "周杰伦"),
)
NOT_ENGLISH = (
    "I'm sorry, I'm going now.",
    "I'm Chinese.",
    "I'm Chinese and I live in Rome.",
    "I'm American, from Boston.",
    "I'm Sorry.",
    "I'm Google certified.",
    "He said I'm Tom.",
    'And then she goes, "I\'m Tom Baker."',
    "Suppose I'm Tom and I want a ticket.",
    "If my name is Tom Baker, the form breaks.",
    "I'm Tom?",
    "Is it true that I'm Tom Baker from finance?",
    "I'm Tom's manager.",
    "I'm not Tom.",
    "I don't think I'm Tom.",
    "This is Tom.",
    "This is Tom from finance.",
    "I'm Team Lead here.",
    "I'm on Monday's list.",
    "I'm Monday and Tuesday at home.",
    "I'm tom from finance.",
    "I'm CEO.",
    "I am Catholic, and so is he.",
    "Please don't call me Tom.",
    "Tom here thinks otherwise.",
    "I'm with Tom Baker.",
    "I'm Windows user.",
    "Thank you, Tom.",
    "In the movie I'm Tom.",
)
NOT_CHINESE = (
    "我是说这个不行。",
    "我是觉得可以。",
    "我是你爸。",
    "我是做销售的。",
    "我是第一次来。",
    "他说我是张伟。",
    "她问我是李娜吗",
    "我是张伟吗？",
    "我是李娜的同事。",
    "我是王总的助理。",
    "我是高中生。",
    "我是江苏人。",
    "我是程序员。",
    "我是任何人都可以。",
    "如果我是张伟，我就不去。",
    "我叫他来开会。",
    "我叫了外卖。",
    "我叫车去。",
    "我是白领。",
    "我是非常的高兴。",
    "我是昨天的时候来的。",
    "我是很佩服我们的张总。",
    "我不是张伟。",
    "谢谢李娜。",
    "我是向大家学习。",
    "我是应该去。",
    "我是老师。",
    "我是小白。",
    "他让我叫王芳过来。",
    "我是金融行业的。",
    "假设我是李强，怎么办呢",
    "我是马上就到。",
    "我是于是就走了。",
    "我是单身。",
    "我是Google的。",
    "我是做Python的。",
    "我姓什么不重要。",
    "我是时候走了。",
    "我觉得我是张伟。",
)


def names(*lines: tuple[str | None, str], language: str = "en") -> dict[str, str]:
    segments = [make_segment(at, text, speaker=speaker) for at, (speaker, text) in enumerate(lines)]
    return {one.speaker: one.name for one in said_names(segments, language)}


@pytest.mark.parametrize(("sentence", "name"), ENGLISH)
def test_english_introductions(sentence: str, name: str) -> None:
    assert names(("A", sentence), ("B", "Thank you.")) == {"A": name}


@pytest.mark.parametrize(("sentence", "name"), CHINESE)
def test_chinese_introductions(sentence: str, name: str) -> None:
    assert names(("A", sentence), ("B", "好的。"), language="zh") == {"A": name}


@pytest.mark.parametrize("sentence", NOT_ENGLISH)
def test_english_that_names_nobody(sentence: str) -> None:
    assert names(("A", sentence)) == {}


@pytest.mark.parametrize("sentence", NOT_CHINESE)
def test_chinese_that_names_nobody(sentence: str) -> None:
    assert names(("A", sentence), language="zh") == {}


def test_what_a_suggestion_says() -> None:
    segments = [make_segment(0, "Good morning. I'm Tom Baker from sales.", speaker="A", seconds=3.5)]
    (found,) = said_names(segments, "en")
    assert (found.speaker, found.name, found.source) == ("A", "Tom Baker", NameSource.SAID)
    assert found.quote == "I'm Tom Baker from sales."
    assert found.evidence is not None
    assert (found.evidence.start, found.evidence.end) == pytest.approx((1.0, 3.5))
    assert found.score == pytest.approx(0.85)


def test_more_mentions_are_more_support() -> None:
    lines = ("I'm Tom.", "My name is Tom Baker.")
    segments = [make_segment(at, text, speaker="A") for at, text in enumerate(lines)]
    (found,) = said_names(segments, "en")
    assert (found.name, found.quote) == ("Tom Baker", "My name is Tom Baker.")
    assert found.score > 0.99


def test_a_sentence_over_two_segments() -> None:
    assert names(("A", "大家好，我是"), ("A", "财务部的王芳。"), language="zh") == {"A": "王芳"}
    assert names(("A", "大家好，我是"), ("B", "王芳。"), language="zh") == {}


def test_the_better_supported_of_two_names_for_one() -> None:
    assert names(("A", "I'm Tom."), ("A", "I'm Ann."), ("A", "I'm Tom.")) == {"A": "Tom"}
    assert names(("A", "I'm Tom."), ("A", "I'm Ann.")) == {}
    assert names(("A", "鄙人姓陈。"), ("A", "我叫陈明。"), language="zh") == {"A": "陈明"}
    assert names(("A", "我是王老师。"), ("A", "我叫王芳。"), language="zh") == {"A": "王芳"}


def test_the_better_supported_of_two_speakers_with_one_name() -> None:
    assert names(("A", "I'm Tom."), ("B", "My name is Tom."), ("B", "I'm Tom.")) == {"B": "Tom"}
    assert names(("A", "I'm Tom."), ("B", "I'm Tom.")) == {}


def test_speakers_in_order_and_nobody_without_a_speaker() -> None:
    lines = (("B", "I'm Tom."), ("A", "I'm Ann."), (None, "I'm Max."))
    assert list(names(*lines).items()) == [("B", "Tom"), ("A", "Ann")]


def test_other_languages_are_not_understood() -> None:
    assert names(("A", "I'm Tom."), language="de") == {}
    mixed = [make_segment(0, "I'm Tom.", speaker="A", language="en"), make_segment(1, "我叫李娜。", speaker="B")]
    assert {one.speaker: one.name for one in said_names(mixed, "de")} == {"A": "Tom"}
    assert {one.speaker: one.name for one in said_names(mixed, "zh")} == {"A": "Tom", "B": "李娜"}


def test_nothing_said() -> None:
    assert said_names([], "en") == ()
    assert names(("A", ""), ("A", "..."), ("A", "?")) == {}


def test_long_input_takes_little_time() -> None:
    lines = (("A", "I'm Aa " * 5000), ("B", "我是" * 5000), ("C", "我是部" * 5000), ("D", "My name is Bo " * 5000))
    assert names(*lines, language="zh") == {"A": "Aa", "D": "Bo"}
