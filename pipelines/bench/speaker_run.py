"""The run over speakers: all engines over all recordings, in turns, so that what else goes on hits them alike."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from pipelines.bench.diarizers import Attribution, DiarizerRunner, DiarizerSetup, OpenDiarizer, open_diarizer
from pipelines.bench.engines import OURS
from pipelines.bench.host import Cost
from pipelines.bench.join import length_of
from pipelines.bench.machine import this_machine
from pipelines.bench.speaker_data import SpokenRecording
from pipelines.bench.speaker_report import VERSION, DiarizerScore, SpeakerBench
from pipelines.bench.speaker_score import need_measures
from pipelines.bench.speaker_summary import diarizer_score, judge_speakers
from tingwu.audio.limits import MediaLimits
from tingwu.progress import Progress, Step, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerBenchOptions:
    """How often, with whom. `known_count` tells the engines how many speakers there are."""

    peers: tuple[str, ...] = ()
    rounds: int = 1
    known_count: bool = False
    limits: MediaLimits


def bench_speakers(
    recordings: Sequence[SpokenRecording],
    setup: DiarizerSetup,
    options: SpeakerBenchOptions,
    *,
    progress: Progress = silent,
    open_diarizer: OpenDiarizer = open_diarizer,
) -> SpeakerBench:
    """Score and time our diarizer, and its peers beside it, on `recordings`.

    Progress is in seconds of sound; its result names what is worked on. Raises BackendNotInstalled before any work
    where a package is missing, InvalidOption for an unknown peer, MediaError, ModelError, or JobError for an engine
    that died.
    """
    need_measures()
    names = tuple(dict.fromkeys((OURS, *options.peers)))
    with ExitStack() as opened:
        takes = [(one, length_of(one.path, options.limits)) for one in recordings]
        runners: dict[str, DiarizerRunner] = {}
        for number, name in enumerate(names):
            progress(Step.LOAD, number, len(names), name)
            runners[name] = opened.enter_context(open_diarizer(name, setup))
        scores = _Turns(takes, runners, options, progress).scores()
    return SpeakerBench(
        version=VERSION,
        tingwu=version("tingwu"),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=this_machine(),
        device=setup.device,
        threads=setup.threads,
        rounds=options.rounds,
        known_count=options.known_count,
        engines=scores,
    )


class _Turns:
    """The rounds of one run and what came out of them."""

    def __init__(
        self,
        takes: Sequence[tuple[SpokenRecording, float]],
        runners: dict[str, DiarizerRunner],
        options: SpeakerBenchOptions,
        progress: Progress,
    ) -> None:
        self._takes = takes
        self._runners = runners
        self._options = options
        self._progress = progress
        self._warm_up = min(takes, key=lambda take: take[1])
        self._total = len(runners) * (options.rounds * sum(seconds for _, seconds in takes) + self._warm_up[1])
        self._done = 0.0

    def scores(self) -> tuple[DiarizerScore, ...]:
        """A warm-up that counts for nothing, then every recording by every engine."""
        for name in self._runners:
            self._turn(name, self._warm_up, "warm-up")
        found: dict[tuple[str, int], Attribution] = {}
        costs: dict[tuple[str, int], list[Cost]] = defaultdict(list)
        for number, take in enumerate(self._takes):
            for round_number in range(1, self._options.rounds + 1):
                for name in self._runners:
                    found[name, number], cost = self._turn(name, take, f"round {round_number}")
                    costs[name, number].append(cost)
        return tuple(self._score(name, found, costs) for name in self._runners)

    def _turn(self, name: str, take: tuple[SpokenRecording, float], what: str) -> tuple[Attribution, Cost]:
        recording, seconds = take
        self._progress(Step.TRANSCRIBE, self._done, self._total, f"{recording.group}, {recording.name}, {what}, {name}")
        answer = self._runners[name].run(recording.path, recording.speakers if self._options.known_count else None)
        self._done += seconds
        return answer

    def _score(
        self, name: str, found: dict[tuple[str, int], Attribution], costs: dict[tuple[str, int], list[Cost]]
    ) -> DiarizerScore:
        numbers = range(len(self._takes))
        results = [judge_speakers(*self._takes[number], found[name, number], costs[name, number]) for number in numbers]
        return diarizer_score(name, results, max(cost.peak_bytes for number in numbers for cost in costs[name, number]))
