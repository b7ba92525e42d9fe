"""Profile: what is kept of one person's voice so that it is known again: a name, vectors, and who agreed to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from tingwu.domain.speakers import checked_name
from tingwu.errors import InvalidOption

MAX_CONSENT_LENGTH = 500
MAX_VECTORS = 8
"""Vectors kept of a person: a few rooms and microphones, and a thousand profiles are compared in milliseconds."""
Vector = tuple[float, ...]
"""Of length 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The voice of the person called `name`, as `model` hears it: vectors of other models mean something else.

    `seconds` is how much speech went in, `created` an ISO 8601 time in UTC. `consents` say who agreed and when, a note
    for each time that speech was added; no note stands there twice. No sound is kept.
    """

    name: str
    model: str
    vectors: tuple[Vector, ...]
    seconds: float
    created: str
    consents: tuple[str, ...]

    def __post_init__(self) -> None:
        if not _is_checked(self.name):
            raise ValueError(f"not a name: {self.name[:20]!r}")
        if not self.vectors or len({len(vector) for vector in self.vectors}) > 1 or not self.vectors[0]:
            raise ValueError("a profile has at least one vector, and all of one length")
        if not all(isfinite(number) for vector in self.vectors for number in vector):
            raise ValueError("vectors have finite numbers")
        if not self.seconds > 0 or not self.consents:
            raise ValueError("a profile has speech in it, and somebody's consent")


def checked_consent(consent: str) -> str:
    """`consent` on one line. Raises InvalidOption if nothing or too much is left."""
    text = " ".join("".join(c if c.isprintable() else " " for c in consent).split())
    if not text:
        raise InvalidOption("consent", text, "say who agreed and when; a voice is kept only with consent")
    if len(text) > MAX_CONSENT_LENGTH:
        raise InvalidOption("consent", text[:20] + "…", f"at most {MAX_CONSENT_LENGTH} characters")
    return text


def joined(profile: Profile, other: Profile) -> Profile:
    """`profile` with the speech of `other` in it. Raises InvalidOption if two models heard them."""
    if profile.model != other.model or len(profile.vectors[0]) != len(other.vectors[0]):
        raise InvalidOption("name", other.name, "its profile is of another voice model; delete it and add it again")
    return replace(
        profile,
        vectors=diverse((*profile.vectors, *other.vectors)),
        seconds=profile.seconds + other.seconds,
        consents=tuple(dict.fromkeys((*profile.consents, *other.consents))),
    )


def diverse(vectors: Sequence[Vector], limit: int = MAX_VECTORS) -> tuple[Vector, ...]:
    """At most `limit` of `vectors`, in their order: again and again the one that says least anew leaves.

    Of the two most alike that is the one nearer to all the others.
    """
    if len(vectors) <= limit:
        return tuple(vectors)
    kept = list(range(len(vectors)))
    array = np.asarray(vectors, np.float64)
    cosines = array @ array.T
    np.fill_diagonal(cosines, -np.inf)
    while len(kept) > limit:
        among = cosines[np.ix_(kept, kept)]
        one, other = divmod(int(among.argmax()), len(kept))
        nearness = np.where(np.isfinite(among), among, 0.0).sum(axis=1)
        kept.pop(one if nearness[one] > nearness[other] else other)
    return tuple(vectors[at] for at in kept)


def _is_checked(name: str) -> bool:
    try:
        return checked_name(name) == name
    except InvalidOption:
        return False
