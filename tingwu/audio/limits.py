"""MediaLimits: how much one media file may cost before it is given up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """Bounds on one file and on the ffmpeg process that reads it. A 9 MB FLAC can hold 24 h of sound."""

    max_seconds: float = 24 * 3600.0
    """Longest recording, declared or decoded, in seconds."""
    stall_seconds: float = 30.0
    """Seconds in which ffmpeg must read or write something, or it is killed."""
    cpu_seconds: int = 3600
    """RLIMIT_CPU of ffmpeg; it decodes an hour of sound in some 10 s."""
    memory_bytes: int = 2 << 30
    """RLIMIT_AS of ffmpeg, bytes of address space."""


DEFAULT_LIMITS = MediaLimits()
