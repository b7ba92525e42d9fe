"""Scripted diarizers for the bench: what they find and what it costs is told, nothing is loaded."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.bench.diarizers import Attribution, DiarizerSetup
from pipelines.bench.host import Cost
from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import TingwuError, UnreadableMedia

Found = Attribution | TingwuError


def turns(*spans: tuple[str, float, float]) -> tuple[SpeakerTurn, ...]:
    """Turns of (speaker, start, end)."""
    return tuple(SpeakerTurn(speaker=speaker, start=start, end=end) for speaker, start, end in spans)


def found(*spans: tuple[str, float, float]) -> Attribution:
    """What an engine gives that finds these."""
    return Attribution(turns=turns(*spans))


def load_scripted(setup: DiarizerSetup) -> Callable[[Path, int | None], Attribution]:
    """An engine for a process of its own: one speaker for as many seconds as it may use threads; fails when told 0."""

    def diarize(path: Path, speakers: int | None) -> Attribution:
        if speakers == 0:
            raise UnreadableMedia(path.name)
        return found((path.stem, 0, setup.threads))

    return diarize


@dataclass
class FakeDiarizers:
    """`answers` maps an engine, then the stem of a file, to what is found; `seconds` is how long each takes.

    An engine without answers of its own finds what the one named "" does, and nobody in unknown files. Remembers in
    `asked` who heard what and was told what, and in `closed` who was ended.
    """

    answers: Mapping[str, Mapping[str, Found]]
    seconds: Mapping[str, tuple[float, ...]] = field(default_factory=dict[str, tuple[float, ...]])
    asked: list[tuple[str, str, int | None]] = field(default_factory=list[tuple[str, str, int | None]])
    setups: list[DiarizerSetup] = field(default_factory=list[DiarizerSetup])
    closed: list[str] = field(default_factory=list[str])

    @contextmanager
    def open(self, name: str, setup: DiarizerSetup) -> Iterator["FakeDiarizer"]:
        self.setups.append(setup)
        yield FakeDiarizer(name, self)
        self.closed.append(name)


@dataclass
class FakeDiarizer:
    """One of them."""

    name: str
    engines: FakeDiarizers
    runs: int = 0

    def run(self, path: Path, speakers: int | None) -> tuple[Attribution, Cost]:
        self.engines.asked.append((self.name, path.stem, speakers))
        answers = self.engines.answers.get(self.name, self.engines.answers.get("", {}))
        answer = answers.get(path.stem, Attribution(turns=()))
        if isinstance(answer, TingwuError):
            raise answer
        costs = self.engines.seconds.get(self.name, (1.0,))
        seconds = costs[self.runs % len(costs)]
        self.runs += 1
        return answer, Cost(seconds=seconds, cpu_seconds=2 * seconds, peak_bytes=self.runs << 20)
