"""Guards on what a model writes: the loop guard, and how much of a text is in the expected script.

Small models circle ("and the plan and the plan ...") and slip into another language. Both are seen here from the text
alone, so that the guards work for every backend. What to do about it is the caller's affair.
"""

import re
import unicodedata

WORDS_PER_GRAM = 8
"""Length of the repeated piece in words; 8 words are rarely repeated by accident."""
CJK_PER_GRAM = 12
"""The same for Chinese, Japanese and Korean characters: 8 tokens are about 12 characters."""
MAX_SEEN = 3
"""A piece that comes for the third time is a loop."""
MAX_RUN = 60
"""One sign repeated so often in a row (`-----`, `.....`) is a loop too."""

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_UNIT = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+|([^\w\s])\1*")
_IS_CJK = re.compile(f"[{_CJK}]")


class LoopGuard:
    """Watches a text as it grows; `feed` says when it has begun to circle.

    The same n-gram (8 words, or 12 CJK characters) for the third time is a loop, as is a run of 60 equal signs.
    """

    def __init__(self) -> None:
        self._text = ""
        self._scanned = 0
        self._units: list[tuple[str, int]] = []
        self._starts: dict[tuple[str, ...], list[int]] = {}
        self._keep: int | None = None

    def feed(self, piece: str) -> bool:
        """Add `piece`; True once the whole text so far is a loop. Feeding after that changes nothing."""
        if self._keep is None:
            self._text += piece
            self._scan()
        return self._keep is not None

    def text(self) -> str:
        """The text so far; for a loop, without the repetitions."""
        return self._text if self._keep is None else self._text[: self._keep].rstrip()

    def _scan(self) -> None:
        """Take in all units that cannot grow any more, which leaves out one that touches the end."""
        for match in _UNIT.finditer(self._text, self._scanned):
            if len(match.group()) >= MAX_RUN and match.group(1):
                self._keep = match.start()
                return
            if match.end() == len(self._text) and not _IS_CJK.match(match.group()):
                return
            self._scanned = match.end()
            self._units.append((match.group(), match.start()))
            if self._repeats():
                return

    def _repeats(self) -> bool:
        newest = self._units[-CJK_PER_GRAM:]
        chinese = sum(bool(_IS_CJK.match(unit)) for unit, _ in newest) * 2 > len(newest)
        length = CJK_PER_GRAM if chinese else WORDS_PER_GRAM
        if len(newest) < length:
            return False
        gram = tuple(unit.casefold() for unit, _ in newest[-length:])
        starts = self._starts.setdefault(gram, [])
        starts.append(newest[-length][1])
        if len(starts) < MAX_SEEN:
            return False
        self._keep = starts[1]
        return True


def is_loop(text: str) -> bool:
    """Whether a finished text circles, by the rule of LoopGuard."""
    return LoopGuard().feed(text + "\n")


def script_share(text: str, language: str) -> float:
    """Share of the letters of `text` that belong to the script of `language`, 0 to 1; 1 for a text without letters.

    `language` is a code whose first part counts: `zh` looks for Han characters, `ja` for Han and kana, `ko` for
    Hangul, all others for Latin letters. A Latin word counts as one letter beside Chinese, Japanese and Korean, since
    names and terms in Latin script are common there.
    """
    code = language.casefold().partition("-")[0]
    scripts = [_script(letter) for letter in _letters(text, whole_words=code in {"zh", "yue", "ja", "ko"})]
    wanted = {"zh": {"han"}, "yue": {"han"}, "ja": {"han", "kana"}, "ko": {"hangul"}}.get(code, {"latin"})
    return sum(script in wanted for script in scripts) / len(scripts) if scripts else 1.0


def _letters(text: str, *, whole_words: bool) -> list[str]:
    if whole_words:
        text = re.sub(r"[A-Za-z]+", "a", text)
    return [character for character in text if character.isalpha()]


def _script(letter: str) -> str:
    name = unicodedata.name(letter, "")
    for start, script in (("CJK", "han"), ("HIRAGANA", "kana"), ("KATAKANA", "kana"), ("HANGUL", "hangul")):
        if name.startswith(start):
            return script
    return "latin" if "LATIN" in name else "other"
