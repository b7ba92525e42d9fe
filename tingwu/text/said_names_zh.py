"""Names that a Chinese sentence gives to who says it: 我叫李娜, 大家好，我是财务部的王芳, 鄙人姓陈.

Recognisers leave punctuation out, so a name ends where the sentence does, at a mark, or before a word of `_FOLLOWERS`.
Works in simplified characters and gives names as they stand.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import opencc

from tingwu.text.said_names_en import is_latin_name
from tingwu.text.surnames import is_called, is_person, is_surname

_opencc: Any = opencc
"""OpenCC's types are incomplete."""

_MARK = r"[\s，。！？、；：,.!?;:（(「“…~—]"
_FOLLOWERS = (
    "来自|今[天年]|在|从|负责|很|非常|我|是|然后|现在|目前|毕业|主要|也是|这次|那么|首先|欢迎|感谢|谢谢|想|先|代表|请|大家|呢|啊|哈|呀|"
    "哦|嘛|给大家|[跟向和]大家|就读|担任|任职|工作|呃|嗯|啦"
)
_END = rf"(?=$|{_MARK}|{_FOLLOWERS})"
_NAME = r"\s?(?P<name>[\u3400-\u9fff]{2,4}?|[A-Z][a-zA-Z]+(?: [A-Z][a-z]+)?)"
_START = r"(?:^|(?<=[，。！？、；：,.!?\s好呢啊呃嗯哈]))(?:那么?|呃|嗯|对|好)?我就?是"
_HUMBLE = "鄙人|在下|本人|敝人"
_OFFICES = (
    "主持人|记者|经理|总监|工程师|老师|教授|博士|医生|律师|主任|负责人|助理|编辑|客服|顾问|讲师|设计师|分析师|秘书|代表|委员|会长|"
    "院长|校长|书记|创始人|合伙人|CEO|CTO|CFO|COO|董事长|总裁|主播|组长|班长|队长|导演|作者|研究员|同学|志愿者|[部组]|公司|集团|中心|"
    "学院|大学|医院|银行|科技|学校|团队|基金|资本|研究[所院]|事务所|的"
)
_CALLED = re.compile(
    rf"(?:我的?名字(?:是|叫做?)|我的?(?:中文名|全名|本名)(?:是|叫)|我名叫|(?<![让请给帮叫])我就?叫做?|"
    rf"我姓[\u3400-\u9fff]{{1,2}}，?(?:名字)?叫|(?:{_HUMBLE})(?:名?叫|是)?){_NAME}{_END}"
)
_IS = re.compile(rf"{_START}{_NAME}{_END}")
_IS_OF = re.compile(rf"{_START}(?P<office>[^，。！？,.!?]{{0,16}}?(?:{_OFFICES})的?)(?!的){_NAME}{_END}")
_SURNAMED = re.compile(rf"(?:我|{_HUMBLE}|免贵)姓(?P<name>[\u3400-\u9fff]{{1,2}}?)(?=$|{_MARK}|[叫名单我是])")
_CALL_ME = re.compile(
    rf"(?:可以|就|都|请|大家|你们)叫我(?P<name>[\u3400-\u9fff]{{2,4}}?)(?=$|{_MARK}|就[行好可]|好了|吧)"
)
_RULES = ((_CALLED, 0.9), (_IS_OF, 0.8), (_IS, 0.75), (_SURNAMED, 0.6), (_CALL_ME, 0.6))
_LESS_SURE = 0.15
"""For a surname with a title: it is right, and not much of a name."""

_VETO = re.compile(
    r"说|以为|如果|假如|要是|假设|假装|比如|例如|譬如|万一|好像|仿佛|听|告诉|当[成作]|看作|骗|梦|扮演|饰演|冒充|觉得|认为|知道|希望|"
    r"记得|问|喊|称|写|相信|证明|念|不|没|谁|怎么|别|“[^”]*$|「[^」]*$|\"[^\"]*$|《[^》]*$"
)
"""Before the name: somebody else's words, a thought, a play, a denial."""
_BEFORE = 24
"""Characters before the name that are searched for it."""
_QUESTION = re.compile(r"[?？]\s*$|吗[。.]?$|(?:对不对|是不是|是吧|对吧)[。.]?$")
_NO_OFFICE = re.compile(
    r"[你您他她它咱谁这那说想看听很不没就都还要会被把跟给昨最]|我(?!们(?:公司|部门|学校))|觉得|喜欢|支持|佩服|非常|因为|所以|为了|通过|"
    r"经过|时候|什么|一直|已经|特别|比较"
)


def names_said(sentence: str) -> Iterator[tuple[str, float]]:
    """Names that whoever says `sentence` gives himself, each with how sure that is, in [0, 1]."""
    text = _simplified(sentence)
    if _QUESTION.search(text):
        return
    for pattern, score in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if _VETO.search(text[max(0, match.start() - _BEFORE) : match.start()]) or not _is_name(match):
                continue
            yield sentence[start:end], score - _LESS_SURE * is_called(match["name"])


def _is_name(match: re.Match[str]) -> bool:
    name, kind = match["name"], match.re
    if kind is _SURNAMED:
        return is_surname(name)
    if kind is _IS_OF and _NO_OFFICE.search(match["office"]):
        return False
    if name.isascii():
        return is_latin_name(name)
    return is_person(name) or (kind is not _CALLED and is_called(name))


def _simplified(text: str) -> str:
    """`text` character by character in simplified script; as it is, should a character become two."""
    made = str(_converter().convert(text))
    return made if len(made) == len(text) else text


@cache
def _converter() -> Any:
    return _opencc.OpenCC("t2s")
