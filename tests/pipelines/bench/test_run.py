"""Engines take turns, a warm-up comes first and counts for nothing, and what they raise ends the run."""

from multiprocessing import Pipe
from pathlib import Path

import pytest

from pipelines.bench.data import Reference
from pipelines.bench.engines import EngineSetup, Heard
from pipelines.bench.host import Remote, open_engine
from pipelines.bench.run import BenchOptions, bench_speech
from tests.fake_engines import FakeEngines
from tests.media import ffmpeg
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.errors import InvalidOption, JobError, ModelError, ModelUnusable, TingwuError
from tingwu.progress import Step
from tingwu.store.codec import from_json, to_json

HELLO = Heard(text="hello", pieces=(), by_word=False)
SETUP = EngineSetup(model=Path("base"), name="base", device="cpu", device_index=(0,), compute_type="int8", threads=1)


@pytest.fixture
def references(tmp_path: Path) -> tuple[Reference, ...]:
    """Two seconds of German, one of English."""
    found: list[Reference] = []
    for language, seconds in (("de", 2), ("en", 1)):
        path = tmp_path / f"{language}.wav"
        ffmpeg("-f", "lavfi", "-i", f"sine=d={seconds}", path)
        found.append(Reference(name=language, language=language, files=(path,), text="hello"))
    return tuple(found)


def options(*peers: str, rounds: int = 1) -> BenchOptions:
    return BenchOptions(peers=peers, rounds=rounds, limits=DEFAULT_LIMITS)


def test_engines_take_turns(references: tuple[Reference, ...]) -> None:
    engines = FakeEngines({"de": HELLO, "en": HELLO}, {"tingwu": (100.0, 1.0, 3.0), "faster-whisper": (50.0, 4.0, 4.0)})
    heard: list[tuple[float, float, object]] = []

    def progress(step: Step, done: float, total: float, result: object = None) -> None:
        if step is Step.TRANSCRIBE:
            heard.append((done, total, result))

    peers = options("faster-whisper", rounds=2)
    found = bench_speech(references, SETUP, peers, open_engine=engines.open, progress=progress)
    both = ["tingwu", "faster-whisper"]
    assert [turn[0] for turn in engines.turns] == both * 5
    assert [turn[1:] for turn in engines.turns[::2]] == [("en", "en"), *[("de", "de")] * 2, *[("en", "en")] * 2]
    assert engines.closed == both[::-1]
    assert [one.name for one in found.engines] == both
    assert found.engines[0].recordings[0].work_seconds == (1.0, 3.0)
    assert found.engines[0].recordings[1].work_seconds == (100.0, 1.0)
    assert found.engines[1].languages[0].speed == 2 / 4
    assert heard[0] == (0, 2 * (1 + 2 * 3), "en, warm-up, tingwu")
    assert heard[-1] == (13, 14, "en, round 2, faster-whisper")


def test_the_result_survives_its_file(references: tuple[Reference, ...]) -> None:
    engines = FakeEngines({"de": HELLO, "en": HELLO})
    found = bench_speech(references, SETUP, options(), open_engine=engines.open)
    assert from_json(type(found), to_json(found)) == found
    assert (found.rounds, found.model, found.machine.cores > 0) == (1, "base", True)


@pytest.mark.parametrize("failure", [ModelUnusable("base", "broken"), JobError("tingwu", "it died")])
def test_an_engine_that_fails_ends_the_run(references: tuple[Reference, ...], failure: TingwuError) -> None:
    engines = FakeEngines({"de": failure, "en": HELLO})
    with pytest.raises(type(failure)):
        bench_speech(references, SETUP, options(), open_engine=engines.open)


def test_errors_cross_the_border_of_the_process(tmp_path: Path) -> None:
    setup = EngineSetup(
        model=tmp_path / "nothing", name="nothing", device="cpu", device_index=(0,), compute_type="int8", threads=1
    )
    with pytest.raises(ModelError), open_engine("tingwu", setup):
        pass
    with pytest.raises(InvalidOption, match="choose one of tingwu, faster-whisper"), open_engine("slower", setup):
        pass


def test_a_process_that_died_is_an_error() -> None:
    ours, theirs = Pipe()
    theirs.close()
    with pytest.raises(JobError, match="the engine's process died"):
        Remote("tingwu", ours).run(Path("a.wav"), "en")
