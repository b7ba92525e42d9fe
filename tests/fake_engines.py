"""Scripted speech engines for the bench: what they write and what it costs is told, nothing is loaded."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.bench.engines import EngineSetup, Heard
from pipelines.bench.host import Cost
from tingwu.errors import TingwuError

Answer = Heard | TingwuError


@dataclass
class FakeEngines:
    """`answers` maps the stem of a file to what is heard in it; `seconds` is how long each engine takes.

    Remembers in `turns` who heard what, and in `closed` who was ended.
    """

    answers: Mapping[str, Answer]
    seconds: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    turns: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    setups: list[EngineSetup] = field(default_factory=list[EngineSetup])
    closed: list[str] = field(default_factory=list[str])

    @contextmanager
    def open(self, name: str, setup: EngineSetup) -> Iterator["FakeRunner"]:
        self.setups.append(setup)
        yield FakeRunner(name, self)
        self.closed.append(name)


@dataclass
class FakeRunner:
    """One of them."""

    name: str
    engines: FakeEngines
    runs: int = 0

    def run(self, path: Path, language: str) -> tuple[Heard, Cost]:
        self.engines.turns.append((self.name, path.stem, language))
        answer = self.engines.answers[path.stem]
        if isinstance(answer, TingwuError):
            raise answer
        costs = self.engines.seconds.get(self.name, (1.0,))
        seconds = costs[self.runs % len(costs)]
        self.runs += 1
        return answer, Cost(seconds=seconds, cpu_seconds=2 * seconds, peak_bytes=self.runs << 20)
