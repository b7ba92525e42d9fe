"""The main job with everything real: ffmpeg, Whisper base, the embedded language model, the library, the files."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pysubs2
import pytest

from pipelines.jobs import Jobs
from pipelines.settings import load_settings
from pipelines.sound import TranscribeOptions
from pipelines.understand import UnderstandOptions
from samples.hear import UNITS, compare
from tingwu.domain.notes import Claim, Notes
from tingwu.domain.recording import Recording
from tingwu.writers.formats import FORMATS
from tingwu.writers.options import WriteOptions

pytestmark = pytest.mark.model

SAMPLES = Path(__file__).parents[1] / "samples"
WORST_ERROR = {"en-interview": 0.08, "zh-meeting": 0.15}
"""Word error (English) and character error (Chinese) that a change must not exceed."""
DECISIONS_TO_FIND = {"zh-meeting": 2}
QUESTIONS_TO_FIND = 0.7


@pytest.fixture(scope="module", params=sorted(WORST_ERROR))
def name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def told(name: str) -> dict[str, Any]:
    """The exact transcript and the facts of the sample."""
    return json.loads((SAMPLES / name / "transcript.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory, whisper_base: Path, qwen: Path) -> Iterator[Jobs]:
    models = whisper_base.parent
    assert qwen.is_relative_to(models)
    data = tmp_path_factory.mktemp("data")
    with Jobs(load_settings(data_dir=data, models_dir=models, offline=True)) as running:
        yield running


@pytest.fixture(scope="module")
def recording(jobs: Jobs, name: str, told: dict[str, Any]) -> Recording:
    job = jobs.submit(SAMPLES / name / told["audio"], transcribe=TranscribeOptions(), notes=UnderstandOptions())
    return jobs.wait(job)


def test_words_are_right(recording: Recording, told: dict[str, Any], name: str) -> None:
    units = UNITS[told["language"]]
    assert recording.transcript.language == told["language"]
    said = [units(row["text"]) for row in told["utterances"]]
    heard = units(" ".join(segment.text for segment in recording.transcript.segments))
    assert compare(said, heard).rate() <= WORST_ERROR[name]


def test_sentences_are_where_they_were_said(recording: Recording, told: dict[str, Any]) -> None:
    """Nine in ten sentences begin within half a second of an utterance, or inside one."""
    said = [(row["start"], row["end"]) for row in told["utterances"]]
    starts = [segment.start for segment in recording.transcript.segments]
    good = sum(any(begin - 0.5 <= start <= end for begin, end in said) for start in starts)
    assert good >= 0.9 * len(starts)


def test_nothing_is_missed_unreported(recording: Recording) -> None:
    coverage = recording.transcript.coverage
    missed = sum(one.duration for one in coverage.missed)
    assert coverage.covered_seconds + missed == pytest.approx(coverage.speech_seconds, abs=0.5)
    assert coverage.share > 0.97


def test_srt_parses_and_plays_in_order(recording: Recording) -> None:
    subtitles = pysubs2.SSAFile.from_string(FORMATS["srt"].render(recording, WriteOptions()), format_="srt")
    events = list(subtitles)
    assert events
    assert all(event.start < event.end for event in events)
    assert all(first.end <= second.start for first, second in pairwise(events))
    assert events[-1].end <= recording.transcript.duration * 1000 + 1000


def test_every_line_is_proved_by_what_was_said(recording: Recording) -> None:
    segments = {segment.id: segment for segment in recording.transcript.segments}
    for claim in lines(notes_of(recording)):
        for citation in claim.citations:
            said = "".join(segments[number].text for number in citation.segment_ids)
            assert squeezed(citation.quote) in squeezed(said) or squeezed(said) in squeezed(citation.quote)


def test_the_model_wrote_and_little_failed(recording: Recording) -> None:
    notes = notes_of(recording)
    assert notes.model == "qwen2.5-coder-1.5b-instruct-q4_k_m"
    assert notes.reading.sentences_read == notes.reading.sentences
    assert notes.reading.failed_calls <= notes.reading.calls // 4
    assert notes.title
    assert notes.summary
    assert notes.keywords
    assert 2 <= len(notes.chapters) <= 8


def test_decisions_are_named(recording: Recording, told: dict[str, Any], name: str) -> None:
    found = sum(any(near(fact, claim) for claim in notes_of(recording).decisions) for fact in told["decisions"])
    assert found >= DECISIONS_TO_FIND.get(name, 0)


def test_questions_are_found(recording: Recording, told: dict[str, Any]) -> None:
    asked = [fact["question"] for fact in told["questions"]]
    found = sum(any(overlaps(fact, entry.question) for entry in notes_of(recording).questions) for fact in asked)
    assert found >= QUESTIONS_TO_FIND * len(asked)


def test_actions_are_found(recording: Recording, told: dict[str, Any]) -> None:
    found = sum(any(near(fact, item.task) for item in notes_of(recording).actions) for fact in told["actions"])
    assert found >= len(told["actions"]) / 2


def notes_of(recording: Recording) -> Notes:
    assert recording.notes is not None
    return recording.notes


def lines(notes: Notes) -> list[Claim]:
    answers = [claim for entry in notes.questions for claim in (entry.question, entry.answer) if claim]
    return [*notes.summary, *notes.points, *notes.decisions, *answers, *(item.task for item in notes.actions)]


def squeezed(text: str) -> str:
    return re.sub(r"\W", "", text)


def proofs(fact: Any) -> list[dict[str, Any]]:
    """Quotes with their places, wherever in a fact they are."""
    if isinstance(fact, dict):
        return [fact] if "quote" in fact else [one for value in fact.values() for one in proofs(value)]
    return [one for value in fact for one in proofs(value)] if isinstance(fact, list) else []


def near(fact: Any, claim: Claim) -> bool:
    return any(overlaps(proof, claim) for proof in proofs(fact))


def overlaps(proof: dict[str, Any], claim: Claim) -> bool:
    """Whether a cited range and the utterance of the fact share a moment."""
    return any(one.start < proof["end"] and one.end > proof["start"] for one in claim.citations)
