"""Each kind of cue with a line that shows it and the nearest line that must not."""

import pytest

from tingwu.text.cues import DECISION, HYPOTHETICAL, OPENING, PAST, RETRACTION, is_question, is_tag


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


@pytest.mark.parametrize(
    "text",
    [
        "我叫林浩，负责软件部分的开发。",
        "我是周敏，今天由我主持会议。",
        "大家好，我们开始吧。",
        "各位同事早上好！",
        "欢迎大家参加本周的例会。",
        "今天我们开预算会议，讨论温室服务器的采购。",
        "今天主要讨论三个问题。",
        "I'm Hannah Price, my guest today is a beekeeper from Leeds.",
        "Good morning, this is the budget review of the garden project.",
        "Hello and welcome to the show.",
        "Today we'll talk about the budget.",
        "Thank you for joining, my name is Bob.",
    ],
)
def test_openings(text: str) -> None:
    assert OPENING.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "我是觉得这个方案成本太高。",
        "这样效果更好，成本也低。",
        "欢迎程度取决于价格。",
        "今天服务器的故障已经修好了。",
        "今天讨论的结果是推迟发布。",
        "I'm sure the server is ready.",
        "We welcome the higher budget.",
        "The guest network was down.",
        "I think I'm going to Bern on Monday.",
        "Today we shipped the release.",
        "High prices hurt the sales.",
    ],
)
def test_no_openings(text: str) -> None:
    assert not OPENING.search(text)
