"""The check of limits fails for each that is broken, and for runs that prove nothing."""

import tomllib
from dataclasses import replace

import pytest

from tests.benchmarks.check_speech import LIMITS, Limits, broken
from tests.builders_bench import make_bench, make_engine

WANTED: Limits = {"faster-whisper": {"speed": 2.0, "error": 1.0}, "tingwu": {"unreported": 0.0}}
ERRORS = (0.03, 0.09)
SLOW = "1.90 times the speed of faster-whisper, at least 2 is wanted"
WRONG = "an error of 6.50% against 6.00% of faster-whisper, at most 1 times as much is wanted"
LOST = "tingwu lost 2.0 s of speech without reporting it (2.00% of the turns, at most 0.00%)"


def test_limits_that_are_just_kept() -> None:
    assert broken(make_bench(), WANTED) == []


@pytest.mark.parametrize(
    ("speed", "errors", "unreported", "says"),
    [
        (19.0, ERRORS, 0.0, [SLOW]),
        (20.0, (0.04, 0.09), 0.0, [WRONG]),
        (20.0, ERRORS, 2.0, [LOST]),
        (19.0, (0.04, 0.09), 2.0, [SLOW, WRONG, LOST]),
        (20.0, ERRORS, None, []),
    ],
)
def test_each_broken_limit_is_named(
    speed: float, errors: tuple[float, float], unreported: float | None, says: list[str]
) -> None:
    ours = make_engine("tingwu", speed=speed, errors=errors, unreported=unreported)
    assert broken(make_bench(ours, make_engine("faster-whisper", speed=10.0)), WANTED) == says


def test_runs_that_prove_nothing() -> None:
    alone = make_bench(make_engine("tingwu"))
    assert broken(alone, WANTED) == ["the run has no peer: give tingwu bench speech at least one --peer"]
    quiet = make_bench(*(replace(one, error=None) for one in make_bench().engines))
    assert broken(quiet, WANTED) == ["no errors to compare with faster-whisper: the run has no speech"]
    assert broken(make_bench(), {}) == ["there are no limits against faster-whisper"]


def test_the_committed_limits_are_ratios_for_every_peer() -> None:
    limits = tomllib.loads(LIMITS.read_text("utf-8"))
    assert set(limits) == {"tingwu", "faster-whisper", "faster-whisper-batched"}
    assert all(0 < value < 10 for name, one in limits.items() if name != "tingwu" for value in one.values())
