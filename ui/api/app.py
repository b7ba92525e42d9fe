"""create_app: the whole server, put together. Routes, page and doors are made elsewhere."""

import asyncio
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from pipelines.diarize import SpeakerOptions
from pipelines.settings import Settings
from pipelines.sound import TranscribeOptions
from pipelines.understand import UnderstandOptions
from tingwu.speech.asr import AsrOptions
from tingwu.speech.speakers import SpeakerCount
from tingwu.store.library import Library
from ui.api import problems
from ui.api.access import RequireToken, SameOrigin
from ui.api.guard import BodyLimit, ClosedDoors, SecurityHeaders
from ui.api.job_routes import Jobs, job_routes
from ui.api.recording_routes import recording_routes
from ui.api.schemas import ChoicesIn, HealthOut
from ui.api.speaker_routes import speaker_routes
from ui.api.upload_routes import upload_routes
from ui.api.uploads import UploadLimits, UploadStore
from ui.languages import spoken_languages
from ui.web.page import ASSETS, build_page, page_head, page_theme


def create_app(jobs: Jobs, library: Library, settings: Settings, token: str) -> FastAPI:
    """The page and the API. `jobs` must already be working; whoever made it closes it.

    Not to be called from inside an event loop.
    """
    app = FastAPI(title="tingwu", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    problems.install(app)
    app.include_router(
        upload_routes(
            _upload_store(settings),
            lambda *upload: _submit(jobs, settings, *upload),
            lambda choices: jobs.check(_transcribe(settings, choices)),
        )
    )
    app.include_router(job_routes(jobs))
    app.include_router(
        recording_routes(
            library,
            lambda recording_id: jobs.submit_notes(recording_id, _notes(settings)),
            lambda recording_id, redo: jobs.submit_redo(recording_id, redo, TranscribeOptions()),
            jobs.delete_recording,
        )
    )
    app.include_router(speaker_routes(library))

    @app.get("/health")
    def health() -> HealthOut:
        return HealthOut()

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(ASSETS / "icon.svg", media_type="image/svg+xml")

    app.mount("/page", StaticFiles(directory=ASSETS))
    asyncio.run(_mount_page(app))
    _shut_doors(app, settings, token)
    return app


def _submit(jobs: Jobs, settings: Settings, source: Path, name: str, choices: ChoicesIn) -> str:
    """The upload now belongs to the job, which moves it into the library."""
    return jobs.submit(
        source,
        transcribe=_transcribe(settings, choices),
        notes=_notes(settings) if choices.notes else None,
        name=name,
        owned=True,
        speakers=SpeakerOptions(count=SpeakerCount(exact=choices.num_speakers)) if choices.diarize else None,
    )


def _transcribe(settings: Settings, choices: ChoicesIn) -> TranscribeOptions:
    """Raises InvalidOption for a language that nobody knows."""
    language, languages = spoken_languages(choices.language)
    return TranscribeOptions(
        model=settings.asr_model,
        asr=AsrOptions(language=language, languages=languages),
        channels=choices.channels,
    )


def _notes(settings: Settings) -> UnderstandOptions:
    return UnderstandOptions(llm=settings.llm)


def _upload_store(settings: Settings) -> UploadStore:
    return UploadStore(settings.uploads_dir, UploadLimits(max_bytes=int(settings.max_upload_gb * 1024**3)))


async def _mount_page(app: FastAPI) -> None:
    """Gradio as a view: no files, no uploads, no history, no telemetry, no other origins.

    Run inside an event loop: outside of one, gradio makes a loop for every lock and never closes it.
    """
    gr.mount_gradio_app(
        app,
        build_page(),
        path="/",
        server_name="127.0.0.1",
        footer_links=[],
        run_history=False,
        # Whoever comes this far has shown the token to RequireToken.
        auth_dependency=lambda _request: "owner",
        allowed_paths=[],
        blocked_paths=["/"],
        show_error=False,
        max_file_size="1mb",
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        theme=page_theme(),
        head=page_head(),
    )


def _shut_doors(app: FastAPI, settings: Settings, token: str) -> None:
    """The last one added is the first one asked: host, headers, token, origin, path, size."""
    app.add_middleware(BodyLimit)
    app.add_middleware(ClosedDoors)
    app.add_middleware(SameOrigin)
    app.add_middleware(RequireToken, token=token)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.allowed_hosts), www_redirect=False)
