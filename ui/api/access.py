"""Access: who may talk to this server at all. One random token, asked for even on loopback.

A browser trades the token for a cookie by opening `/?token=...`; programs send `Authorization: Bearer ...`. Unsafe
methods must come from the page's own origin. This module does not know any route beyond `/`.
"""

import hashlib
import hmac
import secrets
from html import escape
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tingwu.bilingual import Bilingual
from ui.api.problems import answer

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE_SECONDS = 30 * 24 * 3600
_TOKEN_REQUIRED = Bilingual(
    en="open the address with the token that `tingwu serve` printed", zh="请打开 tingwu serve 显示的带令牌的地址"
)
_FOREIGN_ORIGIN = Bilingual(en="this request comes from another site's page", zh="这个请求来自其他网站的页面")


def new_token() -> str:
    """A token with 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)


def cookie_name(token: str) -> str:
    """Cookies ignore ports, so two servers on one host must not share a cookie's name."""
    return f"tingwu-{hashlib.sha256(token.encode()).hexdigest()[:8]}"


class RequireToken:
    """ASGI middleware: answers 401 unless cookie or bearer token match; sets the cookie at `/?token=...`."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self.token = token
        self.cookie = cookie_name(token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or self._is_known(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        await self._stranger(scope)(scope, receive, send)

    def _is_known(self, headers: Headers) -> bool:
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._matches(bearer.strip()):
            return True
        return self._matches(cookie_parser(headers.get("cookie", "")).get(self.cookie, ""))

    def _matches(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.token.encode())

    def _stranger(self, scope: Scope) -> Response:
        if scope["type"] == "http" and scope["path"] == "/" and scope["method"] in SAFE_METHODS:
            given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
            return self._welcome(scope) if self._matches(given.strip()) else _sign_in(wrong=bool(given))
        return answer(Headers(scope=scope), 401, "token_required", _TOKEN_REQUIRED)

    def _welcome(self, scope: Scope) -> Response:
        # A page that moves on by itself, not a redirect: after a click in another site's page a redirect would still
        # count as that site's navigation, and the strict cookie would not be sent along.
        response = HTMLResponse('<!doctype html><meta http-equiv="refresh" content="0;url=/"><title>tingwu</title>')
        response.set_cookie(
            self.cookie,
            self.token,
            max_age=COOKIE_SECONDS,
            path="/",
            httponly=True,
            samesite="strict",
            secure=scope.get("scheme") == "https",
        )
        return response


class SameOrigin:
    """ASGI middleware: answers 403 to unsafe methods and sockets that another site's page sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or not _can_change(scope) or _is_own(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        refusal = answer(Headers(scope=scope), 403, "foreign_origin", _FOREIGN_ORIGIN)
        await refusal(scope, receive, send)


def _can_change(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS


def _is_own(headers: Headers) -> bool:
    """Browsers send Origin with every unsafe request; what sends neither header is no browser."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower()


def _sign_in(wrong: bool) -> Response:
    hint = "这个令牌不对。That token is not right." if wrong else ""
    return HTMLResponse(_SIGN_IN.replace("{hint}", escape(hint)), status_code=401)


_SIGN_IN = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>tingwu</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ink: #1d1d2b; --soft: #6b6b80; --page: #f6f6fb; --card: #fff; --line: #dcdce8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececf4; --soft: #a0a0b6; --page: #12121a; --card: #1c1c28; --line: #34344a; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--page); color: var(--ink);
  font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
form { box-sizing: border-box; width: min(420px, calc(100vw - 32px)); padding: 32px; border-radius: 20px;
  background: var(--card); box-shadow: 0 12px 40px #0000001a; }
h1 { margin: 0 0 12px; font-size: 24px; } p { margin: 0 0 20px; color: var(--soft); font-size: 14px; }
input, button { box-sizing: border-box; width: 100%; height: 44px; border-radius: 12px; font: inherit; }
input { padding: 0 14px; border: 1px solid var(--line); background: transparent; color: inherit; }
button { margin-top: 12px; border: 0; background: #5b5bf0; color: #fff; font-weight: 600; cursor: pointer; }
em { display: block; min-height: 1.6em; color: #d6455d; font-size: 14px; font-style: normal; }
</style></head>
<body><form method="get" action="/"><h1>tingwu</h1>
<p>请输入运行 tingwu serve 的终端里显示的令牌。<br>Enter the token that tingwu serve printed in its terminal.</p>
<input name="token" type="password" aria-label="token" autocomplete="current-password" autofocus required>
<em role="alert">{hint}</em><button>打开 Open</button></form></body></html>
"""
