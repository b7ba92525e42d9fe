"""Counting what was misheard: each mistake belongs to the utterance in which it was made."""

from samples.hear import Mishearing, compare


def test_mistakes_are_counted_where_they_were_made() -> None:
    hearing = compare([["a", "b", "c"], ["d", "e"]], ["a", "x", "c", "d"])
    assert hearing.mistakes == (
        Mishearing(utterance=0, said="b", heard="x"),
        Mishearing(utterance=1, said="e", heard=""),
    )
    assert hearing.rate() == 2 / 5
    assert hearing.rate({0}) == 1 / 3
    assert hearing.rate({1}) == 1 / 2


def test_words_nobody_said_count_too() -> None:
    hearing = compare([["a"], ["b"]], ["a", "b", "and", "more"])
    assert hearing.mistakes == (Mishearing(utterance=1, said="", heard="and more"),)
    assert hearing.rate({1}) == 2.0


def test_heard_without_fault_is_no_mistake() -> None:
    assert compare([["a"], ["b"]], ["a", "b"]).rate() == 0.0
