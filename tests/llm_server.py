"""A scripted model server on loopback: OpenAI, llama.cpp and Ollama shapes, and every way to fail.

`FakeServer` runs it in this process. `python tests/llm_server.py` stands in for the embedded server's process: it reads
the same order from stdin and reports its address on stdout.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Script:
    """What the server does. `faults` are used up from the left, one a chat request; then it answers `reply`."""

    reply: str = "The budget was approved."
    faults: list[str] = field(default_factory=list)
    always: str = ""
    kind: str = "llamacpp"
    """`llamacpp`, `vllm`, `ollama` or `plain`."""
    context_tokens: int = 4096
    scores: dict[str, float] = field(default_factory=dict)
    """First tokens and log-probabilities; empty = the server gives none."""
    prompt_tokens: int | None = None
    """What is reported; None = the words of the prompt."""
    continues: bool = True
    """Whether a begun answer is continued; else the answer starts with it."""
    api_key: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    cut: threading.Event = field(default_factory=threading.Event)
    """Set when a client goes away in the middle of an answer."""
    hanging: threading.Event = field(default_factory=threading.Event)
    """Set when a request hangs, as told by a fault."""
    release: threading.Event = field(default_factory=threading.Event)
    """Lets hanging requests go."""


class Handler(BaseHTTPRequestHandler):
    """One connection; `server.script` rules."""

    protocol_version = "HTTP/1.1"
    server: "ScriptedServer"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        script = self.server.script
        script.paths.append(self.path)
        if script.always == "html":
            self.fault_html({})
        elif self.path == "/v1/models":
            owner = script.kind if script.kind in {"llamacpp", "vllm"} else "someone"
            self.json({"data": [{"id": "scripted", "owned_by": owner}, {"id": "other", "owned_by": owner}]})
        elif self.path == "/api/version" and script.kind == "ollama":
            self.json({"version": "0.12.0"})
        elif self.path == "/props" and script.kind == "llamacpp":
            self.json({"default_generation_settings": {"n_ctx": script.context_tokens}})
        else:
            self.json({"error": {"message": "not found"}}, 404)

    def do_POST(self) -> None:
        script = self.server.script
        script.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if script.api_key and self.headers.get("authorization") != f"Bearer {script.api_key}":
            self.json({"error": {"message": "Invalid API Key"}}, 401)
        elif self.path == "/tokenize":
            self.json({"tokens": list(range(len(body["content"])))})
        else:
            script.requests.append(body)
            fault = script.always or (script.faults.pop(0) if script.faults else "")
            if script.kind == "llamacpp" and _words(body) > script.context_tokens:
                fault = "context"
            getattr(self, f"fault_{fault}", self.answer)(body)

    def answer(self, body: dict[str, Any]) -> None:
        script = self.server.script
        text = script.reply
        begun = body["messages"][-1]["content"] if body["messages"][-1]["role"] == "assistant" else ""
        if begun and not script.continues:
            text = begun + text
        if body.get("logprobs") and not script.scores and script.kind == "plain":
            self.json({"error": {"message": "logprobs are not supported"}}, 400)
            return
        words = text.split(" ")[: body.get("max_tokens") or body["options"]["num_predict"]]
        cut = len(words) < len(text.split(" "))
        pieces = [word if at == 0 else f" {word}" for at, word in enumerate(words)]
        self.start()
        for piece in pieces:
            self.piece(piece, scored=bool(body.get("logprobs") and script.scores))
        self.finish(body, len(pieces), "length" if cut else "stop")

    def start(self) -> None:
        kind = "application/x-ndjson" if self.server.script.kind == "ollama" else "text/event-stream"
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def piece(self, text: str, scored: bool = False) -> None:
        top = [{"token": token, "logprob": value, "bytes": None} for token, value in self.server.script.scores.items()]
        if self.server.script.kind == "ollama":
            event: dict[str, Any] = {"message": {"role": "assistant", "content": text}, "done": False}
            self.write(json.dumps(event | ({"logprobs": [{"top_logprobs": top}]} if scored else {})) + "\n")
            return
        choice: dict[str, Any] = {"index": 0, "delta": {"content": text}, "finish_reason": None}
        if scored:
            choice["logprobs"] = {"content": [{"token": text, "logprob": 0.0, "bytes": None, "top_logprobs": top}]}
        self.event({"choices": [choice]})

    def finish(self, body: dict[str, Any], tokens: int, reason: str) -> None:
        seen = self.server.script.prompt_tokens
        if seen is None:
            seen = _words(body)
        if self.server.script.kind == "ollama":
            end = {"message": {"content": ""}, "done": True, "done_reason": reason}
            self.write(json.dumps(end | {"prompt_eval_count": seen, "eval_count": tokens}) + "\n")
            self.write("")
            return
        self.event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        self.event({"choices": [], "usage": {"prompt_tokens": seen, "completion_tokens": tokens, "total_tokens": 0}})
        self.write("data: [DONE]\n\n")
        self.write("")

    def event(self, fields: dict[str, Any]) -> None:
        whole = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "scripted"} | fields
        self.write(f"data: {json.dumps(whole, ensure_ascii=False)}\n\n")

    def write(self, text: str) -> None:
        """One HTTP chunk; the empty one ends the response, so that a crash can be told from an end."""
        data = text.encode()
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    def json(self, fields: dict[str, Any], status: int = 200, **headers: str) -> None:
        self.respond(json.dumps(fields).encode(), status, content_type="application/json", **headers)

    def respond(self, data: bytes, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(data))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def fault_html(self, body: dict[str, Any]) -> None:
        self.respond(b"<!DOCTYPE html><html><body>Sign in</body></html>", 200, content_type="text/html")

    def fault_429(self, body: dict[str, Any]) -> None:
        self.json({"error": {"message": "slow down"}}, 429, retry_after="0.001")

    def fault_500(self, body: dict[str, Any]) -> None:
        self.json({"error": {"message": "broken"}}, 500)

    def fault_401(self, body: dict[str, Any]) -> None:
        self.json({"error": {"message": "wrong key"}}, 401)

    def fault_empty(self, body: dict[str, Any]) -> None:
        self.start()
        self.finish(body, 0, "stop")

    def fault_half(self, body: dict[str, Any]) -> None:
        self.start()
        self.piece("The budget")
        self.write('{"message": {"con\n' if self.server.script.kind == "ollama" else 'data: {"choices": [{"del\n\n')
        self.write("")

    def fault_broken_off(self, body: dict[str, Any]) -> None:
        self.start()
        self.piece("The budget")
        self.write("")

    def fault_context(self, body: dict[str, Any]) -> None:
        message = "request (9000 tokens) exceeds the available context size (4096 tokens)"
        numbers = {"type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 4096}
        self.json({"error": {"message": message} | numbers}, 400)

    def fault_context_words(self, body: dict[str, Any]) -> None:
        self.json({"error": {"message": "This model's maximum context length is 4096 tokens."}}, 400)

    def fault_stall(self, body: dict[str, Any]) -> None:
        """Some text, then comments that keep the connection alive, but no token."""
        self.start()
        self.piece("The")
        self.server.script.hanging.set()
        with suppress(OSError):
            while not self.server.script.release.wait(0.005):
                self.write("\n" if self.server.script.kind == "ollama" else ": still here\n\n")

    def fault_silent(self, body: dict[str, Any]) -> None:
        """No response at all until released."""
        self.server.script.hanging.set()
        self.server.script.release.wait(10)

    def fault_endless(self, body: dict[str, Any]) -> None:
        self.start()
        try:
            while True:
                self.piece("and then we talked about the plan for the new office again ")
        except OSError:
            self.server.script.cut.set()

    def fault_crash(self, body: dict[str, Any]) -> None:
        """The process dies in the middle of an answer: only for the stand-in process."""
        self.start()
        self.piece("The")
        os.kill(os.getpid(), signal.SIGKILL)


def _words(body: dict[str, Any]) -> int:
    return sum(len(message["content"].split()) for message in body["messages"])


class ScriptedServer(ThreadingHTTPServer):
    """The HTTP server with its script. `daemon_threads` lets hanging requests end with the process."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of the play."""


