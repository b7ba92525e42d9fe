"""Fails when `bench-speech.json` of a run with peers breaks a limit: `python tests/benchmarks/check_speech.py FILE`.

The limits, in `limits.toml`, are ratios to the peers of the same run: a slow or a busy machine slows down both.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.bench.report import EngineScore, SpeechBench
from tingwu.store.codec import from_json

LIMITS = Path(__file__).with_name("limits.toml")
Limits = Mapping[str, Mapping[str, float]]


def broken(bench: SpeechBench, limits: Limits) -> list[str]:
    """A sentence for each limit that the run breaks, or that it cannot show to be kept."""
    ours, *peers = bench.engines
    if not peers:
        return ["the run has no peer: give tingwu bench speech at least one --peer"]
    found = [line for peer in peers for line in _against(ours, peer, limits.get(peer.name, {}))]
    unreported = limits.get(ours.name, {}).get("unreported")
    if unreported is not None and ours.turn_seconds:
        share = (ours.unreported_seconds or 0.0) / ours.turn_seconds
        if share > unreported:
            found.append(
                f"{ours.name} lost {ours.unreported_seconds:.1f} s of speech without reporting it "
                f"({share:.2%} of the turns, at most {unreported:.2%})"
            )
    return found


def _against(ours: EngineScore, peer: EngineScore, limits: Mapping[str, float]) -> Iterator[str]:
    if not limits:
        yield f"there are no limits against {peer.name}"
    faster = ours.speed / peer.speed
    if faster < limits.get("speed", 0.0):
        yield f"{faster:.2f} times the speed of {peer.name}, at least {limits['speed']:g} is wanted"
    if ours.error is None or peer.error is None:
        yield f"no errors to compare with {peer.name}: the run has no speech"
    elif ours.error > limits.get("error", float("inf")) * peer.error:
        yield (
            f"an error of {ours.error:.2%} against {peer.error:.2%} of {peer.name}, "
            f"at most {limits['error']:g} times as much is wanted"
        )


def main() -> None:
    """Print what is broken; the exit code is 1 when something is."""
    parser = argparse.ArgumentParser(description="Are the limits on speed and errors against peers kept?")
    parser.add_argument("file", type=Path, help="bench-speech.json")
    path: Path = parser.parse_args().file
    bench = from_json(SpeechBench, path.read_bytes(), source=str(path))
    lines = broken(bench, tomllib.loads(LIMITS.read_text("utf-8")))
    sys.stdout.write("\n".join(lines or ["all limits are kept"]) + "\n")
    raise SystemExit(bool(lines))


if __name__ == "__main__":
    main()
