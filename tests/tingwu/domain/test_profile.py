"""Profiles: what makes one whole, what is kept when speech is added, and whose consent it is."""

import math
from typing import Any

import pytest

from tests.builders_voices import make_profile, ray
from tingwu.domain.profile import checked_consent, diverse, joined
from tingwu.errors import InvalidOption


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": " Anna"},
        {"name": "Anna\nBob"},
        {"name": "a" * 101},
        {"vectors": ()},
        {"vectors": ((),)},
        {"vectors": ((1.0, 0.0), (1.0,))},
        {"vectors": ((math.nan, 1.0),)},
        {"seconds": 0.0},
        {"seconds": math.nan},
        {"consents": ()},
    ],
)
def test_what_is_no_profile(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make_profile(**changes)


def test_a_name_is_not_a_path() -> None:
    assert make_profile(name="../../etc/passwd").name == "../../etc/passwd"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Anna herself, 3 May", "Anna herself, 3 May"),
        ("  本人同意\n2026-05-03 ", "本人同意 2026-05-03"),
        ("y" * 500, "y" * 500),
    ],
)
def test_consent(given: str, kept: str) -> None:
    assert checked_consent(given) == kept


@pytest.mark.parametrize("given", ["", " \n\t", "\x00", "y" * 501])
def test_no_consent(given: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        checked_consent(given)
    assert caught.value.option == "consent"


def test_of_alike_vectors_one_leaves() -> None:
    vectors = (ray(0), ray(80), ray(3), ray(180))
    assert diverse(vectors, 3) == (ray(0), ray(80), ray(180))
    assert diverse(vectors, 2) == (ray(0), ray(180))
    assert diverse(vectors, 4) == vectors
    assert diverse((), 4) == ()


def test_the_same_vector_twice_is_kept_once() -> None:
    assert diverse((ray(10), ray(50), ray(10)), 2) == (ray(10), ray(50))


def test_joined() -> None:
    one = make_profile(seconds=10.0, consents=("yes, Monday",), created="2026-01-01T00:00:00+00:00")
    other = make_profile(
        name="Ann", vectors=tuple(ray(angle) for angle in range(0, 90, 10)), seconds=20.0,
        consents=("yes, Monday", "yes, Friday"), created="2026-02-01T00:00:00+00:00",
    )  # fmt: skip
    both = joined(one, other)
    assert (both.name, both.created, both.seconds) == ("Anna", "2026-01-01T00:00:00+00:00", 30.0)
    assert both.consents == ("yes, Monday", "yes, Friday")
    assert len(both.vectors) == 8


@pytest.mark.parametrize("changes", [{"model": "another"}, {"vectors": ((1.0, 0.0, 0.0),)}])
def test_models_do_not_mix(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidOption, match="another voice model"):
        joined(make_profile(), make_profile(**changes))
