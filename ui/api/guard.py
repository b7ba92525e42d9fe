"""What every answer carries and no request may do: security headers, body limits, and gradio's closed doors."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tingwu.bilingual import Bilingual
from ui.api.problems import answer

MAX_BODY_BYTES = 64 * 1024
"""Largest body of a request that is no upload chunk."""

_NOT_FOUND = Bilingual(en="there is nothing here", zh="这里什么也没有")
_TOO_LARGE = Bilingual(en="the request is too large", zh="请求过大")

GRADIO_OPEN = re.compile(
    r"/|/config/?|/theme\.css|/(assets|static|svelte)/.*"
    r"|/gradio_api/(startup-events|theme\.css|heartbeat/\w+)"
)
"""All that the page needs of gradio, with GET. Its upload, file, proxy, queue, token, dev and monitoring routes stay
shut: its file cache is shared by everybody who may open the page, and this page calls none of its functions."""

OWN_PATHS = re.compile(r"/(api|page|health|favicon\.ico)(/.*)?")
"""Paths that are answered by our own routes."""

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
}


def content_policy(nonce: str) -> str:
    """The Content-Security-Policy of an answer: only this origin, only scripts that carry `nonce` or are files."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; connect-src 'self'; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """ASGI middleware: adds the headers to every answer and the nonce to the scripts of the page at `/`.

    Gradio's answers may allow other origins; those headers are taken off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        is_page = scope["path"] == "/"
        if is_page:
            # The page is read on its way out, so it must not be compressed.
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        outlet = _PageOutlet(send, nonce) if is_page else _Outlet(send, nonce, scope["path"])
        await self.app(scope, receive, outlet)


class _Outlet:
    """Sends an answer on with our headers."""

    def __init__(self, send: Send, nonce: str, path: str) -> None:
        self.send = send
        self.nonce = nonce
        self.is_private = path.startswith("/api/")

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            dress(message, self.nonce)
            if self.is_private:
                MutableHeaders(scope=message).setdefault("cache-control", "private, no-store")
        await self.send(message)


class _PageOutlet:
    """Holds the page back until it is whole, then sends it with a nonce on each script."""

    def __init__(self, send: Send, nonce: str) -> None:
        self.send = send
        self.nonce = nonce
        self.start: Message = {}
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if message["type"] != "http.response.body":
            await self.send(message)
            return
        self.body += message.get("body", b"")
        if message.get("more_body", False):
            return
        body = bytes(self.body).replace(b"<script", f'<script nonce="{self.nonce}"'.encode())
        dress(self.start, self.nonce)
        headers = MutableHeaders(scope=self.start)
        headers["cache-control"] = "no-store"
        if "content-length" in headers and body:
            headers["content-length"] = str(len(body))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body})


def dress(start: Message, nonce: str) -> None:
    """Put the security headers on the beginning of an answer and take foreign permissions off."""
    headers = MutableHeaders(scope=start)
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]
    headers.update(_HEADERS | {"content-security-policy": content_policy(nonce)})


class ClosedDoors:
    """ASGI middleware: 404 for every path that is neither ours nor on gradio's short list."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_open(scope):
            await self.app(scope, receive, send)
            return
        await answer(Headers(scope=scope), 404, "not_found", _NOT_FOUND)(scope, receive, send)


def _is_open(scope: Scope) -> bool:
    if OWN_PATHS.fullmatch(scope["path"]):
        return True
    return scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and bool(GRADIO_OPEN.fullmatch(scope["path"]))


class BodyLimit:
    """ASGI middleware: 413 for bodies over MAX_BODY_BYTES; upload chunks have their own limit in their route."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "PUT":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdigit() or int(declared) > MAX_BODY_BYTES:
            await answer(Headers(scope=scope), 413, "too_large", _TOO_LARGE)(scope, receive, send)
            return
        await self.app(scope, _Counted(receive), send)


class _Counted:
    """Receives a body and cuts the connection's body off when it outgrows the limit (no length was declared)."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.count = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.count += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.count > MAX_BODY_BYTES else message
