"""SpeechBench: the result of a run, and the shape of `bench-speech.json`.

Names and units of these fields are stable; new ones may be added, and `version` grows when one changes its meaning.
Rates are shares of 1, times are seconds unless the name says otherwise, None stands for what cannot be known here.
"""

from dataclasses import dataclass

from pipelines.bench.score import Edits, Unit

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where it ran."""

    processor: str
    cores: int
    """Cores that the run was allowed to use."""
    system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingResult:
    """One engine on one recording. `language` is empty where there is no speech."""

    name: str
    language: str
    seconds: float
    """Length of the recording."""
    work_seconds: tuple[float, ...]
    """Wall-clock time of each round, media decoding included."""
    cpu_seconds: float
    """Median of the rounds, the engine's process and its finished children together."""
    edits: Edits
    """In the language's unit; without speech, every word is an insertion."""
    mixed: Edits | None
    """Per Han character, number and other word: Chinese only."""
    speech_seconds: float | None
    """What the engine itself took for speech; this and the next three only of engines that report on coverage."""
    covered_seconds: float | None
    missed_seconds: float | None
    """Speech without words that the engine reports."""
    suspect_seconds: float | None
    """Ranges whose words the engine itself doubts."""
    turn_seconds: float | None
    """Length of the turns of a made recording; this and the next two only of those."""
    unwritten_seconds: float | None
    """Time of turns with no word within a second, or no segment unless `by_word`."""
    unreported_seconds: float | None
    """The part of it that the engine did not report either."""
    by_word: bool
    """The engine gave the time of each word. Segments may span silence, so that they hide speech without words."""
    start_errors: tuple[float, ...]
    """Distance of each matched word's start from the true one, in order of the words; empty where unknown."""
    timed_words: int
    """Words of the reference whose start is known."""
    text: str | None
    """What was written, if it was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageScore:
    """One engine in one language, all of its recordings together."""

    language: str
    unit: Unit
    error: float
    """WER, or CER where `unit` is `character`."""
    edits: Edits
    mixed: Edits | None
    seconds: float
    speed: float
    """Seconds of sound per second of work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineScore:
    """One engine in all. Speed and CPU are of recordings with speech, if there are any."""

    name: str
    error: float | None
    """Mean of the languages' errors; None without speech."""
    speed: float
    """Seconds of sound per second of work: of each recording the median round, media decoding included."""
    real_time_factor: float
    cpu_ms_per_second: float
    """CPU milliseconds per second of sound: stays fair when the machine has other work."""
    peak_mib: float
    """Highest resident memory of the engine's process."""
    coverage: float | None
    """Share of the speech that the engine heard which has words."""
    missed_seconds: float | None
    suspect_seconds: float | None
    turn_seconds: float | None
    unwritten_seconds: float | None
    unreported_seconds: float | None
    """Speech lost in silence: the figure that must be 0."""
    non_speech_seconds: float
    words_per_hour_of_non_speech: float | None
    word_start_median_ms: float | None
    word_start_p90_ms: float | None
    matched_words: int
    timed_words: int
    languages: tuple[LanguageScore, ...]
    recordings: tuple[RecordingResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechBench:
    """The whole file. The first engine is our own, the others its peers."""

    version: int
    tingwu: str
    """Version of the program."""
    created: str
    """ISO 8601, UTC."""
    machine: Machine
    model: str
    device: str
    compute_type: str
    threads: int
    beam_size: int
    word_timestamps: bool
    """Of our own engine; peers find word times only if `peer_words`."""
    peer_words: bool
    rounds: int
    repeat: int
    engines: tuple[EngineScore, ...]
