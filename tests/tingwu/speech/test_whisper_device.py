"""Places for a model on machines that are made up."""

import pytest

from tingwu.errors import InvalidOption
from tingwu.speech import torch_device
from tingwu.speech.whisper_device import CPU_BATCH, check_device, gpu_batch, placements

MODERN = {"float32", "float16", "bfloat16", "int8", "int8_float16", "int8_bfloat16", "int8_float32"}
OLD = {"float32", "int8", "int8_float32"}
LARGE = 3_090_000_000


class Machine:
    """CTranslate2 on a machine with cards that can do `cards`; `broken` cards do not answer."""

    def __init__(self, *cards: set[str], broken: bool = False) -> None:
        self.cards = cards
        self.broken = broken

    def get_cuda_device_count(self) -> int:
        return len(self.cards)

    def get_supported_compute_types(self, device: str, device_index: int = 0) -> set[str]:
        if device == "cpu":
            return {"float32", "int8", "int8_float32", "int16"}
        if self.broken:
            raise RuntimeError("CUDA failed with error unknown error")
        return self.cards[device_index]


def formats(*args, **more) -> list[str]:
    return [str(place) for place in placements(*args, **more)]


def test_a_cpu_computes_in_int8_unless_told_otherwise() -> None:
    (place,) = placements("auto", (0,), "auto", engine=Machine())
    assert (place.device, place.compute_type, place.batch_size) == ("cpu", "int8", CPU_BATCH)
    assert formats("cpu", (0,), "float32", engine=Machine(MODERN)) == ["cpu as float32"]


def test_a_card_computes_in_float16_then_with_small_weights_and_then_gives_way() -> None:
    three = ["cuda as float16", "cuda as int8_float16", "cpu as int8"]
    assert formats("auto", (0,), "auto", engine=Machine(MODERN)) == three
    assert formats("cuda", (0,), "default", engine=Machine(MODERN)) == three
    assert formats("cuda", (0,), "int8_float16", engine=Machine(MODERN)) == three[1:]
    assert formats("cuda", (0,), "float32", engine=Machine(MODERN)) == ["cuda as float32", *three[1:]]


def test_an_old_card_has_no_float16() -> None:
    assert formats("auto", (0,), "auto", engine=Machine(OLD)) == ["cuda as int8_float32", "cpu as int8"]


def test_whole_weights_that_leave_no_room_are_not_tried() -> None:
    small = formats("auto", (0,), "auto", weights_bytes=LARGE, gpu_memory_bytes=3_300_000_000, engine=Machine(MODERN))
    assert small == ["cuda as int8_float16", "cpu as int8"]


@pytest.mark.parametrize(
    ("weights", "memory", "batch"),
    [
        (0, 0, 32),
        (LARGE, 0, 32),
        (LARGE, 80 << 30, 64),
        (LARGE, 24 << 30, 32),
        (LARGE, 8 << 30, 8),
        (145 << 20, 8 << 30, 64),
    ],
)
def test_the_batch_follows_the_memory(weights: int, memory: int, batch: int) -> None:
    assert gpu_batch(weights, memory) == batch


def test_several_cards_must_all_be_able() -> None:
    two = Machine(MODERN, OLD)
    first, *_ = placements("cuda", (0, 1), "auto", engine=two)
    assert (first.device_index, first.compute_type) == ((0, 1), "int8_float32")
    with pytest.raises(InvalidOption, match="compute_type"):
        check_device("cuda", (0, 1), "float16", two)
    assert check_device("cuda", (0,), "float16", two) == "cuda"


@pytest.mark.parametrize(
    ("device", "index", "compute_type", "machine", "option"),
    [
        ("mars", (0,), "auto", Machine(MODERN), "device"),
        ("cuda", (0,), "auto", Machine(), "device"),
        ("cuda", (0,), "auto", Machine(MODERN, broken=True), "device"),
        ("auto", (2,), "auto", Machine(MODERN, MODERN), "device_index"),
        ("cpu", (0,), "float16", Machine(MODERN), "compute_type"),
        ("auto", (0,), "int9", Machine(MODERN), "compute_type"),
    ],
)
def test_what_cannot_work_is_named(device, index, compute_type, machine, option) -> None:
    with pytest.raises(InvalidOption) as caught:
        check_device(device, index, compute_type, machine)
    assert caught.value.option == option


def test_a_broken_card_is_left_out_unless_it_was_asked_for() -> None:
    assert formats("auto", (0,), "auto", engine=Machine(MODERN, broken=True)) == ["cpu as int8"]


def test_torch_on_the_same_machines() -> None:
    places = torch_device.placements
    assert [str(place) for place in places("auto", (0,), "auto", 0)] == ["cpu as float32"]
    assert [str(place) for place in places("auto", (1,), "auto", 2)] == ["cuda as float16", "cpu as float32"]
    assert [str(place) for place in places("cuda", (0,), "float32", 1)] == [
        "cuda as float32", "cuda as float16", "cpu as float32",
    ]  # fmt: skip
    for device, index, compute_type in (
        ("mars", (0,), "auto"), ("auto", (1,), "auto"), ("auto", (0, 1), "auto"), ("cpu", (0,), "int8"),
    ):  # fmt: skip
        with pytest.raises(InvalidOption):
            torch_device.check_device(device, index, compute_type, 1)
    with pytest.raises(InvalidOption):
        torch_device.check_device("cuda", (0,), "auto", 0)
