"""Routes of the library: list, open, play, correct, download, delete."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import FileResponse, Response

from pipelines.corrections import take_back
from tingwu.bilingual import Bilingual
from tingwu.domain.media import Media
from tingwu.errors import InvalidOption
from tingwu.speech.redo_ranges import Redo, named_ranges
from tingwu.store.library import Library
from tingwu.writers.formats import FORMATS, Format, render
from tingwu.writers.options import WriteOptions
from ui.api.problems import Problem
from ui.api.schemas import FormatOut, RecordingOut, RecordingSummaryOut, RedoIn, SubmittedOut, UndoIn
from ui.api.shown import shown

_MEDIA_NOT_KEPT = Bilingual(
    en="the recording's sound is no longer on this machine", zh="这台机器上已没有这段录音的声音"
)
_CONTAINERS = {
    "mov": ("audio/mp4", "video/mp4"),
    "mp4": ("audio/mp4", "video/mp4"),
    "m4a": ("audio/mp4", "video/mp4"),
    "matroska": ("audio/webm", "video/webm"),
    "webm": ("audio/webm", "video/webm"),
    "mp3": ("audio/mpeg", "audio/mpeg"),
    "wav": ("audio/wav", "audio/wav"),
    "w64": ("audio/wav", "audio/wav"),
    "flac": ("audio/flac", "audio/flac"),
    "ogg": ("audio/ogg", "video/ogg"),
    "aac": ("audio/aac", "audio/aac"),
    "mpegts": ("video/mp2t", "video/mp2t"),
    "avi": ("video/x-msvideo", "video/x-msvideo"),
}
"""Container as ffmpeg names it -> what a browser should take it for, without and with pictures."""


def recording_routes(
    library: Library,
    write_notes: Callable[[str], str],
    transcribe_again: Callable[[str, Redo], str],
    delete_recording: Callable[[str], None],
) -> APIRouter:
    """The routes under /api/recordings, and the list of formats.

    `write_notes(recording_id)` and `transcribe_again(recording_id, ranges)` give a job's id.
    """
    router = APIRouter(prefix="/api", tags=["recordings"])

    @router.get("/formats")
    def formats() -> tuple[FormatOut, ...]:
        return tuple(FormatOut.model_validate({"name": name, "says": one.says}) for name, one in FORMATS.items())

    @router.get("/recordings")
    def show_all() -> tuple[RecordingSummaryOut, ...]:
        return tuple(RecordingSummaryOut.model_validate(one) for one in library.list())

    @router.get("/recordings/{recording_id}", response_model=RecordingOut)
    def show(recording_id: str) -> Response:
        return shown(library.load(recording_id))

    @router.get("/recordings/{recording_id}/media")
    @router.head("/recordings/{recording_id}/media", include_in_schema=False)
    def media(recording_id: str) -> FileResponse:
        recording = library.load(recording_id)
        path = library.media_path(recording_id)
        if not path.is_file():
            raise Problem(404, "media_not_kept", _MEDIA_NOT_KEPT)
        return _media_file(path, recording.media)

    @router.get("/recordings/{recording_id}/export/{name}")
    def export(recording_id: str, name: str) -> Response:
        if name not in FORMATS:
            raise InvalidOption("format", name, f"choose one of {', '.join(FORMATS)}")
        recording = library.load(recording_id)
        return _download(render(recording, name, WriteOptions()), Path(recording.media.name).stem, FORMATS[name])

    @router.delete("/recordings/{recording_id}", status_code=204)
    def delete(recording_id: str) -> None:
        delete_recording(recording_id)

    @router.post("/recordings/{recording_id}/undo", response_model=RecordingOut)
    def take_correction_back(recording_id: str, wanted: UndoIn) -> Response:
        return shown(
            take_back(
                library,
                recording_id,
                start=wanted.start,
                end=wanted.end,
                before=wanted.before,
                after=wanted.after,
            )
        )

    _add_work(router, write_notes, transcribe_again)
    return router


def _add_work(
    router: APIRouter, write_notes: Callable[[str], str], transcribe_again: Callable[[str, Redo], str]
) -> None:
    """The routes that start jobs on a recording."""

    @router.post("/recordings/{recording_id}/notes", status_code=202)
    def notes(recording_id: str) -> SubmittedOut:
        return SubmittedOut(job_id=write_notes(recording_id))

    @router.post("/recordings/{recording_id}/redo", status_code=202)
    def redo(recording_id: str, wanted: RedoIn) -> SubmittedOut:
        return SubmittedOut(job_id=transcribe_again(recording_id, _redo(wanted)))


def _redo(wanted: RedoIn) -> Redo:
    if isinstance(wanted.ranges, str):
        return Redo(reported=wanted.ranges)
    return named_ranges((one.start, one.end) for one in wanted.ranges)


def media_type(media: Media) -> str:
    """What a browser should take the file for. Never a type that it would run: unknown ones are plain bytes."""
    for name in media.container.lower().split(","):
        if name in _CONTAINERS:
            return _CONTAINERS[name][media.has_video]
    return "application/octet-stream"


def _media_file(path: Path, media: Media) -> FileResponse:
    return FileResponse(path, media_type=media_type(media), filename=media.name, content_disposition_type="inline")


def _download(text: str, stem: str, form: Format) -> Response:
    """A file to save. The user's name for it is percent-encoded, so that it cannot end the header."""
    headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(f'{stem}.{form.extension}', safe='')}"}
    return Response(text.encode(), media_type=f"{form.media_type}; charset=utf-8", headers=headers)
