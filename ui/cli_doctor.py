"""`tingwu doctor`: is everything here that the work needs? Each finding says what to do about it."""

import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from pipelines.backends import NO_MODEL, Backends, is_url
from pipelines.settings import Settings
from tingwu.audio.ffmpeg import find_ffmpeg
from tingwu.errors import TingwuError
from tingwu.files import write_atomically
from tingwu.models.hardware import Hardware
from tingwu.models.store import ModelState
from ui.cli_doctor_gpu import Cuda, gpu_findings
from ui.cli_finding import Finding
from ui.failures import exit_code, message

_PACKAGES = ("tingwu", "ctranslate2", "onnxruntime", "torch", "xllamacpp", "gradio", "fastapi", "dbos")
_MIN_FREE_GB = 5.0
_MIN_RAM_GB = 4.0


def doctor(settings: Settings, *, engines: bool = True, backends: Backends | None = None) -> int:
    """Print all findings on stdout; returns 0 when all is well, else the exit code of the first trouble.

    With `engines`, models that are here are loaded to see that they can be.
    """
    backends = backends or Backends(settings.model_copy(update={"auto_pull": False}))
    code = 0
    try:
        for finding in examine(settings, backends, engines=engines):
            typer.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.what}: {finding.says}")
            if not finding.ok:
                typer.echo(f"     -> {finding.mend}")
                code = code or finding.code
    finally:
        backends.close()
    return code


def examine(settings: Settings, backends: Backends, *, engines: bool, cuda: Cuda | None = None) -> Iterator[Finding]:
    """All findings, as they are made. `cuda` is asked what the engine gets of the GPUs."""
    yield Finding(ok=sys.version_info >= (3, 11), what="Python", says=sys.version.split()[0], mend="install 3.11")
    yield from map(_package, _PACKAGES)
    yield _ffmpeg()
    yield from _machine(backends.hardware)
    yield from gpu_findings(backends.hardware, cuda or Cuda())
    for folder in dict.fromkeys((settings.data_dir, settings.models_dir)):
        yield _writable(folder)
        yield _space(folder)
    yield from _model("speech model", lambda: backends.choose_asr().name, backends.transcriber, backends, engines)
    yield from _model("language model", lambda: backends.choose_llm().name, _load_llm(backends), backends, engines)


def _package(name: str) -> Finding:
    try:
        return Finding(ok=True, what=name, says=version(name))
    except PackageNotFoundError:
        return Finding(ok=False, what=name, says="not installed", mend="pip install tingwu", code=9)


def _ffmpeg() -> Finding:
    try:
        found = find_ffmpeg()
    except TingwuError as error:
        mend = "install ffmpeg 8.1.2 or newer, or pip install imageio-ffmpeg"
        return Finding(ok=False, what="ffmpeg", says=message(error), mend=mend, code=exit_code(error))
    return Finding(ok=True, what="ffmpeg", says=f"{'.'.join(map(str, found.version))} at {found.path}")


def _machine(hardware: Hardware) -> Iterator[Finding]:
    ram = hardware.ram_bytes / 1e9
    yield Finding(ok=True, what="cores", says=str(hardware.cores))
    yield Finding(
        ok=ram >= _MIN_RAM_GB,
        what="memory",
        says=f"{ram:.1f} GB",
        mend=f"{_MIN_RAM_GB:.0f} GB are needed; name smaller models with --model and --llm",
    )
    names = ", ".join(f"{gpu.name} ({gpu.memory_bytes / 1e9:.0f} GB)" for gpu in hardware.gpus)
    yield Finding(ok=True, what="GPU", says=names or "none, everything runs on the CPU")


def _writable(folder: Path) -> Finding:
    probe = folder / ".doctor"
    try:
        write_atomically(probe, "")
        probe.unlink(missing_ok=True)
    except (TingwuError, OSError) as error:
        mend = "change its owner, or choose another folder with TINGWU_DATA_DIR"
        return Finding(ok=False, what="folder", says=f"{folder} cannot be written: {error}", mend=mend, code=6)
    return Finding(ok=True, what="folder", says=f"{folder} can be written")


def _space(folder: Path) -> Finding:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free / 1e9
    return Finding(
        ok=free >= _MIN_FREE_GB,
        what="free space",
        says=f"{free:.1f} GB at {there}",
        mend=f"make room: {_MIN_FREE_GB:.0f} GB are wanted, an hour of sound takes 0.12 GB while it is worked on",
        code=6,
    )


def _model(
    what: str, choose: Callable[[], str], load: Callable[[str], object], backends: Backends, engines: bool
) -> Iterator[Finding]:
    try:
        name = choose()
        if name == NO_MODEL or is_url(name):
            yield Finding(ok=True, what=what, says="none wanted, notes are quotes" if name == NO_MODEL else name)
            return
        state = backends.store.state(name)
        here = state is ModelState.PRESENT
        yield Finding(ok=here, what=what, says=f"{name} is {state}", mend=f"tingwu models pull {name}", code=4)
        if here and engines:
            load(name)
            yield Finding(ok=True, what=what, says=f"{name} loads")
    except TingwuError as error:
        yield Finding(
            ok=False, what=what, says=message(error), mend=f"tingwu models pull {what}", code=exit_code(error)
        )


def _load_llm(backends: Backends) -> Callable[[str], object]:
    """Counting tokens starts the engine, and costs nothing else."""
    return lambda name: backends.language_model(name).count_tokens("ready")
