"""WriteOptions: what may be chosen about result files."""

from dataclasses import dataclass, field

from tingwu.writers.cues import CueOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOptions:
    """Options of all formats; each takes what concerns it."""

    cues: CueOptions = field(default_factory=CueOptions)
    """Lines, words and times of subtitles."""
