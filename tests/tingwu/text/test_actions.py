"""Commitments, assignments and decisions of two small meetings, and what must not be taken for one."""

import pytest

from tingwu.text.actions import FoundAction, find_actions
from tingwu.text.decisions import find_decisions
from tingwu.text.evidence import Source, source_of
from tingwu.text.sentences import Sentence

Line = tuple[str | None, str]


def _source(*lines: Line) -> Source:
    return source_of(
        [
            Sentence(id=index, start=index * 5.0, end=index * 5.0 + 4, text=text, segment_ids=(index,), speaker=speaker)
            for index, (speaker, text) in enumerate(lines)
        ]
    )


def _found(*lines: Line) -> list[tuple[int, str | None, str | None]]:
    return [(action.position, action.owner, action.due) for action in find_actions(_source(*lines))]


def test_a_promise_belongs_to_the_speaker() -> None:
    lines = (("Alice", "We have a release."), ("Bob", "I'll send the Swagger documentation by Friday."))
    assert _found(*lines) == [(1, "Bob", "by Friday")]


def test_without_speakers_a_promise_has_no_owner() -> None:
    assert _found((None, "I'll send the Swagger documentation by Friday.")) == [(0, None, "by Friday")]


def test_a_request_belongs_to_the_person_addressed() -> None:
    lines = (("Alice", "Charlie, can you create a smoke test checklist?"), ("Charlie", "Will do."))
    assert _found(*lines) == [(0, "Charlie", None)]


def test_a_request_without_a_name_belongs_to_who_agrees() -> None:
    lines = (("Alice", "Can you prepare the rollback scripts until tomorrow?"), ("Bob", "Sure, no problem."))
    assert _found(*lines) == [(0, "Bob", "until tomorrow")]


def test_a_refused_request_is_none() -> None:
    lines = (("Alice", "Can you prepare the rollback scripts until tomorrow?"), ("Bob", "Sorry, I can't do that."))
    assert _found(*lines) == []


def test_a_chinese_meeting() -> None:
    lines = (
        ("A", "那你负责把接口文档周三之前发给测试组。"),
        ("B", "没问题。"),
        ("C", "我来整理用户反馈，下周一发给大家。"),
        ("A", "麻烦李经理联系一下供应商，确认报价。"),
        ("D", "行，我明天联系。"),
    )
    assert _found(*lines) == [(0, "B", "周三之前"), (2, "C", "下周一"), (3, "李经理", "明天")]


@pytest.mark.parametrize(
    "text",
    [
        "If we have time, I'll record another demo video by Friday.",
        "如果时间够的话，我会再做一个演示视频。",
        "Yesterday I sent the test report to the customer.",
        "上周我已经把数据库迁移做完了。",
        "I'll just explain how the caching layer works.",
        "我来介绍一下产品的整体架构。",
        "我来自上海的一家科技公司。",
        "Maybe I will write a report about caching.",
    ],
)
def test_supposed_past_and_talk_are_none(text: str) -> None:
    assert _found(("A", text), ("B", "Good.")) == []


@pytest.mark.parametrize(
    ("promise", "retraction"),
    [
        ("I'll prepare the projector for the meeting room tomorrow.", "Never mind, the room has a projector."),
        ("我来准备会议室的投影设备。", "投影设备不用准备了，会议室里有。"),
    ],
)
def test_a_retracted_task_is_none(promise: str, retraction: str) -> None:
    assert _found(("A", promise), ("B", retraction)) == []


def test_a_late_retraction_names_the_task() -> None:
    between: tuple[Line, ...] = tuple(("B", f"Point {index} is about the garden.") for index in range(6))
    task = ("A", "I'll order the standing desks for the office tomorrow.")
    assert _found(task, *between, ("B", "Forget about the standing desks.")) == []
    assert len(_found(task, *between, ("B", "Forget about the coffee machine."))) == 1


def test_a_recap_is_not_a_second_task() -> None:
    lines = (
        ("Bob", "I'll prepare the rollback scripts tomorrow."),
        ("Alice", "Good."),
        ("Alice", "So Bob will prepare rollback scripts."),
    )
    (action,) = find_actions(_source(*lines))
    assert action == FoundAction(position=0, support=(2,), owner="Bob", due="tomorrow")


def test_decisions_and_what_is_none() -> None:
    source = _source(
        ("A", "预算方面，我们决定把市场费用控制在二十万以内。"),
        ("A", "那就这么定，发布会放在三月二十五号。"),
        ("B", "还没决定用哪家供应商。"),
        ("B", "要是我们决定换供应商，成本会增加。"),
        ("C", "We agreed to use the phased rollout approach."),
        ("C", "Have we decided on the venue for the party?"),
        ("C", "We have not decided on the venue yet."),
        ("D", "So we agreed on using a phased rollout approach."),
    )
    assert find_decisions(source) == ((0,), (1,), (4,))


def test_a_revoked_decision_is_none() -> None:
    lines = (("A", "We decided to drop the old login endpoint."), ("B", "On second thought, keep the login endpoint."))
    assert find_decisions(_source(*lines)) == ()


def test_a_bare_decision_is_kept_with_what_was_decided() -> None:
    lines = (("A", "好，那就这么决定了。"), ("A", "十二月十号预售，十二月十八号正式发布。"))
    assert find_decisions(_source(*lines)) == ((0, 1),)
    assert find_decisions(_source(("A", "好，那就这么决定了。"), ("B", "十二月十号预售，十二月十八号正式发布。"))) == ()


def test_a_dated_promise_needs_no_verb_of_will() -> None:
    lines = (("韩磊", "我这个星期三之前给工厂下新的包装订单。"), ("周敏", "第二家工厂的事情取消。"))
    assert _found(*lines) == [(0, "韩磊", "这个星期三之前")]
