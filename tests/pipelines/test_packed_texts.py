"""Texts that wait compressed come back as they were."""

from pipelines.packed_texts import PackedTexts
from tests.tingwu.speech.window_texts import window


def test_what_is_packed_comes_back() -> None:
    texts = [window(["one ", "two"], "en"), window(["三", "四"], start=10.0), window([], start=20.0)]
    packed = PackedTexts().with_more(texts[:1]).with_more(texts[1:])
    assert list(packed) == texts
    assert list(packed) == texts


def test_others_take_their_places() -> None:
    one, two, other = window(["one"]), window(["two"], start=10.0), window(["zwei"], "de", start=10.0)
    packed = PackedTexts().with_more([one, two])
    assert list(packed.with_others({1: other})) == [one, other]
    assert packed.with_others({}) == packed
    assert list(packed) == [one, two]
