"""Warnings: what a reader of any result must know about what is missing in it, as full English sentences."""

from collections.abc import Iterator, Sequence

from tingwu import timecode
from tingwu.domain.media import TimeRange
from tingwu.domain.recording import Recording

_MOST = 20


def warnings_of(recording: Recording) -> tuple[str, ...]:
    """What the transcript says first, then decoding and speech without text, then the notes; each once."""
    found = [*recording.transcript.warnings, *_decode_gaps(recording), *_missed_speech(recording)]
    if recording.notes is not None:
        found += recording.notes.warnings
    return tuple(dict.fromkeys(found))


def _decode_gaps(recording: Recording) -> Iterator[str]:
    decode = recording.decode
    if decode.complete or recording.transcript.warnings:  # a transcript of damaged sound says so itself
        return
    declared = decode.declared_duration
    length = timecode.clock(decode.duration)
    if declared is None:
        yield f"Parts of the file could not be decoded; {length} of sound came out."
    else:
        yield f"Parts of the file could not be decoded; {length} of {timecode.clock(declared)} came out."


def _missed_speech(recording: Recording) -> Iterator[str]:
    missed = recording.transcript.coverage.missed
    if missed:
        yield f"Speech was heard but no text was found at {listed(missed)}."


def listed(ranges: Sequence[TimeRange]) -> str:
    """`00:12-00:15, 01:02-01:09`, the first twenty of many."""
    shown = [f"{timecode.clock(one.start)}-{timecode.clock(one.end)}" for one in ranges[:_MOST]]
    more = len(ranges) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
