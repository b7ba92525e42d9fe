"""Warnings: what a reader of any result must know about what is missing in it."""

from collections.abc import Iterator, Sequence

from tingwu import timecode
from tingwu.bilingual import Bilingual
from tingwu.domain.media import TimeRange
from tingwu.domain.notice import Notice, NoticeCode, damage
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import ReportedRange

_MOST = 20


def warnings_of(recording: Recording) -> tuple[Notice, ...]:
    """What the transcript says first, then decoding and speech without text, then the notes; each once.

    A sentence that came with a transcript from elsewhere counts as the notice that reads the same in either language.
    """
    known: set[str] = set()
    found: list[Notice] = []
    for notice in _all(recording):
        sentences = {notice.text.en, notice.text.zh}
        if not sentences & known:
            found.append(notice)
        known |= sentences
    return tuple(found)


def warning_lines(recording: Recording) -> tuple[str, ...]:
    """The warnings as sentences in the language of result files: Chinese when the transcript is, else English."""
    return tuple(notice.text.in_language(recording.transcript.language) for notice in warnings_of(recording))


def listed(ranges: Sequence[TimeRange]) -> Bilingual:
    """`00:12-00:15, 01:02-01:09 (Anna)`, the first twenty of many."""
    shown = [_shown(one) for one in ranges[:_MOST]]
    more = len(ranges) - len(shown)
    ends = Bilingual(en=f" and {more} more", zh=f"，另有 {more} 处") if more else Bilingual(en="", zh="")
    return Bilingual(en=", ".join(shown) + ends.en, zh="、".join(shown) + ends.zh)


def _shown(one: TimeRange) -> str:
    times = f"{timecode.clock(one.start)}-{timecode.clock(one.end)}"
    return f"{times} ({one.speaker})" if isinstance(one, ReportedRange) and one.speaker else times


def _all(recording: Recording) -> Iterator[Notice]:
    yield from recording.transcript.warnings
    damaged = damage(recording.decode)
    if damaged is not None:
        yield damaged
    missed = recording.transcript.coverage.missed
    if missed:
        yield Notice(code=NoticeCode.SPEECH_WITHOUT_TEXT, values=(listed(missed),))
    if recording.notes is not None:
        yield from recording.notes.warnings
