"""Each kind of cue with a line that shows it and the nearest line that must not."""

import pytest

from tingwu.text.cues import DECISION, HYPOTHETICAL, PAST, RETRACTION, is_question, is_tag


@pytest.mark.parametrize(
    "text",
    [
        "What about the legacy endpoint?",
        "so how many users do we have",
        "Bob, can you send the report?",
        "服务器为什么宕机了",
        "这个方案什么时候能上线？",
        "你们有没有测试过",
        "预算够吗",
        "是不是应该先做移动端呢",
        "来了几位客人？",
    ],
)
def test_questions(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "What we need is more time.",
        "That is how it works.",
        "我知道为什么会这样。",
        "不管怎么样我们都要上线。",
        "没什么特别的。",
        "我们来看一下多少钱的问题。",
        "We will ask them.",
        "有几位同事是第一次来。",
        "过了好几天。",
    ],
)
def test_statements_with_question_words(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("text", ["Right?", "You know?", "Okay, right?", "对吧？", "好吗", "听得到吗？"])
def test_tags(text: str) -> None:
    assert is_tag(text)


def test_a_real_question_is_no_tag() -> None:
    assert not is_tag("Right, who pays for it?")
    assert not is_tag("这样对用户好吗？")


@pytest.mark.parametrize(
    "text",
    [
        "We decided to target Monday.",
        "Let's go with the blue one.",
        "我们决定推迟发布。",
        "那就这么定了。",
        "大家一致同意这个方案。",
    ],
)
def test_decisions(text: str) -> None:
    assert DECISION.search(text)


@pytest.mark.parametrize(
    "text", ["思想决定行动。", "这取决于预算，是决定性的因素。", "Let's see how it goes.", "他肯定了这个想法。"]
)
def test_no_decisions(text: str) -> None:
    assert not DECISION.search(text)


def test_supposed_past_and_retracted() -> None:
    assert HYPOTHETICAL.search("If we had time I'll do it")
    assert HYPOTHETICAL.search("如果来得及我会做")
    assert PAST.search("上周我已经做完了")
    assert RETRACTION.search("Never mind, scratch that")
    assert RETRACTION.search("投影设备不用准备了")
    assert not RETRACTION.search("我来准备投影设备")
