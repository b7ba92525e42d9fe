"""Outdated: notes whose transcript has changed since they were written stay, and say so."""

from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from tingwu.domain.media import TimeRange
from tingwu.domain.notes import Citation, Notes
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.transcript import Segment, Transcript
from tingwu.writers.warnings import listed

_Known = tuple[float, float, str]
"""What makes a segment the same one: its times and its text."""


def outdated(notes: Notes | None, before: Transcript, after: Transcript) -> Notes | None:
    """`notes` on `before` as notes on `after`: they cite the segments of `after`, and name the times that changed."""
    changed = changed_ranges(before.segments, after.segments)
    if notes is None or not changed:
        return notes
    moved = _moved(before.segments, after.segments)

    def cite(citation: Citation) -> Citation:
        ids = [number for old in citation.segment_ids for number in moved.get(old, ())]
        return replace(citation, segment_ids=tuple(dict.fromkeys(ids)))

    warning = Notice(code=NoticeCode.TRANSCRIPT_CHANGED, values=(listed(changed),))
    cited: Notes = _with_citations(notes, cite)
    return replace(cited, warnings=(*(one for one in notes.warnings if one != warning), warning))


def changed_ranges(before: Sequence[Segment], after: Sequence[Segment]) -> tuple[TimeRange, ...]:
    """Where the two say different things, in order of time and apart."""
    old, new = {_known(one) for one in before}, {_known(one) for one in after}
    joined: list[TimeRange] = []
    for start, end, _ in sorted(old ^ new):
        if joined and start <= joined[-1].end:
            joined[-1] = TimeRange(start=joined[-1].start, end=max(joined[-1].end, end))
        else:
            joined.append(TimeRange(start=start, end=end))
    return tuple(joined)


def _moved(before: Sequence[Segment], after: Sequence[Segment]) -> dict[int, tuple[int, ...]]:
    """Old id -> new ids: of the same segment, or of those that are now said in its time."""
    same = {_known(one): one.id for one in after}
    kept = {_known(one) for one in before}
    changed = [one for one in after if _known(one) not in kept]
    moved: dict[int, tuple[int, ...]] = {}
    for old in before:
        known = same.get(_known(old))
        moved[old.id] = (known,) if known is not None else tuple(one.id for one in changed if one.overlap(old) > 0)
    return moved


def _known(segment: Segment) -> _Known:
    return segment.start, segment.end, segment.text


def _with_citations(value: Any, change: Callable[[Citation], Citation]) -> Any:
    """`value` with every citation inside it changed."""
    if isinstance(value, Citation):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_with_citations(one, change) for one in value)  # pyright: ignore[reportUnknownVariableType]
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _with_citations(getattr(value, one.name), change) for one in fields(value)})
    return value
