"""LocalModel with a stand-in for the embedded server's process: starts, crashes, idles, stops."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests import llm_server
from tingwu.errors import Cancelled, LlmTimeout, LlmUnavailable, ModelMissing, ModelUnusable
from tingwu.text.llm import LlmOptions, Prompt
from tingwu.text.llm_local import LocalModel
from tingwu.text.llm_process import EmbeddedOptions

PROMPT = Prompt(system="", user="Sum up.")
OPTIONS = LlmOptions(max_tokens=64, timeout=10.0)


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF" + (3).to_bytes(4, "little"))
    return path


def acting(**play: object) -> EmbeddedOptions:
    """Options whose child is the stand-in with this play."""
    return EmbeddedOptions(command=(sys.executable, llm_server.__file__, json.dumps(play)), start_seconds=20.0)


def until(condition: Callable[[], bool]) -> bool:
    """Whether `condition` comes true within some seconds."""
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


def gone(pid: int) -> bool:
    """Whether the process has ended (one that only waits to be reaped has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_first_call_starts_the_child_and_close_ends_it(gguf: Path) -> None:
    model = LocalModel(gguf, options=acting())
    assert model.pid is None
    assert model.complete(PROMPT, OPTIONS).text == "The budget was approved."
    pid = model.pid
    assert pid is not None
    assert model.name == "tiny"
    model.close()
    assert gone(pid)
    with pytest.raises(LlmUnavailable, match="closed"):
        model.complete(PROMPT, OPTIONS)


def test_the_child_has_a_session_of_its_own_and_no_key_on_its_command_line(gguf: Path) -> None:
    model = LocalModel(gguf, options=acting())
    model.start()
    assert model.pid is not None
    assert os.getsid(model.pid) == model.pid
    assert len(Path(f"/proc/{model.pid}/cmdline").read_bytes().split(b"\0")) == 4
    model.close()


def test_the_child_outlives_the_thread_that_started_it(gguf: Path) -> None:
    model = LocalModel(gguf, options=acting())
    starter = threading.Thread(target=model.start)
    starter.start()
    starter.join()
    first = model.pid
    model.complete(PROMPT, OPTIONS)
    assert model.pid == first
    model.close()


def test_a_killed_child_is_started_again(gguf: Path) -> None:
    model = LocalModel(gguf, options=acting())
    model.start()
    first = model.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert model.complete(PROMPT, OPTIONS).text == "The budget was approved."
    assert model.pid not in {None, first}
    model.close()


def test_a_crash_in_the_middle_of_an_answer_is_survived_once(gguf: Path, tmp_path: Path) -> None:
    crash = tmp_path / "crash"
    crash.touch()
    model = LocalModel(gguf, options=acting(crash_file=str(crash)))
    assert model.complete(PROMPT, OPTIONS).text == "The budget was approved."
    model.close()


def test_a_second_crash_is_an_error(gguf: Path, tmp_path: Path) -> None:
    crash = tmp_path / "crash"
    crash.touch()
    model = LocalModel(gguf, options=acting(crash_file=str(crash), keep_crashing=True))
    with pytest.raises(LlmUnavailable):
        model.complete(PROMPT, OPTIONS)
    crash.unlink()
    assert model.complete(PROMPT, OPTIONS).text == "The budget was approved."
    model.close()


def test_an_idle_child_is_stopped_and_started_again(gguf: Path) -> None:
    model = LocalModel(gguf, options=replace(acting(), idle_seconds=0.02))
    model.complete(PROMPT, OPTIONS)
    assert until(lambda: model.pid is None)
    assert model.complete(PROMPT, OPTIONS).text == "The budget was approved."
    model.close()


def test_a_child_that_hangs_is_replaced(gguf: Path) -> None:
    model = LocalModel(gguf, options=acting(always="silent"))
    model.start()
    first = model.pid
    assert first is not None
    with pytest.raises(LlmTimeout):
        model.complete(PROMPT, LlmOptions(timeout=0.05))
    assert gone(first)
    model.close()


def test_closing_from_another_thread_cancels_the_running_call(gguf: Path) -> None:
    model = LocalModel(gguf, options=acting(always="silent"))
    model.start()
    pid = model.pid
    assert pid is not None
    closer = threading.Timer(0.03, model.close)
    closer.start()
    with pytest.raises((Cancelled, LlmUnavailable)):
        model.complete(PROMPT, OPTIONS)
    closer.join()
    assert gone(pid)


def test_a_stubborn_child_is_killed(gguf: Path, caplog: pytest.LogCaptureFixture) -> None:
    model = LocalModel(gguf, options=replace(acting(start_fault="stubborn"), stop_seconds=0.05))
    model.start()
    pid = model.pid
    assert pid is not None
    model.close()
    assert gone(pid)


def test_an_engine_that_cannot_load_the_file(gguf: Path) -> None:
    with pytest.raises(ModelUnusable, match="bad tensor"):
        LocalModel(gguf, options=acting(start_fault="error")).start()


def test_a_child_that_ends_while_loading(gguf: Path) -> None:
    with pytest.raises(LlmUnavailable, match="ended with 3 while loading: loading the model"):
        LocalModel(gguf, options=acting(start_fault="exit")).start()


def test_a_child_that_does_not_get_ready(gguf: Path) -> None:
    with pytest.raises(LlmUnavailable, match="not ready after"):
        LocalModel(gguf, options=replace(acting(start_fault="hang"), start_seconds=0.05)).start()


def test_a_program_that_does_not_exist(gguf: Path) -> None:
    with pytest.raises(LlmUnavailable, match="cannot be started"):
        LocalModel(gguf, options=EmbeddedOptions(command=("/nonexistent/server",))).start()


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF\x01\0\0\0", b"<html>not here"])
def test_what_is_no_gguf_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnusable):
        LocalModel(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        LocalModel(tmp_path / "model.gguf")
