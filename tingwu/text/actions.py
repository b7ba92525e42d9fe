"""What somebody is to do, by whom and by when: found by cues, dropped when supposed, past, refused or taken back.

Owners: "I" is the speaker, "you" the person addressed or the one who agrees next, a name is that name. Without
speakers in the transcript "I" stays without an owner: better none than a wrong one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tingwu.text.cues import CONSENT, HYPOTHETICAL, PAST, PROMISE, REFUSAL, REQUEST, RETRACTION, is_question
from tingwu.text.dues import CHINESE_DUE, find_due
from tingwu.text.evidence import Source
from tingwu.text.numbers import normalise
from tingwu.text.sentences import Sentence, weight
from tingwu.text.terms import content_terms
from tingwu.text.wordlists import SURNAMES, TITLES, words

_TALK = re.compile(
    r"\b(?:i'?ll|i will|we'?ll|we will|let me|i(?:'m| am) going to|i'm gonna) (?:just |quickly |also |briefly "
    r")?(?:be |need (?!to)|say|tell|show|start|begin|talk|go (?:through|over|ahead|first|back|next)|explain|"
    r"see\b|skip|move|mention|give you (?:a|an|some)|share my|try to (?:explain|answer|be)|come (?:back|to)|"
    r"stop|leave it|pass|hand|introduce|read|quote|admit|answer|never|have (?:a|to say)|look at|jump|get (?:to|"
    r"back|into))|"
    r"\b(?:i|we) (?:have|need) to (?:say|admit|be|think|remember|understand|know|look at|talk|ask)|\byou "
    r"(?:need|have) to (?:be|think|know|understand|remember|have|say)|\bwould you (?:like|say|mind)|\b(?:can|"
    r"could) you (?:hear|see|tell|explain|repeat|say|believe|imagine)|"
    r"我(?:来|会|去|先|再)?(?:简单|大概|快速|跟大家|给大家|先)?(?:说|讲|介绍|问|谈|聊|分享|补充|回答|觉得|认为|"
    r"解释|读|念|总结|举|展示|演示|开始|自我介绍|想|看到|发现|"
    r"分析)|你(?:要|需要|去|来|先)?(?:知道|看|想|说|明白|理解|觉得|问|听|讲)|"
    r"我(?:是|叫)[^，。]{0,8}[，。 ]|请(?:问|大家|坐|看|听|各位)|有请|欢迎|发表|发言|讲几句|主持|我们(?:来|"
    r"会)(?:看|说|讲|聊|谈|介绍|分析|讨论|"
    r"发现|觉得|认为)|"
    r"我们要(?:知道|看|理解|明白|认识)",
    re.IGNORECASE,
)
_FIRST = re.compile(r"\b(?:i|i'll|i'm|i've|me)\b|我(?!们)|交给我", re.IGNORECASE)
_SECOND = re.compile(r"\byou\b|你|您", re.IGNORECASE)
_WE = re.compile(r"\bwe\b|\bwe'll\b|我们", re.IGNORECASE)
_ENGLISH_OWNER = re.compile(
    r"\b([A-Z][a-z]+)(?:,? (?:will|is going to|'s going to|needs to|has to|to take care of|takes care of|is "
    r"responsible for)\b|, (?:can|could|would|will|please))"
)
_PERSON = rf"(?:[{SURNAMES}][\u3400-\u9fff]?(?:{TITLES})|[小老阿][{SURNAMES}]|[{SURNAMES}][\u3400-\u9fff]{{1,2}})"
_CHINESE_OWNER = re.compile(
    rf"(?:由|麻烦|请|让|安排|叫|^|[，,。])({_PERSON})(?=，?[你您]?(?:来|负责|去|把|跟进|在|明天|今天|下周|周|联系|"
    rf"确认|处理|整理|"
    rf"准备|会|要|尽快|这边))"
)
_ASKS_SOMEBODY = re.compile(r"\b(?:can|could|would|will) you\b|你|您|麻烦|请", re.IGNORECASE)
_FIRM = re.compile(r"负责|麻烦|记得|务必|跟进|交给|please|assigned|make sure|action item", re.IGNORECASE)
_FOR_ME = re.compile(r"(?:can|could|would|will) you|帮我|给我|i need you|i'?d like you|i would like you", re.IGNORECASE)
_NEED = re.compile(r"i need to|i have to|i've got to|我需要", re.IGNORECASE)
_PERSONAL = re.compile(
    r"i'?ll|i will|i need to|i have to|i've got to|i'm going to|let me|我(?:来|负责|去|这边|会|回头|尽快|马上|"
    r"需要)|交给我",
    re.IGNORECASE,
)
_DATED_PROMISE = re.compile(rf"我(?!们)[^，。]{{0,2}}{CHINESE_DUE}")
_COMMITMENT_TERMS = words("assign task list action item 负责 跟进 麻烦 帮忙 记得 务必")
_NO_LIMIT = ("今天", "现在", "周末", "本周", "这周")
"""Times that are said in passing far more often than as a limit."""
_MANY_TERMS = 4
_SAME = 0.5
_MIN_WORDS = 4.0
_NOT_PEOPLE = words("this that it there he she they who which what everybody everyone nobody god")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAction:
    """`position` is the sentence that says it, `support` further ones (a consent, a recap), owner and due as said."""

    position: int
    support: tuple[int, ...] = ()
    owner: str | None = None
    due: str | None = None


def find_actions(source: Source) -> tuple[FoundAction, ...]:
    """Every commitment and assignment that stood until the end, in order."""
    found: list[FoundAction] = []
    for position in range(len(source.sentences)):
        if not _is_commitment(source.sentences, position) or _is_withdrawn(source, position):
            continue
        action = _read(source.sentences, position)
        twin = next((index for index, other in enumerate(found) if _is_same(source, other, action)), None)
        if twin is None:
            found.append(action)
        else:
            found[twin] = _merged(found[twin], action)
    return tuple(found)


def _is_commitment(sentences: Sequence[Sentence], position: int) -> bool:
    text = sentences[position].text
    promise, request = PROMISE.search(text) or _DATED_PROMISE.search(text), REQUEST.search(text)
    if not (promise or request) or weight(text) < _MIN_WORDS or len(content_terms(text)) < 2:
        return False
    if HYPOTHETICAL.search(text) or RETRACTION.search(text) or _TALK.search(text):
        return False
    if PAST.search(text) or (is_question(text) and not _ASKS_SOMEBODY.search(text)):
        return False
    due = find_due(text)
    if len(_task_terms(text, due)) < 2:
        return False
    return (due is not None and due.lower() not in _NO_LIMIT) or _is_strong(sentences, position, promise, request)


def _task_terms(text: str, due: str | None) -> list[str]:
    """What is to be done: the content without the time and the words of the commitment."""
    return [term for term in content_terms(text.replace(due or "\n", " ")) if term not in _COMMITMENT_TERMS]


def _is_strong(
    sentences: Sequence[Sentence], position: int, promise: re.Match[str] | None, request: re.Match[str] | None
) -> bool:
    """Whether it binds somebody even without a time: somebody is named, speaks for himself, or agrees."""
    text = sentences[position].text
    if _owner_by_name(text):
        return True
    if request and (_consenting(sentences, position) is not None or (_FIRM.search(text) and not is_question(text))):
        return True
    if promise is None or not _PERSONAL.match(promise.group()):
        return False
    return _NEED.match(promise.group()) is None or len(_task_terms(text, None)) >= _MANY_TERMS


def _read(sentences: Sequence[Sentence], position: int) -> FoundAction:
    text = sentences[position].text
    consent = _consenting(sentences, position) if REQUEST.search(text) else None
    owner = _owner_by_name(text)
    if owner is None and _FIRST.search(text) and not _FOR_ME.search(text):
        owner = sentences[position].speaker
    if owner is None and _SECOND.search(text) and consent is not None:
        owner = sentences[consent].speaker
    if owner is None and consent is not None and not _WE.search(text):
        owner = sentences[consent].speaker
    return FoundAction(
        position=position,
        support=(consent,) if consent is not None else (),
        owner=owner,
        due=_due(sentences, position, consent),
    )


def _due(sentences: Sequence[Sentence], position: int, consent: int | None) -> str | None:
    """The time in the sentence itself, in the consent, or in the speaker's next one when that is short."""
    agreed = find_due(sentences[consent].text) if consent is not None else None
    here = find_due(sentences[position].text) or agreed
    if here or position + 1 >= len(sentences):
        return here
    after = sentences[position + 1]
    if after.speaker != sentences[position].speaker or weight(after.text) > 8 or PROMISE.search(after.text):
        return None
    return find_due(after.text)


