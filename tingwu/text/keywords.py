"""The terms a recording is about, and when each is said.

Candidates are nouns and names of one to four words; their score is frequency times rarity, a longer term taking over
from the shorter ones that occur only inside it (the idea of C-value, Frantzi et al. 2000). Chinese parts of speech
come from the dictionary; English has no tagger here, so a phrase is a run of content words.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tingwu.chinese_words import chinese_words
from tingwu.domain.notes import Keyword
from tingwu.text.numbers import is_number_word, normalise
from tingwu.text.sentences import Sentence
from tingwu.text.terms import HAN, stem
from tingwu.text.wordlists import CHINESE_STOP, ENGLISH_NOT_NAMES, ENGLISH_STOP, words

_CHUNK = re.compile(r"[\u3400-\u9fff]+|[A-Za-z][A-Za-z0-9+#'’\-]*|\d+(?:,\d{3}(?!\d))*(?:\.\d+)*|[^\s\w]")
_NUMBER = re.compile(r"[\d,.]+")
_DATE = re.compile(
    r"[零〇一二三四五六七八九十两]+(?:年|月份?|[月年]?[初中底]|日份?|号|季度?)[零〇一二三四五六七八九十]*[日号]?"
)
_NOUNS = ("n", "nr", "ns", "nt", "nz", "vn", "an", "eng", "j")
_LONGEST = 3
_LONGEST_ONCE = 4
"""Han characters of a term that is said only once; longer ones are chance meetings of words."""
_WEAK = words(
    """lot bit way point question guy day week month year minute hour time number side case idea example fact part
    talk think feel work look start happen call find show give keep try run move help turn big good great nice bad small
    different important able whole new old better best long high low hard easy fine interesting cool obviously okay
    definitely exactly maybe morning afternoon today tomorrow yesterday hello hi bye welcome sorry remember wait agree
    people person everyone guess mention basically"""
)
_WEAK_CHINESE = words(
    """同学 老师 朋友 先生 女士 时间 今年 去年 明年 明天 昨天 上午 下午 晚上 早上 意思 关系 过程 结果 原因 方式
    内容 工作 感觉 人家 别人 一年 一次 一句 一天 地方 程度 角度 层面 现象 概念 大会 会议 环节 个人 小时 分钟
    星期 礼拜 周一 周二 周三 周四 周五 周六 周日 下周 本周 上周 嘉宾 主持人 话题 总结 结束 开始 样子 部分 想法
    办法 机会 能力 水平 阶段 目标 要求 活动 行为 对方 双方 全部 月份 年份 日期"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermTable:
    """The candidate terms of every sentence of a recording, found once: `said[i]` are those of sentence i."""

    starts: tuple[float, ...]
    said: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]

    def top(self, limit: int, first: int = 0, last: int | None = None, *, typical: bool = False) -> tuple[Keyword, ...]:
        """At most `limit` terms of sentences `[first, last)`, the weightiest first, with the times they are said at.

        `typical` prefers what is said in this part and not elsewhere.
        """
        end = len(self.said) if last is None else last
        times: dict[str, list[float]] = defaultdict(list)
        shown: dict[str, Counter[str]] = defaultdict(Counter)
        for index in range(first, end):
            for term in self.said[index]:
                key = _key(term)
                shown[key][term] += 1
                times[key].append(self.starts[index])
        scores = _scores(times)
        if typical:
            scores = {key: score * (len(times[key]) / (1 + self.counts[key])) ** 0.5 for key, score in scores.items()}
        chosen: list[str] = []
        for key in sorted(scores, key=lambda key: (-scores[key], times[key][0], key)):
            if len(chosen) == limit:
                break
            if not any(_overlaps(key, other) for other in chosen):
                chosen.append(key)
        return tuple(Keyword(text=shown[key].most_common(1)[0][0], times=tuple(times[key])) for key in chosen)


def term_table(sentences: Sequence[Sentence]) -> TermTable:
    """Find the candidate terms of all sentences."""
    said = tuple(tuple(dict.fromkeys(candidates(sentence.text))) for sentence in sentences)
    counts = Counter(_key(term) for terms in said for term in terms)
    return TermTable(starts=tuple(sentence.start for sentence in sentences), said=said, counts=counts)


def candidates(text: str) -> Iterator[str]:
    """Every noun phrase that `text` may be about, as it is written, the parts of longer ones included.

    A number stands in a phrase ("9,000 euros") and never alone: nobody talks about "2024".
    """
    for run in _runs(text):
        for size in range(1, min(_LONGEST, len(run)) + 1):
            for start in range(len(run) - size + 1):
                part = run[start : start + size]
                joint = "" if all(HAN.match(word) for word in part) else " "
                phrase = joint.join(part)
                if (len(phrase) <= 12 or joint) and _says_something(part):
                    yield phrase


def _says_something(part: list[str]) -> bool:
    """Whether a phrase is more than numbers, and no amount waits for its unit."""
    return "," not in part[-1] and not all(_NUMBER.fullmatch(word) for word in part)


def _runs(text: str) -> Iterator[list[str]]:
    """Longest rows of words that may stand in a term."""
    run: list[str] = []
    for match in _CHUNK.finditer(text):
        chunk = match.group()
        parts = chinese_words().cut(chunk) if HAN.match(chunk) else (chunk,)
        for word in parts:
            if _belongs(word):
                run.append(word)
            elif run:
                yield run
                run = []
    if run:
        yield run


def _belongs(word: str) -> bool:
    if HAN.match(word):
        known = word in CHINESE_STOP or word in _WEAK_CHINESE
        return len(word) > 1 and not (known or _DATE.fullmatch(word)) and chinese_words().tag(word) in _NOUNS
    plain = normalise(word).replace("’", "'").removesuffix("'s").split("'")[0]
    if word.isupper() and len(word) > 1:
        return plain not in ENGLISH_NOT_NAMES
    known = plain in ENGLISH_STOP or plain in _WEAK or {plain, plain.removesuffix("s")} & ENGLISH_NOT_NAMES
    return len(plain) > 2 and plain.isascii() and not known and not is_number_word(plain) and not plain.endswith("ly")


def _key(term: str) -> str:
    return " ".join(stem(word) for word in normalise(term).removesuffix("'s").split())


def _scores(times: dict[str, list[float]]) -> dict[str, float]:
    """C-value: log2(1 + words) times the occurrences that no longer candidate explains."""
    inside: dict[str, int] = defaultdict(int)
    for key, said in times.items():
        if len(said) > 1:
            for part in _parts(key):
                inside[part] = max(inside[part], len(said))
    scores: dict[str, float] = {}
    for key, said in times.items():
        if len(said) == 1 and HAN.match(key) and len(key) > _LONGEST_ONCE:
            continue
        length = len(key.split()) + (len(key) - 2) / 2 if HAN.match(key) else len(key.split())
        own = len(said) - (inside[key] if inside[key] * 3 >= len(said) * 2 else 0)
        if own > 0:
            several = 1.0 if len(said) > 1 else 0.45
            scores[key] = math.log2(1 + length) * math.log2(1 + own) * several * (1.15 if length > 1 else 1.0)
    return scores


def _parts(key: str) -> Iterator[str]:
    """Shorter candidates that may stand inside this one."""
    if HAN.match(key):
        for start in range(len(key)):
            for end in range(start + 2, len(key) + 1):
                if end - start < len(key):
                    yield key[start:end]
        return
    words = key.split()
    for size in range(1, len(words)):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


def _overlaps(key: str, other: str) -> bool:
    if HAN.match(key):
        return key in other or other in key
    return bool(set(key.split()) & set(other.split()))
