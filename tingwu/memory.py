"""Memory: keeps the C library from holding on to what was freed.

glibc gives every thread an arena of its own, and what one thread frees stays in its arena. Recognition in several
threads then takes half as much memory again as it needs, and more time to touch it.
"""

import ctypes

_M_ARENA_MAX = -8


def keep_small() -> None:
    """Let all threads share one arena from now on. Does nothing where the C library is not glibc."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Return freed memory to the system, as after loading a model. Does nothing where the C library is not glibc."""
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
