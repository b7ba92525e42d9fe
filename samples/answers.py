"""The exact transcript of a made recording, and the facts of its script with their times, as JSON.

Quotes are resolved to the utterance that says them, so that a test can compare times as well as words.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from samples.mixing import Mix
from samples.script import ActionFact, ChapterFact, QuestionFact, Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """One line as it is in the recording; times in seconds, to the millisecond."""

    id: int
    speaker: str
    start: float
    end: float
    text: str


def answers(script: Script, mix: Mix, audio: str) -> dict[str, Any]:
    """Everything that `transcript.json` holds, ready for JSON."""
    said = utterances(script, mix)
    return {
        "title": script.title,
        "language": script.language,
        "audio": audio,
        "duration": round(mix.duration, 3),
        "synthetic": True,
        "speakers": [{"name": speaker.name, "role": speaker.role} for speaker in script.speakers],
        "utterances": [asdict(utterance) for utterance in said],
        "chapters": chapters(script, said, mix.duration),
        "decisions": [
            {"text": fact.text, "evidence": proofs(script, said, fact.evidence)} for fact in script.decisions
        ],
        "actions": [action(script, said, fact) for fact in script.actions],
        "retracted": [action(script, said, fact) for fact in script.retracted],
        "questions": [question(script, said, fact) for fact in script.questions],
    }


def utterances(script: Script, mix: Mix) -> tuple[Utterance, ...]:
    """The script's lines with the times of the mix."""
    return tuple(
        Utterance(id=number, speaker=line.speaker, start=round(time.start, 3), end=round(time.end, 3), text=line.text)
        for number, (line, time) in enumerate(zip(script.lines, mix.times, strict=True))
    )


def chapters(script: Script, said: tuple[Utterance, ...], duration: float) -> list[dict[str, Any]]:
    """Chapters end to end: each from its first utterance (the first from 0) to the next one's."""
    starts = [said[script.place(fact.begins)].start for fact in script.chapters]
    edges = [0.0, *starts[1:], round(duration, 3)]
    return [chapter(fact, *edges[number : number + 2]) for number, fact in enumerate(script.chapters)]


def chapter(fact: ChapterFact, start: float, end: float) -> dict[str, Any]:
    return {"title": fact.title, "start": start, "end": end}


def action(script: Script, said: tuple[Utterance, ...], fact: ActionFact) -> dict[str, Any]:
    """A task with its proofs; only withdrawn ones say who took them back, and when."""
    told = {"text": fact.text, "owner": fact.owner, "due": fact.due, "evidence": proofs(script, said, fact.evidence)}
    return told | ({"withdrawn": proof(script, said, fact.withdrawn)} if fact.withdrawn else {})


def question(script: Script, said: tuple[Utterance, ...], fact: QuestionFact) -> dict[str, Any]:
    """A question and its answer; `answer` is null and `status` is open where nobody answered."""
    answer = proof(script, said, fact.answer) if fact.answer else None
    status = "answered" if answer else "open"
    return {"status": status, "question": proof(script, said, fact.question), "answer": answer}


def proofs(script: Script, said: tuple[Utterance, ...], quotes: Iterable[str]) -> list[dict[str, Any]]:
    return [proof(script, said, quote) for quote in quotes]


def proof(script: Script, said: tuple[Utterance, ...], quote: str) -> dict[str, Any]:
    """Who says `quote`, in which utterance, and when that is."""
    place = said[script.place(quote)]
    return {
        "quote": quote,
        "utterance": place.id,
        "speaker": place.speaker,
        "start": place.start,
        "end": place.end,
    }


def write_answers(told: dict[str, Any], path: Path) -> None:
    """Write `told` to `path`, readable and stable."""
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
