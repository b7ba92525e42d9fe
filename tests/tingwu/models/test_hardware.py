"""What a machine has, from the files and programs that tell it."""

import sys
from pathlib import Path

from tingwu.models.hardware import Gpu, detect, parse_gpus

NO_GPU = ("this-program-does-not-exist",)


def test_this_machine(tmp_path: Path) -> None:
    hardware = detect(tmp_path, NO_GPU)
    assert hardware.cores >= 1
    assert hardware.ram_bytes > 100_000_000
    assert hardware.gpus == ()


def test_limits_of_a_container_count(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text("50000000\n")
    (tmp_path / "cpu.max").write_text("150000 100000\n")
    hardware = detect(tmp_path, NO_GPU)
    assert (hardware.cores, hardware.ram_bytes) == (1, 50_000_000)


def test_no_limits(tmp_path: Path) -> None:
    free = detect(tmp_path, NO_GPU)
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert detect(tmp_path, NO_GPU) == free


def test_gpus_are_asked_for(tmp_path: Path) -> None:
    query = (sys.executable, "-c", "print('NVIDIA H100 80GB HBM3, 81559')")
    assert detect(tmp_path, query).gpus == (Gpu(name="NVIDIA H100 80GB HBM3", memory_bytes=81559 << 20),)


def test_a_query_that_fails_finds_nothing(tmp_path: Path) -> None:
    assert detect(tmp_path, (sys.executable, "-c", "print('card, 5'); raise SystemExit(9)")).gpus == ()


def test_complaints_are_no_gpus() -> None:
    assert parse_gpus("NVIDIA-SMI has failed, because\nA, B, 1024\nC, [N/A]\n") == (
        Gpu(name="A, B", memory_bytes=1 << 30),
    )
