"""Machine: where a bench ran."""

import os
import platform
from pathlib import Path

from pipelines.bench.report import Machine


def this_machine() -> Machine:
    """The machine that runs this."""
    return Machine(
        processor=_processor(), cores=len(os.sched_getaffinity(0)), system=f"{platform.system()} {platform.machine()}"
    )


def _processor() -> str:
    """The processor's own name where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor()
