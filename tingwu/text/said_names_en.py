"""Names that an English sentence gives to who says it: I'm Li Na from finance, my name is Tom Baker, Anna speaking.

Names are told by their capitals; without capitals there are none.
"""

import re
from collections.abc import Iterator

from tingwu.text.wordlists import ENGLISH_NOT_NAMES, ENGLISH_STOP, words

_TOKEN = r"(?:[A-Z]\.|(?:[OD]'|Mc|Mac|De|Du|La|Le|Van)?[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:-[A-Z]?[a-zß-öø-ÿ]+)?)"
_PARTICLE = r"(?:van|von|de|der|den|da|di|del|la|le|bin|al|el|ter)"
_TITLE = r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?|Professor|Doctor|Father|Sister)"
_NAME = rf"(?P<name>(?:{_TITLE} )?{_TOKEN}(?: (?:{_PARTICLE} ){{0,2}}{_TOKEN}){{0,3}})(?![\w'-])"
_CLAUSE_END = r"(?=\s*(?:$|[,.;!)—–]|-\s| - ))"
_FOLLOWERS = (
    r"from|and|with|at|here|your|of|for|working|calling|speaking|I(?:'m|'ll|'ve)?|the (?:new )?[a-z]+|"
    r"a [a-z]+ (?:at|from|with|in)|by the way|so|uh|um|over here|on behalf|representing|also|currently|again"
)
_AFTER = rf"(?=\s*(?:$|[,.;!)—–]|-\s| (?:{_FOLLOWERS})\b))"
_HELLO = (
    r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|morning|welcome|thanks|thank you|okay|ok|so|well|yes|yeah|"
    r"uh|um)"
)
_MY_NAME = re.compile(rf"\b[Mm]y (?:full |first )?name(?: is|'s),? (?:(?:also|uh|um),? )?{_NAME}{_AFTER}")
_I_AM = re.compile(rf"\bI(?:'m| am) (?:(?:uh|um),? )?{_NAME}{_AFTER}")
_THIS_IS = re.compile(rf"\b[Tt]his is {_NAME}(?=,? (?:speaking|calling|here)\b)")
_HELLO_THIS_IS = re.compile(rf"^(?i:{_HELLO})[^.!?]{{0,20}}?[,.!]? ?[Tt]his is {_NAME}(?= (?:from|with|at)\b)")
_SPEAKING = re.compile(rf"^(?:(?i:{_HELLO})[^.!?A-Z]{{0,12}}[,.!]? )?{_NAME} (?:speaking|here)[.!,]")
_CALL_ME = re.compile(
    r"\b(?:(?:[Yy]ou|[Ee]very(?:body|one)|[Pp]eople) (?:can |may |could |just )*call|(?:[Pp]lease|[Jj]ust) call) me "
    rf"{_NAME}{_CLAUSE_END}"
)
_RULES = ((_MY_NAME, 0.9), (_THIS_IS, 0.9), (_HELLO_THIS_IS, 0.8), (_SPEAKING, 0.8), (_I_AM, 0.75), (_CALL_ME, 0.7))
_FULL_NAME = 0.1
"""More sure of two words than of one."""

_VETO = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|tell(?:s|ing)?|told|goes|went|(?:was|be|is|were|am|'m) like|if|suppose|imagin\w+|"
    r"pretend\w*|assum\w+|think(?:s|ing)?|thought|as though|dream\w*|wrote|writes?|quot\w+|play(?:s|ed|ing)?|"
    r"call(?:s|ed) me|wish|unless|not|never|hears?|heard|ask(?:s|ed)?|believes?|whether|song|movie|film|book|sings?|"
    r"read(?:s|ing)?|example|instance)\b|n't\b|\blike,?\s*$",
    re.IGNORECASE,
)
"""Before the name: somebody else's words, a thought, a play, a denial."""
_BEFORE = 100
"""Characters before the name that are searched for it."""
_OPEN_QUOTE = re.compile(r"[“‘][^”’]*$|^(?:[^\"]*\"[^\"]*\")*[^\"]*\"[^\"]*$")
_NOT_PEOPLE = words(
    """african albanian american arab argentinian asian australian austrian bangladeshi basque belgian black brazilian
    british bulgarian canadian cantonese catalan caucasian chilean chinese colombian croatian cuban czech danish
    dutch egyptian english estonian ethiopian european filipino finnish flemish french georgian german ghanaian
    greek hawaiian hispanic hungarian icelandic indian indonesian iranian iraqi irish israeli italian jamaican
    japanese jewish jordanian kenyan korean latino latina latvian lebanese lithuanian malaysian mexican
    mongolian moroccan nepalese nepali nigerian norwegian pakistani palestinian peruvian polish portuguese
    punjabi romanian russian scottish serbian singaporean slovak spanish swedish swiss syrian taiwanese tamil
    texan thai tibetan tunisian turkish ukrainian vietnamese welsh catholic protestant muslim buddhist hindu
    lutheran baptist methodist anglican mormon sikh quaker orthodox atheist democrat republican liberal
    conservative labour tory marxist communist socialist libertarian monday tuesday wednesday thursday friday
    saturday sunday alright anyway correct done excited fine glad good gonna great happy late ready right sad
    sick sorry sure tired trying unemployed wrong team number day god superman batman spider-man santa satan
    jesus king queen president chair mister madam minister google facebook twitter android windows linux
    microsoft amazon youtube instagram internet python java gen type level grade version option plan phase
    speaker professor doctor dr mr mrs ms prof father sister captain marketing industrial project user grad
    manager director officer secretary chief head senior vice deputy here there back home out in on up down off"""
)


def names_said(sentence: str) -> Iterator[tuple[str, float]]:
    """Names that whoever says `sentence` gives himself, each with how sure that is, in [0, 1]."""
    text = sentence.replace("’", "'")
    if text.rstrip().endswith("?"):
        return
    for pattern, score in _RULES:
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            if _VETO.search(before) or _OPEN_QUOTE.search(before) or not is_latin_name(match["name"]):
                continue
            yield match["name"], score + _FULL_NAME * (" " in match["name"])


def is_latin_name(name: str) -> bool:
    """Whether none of the words of `name`, in Latin letters, is one that people are not called."""
    parts = [part.strip(".").lower() for part in re.sub(rf"^{_TITLE} ", "", name).split()]
    no_names = _NOT_PEOPLE | ENGLISH_STOP | ENGLISH_NOT_NAMES - _MONTHS_AND_NAMES
    return bool(parts) and any(len(part) > 1 for part in parts) and not any(part in no_names for part in parts)


_MONTHS_AND_NAMES = words("april may june august")
