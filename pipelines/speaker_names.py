"""Speaker names in notes: who asked, answered and is to do something is called what the transcript calls them.

Lines of the notes name speakers too. A name that nobody says in the sentences of a line came from the transcript's
speakers, and follows them; a name that somebody says there is a word of the recording, and stays.
"""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from tingwu.domain.notes import ActionItem, Chapter, Claim, Notes, QuestionAnswer
from tingwu.domain.transcript import Transcript

_LETTER = r"[^\W⺀-鿿가-힯]"
"""What a name would go on with. Chinese and Korean are written without spaces beside it."""


def with_speaker_renamed(notes: Notes, transcript: Transcript, speaker: str, name: str) -> Notes:
    """`notes` on `transcript` in which `speaker` is called `name`."""
    said = _pattern(speaker)
    is_spoken = bool(said.search(transcript.text))

    def line(text: str, is_word: bool) -> str:
        return text if is_word else said.sub(lambda _: name, text)

    def change(value: Any) -> Any:
        match value:
            case Claim():
                return replace(value, text=line(value.text, _is_said(said, value)))
            case QuestionAnswer():
                return replace(value, asked_by=who(value.asked_by), answered_by=who(value.answered_by))
            case ActionItem():
                return value if _is_said(said, value.task) else replace(value, owner=who(value.owner))
            case Chapter() | Notes():
                return replace(value, title=line(value.title, is_spoken))
            case _:
                return value

    def who(known: str | None) -> str | None:
        return name if known == speaker else known

    renamed: Notes = _everywhere(notes, change)
    return renamed


def _is_said(name: re.Pattern[str], claim: Claim) -> bool:
    return any(name.search(citation.quote) for citation in claim.citations)


def _pattern(name: str) -> re.Pattern[str]:
    """`name` as whole words: `Speaker 1` is not in `Speaker 12`."""
    before = f"(?<!{_LETTER})" if re.match(_LETTER, name) else ""
    after = f"(?!{_LETTER})" if re.match(_LETTER, name[-1:]) else ""
    return re.compile(before + re.escape(name) + after)


def _everywhere(value: Any, change: Callable[[Any], Any]) -> Any:
    """`value` with `change` made to it, after all dataclasses inside it."""
    if isinstance(value, tuple):
        return tuple(_everywhere(one, change) for one in value)  # pyright: ignore[reportUnknownVariableType]
    if is_dataclass(value) and not isinstance(value, type):
        inside = {one.name: _everywhere(getattr(value, one.name), change) for one in fields(value)}
        return change(replace(value, **inside))
    return value
