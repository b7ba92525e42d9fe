"""The summary of the whole: the points that together cover every chapter, taken over with their proofs.

Nothing is written anew here: proved points of all chapters, put together, beat what small models make of them.
"""

from collections.abc import Sequence

from tingwu.domain.notes import Chapter, Claim
from tingwu.text.cues import OPENING

MIN_SHARE = 0.05
"""A chapter over this part of the time is in the summary."""


def summary_of(chapters: Sequence[Chapter], limit: int) -> tuple[Claim, ...]:
    """At most `limit` points in order of time: first of each long chapter, then second ones of the longest.

    A chapter's introductions come after its other points.
    """
    whole = sum(chapter.duration for chapter in chapters) or 1.0
    ranked = sorted(chapters, key=lambda chapter: -chapter.duration)
    long_ones = [chapter for chapter in ranked if chapter.duration >= MIN_SHARE * whole]
    points = {chapter: sorted(chapter.points, key=_introduces) for chapter in chapters}
    order = [
        points[chapter][rank]
        for rank in range(max((len(chapter.points) for chapter in chapters), default=0))
        for chapter in (long_ones if rank == 0 else ranked)
        if rank < len(chapter.points)
    ]
    chosen = list(dict.fromkeys(order))[:limit]
    return tuple(sorted(chosen, key=lambda claim: claim.citations[0].start))


def _introduces(point: Claim) -> bool:
    return all(OPENING.search(citation.quote) for citation in point.citations)
