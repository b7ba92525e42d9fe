"""Recording: the whole of what is known about one media file, as it is stored and shown."""

from dataclasses import dataclass

from tingwu.domain.media import DecodeReport, Media
from tingwu.domain.notes import Notes
from tingwu.domain.transcript import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """`id` names the recording in the library and in file names of the store: letters, digits and `-` only.

    `created` is an ISO 8601 time in UTC. `notes` is None until they are written.
    """

    id: str
    created: str
    media: Media
    decode: DecodeReport
    transcript: Transcript
    notes: Notes | None = None
