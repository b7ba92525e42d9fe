"""The recordings as they lie in the repository: small, readable, and true to their answers."""

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samples.kokoro import SAMPLE_RATE
from samples.mixing import frame_rms
from samples.opus import read_sound
from samples.script import read_script

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOLDERS = sorted(path.parent for path in SAMPLES.glob("*/script.toml"))
MAX_BYTES = 3_000_000


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def told(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "transcript.json").read_text(encoding="utf-8"))


def proofs(node: object) -> Iterator[dict[str, Any]]:
    """Every quote with its place, wherever in the answers it is."""
    if isinstance(node, dict):
        if "quote" in node:
            yield node
        for value in node.values():
            yield from proofs(value)
    elif isinstance(node, list):
        for value in node:
            yield from proofs(value)


def test_both_recordings_are_here() -> None:
    assert [folder.name for folder in FOLDERS] == ["en-interview", "zh-meeting"]


def test_the_sound_is_as_long_as_the_answers_say_and_speech_is_where_they_say(
    folder: Path, told: dict[str, Any]
) -> None:
    path = folder / told["audio"]
    assert path.stat().st_size <= MAX_BYTES
    sound = read_sound(path)
    assert len(sound) / SAMPLE_RATE == pytest.approx(told["duration"], abs=0.05)
    loudness = frame_rms(sound)
    covered = np.zeros(len(loudness), bool)
    for row in told["utterances"]:
        begin, end = (round(row[edge] * 100) for edge in ("start", "end"))
        assert loudness[begin:end].mean() > 0.01, row["id"]
        covered[max(0, begin - 2) : end + 2] = True
    assert loudness[~covered].max() < 0.01


def test_utterances_are_in_order_inside_the_recording_and_nearly_apart(told: dict[str, Any]) -> None:
    rows = told["utterances"]
    assert [row["id"] for row in rows] == list(range(len(rows)))
    assert all(0 < row["start"] < row["end"] < told["duration"] for row in rows)
    gaps = [after["start"] - before["end"] for before, after in pairwise(rows)]
    assert all(-0.2 < gap < 0.9 for gap in gaps)


def test_the_answers_are_those_of_the_script(folder: Path, told: dict[str, Any]) -> None:
    script = read_script(folder / "script.toml")
    assert [(row["speaker"], row["text"]) for row in told["utterances"]] == [
        (line.speaker, line.text) for line in script.lines
    ]
    assert [row["name"] for row in told["speakers"]] == [speaker.name for speaker in script.speakers]


def test_every_quote_is_said_where_it_is_placed(told: dict[str, Any]) -> None:
    found = list(proofs({key: told[key] for key in ("decisions", "actions", "retracted", "questions")}))
    assert len(found) >= 25
    for proof in found:
        place = told["utterances"][proof["utterance"]]
        assert proof["quote"] in place["text"]
        assert (proof["speaker"], proof["start"], proof["end"]) == (place["speaker"], place["start"], place["end"])


def test_every_spoken_question_is_in_the_answers_and_exactly_one_stays_open(told: dict[str, Any]) -> None:
    asked = sum(row["text"].count("？") + row["text"].count("?") for row in told["utterances"])
    assert len(told["questions"]) == asked
    assert [row["status"] for row in told["questions"]].count("open") == 1


def test_chapters_follow_each_other_from_end_to_end(told: dict[str, Any]) -> None:
    chapters = told["chapters"]
    assert 3 <= len(chapters) <= 6
    assert chapters[0]["start"] == 0.0
    assert chapters[-1]["end"] == told["duration"]
    assert all(before["end"] == after["start"] for before, after in pairwise(chapters))


def test_the_meeting_has_enough_to_find() -> None:
    told = json.loads((SAMPLES / "zh-meeting" / "transcript.json").read_text(encoding="utf-8"))
    assert len(told["speakers"]) == 4
    assert len(told["decisions"]) >= 3
    assert len([row for row in told["actions"] if row["owner"] and row["due"]]) >= 4
    assert len(told["retracted"]) == 1
