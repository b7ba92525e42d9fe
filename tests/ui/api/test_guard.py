"""What every answer carries, and bodies that are too large."""

import re
from itertools import product

from tests.ui.api.conftest import TestClient
from ui.api.guard import MAX_BODY_BYTES

ADDRESSES = ["/", "/health", "/api/jobs", "/api/nowhere", "/page/main.js", "/config", "/gradio_api/upload"]


def test_headers(owner: TestClient, stranger: TestClient) -> None:
    for client, address in product((owner, stranger), ADDRESSES):
        headers = client.get(address, headers={"origin": "http://localhost:3000"}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-eval" not in policy
        assert "http" not in policy, "nothing from another origin"
        assert not [name for name in headers if name.startswith("access-control-")]


def test_private_answers_are_not_kept(owner: TestClient) -> None:
    for address in ("/api/recordings", "/api/recordings/rec-1", "/api/recordings/rec-1/media"):
        assert "no-store" in owner.get(address).headers["cache-control"]


def test_only_our_scripts_run(owner: TestClient) -> None:
    page = owner.get("/", headers={"accept-encoding": "gzip, br"})
    nonce = re.search(r"script-src 'self' 'nonce-([\w-]+)'", page.headers["content-security-policy"])
    assert nonce
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce[1]}"') > 0
    assert "/page/main.js" in page.text
    again = owner.get("/").headers["content-security-policy"]
    assert nonce[1] not in again


def test_the_page_asks_nobody_for_anything(owner: TestClient) -> None:
    page = owner.get("/").text
    loaded = re.findall(r"<(?:script|link)[^>]+(?:src|href)=\"(https?:)?//", page)
    assert loaded == []
    assert "fonts.googleapis.com" not in owner.get("/theme.css").text + page
    config = owner.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["dependencies"] == [], "the page calls no function through gradio"


def test_a_body_that_says_it_is_large(owner: TestClient) -> None:
    answer = owner.post("/api/uploads", content=b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_a_body_that_does_not_say_so(owner: TestClient) -> None:
    answer = owner.post("/api/uploads", content=(b" " * 4096 for _ in range(40)))
    assert answer.status_code in (400, 413)


def test_a_length_that_is_no_number(owner: TestClient) -> None:
    assert owner.post("/api/uploads", headers={"content-length": "-5"}).status_code == 413


def test_refusals_are_in_the_language_of_the_reader(owner: TestClient, stranger: TestClient) -> None:
    chinese = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}
    for client, method, address, english in (
        (owner, "GET", "/config/none", "there is nothing here"),
        (owner, "GET", "/api/uploads/none", "there is no such upload; it may have expired"),
        (owner, "POST", "/api/uploads", "the request is not valid: body"),
        (stranger, "GET", "/api/jobs", "open the address with the token that `tingwu serve` printed"),
    ):
        assert client.request(method, address).json()["message"] == english
        assert re.search("[一-鿿]{2}", client.request(method, address, headers=chinese).json()["message"])
