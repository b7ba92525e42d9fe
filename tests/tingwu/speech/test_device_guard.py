"""The policy for devices that fail: smaller pieces, smaller numbers, the CPU; every step is said."""

import threading
from collections.abc import Sequence

import pytest

from tingwu.domain.notice import Notice, NoticeCode
from tingwu.errors import ModelUnusable
from tingwu.speech.device_guard import DeviceGuard, Placement, Trouble, trouble_of

CARD = Placement(device="cuda", compute_type="float16", batch_size=32)
SMALLER = Placement(device="cuda", compute_type="int8_float16", batch_size=32)
CPU = Placement(device="cpu", compute_type="int8", batch_size=8)
NO_MEMORY = "encoding failed: CUDA failed with error out of memory"
NO_LIBRARY = "encoding failed: Library libcublas.so.12 is not found or cannot be loaded"
BROKEN = "decoding failed: CUDA failed with error an illegal memory access was encountered"


class Device:
    """Doubles numbers. `fails` says, for a place and a number of rows, what goes wrong there; None is nothing."""

    def __init__(self, fails, refuses=lambda place: None) -> None:
        self.fails = fails
        self.refuses = refuses
        self.place = CARD
        self.loads: list[str] = []
        self.tries: list[int] = []

    def load(self, place: Placement) -> None:
        self.loads.append(str(place))
        self.place = place
        if said := self.refuses(place):
            raise ModelUnusable("m", said)

    def double(self, numbers: Sequence[int]) -> list[int]:
        self.tries.append(len(numbers))
        said = self.fails(self.place, len(numbers))
        if isinstance(said, Exception):
            raise said
        if said:
            raise ModelUnusable("m", said)
        return [2 * number for number in numbers]


def guard(device: Device, *places: Placement) -> DeviceGuard:
    return DeviceGuard("m", places or (CARD, SMALLER, CPU), device.load)


def codes(of: DeviceGuard) -> list[NoticeCode]:
    return [notice.code for notice in of.notices]


def test_a_device_that_works_is_left_alone() -> None:
    device = Device(lambda place, rows: None)
    calm = guard(device)
    assert calm.run(device.double, range(40)) == [2 * n for n in range(40)]
    assert (device.tries, device.loads, calm.batch_size, calm.notices) == ([40], ["cuda as float16"], 32, ())


def test_out_of_memory_twice_halves_twice_and_stays_there() -> None:
    device = Device(lambda place, rows: NO_MEMORY if rows > 8 else None)
    small = guard(device)
    assert small.run(device.double, range(32)) == [2 * n for n in range(32)]
    assert device.tries == [32, 16, 8, 8, 8, 8]
    assert device.loads == ["cuda as float16"]
    assert small.batch_size == 8
    assert small.notices == (Notice(code=NoticeCode.SMALL_BATCHES, values=("8",)),)
    small.run(device.double, range(9))
    assert device.tries[-2:] == [8, 1]


def test_one_row_that_is_too_much_moves_to_smaller_numbers() -> None:
    device = Device(lambda place, rows: NO_MEMORY if place is CARD else None)
    moved = guard(device)
    assert moved.run(device.double, range(4)) == [0, 2, 4, 6]
    assert device.tries == [4, 2, 1, 4]
    assert moved.placement is SMALLER
    assert moved.notices == (Notice(code=NoticeCode.LESS_PRECISION, values=("float16", "int8_float16")),)


def test_no_room_on_the_card_at_all_ends_on_the_cpu() -> None:
    device = Device(lambda place, rows: NO_MEMORY if place.device == "cuda" else None)
    moved = guard(device)
    assert moved.run(device.double, [1, 2]) == [2, 4]
    assert device.loads == ["cuda as float16", "cuda as int8_float16", "cpu as int8"]
    assert codes(moved) == [NoticeCode.LESS_PRECISION, NoticeCode.ON_CPU]
    assert moved.batch_size == 8
    assert "too little memory" in moved.notices[-1].text.en
    assert "显存不足" in moved.notices[-1].text.zh


@pytest.mark.parametrize("said", [NO_LIBRARY, BROKEN])
def test_a_missing_library_and_a_broken_card_go_straight_to_the_cpu(said: str) -> None:
    device = Device(lambda place, rows: said if place.device == "cuda" else None)
    moved = guard(device)
    assert moved.run(device.double, [1, 2]) == [2, 4]
    assert device.tries == [2, 2]
    assert device.loads == ["cuda as float16", "cpu as int8"]
    assert codes(moved) == [NoticeCode.ON_CPU]
    assert said in moved.notices[0].text.zh


def test_weights_that_do_not_fit_are_loaded_at_the_next_place() -> None:
    device = Device(lambda place, rows: None, refuses=lambda place: NO_MEMORY if place is CARD else None)
    moved = guard(device)
    assert moved.placement is SMALLER
    assert codes(moved) == [NoticeCode.LESS_PRECISION]
    nowhere = Device(lambda place, rows: None, refuses=lambda place: NO_MEMORY if place.device == "cuda" else None)
    assert codes(guard(nowhere)) == [NoticeCode.ON_CPU], "a place that was never used is not named"


def test_broken_files_are_no_matter_of_the_device() -> None:
    device = Device(lambda place, rows: None, refuses=lambda place: "model.bin is incomplete")
    with pytest.raises(ModelUnusable, match="incomplete"):
        guard(device)
    assert len(device.loads) == 1


def test_other_errors_come_through() -> None:
    device = Device(lambda place, rows: "a prompt of the wrong length")
    with pytest.raises(ModelUnusable, match="wrong length"):
        guard(device).run(device.double, [1])
    assert device.tries == [1]


def test_a_cpu_without_memory_halves_and_then_gives_up() -> None:
    device = Device(lambda place, rows: MemoryError("std::bad_alloc") if rows > 1 else None)
    small = guard(device, CPU)
    assert small.run(device.double, [1, 2, 3]) == [2, 4, 6]
    assert device.tries == [3, 1, 1, 1]
    device.fails = lambda place, rows: MemoryError("std::bad_alloc")
    with pytest.raises(ModelUnusable, match="out of memory"):
        small.run(device.double, [1])


def test_threads_that_fail_together_take_one_step() -> None:
    both = threading.Barrier(2)

    def fails(place: Placement, rows: int) -> str | None:
        if place.device == "cuda":
            both.wait(10)
            return BROKEN
        return None

    device = Device(fails)
    shared = guard(device)
    results: list[list[int]] = []
    threads = [threading.Thread(target=lambda: results.append(shared.run(device.double, [1, 2]))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == [[2, 4], [2, 4]]
    assert device.loads == ["cuda as float16", "cpu as int8"]
    assert codes(shared) == [NoticeCode.ON_CPU]


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (NO_MEMORY, Trouble.MEMORY),
        ("cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED", Trouble.MEMORY),
        ("CUDA out of memory. Tried to allocate 20.00 MiB", Trouble.MEMORY),
        ("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes", Trouble.MEMORY),
        (NO_LIBRARY, Trouble.LIBRARY),
        ("Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so}", Trouble.LIBRARY),
        ("CUDA failed with error CUDA driver version is insufficient for CUDA runtime version", Trouble.LIBRARY),
        (BROKEN, Trouble.BROKEN),
        ("cuBLAS failed with status CUBLAS_STATUS_EXECUTION_FAILED", Trouble.BROKEN),
        ("Unsupported model binary version", None),
    ],
)
def test_what_engines_say(said: str, trouble: Trouble | None) -> None:
    assert trouble_of(said) is trouble
