"""The real command on a short cut of a sample: our engine alone, one round."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.media import ffmpeg

pytestmark = pytest.mark.model

SAMPLE = Path(__file__).parents[3] / "samples" / "en-interview"
SECONDS = 22.0
"""The first two turns, and the silence after them."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The beginning of the interview, and some silence."""
    told = json.loads((SAMPLE / "transcript.json").read_text("utf-8"))
    for name in ("start", "silence"):
        (tmp_path / "data" / name).mkdir(parents=True)
    ffmpeg("-i", SAMPLE / told["audio"], "-t", str(SECONDS), tmp_path / "data" / "start" / "start.wav")
    ffmpeg("-f", "lavfi", "-i", "anullsrc=d=3", tmp_path / "data" / "silence" / "silence.wav")
    turns = [line for line in told["utterances"] if line["end"] < SECONDS]
    cut = {"language": "en", "audio": "start.wav", "utterances": turns}
    (tmp_path / "data" / "start" / "transcript.json").write_text(json.dumps(cut), "utf-8")
    return tmp_path / "data"


def test_the_command(data: Path, whisper_base: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    program = [sys.executable, "-c", "from ui.cli import main; main()"]
    flags = ["--data", str(data), "--model", str(whisper_base), "--rounds", "1", "-o", str(out), "--texts"]
    done = subprocess.run(
        [*program, "bench", "speech", *flags],
        env={**os.environ, "TINGWU_OFFLINE": "true"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [str(out / "bench-speech.json"), str(out / "bench-speech.svg")]
    engine = json.loads((out / "bench-speech.json").read_text("utf-8"))["engines"][0]
    silence, start = engine["recordings"]
    assert "night train" in start["text"]
    assert engine["error"] < 0.15
    assert (engine["unreported_seconds"], engine["words_per_hour_of_non_speech"]) == (0, 0)
    assert (silence["text"], start["seconds"]) == ("", SECONDS)
    assert engine["speed"] > 0
    assert engine["cpu_ms_per_second"] > 0
    assert 100 < engine["peak_mib"] < 4000
    picture = (out / "bench-speech.svg").read_text("utf-8")
    assert len(ElementTree.fromstring(picture)) > 20
