"""A batch whose stdout fails, in a process of its own: what counts is also how Python leaves."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

CODE = """
from pathlib import Path
from tests.builders import make_recording
from tests.ui.test_cli import ScriptedJobs
from tingwu.store.library import Library
from ui.cli import app
from ui.cli_edge import Edge
jobs = ScriptedJobs(library=Library(Path("library")), recording=make_recording())
app(["transcribe", "a.mp3", "b.mp3", "-f", "txt", "--quiet"], obj=Edge(open_jobs=jobs.open))
"""


def transcribe(folder: Path, stdout: int | IO[bytes]) -> tuple[int, str]:
    for name in ("a.mp3", "b.mp3"):
        (folder / name).write_bytes(b"sound")
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=folder, env=path, stdout=stdout, stderr=subprocess.PIPE, timeout=60,
        check=False, text=True,
    )  # fmt: skip
    assert (folder / "a.txt").exists()
    assert (folder / "b.txt").exists()
    return done.returncode, done.stderr


def test_stdout_on_a_full_disk(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        code, said = transcribe(tmp_path, full)
    assert code == 6
    assert said.startswith("stdout: 'stdout' could not be written, no space is left")
    assert said.count("\n") == 1


def test_stdout_that_nobody_reads(tmp_path: Path) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    assert transcribe(tmp_path, theirs) == (0, "")
    os.close(theirs)
