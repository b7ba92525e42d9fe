"""Speakers of a stored recording: renamed, merged, and called what was suggested, in transcript and notes at once."""

from collections.abc import Callable
from dataclasses import replace

from pipelines.speaker_names import with_speaker_renamed
from tingwu.domain.notes import Notes
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import checked_name, merge_speakers, rename_speaker
from tingwu.domain.transcript import Transcript
from tingwu.errors import InvalidOption
from tingwu.store.library import Library


def rename(library: Library, recording_id: str, *, speaker: str, name: str) -> Recording:
    """Call `speaker` `name`. Returns the recording as it is stored then.

    Raises InvalidOption for an unknown speaker or a name that is empty, too long or taken, RecordingNotFound,
    StoredDataInvalid, OutputFull or OutputNotWritable.
    """
    return library.update(recording_id, lambda recording: _renamed(recording, speaker, name))


def merge(library: Library, recording_id: str, *, speaker: str, into: str) -> Recording:
    """Let `into` have said all that `speaker` said; notes that were written before say so.

    Returns the recording as it is stored then. Raises InvalidOption for speakers that it does not have or that are the
    same, and as `rename` does.
    """

    def change(recording: Recording) -> Recording:
        before = recording.transcript
        after = merge_speakers(before, speaker, into)
        notes = recording.notes and with_speaker_renamed(recording.notes, before, speaker, into)
        if notes and _says_otherwise(before, after):
            warning = Notice(code=NoticeCode.SPEAKERS_MERGED, values=(speaker, into))
            notes = replace(notes, warnings=(*(one for one in notes.warnings if one != warning), warning))
        return replace(recording, transcript=after, notes=notes)

    return library.update(recording_id, change)


def accept_name(library: Library, recording_id: str, *, speaker: str, name: str) -> Recording:
    """Call `speaker` what was suggested. Raises InvalidOption for what nobody suggested, and as `rename` does."""
    return _suggested(library, recording_id, (speaker, name), lambda recording: _renamed(recording, speaker, name))


def decline_name(library: Library, recording_id: str, *, speaker: str, name: str) -> Recording:
    """Suggest that name for that speaker no more. Raises InvalidOption for what nobody suggested, and as `rename`
    does."""
    return _suggested(library, recording_id, (speaker, name), lambda recording: recording)


def _renamed(recording: Recording, speaker: str, name: str) -> Recording:
    transcript = rename_speaker(recording.transcript, speaker, name)
    notes: Notes | None = recording.notes
    if notes is not None:
        notes = with_speaker_renamed(notes, recording.transcript, speaker, checked_name(name))
    return replace(recording, transcript=transcript, notes=notes)


def _says_otherwise(before: Transcript, after: Transcript) -> bool:
    """Whether words are somebody else's now; one who was only heard is in no notes."""
    return any(old.speaker != new.speaker for old, new in zip(before.segments, after.segments, strict=True))


def _suggested(
    library: Library, recording_id: str, wanted: tuple[str, str], then: Callable[[Recording], Recording]
) -> Recording:
    """Take the suggestion away, then do the rest."""

    def change(recording: Recording) -> Recording:
        transcript = recording.transcript
        diarization = transcript.diarization
        found = diarization.suggestions if diarization else ()
        left = tuple(one for one in found if (one.speaker, one.name) != wanted)
        if diarization is None or left == found:
            raise InvalidOption("suggestion", wanted[1], "nobody suggested it")
        diarization = replace(diarization, suggestions=left)
        return then(replace(recording, transcript=replace(transcript, diarization=diarization)))

    return library.update(recording_id, change)