def _owner_by_name(text: str) -> str | None:
    english = _ENGLISH_OWNER.search(text)
    if english and english.group(1).lower() not in _NOT_PEOPLE:
        return english.group(1)
    chinese = _CHINESE_OWNER.search(text)
    return chinese.group(1) if chinese and not chinese.group(1).endswith(("们", "家")) else None


def _following(sentences: Sequence[Sentence], position: int, number: int) -> Iterator[int]:
    yield from range(position + 1, min(len(sentences), position + 1 + number))


def _consenting(sentences: Sequence[Sentence], position: int) -> int | None:
    """The next sentence of somebody else that agrees; with unknown speakers, the very next one."""
    asker = sentences[position].speaker
    for index in _following(sentences, position, 3 if asker else 1):
        other = sentences[index]
        if (asker is None or other.speaker != asker) and CONSENT.search(other.text) and not REFUSAL.search(other.text):
            return index
    return None


def _is_withdrawn(source: Source, position: int) -> bool:
    """Refused at once, or taken back later in words that name it."""
    sentences = source.sentences
    here = set(source.vectors.terms[position])
    for index in _following(sentences, position, len(sentences)):
        text = sentences[index].text
        near = index <= position + 3
        if index <= position + 2 and REQUEST.search(sentences[position].text) and REFUSAL.search(text):
            return True
        if RETRACTION.search(text):
            shared = here & set(source.vectors.terms[index])
            if len(shared) >= 2 or (near and weight(text) <= 4):
                return True
    return False


def _is_same(source: Source, left: FoundAction, right: FoundAction) -> bool:
    one, two = set(source.vectors.terms[left.position]), set(source.vectors.terms[right.position])
    shared = len(one & two) / max(1, min(len(one), len(two)))
    owners = {normalise(owner) for owner in (left.owner, right.owner) if owner}
    return shared >= _SAME and len(one & two) >= 2 and len(owners) < 2


def _merged(first: FoundAction, second: FoundAction) -> FoundAction:
    support = tuple(dict.fromkeys((*first.support, second.position)))
    return replace(first, support=support[:2], owner=first.owner or second.owner, due=first.due or second.due)
