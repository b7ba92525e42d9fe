"""Model files from Hugging Face and ModelScope, or mirrors of them, over HTTP.

An interrupted file is continued by Range. Where the hub tells the sha256 of a file beforehand, one that is not the
catalogue's is refused before its bytes are fetched. Nothing is sent but the path that is asked for.
"""

import logging
import os
import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import httpx

from tingwu.errors import ModelCorrupt, ModelUnavailable
from tingwu.files import output_error
from tingwu.models.catalog import Model, ModelFile
from tingwu.models.reach import Reach
from tingwu.models.sources import Meter, Piece, SourceOptions, whole_path
from tingwu.models.stamps import sha256_of

_log = logging.getLogger(__name__)

_FRUITLESS_ATTEMPTS = 4
_READ_SECONDS = 30.0
_SHA256_ETAG = re.compile(r'(?:W/)?"?([0-9a-f]{64})"?')


class _Interrupted(Exception):
    """The transfer stopped in a way that another attempt may mend."""


class HubSource:
    """One hub. `address` gives the URL of a file, or "" for a model that is not there."""

    network = True

    def __init__(
        self, name: str, endpoint: str, address: Callable[[Model, ModelFile], str], options: SourceOptions
    ) -> None:
        self.name = name
        self._address = address
        self._retry_seconds = options.retry_seconds
        self._timeout = httpx.Timeout(_READ_SECONDS, connect=options.connect_seconds)
        self._reach = Reach(endpoint, options.connect_seconds)

    def unusable(self) -> str:
        """The hub may be out of reach; found out once."""
        return self._reach.complaint()

    def pieces(self, model: Model, files: Sequence[ModelFile], folder: Path) -> tuple[Piece, ...]:
        """A piece for each file, optional ones first so that a complete model never lacks one by accident."""
        return tuple(
            Piece(label=file.name, size=file.size, run=partial(self._fetch, model, file, folder))
            for file in sorted(files, key=lambda file: not file.optional)
            if self._address(model, file)
        )

    def _fetch(self, model: Model, file: ModelFile, folder: Path, meter: Meter) -> None:
        download = _Download(model.name, file, self._address(model, file), folder / f"{file.name}.{self.name}", meter)
        with httpx.Client(timeout=self._timeout, follow_redirects=True) as client:
            found = self._persist(download, client, meter)
        if found:
            download.finish(whole_path(folder, file))
        elif not file.optional:
            raise ModelUnavailable(model.name, f"{self.name}: there is no {file.remote_path}")

    def _persist(self, download: "_Download", client: httpx.Client, meter: Meter) -> bool:
        """Try until the file is there, as long as every few attempts bring new bytes. False: the hub lacks it."""
        fruitless = 0
        while True:
            had = download.bytes_here()
            try:
                return download.attempt(client)
            except (httpx.TransportError, httpx.TooManyRedirects, _Interrupted) as error:
                fruitless = 0 if download.bytes_here() > had else fruitless + 1
                why = f"{self.name}: {error or type(error).__name__}"
                _log.info("%s was interrupted: %s", download.file.name, why)
                if fruitless == _FRUITLESS_ATTEMPTS:
                    raise ModelUnavailable(download.name, why) from error
                meter.pause(self._retry_seconds * 2**fruitless)


def open_hugging_face(options: SourceOptions) -> HubSource:
    """The source `huggingface`."""
    endpoint = options.hf_endpoint.rstrip("/")

    def address(model: Model, file: ModelFile) -> str:
        path = f"{model.huggingface}/resolve/{model.revision or 'main'}/{file.remote_path}"
        return f"{endpoint}/{path}" if model.huggingface else ""

    return HubSource("huggingface", endpoint, address, options)


def open_modelscope(options: SourceOptions) -> HubSource:
    """The source `modelscope`."""
    endpoint = options.modelscope_endpoint.rstrip("/")

    def address(model: Model, file: ModelFile) -> str:
        path = f"models/{model.modelscope}/resolve/master/{file.remote_path}"
        return f"{endpoint}/{path}" if model.modelscope else ""

    return HubSource("modelscope", endpoint, address, options)


