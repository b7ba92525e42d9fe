"""The loop guard and the script share, on texts written for them."""

import pytest

from tingwu.text.llm_guard import LoopGuard, is_loop, script_share

EIGHT = "the plan for the new office by March"


@pytest.mark.parametrize(
    "text",
    [
        f"{EIGHT}, {EIGHT}, {EIGHT}",
        f"First {EIGHT}. Then {EIGHT.upper()}! Last {EIGHT}?",
        "我们下周三讨论新的预算方案，" * 3,
        "哈" * 20,
        "no " * 10,
        "-" * 80,
        "1. a\n" * 12,
    ],
)
def test_loops(text: str) -> None:
    assert is_loop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{EIGHT}, {EIGHT}",
        "我们下周三讨论新的预算方案，" * 2,
        "张三：同意。李四：同意。王五：同意。",
        "# Notes\n\n---\n\n- one\n- two\n- three\n",
        "北京市海淀区人民法院受理；北京市海淀区人民法院开庭；北京市海淀区人民法院宣判。",
        "0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8",
    ],
)
def test_no_loops(text: str) -> None:
    assert not is_loop(text)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize("text", [f"Start. {EIGHT}, {EIGHT}, {EIGHT}, ", "开始。" + "我们下周三讨论新的预算方案，" * 4])
def test_the_pieces_do_not_matter(text: str, size: int) -> None:
    guard = LoopGuard()
    looped = [guard.feed(text[at : at + size]) for at in range(0, len(text), size)]
    assert looped[-1]
    assert guard.text() in {f"Start. {EIGHT},", "开始。我们下周三讨论新的预算方案，"}


def test_a_loop_is_seen_at_its_third_round_and_not_before() -> None:
    guard = LoopGuard()
    assert [guard.feed(f"{EIGHT} ") for _ in range(4)] == [False, False, True, True]


def test_a_text_without_a_loop_is_kept_whole() -> None:
    guard = LoopGuard()
    assert not guard.feed(" One line.\n")
    assert guard.text() == " One line.\n"


@pytest.mark.parametrize(
    ("text", "language", "share"),
    [
        ("会议讨论了预算", "zh", 1.0),
        ("会议讨论了 GPU 预算", "zh", 7 / 8),
        ("The budget was approved", "zh", 0.0),
        ("The budget was approved", "en", 1.0),
        ("预算 OK", "en", 0.5),
        ("Бюджет", "en", 0.0),
        ("これは予算です", "ja", 1.0),
        ("12:30 - 50%", "zh", 1.0),
        ("会议讨论", "zh-CN", 1.0),
    ],
)
def test_the_share_of_the_expected_script(text: str, language: str, share: float) -> None:
    assert script_share(text, language) == pytest.approx(share)
