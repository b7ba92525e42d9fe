"""Ties a process to its parent's life, caps it, and becomes the command: run as a script, never imported.

    python -I -S launch.py PARENT_PID CPU_SECONDS MEMORY_BYTES EXECUTABLE ARGUMENT...

A fresh interpreter does this instead of a `preexec_fn`, because code between fork and exec can deadlock in a process
with threads. It costs some 20 ms. The command may not write files at all (RLIMIT_FSIZE is 0; pipes are not files) and
sees no environment, so no secret of the parent.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1
MAX_OPEN_FILES = 64


def main(arguments: list[str]) -> None:
    """Replace this process by the command. Raises OSError where a limit cannot be set or the command not be run."""
    parent, cpu_seconds, memory_bytes = (int(argument) for argument in arguments[:3])
    command = arguments[3:]
    _die_with(parent)
    for limit, value in (
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
    ):
        _lower(limit, value)
    os.execve(command[0], command, {"LC_ALL": "C"})


def _die_with(parent: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    # The parent may have died before the call above; then nobody would ever send the signal.
    if os.getppid() != parent:
        sys.exit(1)


def _lower(limit: int, value: int) -> None:
    hard = resource.getrlimit(limit)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main(sys.argv[1:])
