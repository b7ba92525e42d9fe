"""Hardware: what this machine has that decides which models fit it.

Limits of a container count, where there is one. Only NVIDIA cards are looked for, since the engines use no others.
"""

import logging
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger(__name__)

_CGROUP = Path("/sys/fs/cgroup")
_GPU_QUERY = ("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader,nounits")
_GPU_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gpu:
    """One graphics card."""

    name: str
    memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """Cores that this process may use, memory in bytes, and graphics cards."""

    cores: int
    ram_bytes: int
    gpus: tuple[Gpu, ...] = ()


def detect(cgroup: Path = _CGROUP, gpu_query: tuple[str, ...] = _GPU_QUERY) -> Hardware:
    """What this machine has. `cgroup` is the folder of the container's limits, `gpu_query` lists the cards."""
    ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Hardware(
        cores=min(cores, _core_limit(cgroup) or cores),
        ram_bytes=min(ram, _number(_first_line(cgroup / "memory.max")) or ram),
        gpus=parse_gpus(_ask_gpus(gpu_query)),
    )


def parse_gpus(text: str) -> tuple[Gpu, ...]:
    """Cards from lines of `name, MiB`; lines of another form (a driver's complaint) are left out."""
    gpus: list[Gpu] = []
    for line in text.splitlines():
        name, _, memory = line.rpartition(",")
        if mib := _number(memory.strip()):
            gpus.append(Gpu(name=name.strip(), memory_bytes=mib << 20))
    return tuple(gpus)


def _ask_gpus(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GPU_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        _log.debug("no graphics card found: %s", error)
        return ""
    return done.stdout if done.returncode == 0 else ""


def _core_limit(cgroup: Path) -> int | None:
    """Whole cores that a container's quota is worth, at least 1; None without a quota."""
    quota, _, period = _first_line(cgroup / "cpu.max").partition(" ")
    if (time := _number(quota)) and (every := _number(period)):
        return max(1, time // every)
    return None


def _first_line(path: Path) -> str:
    try:
        return path.read_text().split("\n", 1)[0]
    except OSError:
        return ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
