"""Auto: which model a machine gets when nobody names one.

What is here already wins over something better that would have to be fetched. With nothing here it is the best model
that can be had without any hub, so that a closed network never stands in the way; the reason names what would be
better still.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tingwu.models.catalog import Model, ModelKind
from tingwu.models.hardware import Hardware
from tingwu.models.store import ModelState, ModelStore

AUTO = "auto"
"""The name that leaves the choice to the machine."""

_MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The model `name`, and why, in one English sentence for people."""

    name: str
    reason: str


def resolve_asr(name: str, hardware: Hardware, store: ModelStore) -> Choice:
    """The speech model that `name` means on this machine; `auto` chooses.

    A path of a local folder stays what it is. Raises UnknownModel.
    """
    return _resolve(name, ModelKind.ASR, hardware, store)


def resolve_llm(name: str, hardware: Hardware, store: ModelStore) -> Choice:
    """The language model that `name` means on this machine; `auto` chooses. As `resolve_asr`."""
    return _resolve(name, ModelKind.LLM, hardware, store)


def _resolve(name: str, kind: ModelKind, hardware: Hardware, store: ModelStore) -> Choice:
    if name != AUTO:
        store.path(name)
        return Choice(name=name, reason=f"{name} was asked for by name.")
    return _choose(store.catalog.of_kind(kind), hardware, store)


def _choose(models: Iterable[Model], hardware: Hardware, store: ModelStore) -> Choice:
    candidates = sorted((model for model in models if model.needs.rank), key=_rank, reverse=True)
    fitting = [model for model in candidates if _fits(model, hardware)] or candidates[-1:]
    here = next((model for model in fitting if store.state(model.name) is ModelState.PRESENT), None)
    if here:
        return Choice(name=here.name, reason=_reason(here, "is on this machine and", fitting[0], hardware))
    # On too small a machine the smallest embedded model is still the best try.
    embedded = [model for model in fitting if model.embedded] or [model for model in candidates if model.embedded][-1:]
    chosen = (embedded or fitting)[0]
    return Choice(name=chosen.name, reason=_reason(chosen, "needs no hub and", fitting[0], hardware))


def _reason(chosen: Model, what: str, best: Model, hardware: Hardware) -> str:
    reason = f"{chosen.name} {what} fits {_describe(hardware)}"
    if best.needs.rank > chosen.needs.rank:
        reason += f"; {best.name} would be better (`tingwu models pull {best.name}`)"
    return f"{reason}."


def _rank(model: Model) -> int:
    return model.needs.rank


def _fits(model: Model, hardware: Hardware) -> bool:
    needs = model.needs
    if any(gpu.memory_bytes >= needs.gpu_mb * _MB for gpu in hardware.gpus):
        return True
    return hardware.cores >= needs.cores and hardware.ram_bytes >= needs.ram_mb * _MB


def _describe(hardware: Hardware) -> str:
    if hardware.gpus:
        best = max(hardware.gpus, key=lambda gpu: gpu.memory_bytes)
        return f"a {best.name} with {best.memory_bytes / 1e9:.0f} GB"
    return f"{hardware.cores} CPU cores and {hardware.ram_bytes / 1e9:.0f} GB of memory without a GPU"
