"""Problem: a refusal that only exists at the HTTP edge, and how every refusal is written as JSON.

Errors of the work itself are TingwuErrors and get their status from `ui.failures`; a Problem is for what only HTTP
knows: a chunk at the wrong offset, a body that is too large, a missing token. Both are answered as
`{"code": ..., "message": ...}`, in the language that the request prefers.
"""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from tingwu.bilingual import Bilingual
from tingwu.error_words import error_words
from tingwu.errors import TingwuError
from ui.failures import http_status


class Problem(Exception):
    """`status` is the HTTP status, `code` stable for programs, `text` for people. `offset` helps uploads resume."""

    def __init__(self, status: int, code: str, text: Bilingual, offset: int | None = None) -> None:
        super().__init__(status, code, text, offset)
        self.status = status
        self.code = code
        self.text = text
        self.offset = offset


def answer(headers: Headers, status: int, code: str, text: Bilingual, offset: int | None = None) -> JSONResponse:
    """The JSON that every refusal is written as, for a request with `headers`."""
    content = {"code": code, "message": text.in_language(preferred_language(headers))} | (
        {} if offset is None else {"offset": offset}
    )
    return JSONResponse(content, status_code=status)


def preferred_language(headers: Headers) -> str:
    """`zh` if the browser names Chinese before English, else `en`."""
    wanted = headers.get("accept-language", "").lower()
    return next((part.strip()[:2] for part in wanted.split(",") if part.strip()[:2] in ("zh", "en")), "en")


def install(app: FastAPI) -> None:
    """Answer every refusal of `app` in the one shape."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, error: Problem) -> JSONResponse:
        return answer(request.headers, error.status, error.code, error.text, error.offset)

    @app.exception_handler(TingwuError)
    async def on_error(request: Request, error: TingwuError) -> JSONResponse:
        return answer(request.headers, http_status(error), error.code, error_words(error))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = ", ".join(".".join(str(part) for part in one["loc"]) for one in error.errors())
        text = Bilingual(en=f"the request is not valid: {fields}", zh=f"请求无效：{fields}")
        return answer(request.headers, 422, "invalid_request", text)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        text = Bilingual(en=str(error.detail), zh=f"无法处理这个请求（HTTP {error.status_code}）")
        response = answer(request.headers, error.status_code, f"http_{error.status_code}", text)
        response.headers.update(error.headers or {})
        return response
