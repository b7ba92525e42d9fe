"""`tingwu bench speech`: what users type, see and get, with engines that are scripted."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from pipelines.bench.data import SpokenText
from pipelines.bench.engines import Heard
from tests.fake_engines import FakeEngines
from tests.media import ffmpeg
from tingwu.domain.transcript import Coverage
from tingwu.errors import InvalidOption, MediaNotFound
from ui.cli import app
from ui.cli_bench import BenchEdge, bench_app

COVERAGE = Coverage(speech_seconds=10, covered_seconds=9.5)
WORDS = (SpokenText(start=0.1, end=0.3, text="good"), SpokenText(start=0.4, end=0.6, text="day"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """English, a made Chinese recording, and noise; a second each."""
    folder = tmp_path / "data"
    for name in ("en-US", "meeting", "noise"):
        (folder / name).mkdir(parents=True)
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", folder / name / f"{name}.wav")
    (folder / "en-US" / "refs.tsv").write_text("en-US.wav\tGood morning.\n", "utf-8")
    told = {"language": "zh", "audio": "meeting.wav", "utterances": [{"start": 0, "end": 0.9, "text": "大家早上好"}]}
    (folder / "meeting" / "transcript.json").write_text(json.dumps(told), "utf-8")
    return folder


@pytest.fixture
def engines() -> FakeEngines:
    answers = {
        "en-US": Heard(text="Good day.", pieces=WORDS, by_word=True, coverage=COVERAGE),
        "meeting": Heard(text="大家早上好", pieces=WORDS[:1], by_word=True, coverage=COVERAGE),
        "noise": Heard(text="Thank you.", pieces=(), by_word=True),
    }
    return FakeEngines(answers, {"tingwu": (0.1,), "faster-whisper": (0.2,)})


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "own-model").mkdir()
    return tmp_path / "own-model"


def run(engines: FakeEngines, *arguments: str | Path) -> Result:
    edge = BenchEdge(open_engine=engines.open)
    return CliRunner().invoke(bench_app, ["speech", *map(str, arguments)], obj=edge)


def written(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "bench-speech.json").read_text("utf-8"))


def test_tables_files_and_progress(data: Path, engines: FakeEngines, model: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(engines, "--data", data, "--model", model, "--peer", "faster-whisper", "--rounds", "2", "-o", out)
    assert result.exit_code == 0, result.exception
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "en, words 50.00 % (1+0+0 of 2) 50.00 % (1+0+0 of 2)" in lines
    assert "zh, characters 0.00 % (0+0+0 of 5) 0.00 % (0+0+0 of 5)" in lines
    assert "mean of languages 25.00 % 25.00 %" in lines
    assert "speed, × real time 10.0 5.0" in lines
    assert "coverage of speech 95.00 % 95.00 %" in lines
    assert "of it not reported 0.0 s 0.0 s" in lines
    assert "words per hour without speech 7200.0 7200.0" in lines
    assert lines[-2:] == [str(out / "bench-speech.json"), str(out / "bench-speech.svg")]
    assert "noise, round 2, faster-whisper" in result.stderr
    assert [one["name"] for one in written(out)["engines"]] == ["tingwu", "faster-whisper"]
    assert ElementTree.parse(out / "bench-speech.svg").getroot().tag.endswith("svg")
    assert engines.setups[0] == engines.setups[1]


def test_flags_reach_the_engines(data: Path, engines: FakeEngines, model: Path, tmp_path: Path) -> None:
    flags = ["--threads", "3", "--beam-size", "2", "--no_word_timestamps", "--peer_words", "--rounds", "1", "--quiet"]
    result = run(engines, "--data", data, "--model", model, "--languages", "chinese", "-o", tmp_path, "--texts", *flags)
    assert result.exit_code == 0, result.exception
    setup = engines.setups[0]
    assert (setup.threads, setup.beam_size, setup.word_timestamps, setup.peer_words) == (3, 2, False, True)
    assert (setup.model, setup.name) == (model, "own-model")
    recordings = written(tmp_path)["engines"][0]["recordings"]
    assert [(one["name"], one["text"]) for one in recordings] == [("meeting", "大家早上好"), ("noise", "Thank you.")]
    assert result.stderr == ""


def test_long_recordings_are_joined(data: Path, engines: FakeEngines, model: Path, tmp_path: Path) -> None:
    result = run(engines, "--data", data / "en-US", "--model", model, "--repeat", "3", "--rounds", "1", "-o", tmp_path)
    assert result.exit_code == 0, result.exception
    recording = written(tmp_path)["engines"][0]["recordings"][0]
    assert recording["seconds"] == pytest.approx(6)
    assert recording["edits"] == {"hits": 1, "substitutions": 1, "insertions": 0, "deletions": 4}


def test_wrong_data_is_found_before_anything_starts(engines: FakeEngines, tmp_path: Path) -> None:
    assert isinstance(run(engines, "--data", tmp_path).exception, MediaNotFound)
    folder = tmp_path / "en-US"
    folder.mkdir()
    (folder / "refs.tsv").write_text("nothing\n", "utf-8")
    assert isinstance(run(engines, "--data", tmp_path).exception, InvalidOption)
    assert engines.setups == []


def test_an_unknown_peer(data: Path, engines: FakeEngines) -> None:
    result = run(engines, "--data", data, "--peer", "slower-whisper")
    assert result.exit_code == 2
    assert "slower-whisper" in result.stderr.replace("_", "-")


def test_the_whole_program_says_what_is_wrong(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["bench", "speech", "--data", str(tmp_path / "nowhere")])
    assert result.exit_code == 3
    assert "does not exist" in result.stderr
