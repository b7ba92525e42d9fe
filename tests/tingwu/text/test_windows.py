"""Windows keep to the budget and lose nothing."""

import pytest

from tingwu.text.sentences import Sentence
from tingwu.text.windows import windows_of


def _count(text: str) -> int:
    return len(text.split())


def _sentences(*lengths: int) -> list[Sentence]:
    return [
        Sentence(id=index, start=float(index), end=float(index + 1), text="word " * length, segment_ids=(index,))
        for index, length in enumerate(lengths)
    ]


@pytest.mark.parametrize("lengths", [(10,) * 20, (90, 1, 1, 1, 90, 1, 1, 90), (5, 300, 5), (1,)])
def test_every_sentence_is_in_one_window(lengths: tuple[int, ...]) -> None:
    windows = windows_of(_sentences(*lengths), 0, len(lengths), _count, budget=100)
    assert [index for window in windows for index in range(window.first, window.last)] == list(range(len(lengths)))
    for window in windows:
        size = sum(lengths[window.first : window.last]) + (window.last - window.first)
        assert size <= 100 or window.last - window.first == 1


def test_what_fits_stays_whole() -> None:
    assert len(windows_of(_sentences(10, 10, 10), 0, 3, _count, budget=100)) == 1
    assert windows_of([], 0, 0, _count) == ()
