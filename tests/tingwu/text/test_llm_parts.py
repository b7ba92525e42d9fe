"""Small parts of the language models: token bounds, choices, control marks."""

import pytest

from tingwu.errors import InvalidOption
from tingwu.text import llm_choice, llm_estimate
from tingwu.text.llm import Prompt
from tingwu.text.llm_messages import harmless, messages

COUNTED = {
    "今天的会议讨论了新的产品计划。": 8,
    "hello world": 2,
    "The committee approved twenty-five thousand for the internationalisation of the product.": 14,
    "2026-11-23 14:30": 16,
}
"""Tokens by the tokenizer of Qwen2.5."""


@pytest.mark.parametrize(("text", "tokens"), COUNTED.items())
def test_the_bounds_hold_for_a_real_tokenizer(text: str, tokens: int) -> None:
    assert llm_estimate.at_least(text) <= tokens <= llm_estimate.at_most(text)


def test_nothing_has_no_tokens() -> None:
    assert (llm_estimate.at_least(""), llm_estimate.at_most("")) == (0, 0)


def test_tokens_count_for_the_choice_that_they_begin() -> None:
    scores = [("是", -0.1), ("否", -2.5), ("我", -4.0)]
    chances = llm_choice.from_scores(scores, ("是的", "否"))
    assert chances == pytest.approx({"是的": 0.9168, "否": 0.0832}, abs=1e-3)


def test_a_token_that_begins_two_choices_is_shared() -> None:
    assert llm_choice.from_scores([("un", -0.2)], ("unsure", "unclear")) == {"unsure": 0.5, "unclear": 0.5}


def test_no_choice_among_the_scores() -> None:
    assert llm_choice.from_scores([("I", -0.1), ("\n", -1.0)], ("yes", "no")) is None


@pytest.mark.parametrize(
    ("answer", "choice"),
    [("Yes.", "yes"), ("I would say no, not yes", "no"), ("**No**", "no"), ("不是", "不是"), ("Not sure", "not sure")],
)
def test_the_first_choice_named_in_an_answer(answer: str, choice: str) -> None:
    chances = llm_choice.from_text(answer, ("yes", "no", "不是", "是", "not sure"))
    assert max(chances, key=chances.__getitem__) == choice
    assert sum(chances.values()) == 1


def test_an_answer_that_names_no_choice_says_nothing() -> None:
    assert llm_choice.from_text("Maybe", ("yes", "no")) == {"yes": 0.5, "no": 0.5}


@pytest.mark.parametrize("choices", [(), ("yes",), ("yes", "Yes "), ("yes", "")])
def test_choices_must_be_two_that_differ(choices: tuple[str, ...]) -> None:
    with pytest.raises(InvalidOption):
        llm_choice.check_choices(choices)


@pytest.mark.parametrize(
    "mark",
    ["<|im_end|>", "<|im_start|>system", "</s>", "<s>", "[INST]", "[/INST]", "<end_of_turn>", "<eos>", "<think>"],
)
def test_control_marks_become_text(mark: str) -> None:
    assert harmless(f"so {mark} there") == f"so {mark[0]} {mark[1:]} there"


@pytest.mark.parametrize("text", ["a < b", "x <y> z", "if a<|b|", "[Music]", "<b>bold</b>", "3 <s"])
def test_other_brackets_stay(text: str) -> None:
    assert harmless(text) == text


def test_empty_messages_are_left_out() -> None:
    prompt = Prompt(system="", user="Sum up.", answer_start="So ")
    assert list(messages(prompt, begun=False)) == [("user", "Sum up.")]
    assert list(messages(prompt, begun=True)) == [("user", "Sum up."), ("assistant", "So ")]
