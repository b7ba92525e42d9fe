"""Layouts: the layout of workers and threads of each model on this machine, measured once and remembered in a file."""

import json
import logging
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from tingwu.errors import OutputError
from tingwu.files import write_atomically
from tingwu.speech.layout import Layout

_log = logging.getLogger(__name__)


class Layouts:
    """The file at `path`. What it cannot read it measures again; what it cannot write it measures next time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, model: str, cores: int, measure: Callable[[], Layout]) -> Layout:
        """The layout for `model` on `cores`; `measure` finds it when this machine and version have none yet."""
        key = "; ".join((model, f"{cores} cores", _processor(), f"ctranslate2 {version('ctranslate2')}"))
        known = self._read()
        if key not in known:
            layout = measure()
            _log.info("%s runs best with %d workers of %d threads", model, layout.workers, layout.threads)
            known[key] = (layout.workers, layout.threads)
            try:
                write_atomically(self._path, json.dumps(known, indent=1, ensure_ascii=False))
            except OutputError as error:
                _log.warning("the layout of workers is not remembered: %s", error)
        workers, threads = known[key]
        return Layout(workers=workers, threads=threads)

    def _read(self) -> dict[str, tuple[int, int]]:
        try:
            stored = json.loads(self._path.read_text("utf-8"))
            return {str(key): (int(workers), int(threads)) for key, (workers, threads) in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
