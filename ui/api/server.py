"""serve: the server as a program. Opens the jobs, prints the address with its token, runs until it is stopped."""

import logging
import socket
from pathlib import Path
from urllib.parse import quote

import uvicorn

from pipelines.executors import SERVER_QUEUE
from pipelines.jobs import Jobs
from pipelines.settings import Settings
from tingwu.errors import OutputNotWritable
from tingwu.files import output_error
from tingwu.store.library import Library
from ui.api.access import new_token
from ui.api.app import create_app

_log = logging.getLogger(__name__)
GOODBYE_SECONDS = 5
"""So long may open downloads go on after the server was told to stop."""


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve the page and the API at `host:port` (port 0 takes a free one) until interrupted.

    Raises OutputError when the data folder cannot be written or the port is taken.
    """
    token = stored_token(settings.data_dir / "token")
    listener = listen(host, port)
    port = listener.getsockname()[1]
    with listener, Jobs(settings, queue=SERVER_QUEUE) as jobs:
        app = create_app(jobs, Library(settings.recordings_dir), reachable(settings, host), token)
        print(f"tingwu: {address(host, port, token)}", flush=True)  # noqa: T201  # the result of this command
        # The access log would hold the token of the first visit, so there is none.
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GOODBYE_SECONDS,
        )
        uvicorn.Server(config).run(sockets=[listener])


def stored_token(path: Path) -> str:
    """The token of this data folder: made on first use, readable by its owner only, the same after a restart."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        token = path.read_text(encoding="ascii", errors="replace").strip()
        if not token:
            token = new_token()
            path.write_text(token, encoding="ascii")
    except OSError as error:
        raise output_error(path, error) from error
    return token


def address(host: str, port: int, token: str) -> str:
    """What to open in a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/?token={quote(token)}"


def reachable(settings: Settings, host: str) -> Settings:
    """Settings for serving at `host`. A host that was asked for by name is a host by which the page may be reached."""
    name = f"[{host}]" if ":" in host else host
    if host in ("0.0.0.0", "::") or name in settings.allowed_hosts:
        return settings
    return settings.model_copy(update={"allowed_hosts": (*settings.allowed_hosts, name)})


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises OutputNotWritable when the port is taken or the host is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise OutputNotWritable(f"{host}:{port}", error.strerror or "cannot listen there") from error
