"""The installed program on a real recording: whole, stopped with Ctrl-C, and continued."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pysubs2
import pytest

pytestmark = pytest.mark.model

SOUND = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"
PROGRAM = Path(sys.executable).with_name("tingwu")


def command(weights: Path, out: Path) -> list[str]:
    model = ["--model", weights.name, "--model_dir", str(weights.parent)]
    flags = [*model, "--language", "en", "--batch_size", "2", "--beam_size", "1", "--json_progress"]
    return [str(PROGRAM), "transcribe", str(SOUND), *flags, "-o", str(out), "-f", "srt,json"]


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "TINGWU_DATA_DIR": str(data), "TINGWU_OFFLINE": "true"}


def run(weights: Path, data: Path, out: Path) -> list[dict[str, object]]:
    """Run to the end; returns the progress lines."""
    done = subprocess.run(
        command(weights, out), env=environment(data), capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(out / "en-interview.srt"), str(out / "en-interview.json")]
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]


def stop_in_the_middle(weights: Path, data: Path, out: Path) -> tuple[int, float, str]:
    """(exit code, seconds it took, what was said) of a run that gets Ctrl-C once some windows are done."""
    with subprocess.Popen(
        command(weights, out), env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stderr
        for line in program.stderr:
            progress = json.loads(line)
            if progress.get("latest"):
                break
        began = time.monotonic()
        program.send_signal(signal.SIGINT)
        code = program.wait(30)
        return code, time.monotonic() - began, program.stderr.read()


def test_ctrl_c_and_the_same_command_again(whisper_tiny_en: Path, tmp_path: Path) -> None:
    run(whisper_tiny_en, tmp_path / "whole", tmp_path / "whole")
    code, seconds, said = stop_in_the_middle(whisper_tiny_en, tmp_path / "cut", tmp_path / "cut")
    assert code == 130
    assert seconds < 2
    assert "Finished work is kept; the same command goes on from there." in said
    assert not (tmp_path / "cut" / "en-interview.srt").exists()

    progress = run(whisper_tiny_en, tmp_path / "cut", tmp_path / "cut")
    transcribed = [line["done"] for line in progress if line.get("step") == "transcribe"]
    assert not transcribed or transcribed[0] > 0, "finished windows are not done again"
    whole, cut = ((tmp_path / name / "en-interview.srt").read_text() for name in ("whole", "cut"))
    assert whole == cut
    events = pysubs2.SSAFile.from_string(whole)
    assert len(events) > 40
    assert "sleeping cars" in " ".join(event.plaintext.replace("\n", " ") for event in events)

    assert not [
        line for line in run(whisper_tiny_en, tmp_path / "cut", tmp_path / "cut") if line.get("step") == "transcribe"
    ]


def test_a_language_that_the_model_does_not_know_is_refused_at_once(whisper_tiny_en: Path, tmp_path: Path) -> None:
    asked = [*command(whisper_tiny_en, tmp_path), "--language", "yue"]
    done = subprocess.run(asked, env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "whisper-tiny.en only writes down English; choose a multilingual model" in done.stderr
    assert '"step"' not in done.stderr, "nothing was read or loaded"
