"""Where models are, and whether their bytes are the right ones."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tingwu.models.makers import CONFIG, WEIGHTS, Bench
from tingwu.errors import Cancelled, ModelCorrupt, ModelMissing, UnknownModel
from tingwu.models.stamps import STAMPS_FILE, read_stamp, sha256_of
from tingwu.models.store import ModelState
from tingwu.progress import Step


def fill(bench: Bench) -> Path:
    folder = bench.store.folder("tiny")
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(WEIGHTS)
    (folder / "config.json").write_bytes(CONFIG)
    return folder


def test_absent_partial_present(bench: Bench) -> None:
    assert bench.store.state("tiny") is ModelState.ABSENT
    folder = fill(bench)
    (folder / "config.json").unlink()
    assert bench.store.state("tiny") is ModelState.PARTIAL
    (folder / "config.json").write_bytes(CONFIG)
    assert bench.store.state("tiny") is ModelState.PRESENT


def test_unfinished_parts_are_partial(bench: Bench) -> None:
    folder = bench.store.partial_folder("tiny")
    folder.mkdir(parents=True)
    (folder / "model.bin.part1").write_bytes(b"12345")
    assert bench.store.state("tiny") is ModelState.PARTIAL
    assert bench.store.size("tiny") == 5


def test_a_flipped_bit_is_refused(bench: Bench, flip: Callable[[Path], None]) -> None:
    folder = fill(bench)
    bench.store.require("tiny")
    flip(folder / "model.bin")
    assert bench.store.state("tiny") is ModelState.CORRUPT
    with pytest.raises(ModelCorrupt) as raised:
        bench.store.require("tiny")
    assert (raised.value.name, raised.value.detail) == ("tiny", "model.bin")
    assert [file.name for file in bench.store.missing("tiny")] == ["model.bin"]


def test_a_bit_that_rots_without_a_write_is_found_by_verify(bench: Bench, flip: Callable[[Path], None]) -> None:
    weights = fill(bench) / "model.bin"
    bench.store.require("tiny")
    before = weights.stat()
    flip(weights)
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    bench.store.require("tiny")  # the stamp still holds: this is what it does not see
    with pytest.raises(ModelCorrupt):
        bench.store.verify("tiny")


def test_require_gives_the_folder_or_the_entry(bench: Bench) -> None:
    folder = fill(bench)
    assert bench.store.require("tiny") == folder
    assert bench.store.path("loose") == bench.store.root / "loose" / "model.gguf"


def test_missing(bench: Bench) -> None:
    with pytest.raises(ModelMissing) as raised:
        bench.store.require("tiny")
    assert raised.value.name == "tiny"
    with pytest.raises(ModelMissing):
        bench.store.verify("tiny")


@pytest.mark.parametrize("name", ["nothing", "", "/no/such/folder", "../tiny"])
def test_unknown(bench: Bench, name: str) -> None:
    with pytest.raises(UnknownModel):
        bench.store.require(name)


def test_a_path_is_a_model(bench: Bench, tmp_path: Path) -> None:
    own = tmp_path / "my-finetune"
    own.mkdir()
    assert bench.store.require(str(own)) == own


def test_a_verified_file_is_not_hashed_again(bench: Bench) -> None:
    folder = fill(bench)
    bench.store.require("tiny")
    stamps = (folder / STAMPS_FILE).stat().st_mtime_ns
    bench.store.require("tiny")
    assert (folder / STAMPS_FILE).stat().st_mtime_ns == stamps


def test_a_touched_file_is_hashed_again(bench: Bench) -> None:
    folder = fill(bench)
    bench.store.require("tiny")
    os.utime(folder / "model.bin", ns=(1, 1))
    bench.store.require("tiny")
    stamp = read_stamp(folder, "model.bin")
    assert stamp is not None
    assert stamp.mtime_ns == 1


def test_a_broken_stamp_file_costs_a_hash_only(bench: Bench) -> None:
    folder = fill(bench)
    bench.store.require("tiny")
    (folder / STAMPS_FILE).write_text("{")
    assert bench.store.require("tiny") == folder
    assert read_stamp(folder, "model.bin") is not None


def test_a_stamp_of_other_bytes_is_not_believed(bench: Bench, flip: Callable[[Path], None]) -> None:
    folder = fill(bench)
    flip(folder / "model.bin")
    wrong = sha256_of(folder / "model.bin")
    size, mtime = len(WEIGHTS), (folder / "model.bin").stat().st_mtime_ns
    (folder / STAMPS_FILE).write_text(f'{{"model.bin": {{"size": {size}, "mtime_ns": {mtime}, "sha256": "{wrong}"}}}}')
    assert bench.store.state("tiny") is ModelState.CORRUPT


def test_a_file_without_a_sha256_is_pinned_when_first_seen(bench: Bench) -> None:
    path = bench.store.path("loose")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"first version")
    assert bench.store.require("loose") == path
    path.write_bytes(b"other version")
    with pytest.raises(ModelCorrupt):
        bench.store.require("loose")


def test_verify_reports_bytes_and_can_be_stopped(bench: Bench) -> None:
    fill(bench)
    seen: list[tuple[Step, float, float]] = []
    bench.store.verify("tiny", lambda step, done, total, result=None: seen.append((step, done, total)))
    total = len(WEIGHTS) + len(CONFIG)
    assert seen[-1] == (Step.PULL, total, total)

    def stop(step: Step, done: float, total: float, result: object = None) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        bench.store.verify("tiny", stop)


def test_remove(bench: Bench) -> None:
    fill(bench)
    bench.store.remove("tiny")
    assert bench.store.state("tiny") is ModelState.ABSENT