@contextmanager
def serving(script: Script) -> Generator[str]:
    """The URL of a server that plays `script` while the block runs."""
    server = ScriptedServer(script)
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.005), daemon=True)
    thread.start()
    try:
        yield server.url
    finally:
        script.release.set()
        server.shutdown()
        server.server_close()
        thread.join()


def report(fields: dict[str, str]) -> None:
    """What the embedded server's process says once, on stdout."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def main() -> None:
    """The stand-in for the embedded server's process. Its script is the JSON in argv[1], kept away from the order.

    `start_fault`: `error` reports one, `exit` ends, `hang` never reports, `stubborn` ignores SIGTERM.
    `crash_file`: while it exists, chat requests crash the process after deleting it (`keep_crashing`: without).
    """
    play = json.loads(sys.argv[1])
    order = json.loads(sys.stdin.readline())
    fault = play.get("start_fault", "")
    sys.stderr.write("loading the model\n")
    sys.stderr.flush()
    if fault == "exit":
        sys.exit(3)
    if fault == "error":
        report({"error": "RuntimeError: bad tensor"})
        sys.exit(1)
    if fault == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if fault == "hang":
        time.sleep(60)
    crash = play.get("crash_file", "")
    faults: list[str] = []
    if crash and os.path.exists(crash):
        faults = ["crash"]
        if not play.get("keep_crashing"):
            os.unlink(crash)
    script = Script(api_key=order["api_key"], faults=faults, always=play.get("always", ""))
    script.context_tokens = order["context_tokens"]
    server = ScriptedServer(script)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    report({"url": server.url})
    while sys.stdin.readline():
        pass


if __name__ == "__main__":
    main()
