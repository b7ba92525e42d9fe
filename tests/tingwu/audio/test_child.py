"""The sandbox holds: limits, stalls, and death with the parent."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tingwu.audio.child import SandboxedProcess
from tingwu.audio.limits import MediaLimits
from tingwu.errors import DecodeFailed

PYTHON = (sys.executable, "-I", "-S", "-c")


class Clock:
    """Stands still, or runs a given number of seconds with every look at it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.step = 0.0

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def start(
    code: str,
    limits: MediaLimits | None = None,
    *,
    stderr_bytes: int = 10_000,
    stdin: int = subprocess.DEVNULL,
    clock: Callable[[], float] = time.monotonic,
) -> SandboxedProcess:
    return SandboxedProcess(
        [*PYTHON, code],
        stdin=stdin,
        name="x.wav",
        limits=limits or MediaLimits(),
        stderr_bytes=stderr_bytes,
        clock=clock,
    )


def read_all(child: SandboxedProcess) -> bytes:
    data = b""
    while piece := child.read(1 << 16):
        data += piece
    return data


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for_death(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(pid)


def test_output_status_and_messages_come_back() -> None:
    with start("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)") as child:
        assert read_all(child) == b"out\n"
        assert child.finish() == 3
        assert child.stderr == "err\n"


def test_stderr_is_drained_but_only_its_beginning_is_kept() -> None:
    with start("import sys; sys.stderr.write('e' * 1000000); print('done')", stderr_bytes=100) as child:
        assert read_all(child) == b"done\n"
        assert child.finish() == 0
        assert child.stderr == "e" * 100


def test_the_child_sees_no_environment_and_leads_its_own_session() -> None:
    with start("import os; print(dict(os.environ), os.getsid(0) == os.getpid(), os.getcwd())") as child:
        assert read_all(child) == b"{'LC_ALL': 'C'} True /\n"


def test_the_child_cannot_write_files(tmp_path: Path) -> None:
    path = tmp_path / "out"
    with start(f"f = open({str(path)!r}, 'wb', buffering=0); f.write(b'x')") as child:
        assert read_all(child) == b""
        assert child.finish() != 0
    assert path.stat().st_size == 0


def test_the_child_cannot_take_more_memory_than_allowed() -> None:
    with start("bytearray(1 << 30)", MediaLimits(memory_bytes=512 << 20)) as child:
        read_all(child)
        assert child.finish() == 1
        assert "MemoryError" in child.stderr


def test_the_child_cannot_burn_cpu_for_ever() -> None:
    with start("while True: pass", MediaLimits(cpu_seconds=1)) as child:
        assert read_all(child) == b""
        assert child.finish() in (-signal.SIGXCPU, -signal.SIGKILL)


def test_a_child_that_stalls_is_killed() -> None:
    clock = Clock()
    code = "import time; print('x', flush=True); time.sleep(60)"
    with start(code, MediaLimits(stall_seconds=0.1), clock=clock) as child:
        assert child.read(10) == b"x\n"
        clock.step = 1.0
        with pytest.raises(DecodeFailed, match=r"no progress for 0\.1 s"):
            child.read(10)
        assert wait_for_death(child.pid)


def test_a_child_that_closes_its_pipes_and_stays_is_killed() -> None:
    clock = Clock()
    code = "import os, time; os.close(1); os.close(2); time.sleep(60)"
    with start(code, MediaLimits(stall_seconds=0.1), clock=clock) as child:
        assert child.read(10) == b""
        clock.step = 1.0
        with pytest.raises(DecodeFailed):
            child.finish()
        assert wait_for_death(child.pid)


def test_a_slow_reader_is_not_a_stall() -> None:
    clock = Clock()
    with start("import os; os.write(1, bytes(1 << 20))", clock=clock) as child:
        length = 0
        while piece := child.read(1 << 16):
            length += len(piece)
            clock.now += 3600
        assert length == 1 << 20


def test_reading_counts_as_progress(tmp_path: Path) -> None:
    path, clock = tmp_path / "input", Clock()
    path.write_bytes(bytes(50))
    code = "import os, time\nprint('go', flush=True)\nwhile os.read(0, 1): time.sleep(0.01)\nprint('end')"
    with (
        path.open("rb") as file,
        start(code, MediaLimits(stall_seconds=0.2), stdin=file.fileno(), clock=clock) as child,
    ):
        assert child.read(3) == b"go\n"
        clock.step = 0.09  # three looks without progress would be a stall
        assert child.read(10) == b"end\n"


def test_what_the_child_started_dies_with_it() -> None:
    code = (
        "import subprocess, sys\n"
        "grandchild = subprocess.Popen([sys.executable, '-I', '-S', '-c', 'import time; time.sleep(60)'])\n"
        "print(grandchild.pid, flush=True)\ngrandchild.wait()"
    )
    with start(code) as child:
        grandchild = int(child.read(100))
        assert is_alive(grandchild)
    assert wait_for_death(grandchild)


def test_the_thread_that_starts_a_child_may_end() -> None:
    started: list[SandboxedProcess] = []
    code = "import time; print('a', flush=True); time.sleep(0.1); print('b')"
    thread = threading.Thread(target=lambda: started.append(start(code)))
    thread.start()
    thread.join()
    with started[0] as child:
        assert read_all(child) == b"a\nb\n"
        assert child.finish() == 0


def test_the_child_dies_when_its_parent_is_killed() -> None:
    parent_code = (
        "import os, sys\n"
        "from tingwu.audio.child import SandboxedProcess\n"
        "from tingwu.audio.limits import MediaLimits\n"
        "code = 'import time; print(1, flush=True); time.sleep(60)'\n"
        "child = SandboxedProcess([sys.executable, '-I', '-S', '-c', code], stdin=0, name='x', "
        "limits=MediaLimits(), stderr_bytes=10)\n"
        "child.read(10)\n"
        "print(child.pid, flush=True)\n"
        "child.read(10)\n"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", parent_code], cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_alive(pid)
        parent.kill()
        assert wait_for_death(pid)


def test_a_command_that_cannot_be_run_says_so() -> None:
    with (
        open(os.devnull, "rb") as null,
        SandboxedProcess(
            ["/nonexistent/ffmpeg"], stdin=null.fileno(), name="x", limits=MediaLimits(), stderr_bytes=10_000
        ) as child,
    ):
        assert read_all(child) == b""
        assert child.finish() == 1
        assert "No such file" in child.stderr


def test_closing_twice_is_fine() -> None:
    child = start("print(1)")
    child.close()
    child.close()
