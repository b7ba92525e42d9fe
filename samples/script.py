"""Scripts of made recordings: who speaks how, what they say, and the facts that good notes would find in it.

A script is TOML. `dialogue.text` has one utterance a line, `Speaker: words`, or `Speaker [gap]: words` where the
pause before it is given in seconds; a negative gap speaks over the end of the line before. Facts quote the dialogue,
and a quote that nobody says is an error.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from samples.kokoro import Voice
from tingwu.errors import StoredDataInvalid

LINE = re.compile(r"(?P<speaker>[^:\[\]]+?)\s*(\[(?P<gap>-?\d+(\.\d+)?)\])?:\s*(?P<text>\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person of the recording. `role` is free text for the reader."""

    name: str
    role: str
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One utterance. `gap` is the pause before it in seconds, None where the mixer is to choose."""

    speaker: str
    text: str
    gap: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterFact:
    """A part of the recording; `begins` is said in its first utterance."""

    title: str
    begins: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFact:
    """Something that was agreed; the first quote of `evidence` is the agreement itself."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFact:
    """A task. `withdrawn` quotes whoever takes it back; None for tasks that stand."""

    text: str
    owner: str
    evidence: tuple[str, ...]
    due: str | None = None
    withdrawn: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFact:
    """A question as asked, and the quote that answers it, None where it stays open."""

    question: str
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Everything that a recording is made from. `noise_db` is the level of the room in dB below full scale."""

    language: str
    title: str
    seed: int
    noise_db: float
    speakers: tuple[Speaker, ...]
    lines: tuple[Line, ...]
    chapters: tuple[ChapterFact, ...] = ()
    decisions: tuple[DecisionFact, ...] = ()
    actions: tuple[ActionFact, ...] = ()
    retracted: tuple[ActionFact, ...] = ()
    questions: tuple[QuestionFact, ...] = ()

    def __post_init__(self) -> None:
        strangers = {line.speaker for line in self.lines} - {speaker.name for speaker in self.speakers}
        if strangers:
            raise ValueError(f"no voice for {', '.join(sorted(strangers))}")
        for quote in self.quotes():
            self.place(quote)

    def quotes(self) -> Iterator[str]:
        """Every text that the facts say is in the dialogue."""
        yield from (chapter.begins for chapter in self.chapters)
        for fact in (*self.decisions, *self.actions, *self.retracted):
            yield from fact.evidence
        yield from (task.withdrawn for task in self.retracted if task.withdrawn)
        for pair in self.questions:
            yield from (quote for quote in (pair.question, pair.answer) if quote)

    def place(self, quote: str) -> int:
        """The number of the one line that says `quote`. Raises ValueError when none or several do."""
        found = [number for number, line in enumerate(self.lines) if quote in line.text]
        if len(found) != 1:
            raise ValueError(f"{quote!r} is said in {len(found)} lines, not in one")
        return found[0]


def read_script(path: Path) -> Script:
    """The script in the file at `path`. Raises StoredDataInvalid when it does not hold one."""
    try:
        return parse_script(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as broken:
        raise StoredDataInvalid(str(path), str(broken)) from broken


def parse_script(table: Mapping[str, Any]) -> Script:
    """The script that a TOML `table` describes. Raises KeyError, TypeError or ValueError when it is none."""
    return Script(
        language=table["language"],
        title=table["title"],
        seed=table["seed"],
        noise_db=table["noise_db"],
        speakers=tuple(parse_speaker(name, row) for name, row in table["speakers"].items()),
        lines=parse_dialogue(table["dialogue"]["text"]),
        chapters=tuple(ChapterFact(**row) for row in table.get("chapters", ())),
        decisions=tuple(DecisionFact(**with_tuple(row)) for row in table.get("decisions", ())),
        actions=tuple(ActionFact(**with_tuple(row)) for row in table.get("actions", ())),
        retracted=tuple(ActionFact(**with_tuple(row)) for row in table.get("retracted", ())),
        questions=tuple(QuestionFact(**row) for row in table.get("questions", ())),
    )


def parse_speaker(name: str, row: Mapping[str, Any]) -> Speaker:
    """A speaker; what the row does not say about the voice stays at its default."""
    voice = Voice(**{field.name: row[field.name] for field in fields(Voice) if field.name in row})
    return Speaker(name=name, role=row["role"], voice=voice)


def parse_dialogue(text: str) -> tuple[Line, ...]:
    """The lines of a dialogue; empty ones are skipped. Raises ValueError for a line without a speaker."""
    return tuple(parse_line(row.strip()) for row in text.splitlines() if row.strip())


def parse_line(row: str) -> Line:
    """One `Speaker [gap]: words` line."""
    found = LINE.fullmatch(row)
    if found is None:
        raise ValueError(f"not a line of dialogue: {row!r}")
    gap = found["gap"]
    return Line(speaker=found["speaker"], text=found["text"], gap=None if gap is None else float(gap))


def with_tuple(row: Mapping[str, Any]) -> dict[str, Any]:
    """`row` with its evidence as a tuple, ready to become a frozen fact."""
    return {**row, "evidence": tuple(row["evidence"])}
