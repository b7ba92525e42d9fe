import zlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingwu.speech.quality import Attempt, Fault, Loop, better, compression_ratio, cut_loops, fault, find_loop


def attempt(tokens=(1, 2, 3), text="a few words", logprob=-0.2, told=""):
    return Attempt(tokens=tuple(tokens), text=text, avg_logprob=logprob, no_speech_prob=0.0, told=told)


def test_a_phrase_said_five_times_is_a_loop() -> None:
    tokens = [9, 8, *([1, 2, 3, 4] * 5), 7]
    assert find_loop(tokens) == Loop(start=2, period=4, repeats=5)
    assert cut_loops(tokens) == (9, 8, 1, 2, 3, 4, 7)


def test_a_long_phrase_said_three_times_is_a_loop() -> None:
    assert cut_loops([*range(10)] * 3) == tuple(range(10))


@pytest.mark.parametrize("tokens", [[], [1], [1] * 10, [1, 2, 3] * 3, [*range(10)] * 2, [*range(60)]])
def test_people_repeat_themselves(tokens) -> None:
    assert find_loop(tokens) is None
    assert cut_loops(tokens) == tuple(tokens)


def test_a_loop_may_end_in_the_middle_of_its_phrase() -> None:
    assert cut_loops([*([1, 2, 3, 4, 5] * 4), 1, 2]) == (1, 2, 3, 4, 5, 1, 2)


@settings(deadline=None)
@given(st.lists(st.integers(0, 2), max_size=60))
def test_cutting_leaves_no_loop_and_invents_nothing(tokens) -> None:
    kept = cut_loops(tokens)
    assert find_loop(kept) is None
    rest = iter(tokens)
    assert all(token in rest for token in kept), "a subsequence of what was said"


def test_compression_is_bytes_over_zlib() -> None:
    text = "ha " * 100
    assert compression_ratio(text) == 300 / len(zlib.compress(text.encode()))
    assert compression_ratio("") == 0.0


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (attempt(), None),
        (attempt(tokens=[1] * 30), Fault.LOOP),
        (attempt(text="ha " * 100), Fault.COMPRESSION),
        (attempt(logprob=-1.2), Fault.UNSURE),
        (attempt(tokens=(), text="", logprob=-3.0), None),
    ],
)
def test_faults(found, expected) -> None:
    assert fault(found) == expected


NAMES = "Names: Tingwu Kubernetes Zhang"
CHINESE = "以下是普通话的句子。"


def test_text_that_is_the_prompt_is_an_echo() -> None:
    assert fault(attempt(text="Tingwu, Kubernetes!", told=NAMES)) == Fault.ECHO
    assert fault(attempt(text="以下是普通话。", told=CHINESE)) == Fault.ECHO
    assert fault(attempt(text="句子。", told=CHINESE)) is None
    assert fault(attempt(text="We use Kubernetes.", told=NAMES)) is None
    assert fault(attempt(text="Yes", told="Yes Minister")) is None, "too short to tell"


def test_the_better_attempt_has_the_milder_fault_then_the_higher_probability() -> None:
    loop, unsure, good = attempt(tokens=[1] * 30, logprob=-0.1), attempt(logprob=-1.5), attempt(logprob=-0.5)
    assert better(loop, unsure) is unsure
    assert better(unsure, good) is good
    assert better(good, attempt(logprob=-0.6)) is good
    assert better(good, attempt(logprob=-0.5)) is good, "the first of equals"


def test_an_empty_attempt_never_replaces_words() -> None:
    unsure, empty = attempt(logprob=-1.5), attempt(tokens=(), text="", logprob=0.0)
    assert better(unsure, empty) is unsure


def test_an_echo_is_less_than_nothing_and_less_than_the_same_words_heard_without_the_prompt() -> None:
    echo = attempt(text="Tingwu, Kubernetes!", told=NAMES, logprob=-0.1)
    empty, same = attempt(tokens=(), text="", logprob=0.0), replace(echo, told="", avg_logprob=-0.9)
    assert better(echo, empty) is empty
    assert better(echo, same) is same
    assert fault(same) is None
