"""Weights are data: whatever else a file holds is refused and never run."""

import io
import pickle
import random
from pathlib import Path

import pytest
import torch
from torch import nn

from tingwu.errors import ModelUnusable
from tingwu.speech.segmentation_pyannote import load_segmentation
from tingwu.speech.torch_weights import load_weights
from tingwu.speech.voice_campplus import load_campplus


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))


def saved(path: Path, value: object) -> str:
    torch.save(value, path)
    return str(path)


class Trap:
    """Makes the file `path` when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("part", ["", "state_dict"])
def test_weights_come_into_the_network_ready_for_use(tmp_path: Path, part: str) -> None:
    told, filled = network(), network()
    state = told.state_dict()
    load_weights(filled, saved(tmp_path / "a.pt", {part: state} if part else state), name="a", part=part)
    for name, value in filled.state_dict().items():
        assert torch.equal(value, state[name])
    assert not filled.training
    assert not any(value.requires_grad for value in filled.parameters())


def test_a_file_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.pt", tmp_path):
        with pytest.raises(ModelUnusable, match="my-model"):
            load_weights(network(), str(path), name="my-model")


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("old", [False, True])
def test_a_file_that_is_damaged_anywhere(tmp_path: Path, old: bool) -> None:
    buffer = io.BytesIO()
    torch.save(network().state_dict(), buffer, _use_new_zipfile_serialization=not old)
    whole = buffer.getvalue()
    path = tmp_path / "a.pt"
    rng = random.Random(1)
    refused = 0
    for number in range(300):
        data = bytearray(whole[: rng.randrange(len(whole))] if number % 3 == 0 else whole)
        for _ in range(rng.choice([0, 1, 20])):
            if data:
                data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data)
        try:
            load_weights(network(), str(path), name="a")
        except ModelUnusable:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    "data", [b"", b"\x80", b"hello", b"PK\x03\x04", b".", b"0.", b"\x80\x02}", b"(lp0\n", bytes(500)]
)
def test_a_file_that_is_no_weights_at_all(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.pt"
    path.write_bytes(data)
    with pytest.raises(ModelUnusable):
        load_weights(network(), str(path), name="a")


def test_weights_of_another_network(tmp_path: Path) -> None:
    state = network().state_dict()
    others = [
        nn.Linear(3, 2).state_dict(),
        {**state, "0.weight": torch.zeros(5, 5)},
        {name: value for name, value in state.items() if name != "1.running_var"},
        {**state, "more": torch.zeros(1)},
        {**state, "0.bias": "text"},
        {1: torch.zeros(1)},
        [torch.zeros(1)],
        torch.zeros(3),
        7,
        None,
    ]
    for number, other in enumerate(others):
        path = saved(tmp_path / f"{number}.pt", other)
        for part in ("", "state_dict"):
            with pytest.raises(ModelUnusable):
                load_weights(network(), path, name="a", part=part)
        with pytest.raises(ModelUnusable):
            load_weights(network(), saved(tmp_path / "inside.pt", {"state_dict": other}), name="a", part="state_dict")


def test_code_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    zipped = saved(tmp_path / "zip.pt", {"0.weight": Trap(mark)})
    plain = tmp_path / "plain.pt"
    plain.write_bytes(pickle.dumps({"state_dict": Trap(mark)}, protocol=2))
    old = tmp_path / "old.pt"
    torch.save(Trap(mark), old, _use_new_zipfile_serialization=False)
    for path in (zipped, str(plain), str(old)):
        with pytest.raises(ModelUnusable):
            load_weights(network(), path, name="a")
    assert not mark.exists()
    pickle.loads(plain.read_bytes())
    assert mark.exists()  # so the trap is one


def test_the_models_name_what_cannot_be_used(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.pt", {"state_dict": network().state_dict()})
    for load in (load_campplus, load_segmentation):
        with pytest.raises(ModelUnusable, match="voices-1"):
            load(path, name="voices-1", threads=1)
