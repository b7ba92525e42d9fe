"""Finding: one thing that `tingwu doctor` looked at."""

from dataclasses import dataclass

from ui.failures import UNFORESEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`mend` is what to do when it is not `ok`; `code` the exit code it leads to."""

    ok: bool
    what: str
    says: str
    mend: str = ""
    code: int = UNFORESEEN
