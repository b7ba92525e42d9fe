"""Corrections of a stored recording, taken back one by one."""

from dataclasses import replace

from pipelines.outdated import outdated
from tingwu.domain.corrections import undo
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Correction, Transcript
from tingwu.errors import InvalidOption
from tingwu.store.library import Library


def take_back(library: Library, recording_id: str, *, start: float, end: float, before: str, after: str) -> Recording:
    """Write `before` again where it was corrected to `after`, from `start` to `end`; notes on the older text say so.

    Returns the recording as it is stored then. Raises InvalidOption for a correction that it does not have,
    RecordingNotFound, StoredDataInvalid, OutputFull or OutputNotWritable.
    """

    def change(recording: Recording) -> Recording:
        transcript = recording.transcript
        changed = undo(transcript, _found(transcript, (start, end, before, after)))
        return replace(recording, transcript=changed, notes=outdated(recording.notes, transcript, changed))

    return library.update(recording_id, change)


def _found(transcript: Transcript, wanted: tuple[float, float, str, str]) -> Correction:
    for one in transcript.corrections:
        if (one.start, one.end, one.before, one.after) == wanted:
            return one
    raise InvalidOption("correction", wanted[-1], "the transcript does not have it")
