"""Texts to terms: content words of Chinese and English, names, and negations; what every comparison of texts rests on.

English terms are stems (a short suffix rule, not Porter), Chinese ones are words of jieba's dictionary. Other
languages work by their words, without stop words; Japanese and unknown Han text by character pairs.
"""

import re
from collections.abc import Iterable

from tingwu.chinese_words import chinese_words
from tingwu.text.numbers import normalise
from tingwu.text.wordlists import (
    CHINESE_NEGATIONS,
    CHINESE_NOT_NEGATIONS,
    CHINESE_STOP,
    ENGLISH_NEGATIONS,
    ENGLISH_NOT_NAMES,
    ENGLISH_STOP,
    SURNAMES,
    TITLES,
)

HAN = re.compile(r"[\u3400-\u9fff]")
_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?![\d,])(?:\.\d+)?|"
    r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:['’\-.&+/][^\W_\u3400-\u9fff]+)*[+#]*"
)
_SUFFIXES = ("ingly", "edly", "ities", "ments", "ation", "ings", "ment", "ies", "ity", "ing", "ed", "es", "ly", "s")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[\-.&+/][A-Za-z0-9]+)*[+#]*")
_TITLED = re.compile(
    rf"(?:(?:[{SURNAMES}][\u3400-\u9fff]?)(?:{TITLES})|[小老阿][{SURNAMES}](?![\u3400-\u9fff]?[们家]))"
)
_ACTING = re.compile(
    rf"(?:^|[，。；、：由请让和与])([{SURNAMES}][\u3400-\u9fff]{{1,2}}?)"
    r"(?=说|表示|提出|认为|建议|负责|将|同意|提到|指出|介绍|强调|询问|回答|反对|计划|打算|需要|承诺)"
)
"""Who does what people do, where the line or a clause begins."""
_NAME_TAGS = ("nr", "ns", "nt", "nz")
_CLAUSE = re.compile(r"[,，;；。!！?？:：]|\bbut\b|\band\b")


def tokens(text: str) -> list[str]:
    """All words of `text`, normalised, in order, stop words included; 9,000 is the one word 9000."""
    found: list[str] = []
    for match in _TOKEN.finditer(normalise(text)):
        token = match.group()
        found.extend(chinese_words().cut(token) if HAN.match(token) else [token.replace(",", "")])
    return found


def content_terms(text: str) -> list[str]:
    """What `text` is about: words of two characters and more without stop words, English ones as stems."""
    return [term for token in tokens(text) if (term := _content(token))]


def _content(token: str) -> str:
    if HAN.match(token):
        return token if len(token) > 1 and token not in CHINESE_STOP else ""
    head = re.split("['’]", token, maxsplit=1)[0]
    if head in ENGLISH_STOP or (len(head) < 2 and not head.isdigit()):
        return ""
    return stem(head)


def stem(word: str) -> str:
    """An English word without its ending, at least three letters of it."""
    if not word.isascii() or not word.isalpha() or len(word) < 5:
        return word[:-1] if len(word) == 4 and word.endswith("s") and not word.endswith("ss") else word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    return word[:-1] if word.endswith(("e", "y")) and len(word) > 3 else word


def names_in(text: str) -> frozenset[str]:
    """Names that `text` mentions, lower case: Latin words in Chinese, capitalised ones in English, people, places."""
    chinese = len(HAN.findall(text)) * 2 > len(_LATIN.findall(text))
    if not chinese:
        return frozenset(_english_names(text))
    latin = {normalise(match.group()) for match in _LATIN.finditer(text) if len(match.group()) > 1}
    titled = {match.group() for match in _TITLED.finditer(text)}
    words = chinese_words()
    tagged = {
        word
        for run in re.findall(r"[\u3400-\u9fff]+", text)
        for word in words.cut(run)
        if len(word) > 1 and _is_name(word, words.tag(word))
    }
    acting = {word for word in _ACTING.findall(text) if words.tag(word) in ("", *_NAME_TAGS)}
    return frozenset(latin | titled | tagged | acting)


def _is_name(word: str, tag: str) -> bool:
    """A name of the dictionary, or a word that it lacks and that begins like a person's name."""
    unknown = not tag and len(word) in (2, 3) and word[0] in SURNAMES
    return (tag in _NAME_TAGS and word not in CHINESE_STOP) or unknown


def _english_names(text: str) -> Iterable[str]:
    start = True
    for match in re.finditer(r"[^\W_]+(?:['’\-.&][^\W_]+)*|[.!?:\n]", text):
        word = match.group()
        if not word[0].isalnum():
            start = True
            continue
        plain = normalise(word).removesuffix("'s").removesuffix("’s")
        shouted = word[1:] != word[1:].lower()
        known = plain in ENGLISH_NOT_NAMES or plain in ENGLISH_STOP
        if word[0].isupper() and not known and (shouted or not start) and not word[0].isdigit():
            yield plain
        start = False


def negations(text: str) -> int:
    """How many times `text` denies something."""
    plain = normalise(text)
    for word in CHINESE_NOT_NEGATIONS:
        plain = plain.replace(word, "，")
    chinese = sum(plain.count(sign) for sign in CHINESE_NEGATIONS)
    english = re.findall(r"[a-z]+(?:['’][a-z]+)?", plain)
    return chinese + sum(word.replace("'", "").replace("’", "") in ENGLISH_NEGATIONS for word in english)


def clauses(text: str) -> list[str]:
    """`text` cut at commas and conjunctions."""
    return [part.strip() for part in _CLAUSE.split(text) if part.strip()]
