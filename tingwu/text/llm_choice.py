"""Closed questions: from what a model says first to a probability for each choice."""

import math
from collections.abc import Iterable

from tingwu.errors import InvalidOption


def check_choices(choices: tuple[str, ...]) -> None:
    """Raises InvalidOption unless there are two or more different, non-empty choices."""
    if len(choices) < 2 or len({_plain(choice) for choice in choices} - {""}) < len(choices):
        raise InvalidOption("choices", repr(choices), "give two or more that differ")


def from_scores(scores: Iterable[tuple[str, float]], choices: tuple[str, ...]) -> dict[str, float] | None:
    """Probabilities from (first token, log-probability) pairs; None when no token begins any choice.

    A token counts for a choice when one begins with the other ("Yes" and "Yes,"; "不" and "不是"); one that fits
    several choices is shared among them. The rest of the probability is dropped, and what is left sums to 1.
    """
    mass = dict.fromkeys(choices, 0.0)
    for token, logarithm in scores:
        said = _plain(token)
        fitting = [choice for choice in choices if said and _fits(said, _plain(choice))]
        for choice in fitting:
            mass[choice] += math.exp(logarithm) / len(fitting)
    total = sum(mass.values())
    return {choice: share / total for choice, share in mass.items()} if total > 0 else None


def from_text(text: str, choices: tuple[str, ...]) -> dict[str, float]:
    """Certainty from an answer in words: 1 for the choice named first, or the same for all when none is named."""
    said = _plain(text)
    found = {choice: said.find(_plain(choice)) for choice in choices}
    named = [choice for choice in choices if found[choice] >= 0]
    if not named:
        return dict.fromkeys(choices, 1 / len(choices))
    # "not sure" begins where "no" begins: the longer of two that begin together is meant.
    winner = min(named, key=lambda choice: (found[choice], -len(choice)))
    return {choice: float(choice == winner) for choice in choices}


def _fits(said: str, choice: str) -> bool:
    return choice.startswith(said) or said.startswith(choice)


def _plain(text: str) -> str:
    return text.strip(" \t\r\n\"'*`.,:;!?。，：；！？“”‘’▁Ġ").casefold()
