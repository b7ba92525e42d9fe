"""Likelihood of Chinese text by word frequencies."""

from math import inf, log

import pytest

from tingwu.speech.lexicon import Lexicon, chinese_lexicon


def test_the_likeliest_cut_counts() -> None:
    lexicon = Lexicon({"木头": 50, "木": 10, "头": 10, "盒子": 30})
    assert lexicon.logprob("") == 0
    assert lexicon.logprob("木头") == pytest.approx(log(50 / 100))
    assert lexicon.logprob("头木") == pytest.approx(2 * log(10 / 100))
    assert lexicon.logprob("木头盒子") == pytest.approx(log(50 / 100) + log(30 / 100))
    assert lexicon.logprob("未") == pytest.approx(log(1 / 100)), "an unknown character counts as seen once"
    assert lexicon.logprob("木" * 30) > -inf


def test_the_dictionary_knows_common_words() -> None:
    lexicon = chinese_lexicon()
    assert lexicon.frequency("促销") > 0
    assert lexicon.frequency("醋销") == 0
    assert lexicon.logprob("木头盒子") > lexicon.logprob("目头盒子")
