"""Doctor on GPUs: does the speech engine get the cards that the driver has, and the libraries that it needs?

Without a card there is nothing to find. A GPU that cannot be used is no failure of the work, which goes on on the CPU,
but it is far from what the machine could do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tingwu.models.cuda_libraries import Library, LibraryState, cuda_devices, examine_libraries
from tingwu.models.hardware import Hardware
from ui.cli_finding import Finding

_NO_DEVICE = (
    "the driver may be too old for CUDA 12 (525 or newer is needed: update it and restart), a container may be without "
    "its cards (`docker run --gpus all`), or CUDA_VISIBLE_DEVICES may hide them"
)
_NOT_LISTED = "install the driver's tools (nvidia-smi), or name the card with --device cuda"
_INSTALL = "pip install 'tingwu[gpu]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuda:
    """How to ask: `devices` counts the cards that CTranslate2 can use, `libraries` examines what it needs."""

    devices: Callable[[], int] = cuda_devices
    libraries: Callable[[], tuple[Library, ...]] = examine_libraries


def gpu_findings(hardware: Hardware, cuda: Cuda) -> Iterator[Finding]:
    """What the engine gets of the cards, then each library that it needs for them."""
    seen = cuda.devices()
    if not hardware.gpus and not seen:
        return
    if not hardware.gpus:
        says = f"CTranslate2 sees {seen} that nvidia-smi does not list, so they are not used"
        yield Finding(ok=False, what="CUDA", says=says, mend=_NOT_LISTED)
    else:
        says = f"CTranslate2 sees {seen} of {len(hardware.gpus)}"
        yield Finding(ok=seen >= len(hardware.gpus), what="CUDA", says=says, mend=_NO_DEVICE)
    yield from map(_library, cuda.libraries())


def _library(library: Library) -> Finding:
    version = f"{library.version} " if library.version else ""
    says, mend = {
        LibraryState.LOADS: (f"{version}is found by the system", ""),
        LibraryState.IN_WHEEL: (f"{version}in {library.detail}, loaded from there", ""),
        LibraryState.BROKEN: (
            f"is here and cannot be loaded: {library.detail}",
            f"take other versions out of LD_LIBRARY_PATH, then {_INSTALL} --force-reinstall",
        ),
        LibraryState.OTHER_VERSION: (
            f"only another version is here ({library.detail}), which this CTranslate2 cannot use",
            f"{_INSTALL} brings the right one beside it",
        ),
        LibraryState.MISSING: ("is not on this machine", _INSTALL),
    }[library.state]
    return Finding(ok=library.usable, what=library.name, says=says, mend=mend)
