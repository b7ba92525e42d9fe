"""UploadStore: recordings on their way in, chunk by chunk, resumable after any cut.

On disk an upload is `<id>.json` (what was announced) and `<id>.part` (the bytes so far; its length is the offset);
when the last byte is there, `.part` becomes `.media`. The user's file name is data: storage names are made here.
This module knows neither HTTP nor jobs.
"""

import hashlib
import json
import logging
import os
import re
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tingwu.bilingual import Bilingual
from tingwu.errors import EmptyMedia, OutputFull, StoredDataInvalid
from tingwu.files import output_error, write_atomically
from ui.api.problems import Problem

CHUNK_BYTES = 8 * 1024 * 1024
"""Largest chunk."""
EXPIRY_SECONDS = 24 * 3600.0
"""An upload that nobody has touched for so long is thrown away."""
_ID = re.compile(r"[0-9a-f]{32}")
_NAME_LENGTH = 200
_TOO_LARGE = Bilingual(en="a file may have {0} bytes, this has {1}", zh="一个文件最多 {0} 字节，这个有 {1} 字节")
_WRONG_OFFSET = Bilingual(en="the upload stands at {0}", zh="上传进度在第 {0} 字节")
_CHUNK_TOO_LARGE = Bilingual(en="the chunk is larger than what is missing", zh="分块比尚缺的部分还大")
_CHUNK_DAMAGED = Bilingual(en="the chunk does not match its sha256", zh="分块与它的 sha256 不符")
_INCOMPLETE = Bilingual(en="{0} bytes are missing", zh="还缺 {0} 字节")
_UNKNOWN = Bilingual(en="there is no such upload; it may have expired", zh="没有这个上传，它可能已经过期")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One upload. `offset` bytes of `size` have arrived; `job_id` is set once it was handed over."""

    id: str
    name: str
    size: int
    offset: int = 0
    job_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLimits:
    """`max_bytes` for one file, `quota_bytes` for all unfinished ones, `free_bytes` that must stay free on the disk."""

    max_bytes: int = 64 * 1024**3
    quota_bytes: int = 256 * 1024**3
    free_bytes: int = 1024**3


def clean_name(name: str) -> str:
    """The last part of a path-like name, without control and direction characters, 1-200 characters long."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(char for char in last if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return re.sub(r"^[\s.]+|[\s.]+$", "", kept.strip()[-_NAME_LENGTH:]) or "recording"


