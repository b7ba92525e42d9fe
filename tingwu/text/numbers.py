"""Numbers as people say them, in Chinese and English, as one spelling: 二十五, twenty-five and 25 are "25".

The result is a set of canonical texts, because notes only ask whether a number was said: "25", "2.5", "3%", "3:30".
Left out on purpose: a lone 一, "one", "first" and "second", which are articles and discourse words far more often than
numbers. Not known: ranges, fractions other than halves, and numbers in other languages unless written in digits.
"""

import re
import unicodedata
from decimal import Decimal

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG_UNITS = {"万": 10_000, "亿": 100_000_000}
_NOT_NUMBERS = re.compile(
    "万一|(?<![二三四五六七八九])十分|千万(?=[不别要])|一些|一下|一样|一起|一直|一定|一般|一边|一旦|统一|唯一|一点|三心二意|七上八下|"
    "乱七八糟|百度|千克|四川"
)
_CHINESE = re.compile(
    r"(百分之)?([零〇一二三四五六七八九十百千万亿两]+)(?:点(半|[零〇一二三四五六七八九]+)(?!十)([万亿])?)?"
)
_ARABIC = re.compile(
    r"(\d+(?:,\d{3})+(?:\.\d+)?|\d+(?::\d{2})|\d+(?:\.\d+)?)\s?(%|百分点|万|亿|千|k\b|m\b|bn\b|percent\b|per cent\b)?"
)
_ARABIC_SCALE = {"万": 10_000, "亿": 100_000_000, "千": 1000, "k": 1000, "m": 1_000_000, "bn": 1_000_000_000}
_PERCENT = ("%", "percent", "per cent")

_ONES = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ORDINALS = "third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_WORDS = {
    **{word: value for value, word in enumerate(_ONES.split("|"))},
    **{word: 10 * value for value, word in enumerate(_TENS.split("|"), start=2)},
    **{word: value for value, word in enumerate(_ORDINALS.split("|"), start=3)},
    **{"dozen": 12, "fifteenth": 15, "twentieth": 20, "thirtieth": 30},
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_ENGLISH_TOKEN = re.compile(r"[a-z]+|%|\d[\d,.]*")


