"""Phonemes: espeak's IPA becomes the voices' letters, punctuation survives, unknown letters are refused."""

import pytest

from samples.phonemes import chinese_words, english, kokoro_letters, mandarin, phoneme_ids, split_marks
from tingwu.errors import InvalidOption


@pytest.mark.parametrize(
    ("ipa", "letters"),
    [
        ("dʒˈɔɪnd ˌaʊɚ", "ʤˈYnd ˌWəɹ"),
        ("nˈaɪntiːn ˈeɪt", "nˈIntin ˈAt"),
        ("tʃˈɜːtʃ", "ʧˈɜɹʧ"),
        ("fˈoːɹ nˈoʊts", "fˈɔɹ nˈOts"),
        ("lˈɪɾəl", "lˈɪTᵊl"),
    ],
)
def test_ipa_becomes_the_letters_of_the_voices(ipa: str, letters: str) -> None:
    assert kokoro_letters(ipa) == letters


def test_marks_are_pieces_of_their_own_but_not_inside_a_word() -> None:
    assert split_marks("Well, yes. It's 2.5; why?") == ("Well", ",", "yes", ".", "It's 2.5", ";", "why", "?")


def test_english_keeps_the_punctuation_that_makes_the_melody() -> None:
    assert english("Sit, man. Fish?", say=str.lower) == "sit, man. fish?"


def test_mandarin_keeps_punctuation_and_hands_over_runs_of_characters() -> None:
    asked: list[str] = []

    def say(run: str) -> str:
        asked.append(run)
        return "x"

    assert mandarin("好，我们走吧。行吗？", say=say) == "x, x. x?"
    assert asked == ["好", "我们走吧", "行吗"]


def test_tones_follow_their_neighbours() -> None:
    """Two third tones in one word: the first is spoken as a second (rising) tone."""
    assert chinese_words("你好").count("↗") == 1
    assert chinese_words("你好").count("↓") == 1


def test_each_phoneme_has_its_number() -> None:
    assert phoneme_ids("aba", {"a": 7, "b": 9}) == (7, 9, 7)


def test_letters_that_no_voice_knows_are_refused_and_named() -> None:
    with pytest.raises(InvalidOption, match="q"):
        phoneme_ids("aqa", {"a": 7})
