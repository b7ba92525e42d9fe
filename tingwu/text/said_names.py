"""Names from the talk: who says `I'm Li Na from finance` is probably called Li Na.

A speaker gets a name when he gives it himself, in English or Chinese. What others call him does not count: who is
addressed is often somebody else than who speaks next. Where two speakers give one name, or one gives two, the one with
clearly more support stays, else none does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from tingwu.domain.speakers import NameSource, NameSuggestion, checked_name
from tingwu.domain.transcript import Segment
from tingwu.text import said_names_en, said_names_zh
from tingwu.text.sentences import Sentence, sentences_of_segments

_LANGUAGES = ("en", "zh", "yue")
_CLEARLY = 0.1
"""So much more support has a name that stays beside another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mention:
    """`speaker` says in `sentence` that he is called `name`, with a certainty of `score`."""

    speaker: str
    name: str
    score: float
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """All mentions that give a speaker one name, the fullest form of it, and their support in [0, 1]."""

    speaker: str
    name: str
    mentions: tuple[_Mention, ...]

    @property
    def support(self) -> float:
        return 1.0 - prod(1.0 - mention.score for mention in self.mentions)


def said_names(segments: Sequence[Segment], language: str) -> tuple[NameSuggestion, ...]:
    """Names that speakers of `segments` give themselves, one for each at most, in order of their first words.

    `language` (ISO 639-1) is that of segments which do not say their own; only English and Chinese are understood.
    The quote is the sentence with the surest mention, the evidence when it was said.
    """
    understood = [one for one in segments if (one.language or language) in _LANGUAGES and one.speaker]
    mentions = [mention for sentence in sentences_of_segments(understood) for mention in _mentions(sentence)]
    speakers = tuple(dict.fromkeys(one.speaker for one in understood if one.speaker))
    claims = [claim for claim in (_best(speaker, mentions) for speaker in speakers) if claim]
    return tuple(_suggestion(claim) for claim in claims if _is_alone(claim, claims))


def _mentions(sentence: Sentence) -> Iterator[_Mention]:
    if sentence.speaker is None:
        return
    found: dict[str, float] = {}
    for names_said in (said_names_en.names_said, said_names_zh.names_said):
        for name, score in names_said(sentence.text):
            found[checked_name(name)] = max(score, found.get(checked_name(name), 0.0))
    for name, score in found.items():
        yield _Mention(speaker=sentence.speaker, name=name, score=score, sentence=sentence)


def _best(speaker: str, mentions: Sequence[_Mention]) -> _Claim | None:
    """The name with the most support; None where another one has nearly as much."""
    claims: list[_Claim] = []
    own = [mention for mention in mentions if mention.speaker == speaker]
    for name in sorted({mention.name for mention in own}, key=lambda name: (-len(name), name)):
        if not any(_is_part(name, claim.name) for claim in claims):
            of_it = tuple(mention for mention in own if _is_part(mention.name, name))
            claims.append(_Claim(speaker=speaker, name=name, mentions=of_it))
    claims.sort(key=lambda claim: -claim.support)
    if not claims or (len(claims) > 1 and claims[0].support - claims[1].support < _CLEARLY):
        return None
    return claims[0]


def _is_part(name: str, full: str) -> bool:
    """Whether `name` may be short for `full`: Tom for Tom Baker, 陈 and 陈老师 for 陈明."""
    short, long = name.casefold(), full.casefold()
    if short == long or (" " not in short and short in long.split()):
        return True
    is_title = said_names_zh.is_called(name) or len(name) == 1
    return is_title and name.strip("小老阿")[:1] == full[:1]


def _is_alone(claim: _Claim, claims: Sequence[_Claim]) -> bool:
    """Whether no other speaker has nearly as much support for the same name."""
    others = [one for one in claims if one is not claim and one.name.casefold() == claim.name.casefold()]
    return all(claim.support - other.support >= _CLEARLY for other in others)


def _suggestion(claim: _Claim) -> NameSuggestion:
    surest = max(claim.mentions, key=lambda mention: (mention.name == claim.name, mention.score))
    return NameSuggestion(
        speaker=claim.speaker,
        name=claim.name,
        source=NameSource.SAID,
        score=claim.support,
        evidence=surest.sentence,
        quote=surest.sentence.text,
    )
