"""Times by which something is due, found and resolved against a Monday."""

from datetime import date

import pytest

from tingwu.text.dues import find_due, resolve

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "due", "day"),
    [
        ("I'll do it by Friday.", "by Friday", date(2026, 11, 27)),
        ("send it tomorrow", "tomorrow", date(2026, 11, 24)),
        ("by the end of the week please", "by the end of the week", date(2026, 11, 27)),
        ("until next Wednesday", "until next Wednesday", date(2026, 12, 2)),
        ("due on December 3", "December 3", date(2026, 12, 3)),
        ("right after this meeting", "right after this meeting", MONDAY),
        ("周五之前给我", "周五之前", date(2026, 11, 27)),
        ("下周一发给大家", "下周一", date(2026, 11, 30)),
        ("明天下午联系", "明天下午", date(2026, 11, 24)),
        ("后天开会", "后天", date(2026, 11, 25)),
        ("月底前完成", "月底前", date(2026, 11, 30)),
        ("12月5号上线", "12月5号", date(2026, 12, 5)),
        ("within two weeks", "within two weeks", None),
        ("三天内回复", "三天内", None),
    ],
)
def test_found_and_resolved(text: str, due: str, day: date | None) -> None:
    assert find_due(text) == due
    assert resolve(due, MONDAY) == day


@pytest.mark.parametrize("text", ["We need a plan.", "我们需要一个方案。", "坐三号线过来"])
def test_no_time(text: str) -> None:
    assert find_due(text) is None


def test_impossible_days_are_left_alone() -> None:
    assert resolve("2月31号", MONDAY) is None


def test_a_day_that_is_over_is_next_years() -> None:
    assert resolve("1月5号", MONDAY) == date(2027, 1, 5)
