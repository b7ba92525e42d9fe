"""Routes of a recording's speakers: who they are and how much they say; rename, merge, take or decline a name."""

from fastapi import APIRouter
from fastapi.responses import Response

from pipelines.speakers import accept_name, decline_name, merge, rename
from tingwu.store.library import Library
from ui.api.schemas import RecordingOut
from ui.api.shown import shown, shown_speakers
from ui.api.speaker_schemas import MergeIn, NameIn, RenameIn, SpeakersOut


def speaker_routes(library: Library) -> APIRouter:
    """The routes under /api/recordings/{id}/speakers. Each POST answers with the recording as it is then."""
    router = APIRouter(prefix="/api/recordings/{recording_id}/speakers", tags=["speakers"])

    @router.get("")
    def show(recording_id: str) -> SpeakersOut:
        return shown_speakers(library.load(recording_id).transcript)

    @router.post("/rename", response_model=RecordingOut)
    def rename_one(recording_id: str, wanted: RenameIn) -> Response:
        return shown(rename(library, recording_id, speaker=wanted.speaker, name=wanted.name))

    @router.post("/merge", response_model=RecordingOut)
    def merge_two(recording_id: str, wanted: MergeIn) -> Response:
        return shown(merge(library, recording_id, speaker=wanted.speaker, into=wanted.into))

    @router.post("/accept", response_model=RecordingOut)
    def accept(recording_id: str, wanted: NameIn) -> Response:
        return shown(accept_name(library, recording_id, speaker=wanted.speaker, name=wanted.name))

    @router.post("/decline", response_model=RecordingOut)
    def decline(recording_id: str, wanted: NameIn) -> Response:
        return shown(decline_name(library, recording_id, speaker=wanted.speaker, name=wanted.name))

    return router
