"""Doctor on GPUs that are made up: each trouble is named with its remedy."""

import pytest

from tingwu.models.cuda_libraries import Library, LibraryState
from tingwu.models.hardware import Gpu, Hardware
from ui.cli_doctor_gpu import Cuda, gpu_findings
from ui.cli_finding import Finding

CARD = Gpu(name="Card", memory_bytes=24 << 30)


def findings(cards: int, seen: int, *libraries: Library) -> list[Finding]:
    hardware = Hardware(cores=4, ram_bytes=16 << 30, gpus=(CARD,) * cards)
    return list(gpu_findings(hardware, Cuda(devices=lambda: seen, libraries=lambda: libraries)))


def test_without_a_card_there_is_nothing_to_say() -> None:
    assert findings(0, 0, Library(name="libcublas.so.12", state=LibraryState.MISSING)) == []


def test_all_is_well() -> None:
    cuda, blas = findings(2, 2, Library(name="libcublas.so.12", state=LibraryState.LOADS, version="12.9.1"))
    assert (cuda.ok, cuda.says) == (True, "CTranslate2 sees 2 of 2")
    assert (blas.ok, blas.what, blas.says) == (True, "libcublas.so.12", "12.9.1 is found by the system")


def test_a_driver_whose_cards_the_engine_does_not_see() -> None:
    (cuda,) = findings(1, 0)
    assert not cuda.ok
    assert cuda.says == "CTranslate2 sees 0 of 1"
    assert "driver" in cuda.mend
    assert "--gpus all" in cuda.mend


def test_cards_that_the_driver_s_tools_do_not_list() -> None:
    (cuda,) = findings(0, 1)
    assert not cuda.ok
    assert "--device cuda" in cuda.mend


@pytest.mark.parametrize(
    ("state", "ok", "word", "mend"),
    [
        (LibraryState.IN_WHEEL, True, "/wheel", ""),
        (LibraryState.BROKEN, False, "cannot be loaded: /wheel", "--force-reinstall"),
        (LibraryState.OTHER_VERSION, False, "only another version", "pip install 'tingwu[gpu]'"),
        (LibraryState.MISSING, False, "not on this machine", "pip install 'tingwu[gpu]'"),
    ],
)
def test_libraries(state: LibraryState, ok: bool, word: str, mend: str) -> None:
    _, found = findings(1, 1, Library(name="libcublas.so.12", state=state, detail="/wheel"))
    assert found.ok is ok
    assert word in found.says
    assert mend in found.mend
