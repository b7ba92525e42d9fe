"""By when: the words that say it, and the day they mean when the day of the recording is known.

Not known: holidays, quarters, "next sprint", times of day. Such words are kept as they were said.
"""

import re
from datetime import date, timedelta

from tingwu.text.numbers import normalise

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_ENGLISH_DAY = (
    rf"(?:the )?end of (?:the |this |next )?(?:day|week|month|quarter|year)|(?:next|this|coming) (?:{_DAYS}|"
    rf"week|month|quarter)|"
    rf"(?:{_DAYS})(?:,? (?:the )?{_ORDINAL}| (?:morning|afternoon|evening|night))?|(?:{_MONTHS}) (?:the )?{_ORDINAL}|"
    rf"(?:the )?\d{{1,2}}(?:st|nd|rd|th)(?: of (?:{_MONTHS}))?|today|tonight|tomorrow(?: (?:morning|afternoon|"
    rf"evening))?|"
    rf"the day after tomorrow|\d{{1,2}}/\d{{1,2}}|(?:the )?next meeting|noon|eod|eow|asap|as soon as possible"
)
_ENGLISH = re.compile(
    rf"\b(?:(?:by|before|until|no later than|due|due on|on|for)\s+)?(?:{_ENGLISH_DAY})\b|"
    r"\bwithin (?:the next )?(?:\w+ )?(?:hours?|days?|weeks?|months?)\b|\bin (?:a|an|one|two|three|four|five|"
    r"\d+) (?:hours?|days?|weeks?|months?)\b|"
    r"\b(?:right )?after (?:this|the) (?:meeting|call)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^(?:for|on|due on|due|在|到|于)\s*(?=\S)(?!.*前$)", re.IGNORECASE)
_NUMBER = r"[\d一二两三四五六七八九十]{1,3}"
CHINESE_DUE = (
    r"(?:(?:在|到|于)?(?:"
    rf"(?:这个?|本|下+个?|上个?)?(?:周|星期|礼拜)[一二三四五六日天末](?:上午|下午|晚上|早上|中午)?|"
    rf"{_NUMBER}月{_NUMBER}[号日]?|{_NUMBER}[号日](?!线|码|楼|"
    rf"楼|店|机)|"
    r"(?:今天|明天|后天|大后天|今晚|明早|明晚)(?:上午|下午|晚上|早上|中午)?(?:下班)?|(?:下|本|这)个?(?:周|月|星期|"
    r"季度)(?:初|中|末|底)?|"
    r"月底|年底|月初|季度末|周末|下班|会后|散会后|下次(?:会议|开会))(?:[之以]?前|之内|以内|为止)?"
    rf"|{_NUMBER}个?(?:小时|天|周|星期|工作日|月)(?:之内|以内|内|之后|后))"
)
"""Pattern of the Chinese words for a time by which something is due."""
_CHINESE = re.compile(CHINESE_DUE)
_WEEKDAYS = {name: index for index, name in enumerate(_DAYS.split("|"))}
_CHINESE_WEEKDAYS = {char: index for index, char in enumerate("一二三四五六日")} | {"天": 6}


def find_due(text: str) -> str | None:
    """The first words of `text` that say by when, as they stand there; None if there are none."""
    matches = [match for pattern in (_ENGLISH, _CHINESE) for match in pattern.finditer(text)]
    if not matches:
        return None
    limits = [
        match for match in matches if re.match(r"by|before|until|no later|due|.*前$", match.group(), re.IGNORECASE)
    ]
    return _OPENING.sub("", (limits or matches)[0].group().strip())


def resolve(due: str, recorded: date) -> date | None:
    """The day that `due` means in a recording of the day `recorded`; None when only people would know."""
    plain = normalise(due)
    return _near(plain, recorded) or _weekday(plain, recorded) or _calendar(plain, recorded)


def _near(plain: str, recorded: date) -> date | None:
    steps = (
        ("day after tomorrow", 2),
        ("大后天", 3),
        ("后天", 2),
        ("tomorrow", 1),
        ("明", 1),
        ("today", 0),
        ("tonight", 0),
    )
    steps += (
        ("今", 0),
        ("this meeting", 0),
        ("会后", 0),
        ("eod", 0),
        ("end of day", 0),
        ("end of the day", 0),
        ("下班", 0),
    )
    for words, days in steps:
        if words in plain:
            return recorded + timedelta(days=days)
    if plain.endswith(("end of the month", "end of this month", "end of month")) or "月底" in plain:
        following = (recorded.replace(day=28) + timedelta(days=4)).replace(day=1)
        return following - timedelta(days=1)
    if plain.endswith(("end of the week", "end of this week", "end of week", "eow")):
        return recorded + timedelta(days=(4 - recorded.weekday()) % 7)
    return None


def _weekday(plain: str, recorded: date) -> date | None:
    english = re.search(rf"(next )?({_DAYS})", plain)
    chinese = re.search(r"(下*)个?(?:周|星期|礼拜)([一二三四五六日天])", plain)
    if english:
        ahead = (_WEEKDAYS[english.group(2)] - recorded.weekday()) % 7 or 7
        monday_next = 7 - recorded.weekday()
        return recorded + timedelta(days=ahead + 7 if english.group(1) and ahead < monday_next else ahead)
    if chinese:
        monday = recorded - timedelta(days=recorded.weekday())
        day = monday + timedelta(days=_CHINESE_WEEKDAYS[chinese.group(2)] + 7 * len(chinese.group(1)))
        return day if day >= recorded else day + timedelta(days=7)
    return None


def _calendar(plain: str, recorded: date) -> date | None:
    month_day = re.search(r"(\d{1,2})月(\d{1,2})", plain)
    english = re.search(rf"({_MONTHS}) (?:the )?(\d{{1,2}})", plain)
    day_only = re.search(r"(\d{1,2})(?:号|日|st|nd|rd|th)", plain)
    try:
        if month_day:
            found = recorded.replace(month=int(month_day.group(1)), day=int(month_day.group(2)))
        elif english:
            found = recorded.replace(month=_month(english.group(1)), day=int(english.group(2)))
        elif day_only:
            found = recorded.replace(day=int(day_only.group(1)))
            return found if found >= recorded else (found.replace(day=1) + timedelta(days=32)).replace(day=found.day)
        else:
            return None
        return found if found >= recorded else found.replace(year=found.year + 1)
    except ValueError:
        return None


def _month(name: str) -> int:
    """1 for January."""
    return _MONTHS[: _MONTHS.index(name)].count("|") + 1
