"""Runs pip so that it dies with its parent and keeps its temporary files in one folder.

A program, started as `python pip_child.py PARENT_PID FOLDER ARGUMENTS...`; tingwu itself never imports it.
"""

import ctypes
import os
import runpy
import signal
import sys
import tempfile

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Tie this process to its parent, then become pip."""
    parent, folder = int(sys.argv[1]), sys.argv[2]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)  # it died before it could be watched
    tempfile.tempdir = folder
    sys.argv = ["pip", *sys.argv[3:]]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
