"""Quotes lose fillers, never words."""

import pytest

from tingwu.domain.notes import Proof
from tingwu.text.quotes import clean, quote
from tingwu.text.sentences import Sentence


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("So, um, you know, we we should do it.", "We should do it."),
        ("呃，然后，我们我们今天，嗯，讨论预算。", "我们今天，讨论预算。"),
        ("嗯。", "嗯。"),
        ("Um.", "Um."),
        ("The number is 3.", "The number is 3."),
        ("非常非常重要的数字是二十二十万。", "非常非常重要的数字是二十二十万。"),
        ("In twenty twenty two he had had enough.", "In twenty twenty two he had had enough."),
        ("Er ist da.", "Er ist da."),
    ],
)
def test_clean(said: str, shown: str) -> None:
    assert clean(said) == shown


def test_a_quote_cites_its_sentences_verbatim() -> None:
    sentence = Sentence(id=3, start=1.0, end=2.0, text="Um, we go.", segment_ids=(7, 8))
    claim = quote(sentence)
    assert (claim.text, claim.proof) == ("We go.", Proof.QUOTE)
    assert (claim.citations[0].quote, claim.citations[0].segment_ids) == ("Um, we go.", (7, 8))
