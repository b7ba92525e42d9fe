"""Voices find their names, one each, and strangers find none."""

import numpy as np
import pytest

from tests.builders_voices import make_profile, ray, rays
from tingwu.domain.speakers import NameSource
from tingwu.speech.profiles import MatchOptions, match, mean_voice, strangers

ANNA = make_profile(name="Anna", vectors=(ray(0), ray(10)))
BOB = make_profile(name="Bob", vectors=(ray(90), ray(100)))
OPTIONS = MatchOptions(threshold=0.8, margin=0.1)


def named(*profiles: object, **angles: tuple[float, ...]) -> dict[str, str]:
    voices = {speaker: rays(*degrees) for speaker, degrees in angles.items()}
    found = match(voices, "fake-voice", profiles, OPTIONS)  # pyright: ignore[reportArgumentType]
    return {one.speaker: one.name for one in found}


def test_each_speaker_gets_a_name() -> None:
    assert named(ANNA, BOB, first=(88, 99), second=(5,)) == {"first": "Bob", "second": "Anna"}


def test_a_stranger_gets_none() -> None:
    assert named(ANNA, BOB, first=(200,), second=(5,)) == {"second": "Anna"}
    assert named(ANNA, first=(45,)) == {}


def test_two_names_alike_are_not_guessed() -> None:
    twin = make_profile(name="Ann", vectors=(ray(12), ray(22)))
    assert named(ANNA, twin, first=(10,)) == {}
    assert named(ANNA, first=(10,)) == {"first": "Anna"}


def test_a_name_goes_to_the_nearest_of_two_speakers() -> None:
    assert named(ANNA, first=(30,), second=(6,)) == {"second": "Anna"}
    assert named(ANNA, first=(6,), second=(30,)) == {"first": "Anna"}


def test_one_odd_vector_names_nobody() -> None:
    odd = make_profile(name="Odd", vectors=(ray(0), ray(95)))
    assert named(odd, first=(95,)) == {}
    alone = make_profile(name="Alone", vectors=(ray(95),))
    assert named(alone, first=(95,)) == {"first": "Alone"}


def test_the_mean_of_a_speakers_vectors_stands_for_them() -> None:
    assert named(ANNA, first=(-50, 60)) == {"first": "Anna"}


def test_other_models_are_never_compared() -> None:
    other = make_profile(name="Other", model="another-voice")
    longer = make_profile(name="Longer", vectors=((1.0, 0.0, 0.0),))
    assert named(other, longer, first=(0,)) == {}
    assert named(other, longer, ANNA, first=(5,)) == {"first": "Anna"}


def test_nothing_to_compare() -> None:
    assert named(ANNA, first=()) == {}
    assert named(first=(5,)) == {}
    assert match({"first": np.full((1, 2), np.nan, np.float32)}, "fake-voice", (ANNA,)) == ()


def test_what_a_suggestion_says() -> None:
    (at_threshold,) = match(
        {"one": rays(0)}, "fake-voice", (make_profile(vectors=(ray(60),)),), MatchOptions(threshold=0.5)
    )
    (sure,) = match({"one": rays(5)}, "fake-voice", (ANNA,))
    assert (sure.speaker, sure.name, sure.source, sure.evidence) == ("one", "Anna", NameSource.PROFILE, None)
    assert at_threshold.score == pytest.approx(0.5, abs=1e-3)
    assert 0.9 < sure.score <= 1.0


def test_mean_voice() -> None:
    assert mean_voice(rays(0, 90)) == pytest.approx(np.array(ray(45)), abs=1e-6)
    assert mean_voice(rays(0, 180)) is None or abs(float(np.linalg.norm(mean_voice(rays(0, 180)))) - 1) < 1e-3  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert mean_voice(rays()) is None


@pytest.mark.parametrize(
    ("angles", "found"),
    [
        ((0, 5, 10, 3), ()),
        ((0, 5, 10, 3, 90), (4,)),
        ((0, 5, 90, 95), (0, 1, 2, 3)),
        ((0, 0, 60), (0, 1, 2)),
        ((0, 0, 0, 90), (3,)),
        ((0, 90), (0, 1)),
        ((0,), ()),
        ((), ()),
    ],
)
def test_strangers(angles: tuple[float, ...], found: tuple[int, ...]) -> None:
    assert strangers(rays(*angles), 0.6) == found
