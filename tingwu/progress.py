"""How long work reports on itself, and the only way in which it is stopped.

Every long function takes `progress: Progress = silent` and calls
`progress(step, done, total, result)` as it advances. To stop it, raise `Cancelled` from that call.
This module does not know who listens; the adapters (terminal bar, page, JSON lines) live in `ui/`.
"""

from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """The stages of work that a user can see, in their order."""

    PULL = "pull"
    """Fetching model files; units are bytes."""
    PROBE = "probe"
    """Looking at the media file; units are files."""
    DECODE = "decode"
    """Media to PCM and speech regions; units are seconds of media."""
    LOAD = "load"
    """Loading a model; units are models."""
    TRANSCRIBE = "transcribe"
    """Speech to words; units are seconds of media."""
    SPEAKERS = "speakers"
    """Who speaks when; units are seconds of media."""
    UNDERSTAND = "understand"
    """Transcript to notes; units are language-model calls."""
    WRITE = "write"
    """Writing result files; units are files."""


class Progress(Protocol):
    """`done` of `total` units of `step` are finished; `result` is what the last unit gave, if anything."""

    def __call__(self, step: Step, done: float, total: float, result: object = None) -> None: ...


def silent(step: Step, done: float, total: float, result: object = None) -> None:
    """The progress callback of those who do not want to hear."""