def normalise(text: str) -> str:
    """NFKC, lower case, spaces collapsed: the copy of a text that is compared with others."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def numbers_in(text: str) -> frozenset[str]:
    """The numbers that `text` says, in canonical spelling."""
    plain = _NOT_NUMBERS.sub("，", normalise(text))
    found = {number for match in _ARABIC.finditer(plain) if (number := _arabic(match))}
    found |= {number for match in _CHINESE.finditer(plain) if (number := _chinese(match))}
    return frozenset(found | set(_english(plain)))


def in_digits(text: str) -> str:
    """`normalise`d text with its figures and Chinese numbers in canonical spelling, all else as it was.

    二十五 -> 25, 百分之三 -> 3%, 3,000 -> 3000, 1.5万 -> 15000. English number words and a lone 一 stay.
    """
    parts = re.split(f"({_NOT_NUMBERS.pattern})", normalise(text))
    return "".join(part if kept % 2 else _rewrite(part) for kept, part in enumerate(parts))


def _rewrite(text: str) -> str:
    """`text`, which holds none of the words that only look like numbers."""
    figures = _ARABIC.sub(lambda match: _arabic(match) + " " * match[0].endswith(" "), text)
    without = re.sub(r"百分之(?=\d)", "", figures)
    return _CHINESE.sub(lambda match: _chinese(match) or match[0], without)


def is_number_word(word: str) -> bool:
    """Whether a lower-case English word is (part of) a number."""
    return word in _WORDS or word in _SCALES


def missing_numbers(claim: str, evidence: str) -> frozenset[str]:
    """Numbers of `claim` that `evidence` does not say. A bare 3 is proved by 3%, never the other way round."""
    said = numbers_in(evidence)
    bare = {number.rstrip("%") for number in said}
    return frozenset(number for number in numbers_in(claim) if number not in said and number not in bare)


def _canonical(value: Decimal, suffix: str = "") -> str:
    text = format(value.normalize(), "f")
    return text + suffix


def _arabic(match: re.Match[str]) -> str:
    digits, unit = match.group(1), match.group(2) or ""
    if ":" in digits:
        return digits.lstrip("0") or digits
    value = Decimal(digits.replace(",", "")) * _ARABIC_SCALE.get(unit, 1)
    before = match.string[: match.start()]
    is_percent = unit in _PERCENT or before.endswith("百分之")
    return _canonical(value, "%" if is_percent else "")


def _chinese(match: re.Match[str]) -> str:
    percent, whole, fraction, scale = match.groups()
    if whole == "一" and not percent and not fraction:
        return ""
    if all(char in _BIG_UNITS or char in _SMALL_UNITS for char in whole) and whole != "十" and not percent:
        return ""
    if fraction == "半":
        return f"{_chinese_whole(whole)}:30"
    value = Decimal(_chinese_whole(whole))
    if fraction:
        value += Decimal("0." + "".join(str(_DIGITS[char]) for char in fraction))
    return _canonical(value * _BIG_UNITS.get(scale or "", 1), "%" if percent else "")


def _chinese_whole(text: str) -> int:
    """`二十五` -> 25, `三万五` -> 35000, digits in a row `二零二四` -> 2024."""
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    last_unit = 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            last_unit = 1 if char in "零〇" else last_unit
        elif char in _SMALL_UNITS:
            last_unit = _SMALL_UNITS[char]
            section += (digit or 1) * last_unit
            digit = 0
        else:
            last_unit = _BIG_UNITS[char]
            total = (total + section + digit) * last_unit
            section = digit = 0
    return total + section + digit * (last_unit // 10 if last_unit >= 100 else 1)


def _english(plain: str) -> list[str]:
    """Numbers written in English words: runs of number words, each read as one number."""
    found: list[str] = []
    run: list[str] = []
    for token in [*_ENGLISH_TOKEN.findall(plain), ""]:
        if token in _WORDS or token in _SCALES or (run and token in ("and", "point", "half", "a")):
            run.append(token)
            continue
        if run:
            found.extend(_english_run(run, percent=token in _PERCENT or token == "per"))
        run = []
    return found


def _english_run(run: list[str], *, percent: bool) -> list[str]:
    half = run[-3:] == ["and", "a", "half"]
    words = [word for word in (run[:-3] if half else run) if word not in ("a", "half")]
    whole, _, fraction = " ".join(words).partition(" point ")
    digits = "".join(str(_WORDS[word]) for word in fraction.split() if _WORDS.get(word, 10) < 10)
    values = _english_wholes(whole.split())
    if not values or (values == [1] and not (half or digits or percent)):
        return []
    decimals = [Decimal(value) for value in values]
    decimals[-1] += Decimal("0.5") if half else Decimal("0." + (digits or "0"))
    decimals[-1] *= _SCALES.get(fraction.split()[-1] if fraction else "", 1)
    return [_canonical(value, "%" if percent else "") for value in decimals if value != 1 or percent]


def _english_wholes(words: list[str]) -> list[int]:
    """`two hundred and five` -> [205]; `nineteen ninety` -> [1990]; `three four` -> [3, 4]."""
    values: list[int] = []
    total = section = 0
    previous = 0
    for word in words:
        if word in _SCALES:
            scale = _SCALES[word]
            section = max(section, 1) * scale
            total, section = (total + section, 0) if scale >= 1000 else (total, section)
            previous = 0
        elif word in _WORDS:
            value = _WORDS[word]
            if previous and not (previous >= 20 and value < 10):
                if 10 <= section < 100 and value >= 10:
                    section *= 100
                else:
                    values.append(total + section)
                    total = section = 0
            section += value
            previous = value
    return [*values, total + section] if total or section or words else values