class _Download:
    """One file on its way: `unfinished` has the bytes so far, `unfinished` + ".etag" says of which version."""

    def __init__(self, name: str, file: ModelFile, url: str, unfinished: Path, meter: Meter) -> None:
        self.name = name
        self.file = file
        self._url = url
        self._unfinished = unfinished
        self._etag_path = unfinished.with_name(unfinished.name + ".etag")
        self._meter = meter
        self._promised = file.sha256

    def bytes_here(self) -> int:
        """How much of the file is here."""
        return self._unfinished.stat().st_size if self._unfinished.exists() else 0

    def attempt(self, client: httpx.Client) -> bool:
        """Fetch what is lacking; False when the hub has no such file.

        Raises _Interrupted, httpx.TransportError, ModelCorrupt or OutputError.
        """
        have = self.bytes_here()
        if have and have == self.file.size and self.file.sha256:
            return True  # a killed run got this far; the hash will tell
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with client.stream("GET", self._url, headers=headers) as response:
            if response.status_code in (401, 403, 404):
                return False
            self._heed_promise(response)
            self._take(response, have)
        return True

    def _take(self, response: httpx.Response, have: int) -> None:
        """Save what the hub answers to a request from byte `have` on; what is here outlives a hub in trouble."""
        if response.status_code == 200:
            self._save(response, 0)
        elif response.status_code == 206 and self._continues(response, have):
            self._save(response, have)
        elif response.status_code == 416 and self._is_all(response, have):
            return
        else:
            if response.status_code in (206, 416):
                self._forget()  # it has another version now
            raise _Interrupted(f"answered with status {response.status_code}")

    def finish(self, whole: Path) -> None:
        """Move the complete file to `whole`. Raises ModelCorrupt when it is not what the hub promised."""
        if self.file.sha256 is None and self._promised:
            found = sha256_of(self._unfinished, lambda _: self._meter.at(self.file.name, self.file.size))
            if found != self._promised:
                self._forget()
                raise ModelCorrupt(self.name, self.file.name)
        self._unfinished.replace(whole)
        self._etag_path.unlink(missing_ok=True)

    def _heed_promise(self, response: httpx.Response) -> None:
        """Hugging Face tells the sha256 of large files in a header of its own, on the way to the bytes."""
        for step in (*response.history, response):
            match = _SHA256_ETAG.fullmatch(step.headers.get("X-Linked-Etag", ""))
            if match:
                self._promised = match[1]
        if self.file.sha256 not in (None, self._promised):
            raise ModelCorrupt(self.name, f"{self._url} is another file than the catalogue means")

    def _continues(self, response: httpx.Response, have: int) -> bool:
        """Whether the answer goes on exactly where the bytes so far end, in the same version of the file."""
        if not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            return False
        if self.file.sha256:
            return True  # a mixture of versions would not pass the hash
        etag = response.headers.get("ETag", "")
        return bool(etag) and self._etag_path.exists() and self._etag_path.read_text() == etag

    def _is_all(self, response: httpx.Response, have: int) -> bool:
        """Whether nothing is lacking: the file ends where the bytes so far end, and `finish` can check them."""
        return response.headers.get("Content-Range") == f"bytes */{have}" and self._promised is not None

    def _save(self, response: httpx.Response, have: int) -> None:
        limit = self.file.size if self.file.sha256 else None
        try:
            with self._unfinished.open("ab" if have else "wb") as target:
                self._etag_path.write_text(response.headers.get("ETag", ""))
                for block in response.iter_raw():
                    have += len(block)
                    if limit is not None and have > limit:
                        raise ModelCorrupt(self.name, f"{self.file.name} is larger than it should be")
                    target.write(block)
                    self._meter.at(self.file.name, have)
                target.flush()
                os.fsync(target.fileno())
        except ModelCorrupt:
            self._forget()
            raise
        except OSError as error:
            raise output_error(self._unfinished, error) from error

    def _forget(self) -> None:
        self._unfinished.unlink(missing_ok=True)
        self._etag_path.unlink(missing_ok=True)