class UploadStore:
    """Uploads in the folder `root`. Methods may be called from any thread."""

    def __init__(self, root: Path, limits: UploadLimits, now: Callable[[], float] = time.time) -> None:
        self.root = root
        self.limits = limits
        self.now = now
        self._gate = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def create(self, name: str, size: int) -> Upload:
        """Announce a file. Raises EmptyMedia, OutputFull and Problem (too large)."""
        name = clean_name(name)
        if size == 0:
            raise EmptyMedia(name)
        if size > self.limits.max_bytes:
            raise Problem(413, "upload_too_large", _TOO_LARGE.filled(str(self.limits.max_bytes), str(size)))
        self.sweep()
        with self._gate:
            self._check_room(size)
            upload = Upload(id=secrets.token_hex(16), name=name, size=size)
            self._save(upload)
            self._part(upload.id).touch(mode=0o600)
        return upload

    def get(self, upload_id: str) -> Upload:
        """The upload as it stands on disk. Raises Problem (unknown) and StoredDataInvalid."""
        if not _ID.fullmatch(upload_id):
            raise _unknown()
        try:
            fields = json.loads(self._meta(upload_id).read_text(encoding="utf-8"))
            upload = Upload(id=upload_id, name=fields["name"], size=fields["size"], job_id=fields["job_id"])
        except FileNotFoundError as error:
            raise _unknown() from error
        except (ValueError, KeyError, TypeError) as error:
            raise StoredDataInvalid(str(self._meta(upload_id)), "not an upload") from error
        part = self._part(upload_id)
        return replace(upload, offset=part.stat().st_size if part.exists() else upload.size)

    def append(self, upload_id: str, offset: int, data: bytes, sha256: str | None = None) -> Upload:
        """Write one chunk at `offset`, which must be where the upload stands.

        Raises Problem (unknown, wrong offset, too much, damaged on the way) and OutputError; nothing is kept then.
        """
        with self._lock(upload_id):
            upload = self.get(upload_id)
            if offset != upload.offset:
                text = _WRONG_OFFSET.filled(str(upload.offset))
                raise Problem(409, "wrong_offset", text, upload.offset)
            if len(data) > CHUNK_BYTES or offset + len(data) > upload.size:
                raise Problem(413, "chunk_too_large", _CHUNK_TOO_LARGE, upload.offset)
            if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256.lower():
                raise Problem(422, "chunk_damaged", _CHUNK_DAMAGED, upload.offset)
            self._write(upload, data)
            return replace(upload, offset=offset + len(data))

    def finish(self, upload_id: str, submit: Callable[[Path, str], str]) -> str:
        """Hand the whole file to `submit(path, name)` and return the job's id; a second call returns the same id."""
        with self._lock(upload_id):
            upload = self.get(upload_id)
            if upload.job_id is not None:
                return upload.job_id
            if upload.offset != upload.size:
                text = _INCOMPLETE.filled(str(upload.size - upload.offset))
                raise Problem(409, "incomplete", text, upload.offset)
            job_id = submit(self._seal(upload), upload.name)
            self._save(replace(upload, job_id=job_id))
            return job_id

    def discard(self, upload_id: str) -> None:
        """Forget an upload and its bytes. A file that a job has taken over stays. Raises Problem (unknown)."""
        with self._lock(upload_id):
            self._remove(self.get(upload_id))
        with self._gate:
            self._locks.pop(upload_id, None)

    def sweep(self) -> None:
        """Throw away what nobody has touched for EXPIRY_SECONDS."""
        limit = self.now() - EXPIRY_SECONDS
        for meta in self.root.glob("*.json"):
            upload_id = meta.stem
            newest = max((p.stat().st_mtime for p in (meta, self._part(upload_id)) if p.exists()), default=limit)
            if newest < limit:
                self._expire(upload_id)

    def _check_room(self, size: int) -> None:
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        pending = self._unfinished()
        if sum(upload.size for upload in pending) + size > self.limits.quota_bytes:
            raise OutputFull(str(self.root), "too many unfinished uploads")
        to_come = sum(upload.size - upload.offset for upload in pending) + size
        if shutil.disk_usage(self.root).free - to_come < self.limits.free_bytes:
            raise OutputFull(str(self.root), "the disk is nearly full")

    def _unfinished(self) -> list[Upload]:
        """Uploads under way; a damaged record must not stop the others, so it is left out."""
        found: list[Upload] = []
        for path in self.root.glob("*.part"):
            with suppress(Problem, StoredDataInvalid):
                found.append(self.get(path.stem))
        return found

    def _expire(self, upload_id: str) -> None:
        try:
            self.discard(upload_id)
        except StoredDataInvalid:
            # Who owns its file is not known any more; only what surely nobody needs is removed.
            self._meta(upload_id).unlink(missing_ok=True)
            self._part(upload_id).unlink(missing_ok=True)
        except Problem:
            _log.debug("upload %s is gone already", upload_id)

    def _remove(self, upload: Upload) -> None:
        if upload.job_id is None:
            self._media(upload.id).unlink(missing_ok=True)
        self._meta(upload.id).unlink(missing_ok=True)
        self._part(upload.id).unlink(missing_ok=True)

    def _write(self, upload: Upload, data: bytes) -> None:
        path = self._part(upload.id)
        try:
            with path.open("r+b") as file:
                file.seek(upload.offset)
                file.write(data)
        except OSError as error:
            os.truncate(path, upload.offset)
            raise output_error(path, error) from error

    def _seal(self, upload: Upload) -> Path:
        part, media = self._part(upload.id), self._media(upload.id)
        if part.exists():
            with part.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(part, media)
        return media

    def _save(self, upload: Upload) -> None:
        write_atomically(self._meta(upload.id), json.dumps(asdict(upload), ensure_ascii=False))

    def _meta(self, upload_id: str) -> Path:
        return self.root / f"{upload_id}.json"

    def _part(self, upload_id: str) -> Path:
        return self.root / f"{upload_id}.part"

    def _media(self, upload_id: str) -> Path:
        return self.root / f"{upload_id}.media"

    @contextmanager
    def _lock(self, upload_id: str) -> Iterator[None]:
        with self._gate:
            lock = self._locks.setdefault(upload_id, threading.Lock())
        with lock:
            yield


def _unknown() -> Problem:
    return Problem(404, "upload_not_found", _UNKNOWN)
