"""Who may do what: a table with every route, and the doors that stand before all of them."""

import re
from collections.abc import Iterator

from fastapi import FastAPI
from starlette.routing import BaseRoute

from tests.ui.api.conftest import TOKEN, TestClient
from ui.api.access import cookie_name
from ui.api.guard import GRADIO_OPEN

UPLOAD = "0" * 32

OUR_ROUTES = {
    # (method, path): (address, JSON body, what the owner gets)
    ("GET", "/health"): ("/health", None, 200),
    ("GET", "/favicon.ico"): ("/favicon.ico", None, 200),
    ("GET", "/api/openapi.json"): ("/api/openapi.json", None, 200),
    ("GET", "/page"): ("/page/main.js", None, 200),
    ("GET", "/api/formats"): ("/api/formats", None, 200),
    ("POST", "/api/uploads"): ("/api/uploads", {"name": "a.mp3", "size": 3}, 201),
    ("GET", "/api/uploads/{upload_id}"): (f"/api/uploads/{UPLOAD}", None, 404),
    ("PUT", "/api/uploads/{upload_id}"): (f"/api/uploads/{UPLOAD}?offset=0", None, 404),
    ("POST", "/api/uploads/{upload_id}/finish"): (f"/api/uploads/{UPLOAD}/finish", {}, 404),
    ("DELETE", "/api/uploads/{upload_id}"): (f"/api/uploads/{UPLOAD}", None, 404),
    ("GET", "/api/jobs"): ("/api/jobs", None, 200),
    ("GET", "/api/jobs/{job_id}"): ("/api/jobs/job-1", None, 200),
    ("POST", "/api/jobs/{job_id}/cancel"): ("/api/jobs/job-1/cancel", None, 200),
    ("POST", "/api/jobs/{job_id}/resume"): ("/api/jobs/job-1/resume", None, 200),
    ("GET", "/api/recordings"): ("/api/recordings", None, 200),
    ("GET", "/api/recordings/{recording_id}"): ("/api/recordings/rec-1", None, 200),
    ("GET", "/api/recordings/{recording_id}/media"): ("/api/recordings/rec-1/media", None, 200),
    ("HEAD", "/api/recordings/{recording_id}/media"): ("/api/recordings/rec-1/media", None, 200),
    ("GET", "/api/recordings/{recording_id}/export/{name}"): ("/api/recordings/rec-1/export/srt", None, 200),
    ("POST", "/api/recordings/{recording_id}/notes"): ("/api/recordings/rec-1/notes", None, 202),
    ("POST", "/api/recordings/{recording_id}/redo"): ("/api/recordings/rec-1/redo", {"ranges": "all"}, 202),
    ("POST", "/api/recordings/{recording_id}/undo"): (
        "/api/recordings/rec-1/undo",
        {"start": 0, "end": 1, "before": "never", "after": "made"},
        422,
    ),
    ("GET", "/api/recordings/{recording_id}/speakers"): ("/api/recordings/rec-1/speakers", None, 200),
    ("POST", "/api/recordings/{recording_id}/speakers/rename"): (
        "/api/recordings/rec-1/speakers/rename",
        {"speaker": "nobody", "name": "Li Na"},
        422,
    ),
    ("POST", "/api/recordings/{recording_id}/speakers/merge"): (
        "/api/recordings/rec-1/speakers/merge",
        {"speaker": "nobody", "into": "nobody"},
        422,
    ),
    ("POST", "/api/recordings/{recording_id}/speakers/accept"): (
        "/api/recordings/rec-1/speakers/accept",
        {"speaker": "nobody", "name": "Li Na"},
        422,
    ),
    ("POST", "/api/recordings/{recording_id}/speakers/decline"): (
        "/api/recordings/rec-1/speakers/decline",
        {"speaker": "nobody", "name": "Li Na"},
        422,
    ),
    ("DELETE", "/api/jobs/{job_id}"): ("/api/jobs/job-1", None, 204),
    ("DELETE", "/api/recordings/{recording_id}"): ("/api/recordings/rec-1", None, 204),
}

GRADIO_FOR_THE_PAGE = {
    "/",
    "/config",
    "/config/",
    "/theme.css",
    "/svelte/{path:path}",
    "/static/{path:path}",
    "/assets/{path:path}",
    "/gradio_api/startup-events",
    "/gradio_api/theme.css",
    "/gradio_api/heartbeat/{session_hash}",
}


