"""The day a recording was made, as far as its name or its tags say so: "by Friday" means a date only with it.

The name comes first: recorders and people write the local day there, while tags are lost or renewed by conversion.
A file's own times say when it was copied, so they are not asked.
"""

import re
from datetime import UTC, date, datetime

_IN_NAME = re.compile(r"(?<!\d)(?P<year>20\d\d)(?P<mark>[-_.年]?)(?P<month>\d\d?)(?:(?P=mark)|月)(?P<day>\d\d?)(?!\d)")
_IN_TAG = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)(?:[T ](?P<time>\d\d:\d\d:\d\d)(?:\.\d+)?(?P<utc>Z)?)?$")
_TAG = re.compile(r"    (?P<key>creation_time|date) *: (?P<value>.*)")
_FIRST_YEAR = 1990
"""Clocks that were never set say 1904 or 1970."""


def day_in_name(name: str) -> date | None:
    """The only day in a file's name (`2026-05-12`, `20260512_0930`, `2026年5月12日`); None for none or several."""
    days = {_date(match) for match in _IN_NAME.finditer(name)} - {None}
    return days.pop() if len(days) == 1 else None


def day_in_tags(lines: tuple[str, ...]) -> date | None:
    """The day in ffmpeg's lines about the container's tags, in this machine's time zone when the tag is in UTC."""
    for line in lines:
        if (tag := _TAG.match(line)) and (moment := _IN_TAG.match(tag["value"].strip())):
            return _local_day(moment)
    return None


def _date(match: re.Match[str]) -> date | None:
    if not match["mark"] and len(match["month"] + match["day"]) != len("mmdd"):
        return None
    try:
        return date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None


def _local_day(moment: re.Match[str]) -> date | None:
    try:
        day = datetime.fromisoformat(f"{moment['day']}T{moment['time'] or '00:00:00'}")
    except ValueError:
        return None
    if day.year < _FIRST_YEAR:
        return None
    return day.replace(tzinfo=UTC).astimezone().date() if moment["utc"] else day.date()
