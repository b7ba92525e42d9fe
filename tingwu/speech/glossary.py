"""Glossary: names and terms in the spelling that is wanted, with other spellings that stand for them.

The file is plain UTF-8 text, an entry a line: `canonical`, or `canonical: alias, alias`, or `canonical<TAB>alias`.
Full-width `：`, `，` and `、` do as well; `#` at the beginning of a line or after a space starts a comment.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from tingwu.errors import InvalidOption

MAX_BYTES = 4 * 1024 * 1024
"""Largest glossary file."""
MAX_ENTRIES = 20_000
"""Most canonical forms."""
MAX_TERM_CHARACTERS = 80
"""Longest canonical form or alias."""
PROMPT_TOKENS = 30
"""Whisper repeats longer lists of terms instead of listening."""

_OPTION = "glossary"
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_LIST = re.compile(r"[,，、;；]")
_COLON = re.compile(r"[:：]")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`canonical` is what is written, `aliases` what is replaced by it."""

    canonical: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Glossary:
    """No two entries claim the same spelling; capitals make no difference."""

    entries: tuple[Entry, ...] = ()

    def with_hotwords(self, hotwords: str | None) -> "Glossary":
        """This glossary and the hot words that it does not have yet as entries of their own."""
        known = {_key(name) for entry in self.entries for name in (entry.canonical, *entry.aliases)}
        new = {_key(word): word for word in split_hotwords(hotwords)}
        added = tuple(Entry(canonical=word) for key, word in new.items() if key not in known)
        return Glossary(entries=self.entries + added) if added else self


@dataclass(slots=True)
class _Draft:
    """An entry in the making. `lines` maps each alias to the line that gives it."""

    canonical: str
    line: int
    aliases: dict[str, int] = field(default_factory=dict[str, int])


def read_glossary(path: Path) -> Glossary:
    """The glossary in the file at `path`.

    Raises InvalidOption for what is no plain file, is too large, or is refused by `parse_glossary`.
    """
    try:
        # A pipe would be waited for, for ever.
        if not S_ISREG(path.stat().st_mode):
            raise InvalidOption(_OPTION, str(path), "it is not a plain file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InvalidOption(_OPTION, str(path), getattr(error, "strerror", None) or str(error)) from error
    return parse_glossary(data, str(path))


def parse_glossary(data: bytes, name: str) -> Glossary:
    """The glossary in the bytes of a file; `name` is the file's name, for errors.

    Raises InvalidOption that names the lines: for bytes that are no UTF-8 text, no terms or too many, terms that are
    too long, and spellings that two entries claim (so also where each of two is an alias of the other).
    """
    if len(data) > MAX_BYTES:
        raise InvalidOption(_OPTION, name, f"it is larger than {MAX_BYTES // 1024**2} MiB")
    drafts: dict[str, _Draft] = {}
    for number, line in enumerate(_text(data, name).split("\n"), start=1):
        _take(line, number, drafts, name)
        if len(drafts) > MAX_ENTRIES:
            raise InvalidOption(_OPTION, name, f"it has more than {MAX_ENTRIES} entries")
    if not drafts:
        raise InvalidOption(_OPTION, name, "it has no terms")
    _refuse_conflicts(drafts, name)
    return Glossary(
        entries=tuple(Entry(canonical=draft.canonical, aliases=tuple(draft.aliases)) for draft in drafts.values())
    )


def split_hotwords(hotwords: str | None) -> tuple[str, ...]:
    """Hot words parted by commas, or by spaces where there is no comma; each once."""
    text = unicodedata.normalize("NFC", hotwords or "")
    parts: Iterable[str] = _LIST.split(text) if _LIST.search(text) else text.split()
    return tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def prompt_terms(glossary: Glossary, hotwords: str | None, budget: int = PROMPT_TOKENS) -> str:
    """The terms to tell the recogniser, in about `budget` tokens: the hot words, then the glossary from its top.

    They are told as a written sentence: after a bare list, Whisper leaves out punctuation and words as well.
    """
    chosen: list[str] = []
    for term in dict.fromkeys((*split_hotwords(hotwords), *(entry.canonical for entry in glossary.entries))):
        budget -= estimated_tokens(term)
        if budget < 0:
            break
        chosen.append(term)
    chinese = any(_WIDE.search(term) for term in chosen)
    return ("、".join(chosen) + "。" if chinese else ", ".join(chosen) + ".") if chosen else ""


def estimated_tokens(term: str) -> int:
    """About how many tokens of Whisper's a term and its comma take: two a Chinese character, one for 3 others."""
    wide = len(_WIDE.findall(term))
    return 1 + 2 * wide + -(-(len(term) - wide) // 3)


def _text(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidOption(_OPTION, name, f"line {line} is not UTF-8; save the file as UTF-8 text") from error
    if "\0" in text:
        raise InvalidOption(_OPTION, name, "it is not a text file")
    return unicodedata.normalize("NFC", text)


def _take(line: str, number: int, drafts: dict[str, _Draft], name: str) -> None:
    """Add what a line says to `drafts`."""
    terms = tuple(_terms(line, number, name))
    if not terms:
        return
    draft = drafts.setdefault(_key(terms[0]), _Draft(canonical=terms[0], line=number))
    if draft.canonical != terms[0]:
        reason = f"lines {draft.line} and {number} differ in capitals only; make one an alias of the other"
        raise InvalidOption(_OPTION, name, reason)
    for alias in terms[1:]:
        if alias != draft.canonical:
            draft.aliases.setdefault(alias, number)


def _terms(line: str, number: int, name: str) -> Iterator[str]:
    """The canonical form and the aliases of a line; nothing if it is empty."""
    line = _COMMENT.sub("", line).strip()
    head, *aliases = line.split("\t") if "\t" in line else _COLON.split(line, maxsplit=1)
    if "\t" not in line:
        if _LIST.search(head):
            reason = f"line {number}: put one term on a line, aliases behind a colon (`term: alias, alias`)"
            raise InvalidOption(_OPTION, name, reason)
        aliases = [alias for part in aliases for alias in _LIST.split(part)]
    terms = [" ".join(term.split()) for term in (head, *aliases)]
    if any(terms) and not terms[0]:
        raise InvalidOption(_OPTION, name, f"line {number}: the term before the aliases is missing")
    for term in filter(None, terms):
        _check(term, number, name)
        yield term


def _check(term: str, number: int, name: str) -> None:
    if len(term) > MAX_TERM_CHARACTERS:
        raise InvalidOption(_OPTION, name, f"line {number}: a term has at most {MAX_TERM_CHARACTERS} characters")
    if any(unicodedata.category(char) == "Cc" for char in term):
        raise InvalidOption(_OPTION, name, f"line {number}: a term has control characters")
    if not any(char.isalnum() for char in term):
        raise InvalidOption(_OPTION, name, f"line {number}: a term needs a letter or a digit")


def _refuse_conflicts(drafts: dict[str, _Draft], name: str) -> None:
    """No spelling may lead to two canonical forms, and none that is canonical to another one."""
    owners = {key: (draft, draft.line) for key, draft in drafts.items()}
    for draft in drafts.values():
        for alias, line in draft.aliases.items():
            owner, claimed = owners.setdefault(_key(alias), (draft, line))
            if owner is not draft:
                first, second = sorted((claimed, line))
                reason = f"lines {first} and {second} both claim {alias!r}"
                raise InvalidOption(_OPTION, name, reason)


def _key(term: str) -> str:
    return term.casefold()
