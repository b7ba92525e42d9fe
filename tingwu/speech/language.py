"""Which language is spoken: one answer per recording from several listens.

One window may be a greeting in another language, a song or noise, so windows from all over the recording vote. The
votes are weighted by the model's own certainty. Mixed recordings get their most spoken language.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from tingwu.domain.media import TimeRange


def listen_at(windows: Sequence[TimeRange], count: int = 5) -> tuple[int, ...]:
    """Positions of up to `count` windows worth asking: the longest of each of `count` equal parts of the list."""
    parts = min(count, len(windows))
    bounds = [i * len(windows) // parts for i in range(parts + 1)] if parts else []
    return tuple(max(range(first, last), key=lambda i: windows[i].duration) for first, last in pairwise(bounds))


def choose_language(votes: Iterable[tuple[str, float]], default: str = "en") -> tuple[str, float]:
    """The language with the highest sum of probabilities as (ISO 639-1 code, mean probability over all votes).

    Ties go to the language that was heard first; no votes give `default` with probability 0.
    """
    heard = list(votes)
    sums: dict[str, float] = defaultdict(float)
    for language, probability in heard:
        sums[language] += probability
    if not sums:
        return default, 0.0
    best = max(sums, key=lambda language: sums[language])
    return best, sums[best] / len(heard)