def routes(found: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """(method, path) of every route, those of included routers too."""
    for route in found:
        router = getattr(route, "original_router", None)
        if router is not None:
            yield from routes(router.routes)
        else:
            for method in getattr(route, "methods", None) or {"GET"}:
                yield method, getattr(route, "path", "")


def test_every_route_has_a_row(app: FastAPI) -> None:
    ours = {pair for pair in routes(app.routes) if pair[1]} - {("HEAD", "/api/openapi.json")}
    assert ours == set(OUR_ROUTES)


def test_gradio_shows_what_the_page_needs_and_nothing_else(app: FastAPI, owner: TestClient) -> None:
    gradio = app.routes[-1].app  # pyright: ignore[reportAttributeAccessIssue]
    paths = {path for _, path in routes(gradio.routes)}
    assert len(paths) > 40, "the walk must reach gradio's own router"
    filled = {path: re.sub(r"\{\w+(:path)?\}", "x", path) for path in paths}
    open_paths = {path for path, address in filled.items() if GRADIO_OPEN.fullmatch(address)}
    assert open_paths == GRADIO_FOR_THE_PAGE
    for path in sorted(paths - GRADIO_FOR_THE_PAGE - {"/favicon.ico"}):
        for method in ("GET", "POST"):
            assert owner.request(method, filled[path]).status_code == 404, f"{method} {path}"
    for path in sorted(GRADIO_FOR_THE_PAGE):
        assert owner.post(filled[path]).status_code == 404, f"POST {path}"


def test_the_owner(owner: TestClient) -> None:
    for (method, path), (address, body, expected) in OUR_ROUTES.items():
        assert owner.request(method, address, json=body).status_code == expected, f"{method} {path}"


def test_nobody_else(stranger: TestClient) -> None:
    cookie = cookie_name(TOKEN)
    rows = [(method, *row[:2]) for (method, _), row in OUR_ROUTES.items()]
    for method, address, body in [*rows, *(("GET", path, None) for path in ("/config", "/assets/x", "/nowhere"))]:
        for headers in (
            {},
            {"authorization": "Bearer wrong"},
            {"authorization": "Bearer "},
            {"authorization": f"Basic {TOKEN}"},
            {"cookie": f"{cookie}=wrong"},
            {"cookie": f"other={TOKEN}"},
        ):
            answer = stranger.request(method, address, json=body, headers=headers)
            assert answer.status_code == 401, f"{method} {address} {headers}"
        at = "&" if "?" in address else "?"
        assert stranger.request(method, f"{address}{at}token={TOKEN}").status_code == 401, (
            "only the page takes it there"
        )


def test_other_sites_may_not_act(owner: TestClient) -> None:
    for (method, _), (address, body, expected) in OUR_ROUTES.items():
        wanted = expected if method in ("GET", "HEAD") else 403
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "http://localhost:9999"},
            {"origin": "null"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "cross-site"},
        ):
            answer = owner.request(method, address, json=body, headers=headers)
            assert answer.status_code == wanted, f"{method} {address} {headers}"


def test_the_page_itself_may_act(owner: TestClient) -> None:
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert owner.post("/api/jobs/job-1/cancel", headers=headers).status_code == 200


def test_host_names(owner: TestClient) -> None:
    for host in ("evil.example", "localhost.evil.example", "169.254.169.254", "", "localhost@evil"):
        for path in ("/", "/api/jobs", "/page/main.js"):
            assert owner.get(path, headers={"host": host}).status_code == 400, host
    for host in ("localhost", "localhost:7860", "127.0.0.1:1", "[::1]:7860"):
        assert owner.get("/health", headers={"host": host}).status_code == 200, host


def test_the_first_visit_gives_a_cookie(stranger: TestClient) -> None:
    first = stranger.get(f"/?token={TOKEN}")
    assert first.status_code == 200
    assert TOKEN not in first.text
    cookie = first.headers["set-cookie"]
    assert re.match(rf"{cookie_name(TOKEN)}={TOKEN}; ", cookie)
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert stranger.get("/api/jobs").status_code == 200


def test_without_the_token_there_is_a_form(stranger: TestClient) -> None:
    for query in ("", "?token=", "?token=wrong", "?token=%C3%A9", "?token=%FF"):
        answer = stranger.get(f"/{query}")
        assert answer.status_code == 401
        assert '<input name="token"' in answer.text
        assert "set-cookie" not in answer.headers


def test_two_servers_on_one_host_do_not_share_a_cookie() -> None:
    assert cookie_name("one") != cookie_name("two")
