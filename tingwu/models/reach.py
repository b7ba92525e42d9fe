"""Reach: whether a web address answers at all, found out once and in a bounded time."""

import threading

import httpx


class Reach:
    """Asks `url` when first needed. Any HTTP answer counts, whatever it says."""

    def __init__(self, url: str, seconds: float) -> None:
        self._url = url
        self._seconds = seconds
        self._lock = threading.Lock()
        self._complaint: str | None = None

    def complaint(self) -> str:
        """Why the address cannot be reached, or "". Takes at most about `seconds`, and no time when asked again."""
        with self._lock:
            if self._complaint is None:
                self._complaint = self._ask()
            return self._complaint

    def _ask(self) -> str:
        answers: list[str] = []
        # Name resolution has no timeout of its own, so the question is asked in a thread that may be left behind.
        thread = threading.Thread(target=lambda: answers.append(_ask_once(self._url, self._seconds)), daemon=True)
        thread.start()
        thread.join(self._seconds + 0.5)
        return answers[0] if answers else f"{self._url} did not answer within {self._seconds:g} s"


def _ask_once(url: str, seconds: float) -> str:
    try:
        httpx.head(url, timeout=seconds)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"{url} cannot be reached ({error or type(error).__name__})"
    return ""
