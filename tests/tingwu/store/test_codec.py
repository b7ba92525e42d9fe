"""What the codec writes comes back equal; anything else is refused with a typed error."""

import pytest

from tests.builders import make_recording
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Word
from tingwu.errors import StoredDataInvalid
from tingwu.store.codec import from_json, to_json


def test_recording_round_trip() -> None:
    recording = make_recording()
    assert from_json(Recording, to_json(recording)) == recording


def test_chinese_and_emoji_round_trip() -> None:
    word = Word(start=0, end=1, text="听悟👂\u2028", probability=1)
    assert from_json(Word, to_json(word)) == word


def test_tuples_need_their_type() -> None:
    words = (Word(start=0, end=1, text="a", probability=1),)
    assert from_json(tuple[Word, ...], to_json(words, tuple[Word, ...])) == words


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"start": 2, "end": 1, "text": "a", "probability": 1}', '{"start": "soon"}']
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(StoredDataInvalid, match="here"):
        from_json(Word, text, source="here")
