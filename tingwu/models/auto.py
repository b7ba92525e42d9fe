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
    fitting = [model for model in candidates if _fits(model, hardware)]
    here = next((model for model in fitting if store.state(model.name) is ModelState.PRESENT), None)
    embedded = next((model for model in fitting if model.embedded), None)
    machine = _describe(hardware)
    if here:
        return _explained(here, f"is on this machine and suits it ({machine})", fitting[0])
    if embedded:
        return _explained(embedded, f"suits this machine ({machine}) and needs no hub", fitting[0])
    smallest = min((model for model in candidates if model.embedded), key=_rank)
    return _explained(smallest, f"is the smallest that needs no hub, though it asks for more than {machine}", smallest)


def _explained(chosen: Model, why: str, best: Model) -> Choice:
    better = f"; {best.name} would be better (`tingwu models pull {best.name}`)" if _rank(best) > _rank(chosen) else ""
    return Choice(name=chosen.name, reason=f"{chosen.name} {why}{better}.")


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
        return f"{best.name}, {best.memory_bytes / 1e9:.0f} GB"
    return f"{hardware.cores} CPU cores, {hardware.ram_bytes / 1e9:.1f} GB of memory, no GPU"
