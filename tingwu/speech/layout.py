"""Layout: how many workers with how many threads each a machine's cores are best used for, found by trying.

Whisper decodes with small matrices; sharing one of them between cores often costs more than it saves, so that a worker
on each core can be twice as fast as one worker on all. It depends on the processor, the libraries and the model.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

_ROUNDS = 2
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """`workers` calls at once, each on `threads` threads."""

    workers: int
    threads: int

    def __post_init__(self) -> None:
        if self.workers < 1 or self.threads < 1:
            raise ValueError(f"not a layout: {self.workers} x {self.threads}")


def layouts(cores: int) -> tuple[Layout, ...]:
    """All ways to use `cores` evenly, from one worker with all of them to a worker for each."""
    return tuple(
        Layout(workers=workers, threads=cores // workers) for workers in range(1, cores + 1) if cores % workers == 0
    )


def fastest(
    candidates: Sequence[Layout],
    rehearsal: Callable[[Layout], Callable[[], None]],
    clock: Callable[[], float] = time.perf_counter,
) -> Layout:
    """The candidate that gets most rehearsals done in a time.

    `rehearsal` prepares a layout and returns a piece of work that is done by all its workers at once. Where one piece
    takes longer than 2 s nothing is compared and the first candidate wins: a big model keeps all cores busy anyway.
    """
    seconds: dict[Layout, float] = {}
    for layout in candidates:
        work = rehearsal(layout)
        with ThreadPoolExecutor(layout.workers) as pool:
            first = _round(pool, layout, work, clock)
            if first > _PATIENCE_SECONDS * layout.workers:
                return candidates[0]
            seconds[layout] = min(_round(pool, layout, work, clock) for _ in range(_ROUNDS))
    return min(candidates, key=lambda layout: seconds[layout] / layout.workers)


def _round(pool: ThreadPoolExecutor, layout: Layout, work: Callable[[], None], clock: Callable[[], float]) -> float:
    begun = clock()
    for done in [pool.submit(work) for _ in range(layout.workers)]:
        done.result()
    return clock() - begun
