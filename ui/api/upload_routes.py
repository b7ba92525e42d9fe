"""Routes of uploads: announce, send chunks, ask where it stands, hand over, forget."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool

from tingwu.bilingual import Bilingual
from ui.api.problems import Problem
from ui.api.schemas import ChoicesIn, SubmittedOut, UploadIn, UploadOut
from ui.api.uploads import CHUNK_BYTES, UploadStore

_CHUNK_TOO_LARGE = Bilingual(en=f"a chunk may have {CHUNK_BYTES} bytes", zh=f"一个分块最多 {CHUNK_BYTES} 字节")
Submit = Callable[[Path, str, ChoicesIn], str]
"""Hands a stored file, the user's name for it and the choices to the jobs; gives the job's id."""


def upload_routes(store: UploadStore, submit: Submit, check: Callable[[ChoicesIn], None]) -> APIRouter:
    """The routes under /api/uploads. `check` raises InvalidOption for choices that `submit` would refuse."""
    router = APIRouter(prefix="/api/uploads", tags=["uploads"])

    @router.post("", status_code=201)
    def create(body: UploadIn) -> UploadOut:
        if body.choices:
            check(body.choices)
        return UploadOut.model_validate(store.create(body.name, body.size))

    @router.get("/{upload_id}")
    def show(upload_id: str) -> UploadOut:
        return UploadOut.model_validate(store.get(upload_id))

    @router.put("/{upload_id}")
    async def append(
        upload_id: str,
        request: Request,
        offset: Annotated[int, Query(ge=0)],
        x_chunk_sha256: Annotated[str | None, Header(pattern=r"^[0-9a-fA-F]{64}$")] = None,
    ) -> UploadOut:
        data = await _read_chunk(request)
        upload = await run_in_threadpool(store.append, upload_id, offset, data, x_chunk_sha256)
        return UploadOut.model_validate(upload)

    @router.post("/{upload_id}/finish")
    def finish(upload_id: str, choices: ChoicesIn) -> SubmittedOut:
        return SubmittedOut(job_id=store.finish(upload_id, lambda path, name: submit(path, name, choices)))

    @router.delete("/{upload_id}", status_code=204)
    def discard(upload_id: str) -> None:
        store.discard(upload_id)

    return router


async def _read_chunk(request: Request) -> bytes:
    """The body, never holding more than one chunk of it in memory."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > CHUNK_BYTES:
            raise Problem(413, "chunk_too_large", _CHUNK_TOO_LARGE)
    return bytes(data)
