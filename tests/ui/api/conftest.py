"""One server with fakes behind it, and two who talk to it: the owner of the token and a stranger."""

import warnings
from pathlib import Path

import pytest
from fastapi import FastAPI

from pipelines.settings import Settings, load_settings
from tests.builders import make_media, make_recording
from tests.fake_jobs import FakeJobs, make_job
from tingwu.store.library import Library
from ui.api.app import create_app

with warnings.catch_warnings():
    # Starlette's test client would like another HTTP package than the one that everything else here uses.
    warnings.simplefilter("ignore", DeprecationWarning)
    from starlette.testclient import TestClient

TOKEN = "a-token-for-tests"
HOST = "http://localhost"
SOUND = bytes(range(256)) * 40


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path, max_upload_gb=0.02)


@pytest.fixture
def jobs(library: Library) -> FakeJobs:
    return FakeJobs(states={"job-1": make_job()}, library=library)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Holds one recording, `rec-1`, with 10,240 bytes of sound."""
    library = Library(tmp_path / "recordings")
    library.save(make_recording(id="rec-1", media=make_media(name="评审 <b>.mp3")))
    sound = tmp_path / "sound"
    sound.write_bytes(SOUND)
    library.keep_media("rec-1", sound)
    return library


@pytest.fixture
def app(jobs: FakeJobs, library: Library, settings: Settings) -> FastAPI:
    return create_app(jobs, library, settings, TOKEN)


@pytest.fixture
def owner(app: FastAPI) -> TestClient:
    """Sends the token with every request."""
    return TestClient(app, HOST, headers={"authorization": f"Bearer {TOKEN}"}, follow_redirects=False)


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    """Sends no token."""
    return TestClient(app, HOST, follow_redirects=False)
