import pytest

from tingwu.domain.media import TimeRange
from tingwu.speech.language import choose_language, listen_at


def test_certain_votes_outweigh_many_unsure_ones() -> None:
    assert choose_language([("nn", 0.2), ("zh", 0.9), ("nn", 0.3)]) == ("zh", pytest.approx(0.3))


def test_one_language_everywhere() -> None:
    assert choose_language([("en", 0.9), ("en", 0.8)]) == ("en", pytest.approx(0.85))


def test_the_first_of_equals_and_the_default() -> None:
    assert choose_language([("fr", 0.5), ("de", 0.5)])[0] == "fr"
    assert choose_language([], default="zh") == ("zh", 0.0)


def test_listening_is_spread_and_prefers_long_windows() -> None:
    windows = [TimeRange(start=i * 20, end=i * 20 + (15 if i % 4 == 2 else 5)) for i in range(20)]
    assert listen_at(windows) == (2, 6, 10, 14, 18)
    assert listen_at(windows[:2]) == (0, 1)
    assert listen_at([]) == ()
