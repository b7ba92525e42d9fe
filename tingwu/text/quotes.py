"""A sentence as it was said, cleaned of fillers: the line that is shown where no better one can be proved."""

import re

from tingwu.domain.notes import Citation, Claim, Proof
from tingwu.text.sentences import Sentence
from tingwu.text.terms import HAN
from tingwu.text.wordlists import CHINESE_FILLERS, ENGLISH_FILLERS

_MARKS = "，,。.！!？?；;、\\s"
_CHINESE = re.compile(rf"(?:(?<=^)|(?<=[{_MARKS}]))(?:{'|'.join(CHINESE_FILLERS)})+(?=[{_MARKS}]|$)[，,、]?")
_ENGLISH = re.compile(rf"(?:^|(?<=[,.!?]))\s*(?:{'|'.join(ENGLISH_FILLERS)})(?=[,.!?]|$),?", re.IGNORECASE)
_ENGLISH_START = re.compile(
    r"^(?:(?:so|well|and|but|okay|ok|right|yeah|yes|alright|now|oh)\b[,\s]+)+(?=\w)", re.IGNORECASE
)
_CHINESE_START = re.compile(r"^(?:(?:那么|然后|所以|好的?|对|那|就是说?|呃|嗯|啊|OK|ok)[，,、\s]+)+")
_STUTTER = re.compile(
    r"\b(i|we|you|he|she|it|they|the|a|an|and|but|so|to|of|in|on|is|are|was|if|when|what|my|our|this|i'm|it's|we're)"
    r"(?:,?\s+\1\b)+",
    re.IGNORECASE,
)
_CHINESE_STUTTER = re.compile(
    r"(我们|你们|他们|咱们|大家|就是|这个|那个|然后|因为|所以|如果|可以|但是|而且|我觉得|就是说|这种|那种|"
    r"一个)(?:[，、]?\1)+"
)
"""Only words that nobody doubles on purpose: "twenty twenty two" and "had had" stay."""
_DANGLING = re.compile(r"^[，,、;；:：\s]+|[，,、;；:：\s]+$")


def clean(text: str) -> str:
    """`text` without fillers, stutters and idle openings; never empty unless `text` is."""
    plain = text.strip()
    if HAN.search(plain):
        plain = _CHINESE_START.sub("", _CHINESE.sub("", plain))
        plain = _CHINESE_STUTTER.sub(r"\1", plain)
    else:
        plain = _ENGLISH_START.sub("", _ENGLISH.sub("", plain))
        plain = _STUTTER.sub(r"\1", plain)
    plain = _DANGLING.sub("", plain)
    if not any(char.isalnum() for char in plain):
        return text.strip()
    return plain[0].upper() + plain[1:]


def cite(sentence: Sentence) -> Citation:
    """The citation of one sentence."""
    return Citation(start=sentence.start, end=sentence.end, segment_ids=sentence.segment_ids, quote=sentence.text)


def quote(*sentences: Sentence) -> Claim:
    """One or more sentences in order as a claim that proves itself."""
    parts = [clean(sentence.text) for sentence in sentences]
    joint = "" if parts[0][-1] in "。！？…" else " "
    return Claim(text=joint.join(parts), citations=tuple(cite(sentence) for sentence in sentences), proof=Proof.QUOTE)
