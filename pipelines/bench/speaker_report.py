"""SpeakerBench: the result of a run over speakers, and the shape of `bench-speakers.json`.

Names and units of these fields are stable; new ones may be added, and `version` grows when one changes its meaning.
Rates are shares of 1, times are seconds unless the name says otherwise, None stands for what cannot be known here.
"""

from dataclasses import dataclass

from pipelines.bench.report import Machine
from pipelines.bench.speaker_score import JaccardErrors, SpeakerErrors, WordErrors

VERSION = 1
ALL = "all"
"""The name of the group that all recordings are in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerResult:
    """One engine on one recording."""

    name: str
    group: str
    seconds: float
    """Length of the recording."""
    work_seconds: tuple[float, ...]
    """Wall-clock time of each round, media decoding included."""
    cpu_seconds: float
    """Median of the rounds, the engine's process and its finished children together."""
    speakers: int
    found: int
    """How many speakers the engine found."""
    count_confidence: float | None
    """How sure the engine is of that."""
    der: float
    errors: SpeakerErrors
    """Without a collar."""
    der_collar: float
    errors_collar: SpeakerErrors
    """With 0.25 s to both sides of each edge left out."""
    jer: float
    jaccard: JaccardErrors
    words: WordErrors | None
    """cpWER, where the texts of both sides are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerGroup:
    """One engine on the recordings of one group: errors are added up before they are divided."""

    name: str
    recordings: int
    seconds: float
    der: float
    errors: SpeakerErrors
    der_collar: float
    errors_collar: SpeakerErrors
    jer: float
    count_right: float
    """Share of the recordings whose number of speakers was found."""
    count_error: float
    """Speakers found less those there are, in the mean: below 0 is too few."""
    count_distance: float
    """The same without signs."""
    real_time_factor: float
    cpwer: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarizerScore:
    """One engine: in all, by groups, and by recordings."""

    name: str
    speed: float
    """Seconds of sound per second of work: of each recording the median round, media decoding included."""
    cpu_ms_per_second: float
    """CPU milliseconds per second of sound: stays fair when the machine has other work."""
    peak_mib: float
    """Highest resident memory of the engine's process."""
    all: SpeakerGroup
    groups: tuple[SpeakerGroup, ...]
    recordings: tuple[SpeakerResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerBench:
    """The whole file. The first engine is our own, the others its peers."""

    version: int
    tingwu: str
    """Version of the program."""
    created: str
    """ISO 8601, UTC."""
    machine: Machine
    device: str
    threads: int
    rounds: int
    known_count: bool
    """The engines were told how many speakers there are, those that can be told."""
    engines: tuple[DiarizerScore, ...]
