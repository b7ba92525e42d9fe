"""The run: all engines over all recordings, in turns, so that what else the machine does hits them alike."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pipelines.bench.data import Reference
from pipelines.bench.engines import OURS, EngineSetup, Heard
from pipelines.bench.host import Cost, OpenEngine, Runner, open_engine
from pipelines.bench.join import Take, join
from pipelines.bench.machine import this_machine
from pipelines.bench.report import VERSION, EngineScore, SpeechBench
from pipelines.bench.score import count
from pipelines.bench.summary import engine_score, judge
from tingwu.audio.limits import MediaLimits
from tingwu.progress import Progress, Step, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchOptions:
    """How often, with whom. `repeat` joins each folder's files so many times over."""

    peers: tuple[str, ...] = ()
    rounds: int = 3
    repeat: int = 1
    with_texts: bool = False
    limits: MediaLimits


def bench_speech(
    references: Sequence[Reference],
    setup: EngineSetup,
    options: BenchOptions,
    *,
    progress: Progress = silent,
    open_engine: OpenEngine = open_engine,
) -> SpeechBench:
    """Score and time our engine, and its peers beside it, on `references`.

    Progress is in seconds of sound; its result names what is worked on. Raises BackendNotInstalled before any work
    where a package is missing, InvalidOption for an unknown peer, MediaError, ModelError, or JobError for an engine
    that died.
    """
    count((), ())
    names = tuple(dict.fromkeys((OURS, *options.peers)))
    with tempfile.TemporaryDirectory(prefix="tingwu-bench-") as folder, ExitStack() as opened:
        takes = [join(one, Path(folder), repeat=options.repeat, limits=options.limits) for one in references]
        runners: dict[str, Runner] = {}
        for number, name in enumerate(names):
            progress(Step.LOAD, number, len(names), name)
            runners[name] = opened.enter_context(open_engine(name, setup))
        scores = _Turns(takes, runners, options, progress).scores()
    return SpeechBench(
        version=VERSION,
        tingwu=version("tingwu"),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=this_machine(),
        model=setup.name,
        device=setup.device,
        compute_type=setup.compute_type,
        threads=setup.threads,
        beam_size=setup.beam_size,
        word_timestamps=setup.word_timestamps,
        peer_words=setup.peer_words,
        rounds=options.rounds,
        repeat=options.repeat,
        engines=scores,
    )


class _Turns:
    """The rounds of one run and what came out of them."""

    def __init__(
        self, takes: Sequence[Take], runners: dict[str, Runner], options: BenchOptions, progress: Progress
    ) -> None:
        self._takes = takes
        self._runners = runners
        self._options = options
        self._progress = progress
        self._warm_up = min(takes, key=lambda take: (not take.reference.is_speech, take.seconds))
        timed = options.rounds * sum(take.seconds for take in takes)
        self._total = len(runners) * (timed + self._warm_up.seconds)
        self._done = 0.0

    def scores(self) -> tuple[EngineScore, ...]:
        for name in self._runners:
            self._turn(name, self._warm_up, "warm-up")
        heard: dict[tuple[str, int], Heard] = {}
        costs: dict[tuple[str, int], list[Cost]] = defaultdict(list)
        for number, take in enumerate(self._takes):
            for round_number in range(1, self._options.rounds + 1):
                for name in self._runners:
                    heard[name, number], cost = self._turn(name, take, f"round {round_number}")
                    costs[name, number].append(cost)
        return tuple(self._score(name, heard, costs) for name in self._runners)

    def _turn(self, name: str, take: Take, what: str) -> tuple[Heard, Cost]:
        self._progress(Step.TRANSCRIBE, self._done, self._total, f"{take.reference.name}, {what}, {name}")
        answer = self._runners[name].run(take.path, take.reference.language)
        self._done += take.seconds
        return answer

    def _score(
        self, name: str, heard: dict[tuple[str, int], Heard], costs: dict[tuple[str, int], list[Cost]]
    ) -> EngineScore:
        results = [
            judge(take, heard[name, number], costs[name, number], with_text=self._options.with_texts)
            for number, take in enumerate(self._takes)
        ]
        peak = max(cost.peak_bytes for number in range(len(self._takes)) for cost in costs[name, number])
        return engine_score(name, results, peak)
