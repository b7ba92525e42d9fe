"""Voices for tests: a plane of vectors, where the angle says who speaks, and profiles of them."""

from math import cos, radians, sin

import numpy as np

from tingwu.domain.profile import Profile, Vector
from tingwu.speech.voice import Vectors


def ray(degrees: float) -> Vector:
    """A vector of length 1 in the plane; two have the cosine of the angle between them."""
    return (cos(radians(degrees)), sin(radians(degrees)))


def rays(*degrees: float) -> Vectors:
    """Such vectors as a model gives them, shape (n, 2)."""
    return np.array([ray(one) for one in degrees], np.float32).reshape(-1, 2)


def make_profile(**changes: object) -> Profile:
    """Anna, who is at 0 degrees."""
    fields = {
        "name": "Anna",
        "model": "fake-voice",
        "vectors": (ray(0), ray(10)),
        "seconds": 12.0,
        "created": "2026-01-01T10:00:00+00:00",
        "consents": ("Anna herself, 1 January",),
    }
    return Profile(**(fields | changes))  # pyright: ignore[reportArgumentType]
