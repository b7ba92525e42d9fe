"""Profiles: whose voice is it? Voices of a recording against enrolled ones, and `unknown` is an answer.

Pure: vectors in, suggestions out. What a name is compared with was heard by the same model, or it is not compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.profile import Profile
from tingwu.domain.speakers import NameSource, NameSuggestion
from tingwu.speech.voice import Vectors

_MOST = 2 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchOptions:
    """When a voice has a name. Cosines are of CAM++ vectors of 4 s.

    Measured on 17 voices, 11 of them real, against profiles of clean speech, and chosen on the same. A voice has scores
    of 0.81 or more when it is clean too; 14 of them have at least 0.51 behind a simulated telephone band and 0.53 in a
    simulated room. Of other voices 5 in 100 have more than 0.43 and 1 more than 0.57.
    """

    threshold: float = 0.5
    """Least score. All were found; of voices without a profile only made ones of one maker were taken for another."""
    margin: float = 0.1
    """The second name must be so much farther: of two that are alike, none is told. Right names lead by 0.16."""
    best: int = 2
    """So many of a name's vectors must agree: one alone may be a cough or somebody else's word."""
    slope: float = 12.0
    """Of the logistic curve from a score to a certainty: 0.5 at the threshold, 0.9 at the usual one over telephone."""


def match(
    voices: Mapping[str, Vectors], model: str, profiles: Sequence[Profile], options: MatchOptions | None = None
) -> tuple[NameSuggestion, ...]:
    """Names for speakers whose `voices` are vectors of `model`, at most one for each, no name twice.

    A speaker's vectors are of one person in one room, so their mean stands for them all. A name's vectors may come from
    several rooms and microphones, where a mean would be like none of them: the score of a name is the mean of the
    `best` cosines. A name must be nearer than every other by `margin`, so a speaker has one candidate at most, and a
    name that is the candidate of several goes to the nearest: no assignment of all to all could do better.
    """
    options = options or MatchOptions()
    names = [profile for profile in profiles if profile.model == model]
    nearest: dict[str, tuple[float, str]] = {}
    for speaker, vectors in voices.items():
        found = _candidate(vectors, names, options)
        if found is None:
            continue
        score, name = found
        if name not in nearest or nearest[name][0] < score:
            nearest[name] = score, speaker
    named = {speaker: (name, score) for name, (score, speaker) in nearest.items()}
    return tuple(
        NameSuggestion(
            speaker=speaker,
            name=named[speaker][0],
            source=NameSource.PROFILE,
            score=_certainty(named[speaker][1], options),
        )
        for speaker in voices
        if speaker in named
    )


def likeness(vectors: Vectors, profile: Profile, options: MatchOptions | None = None) -> float:
    """The score of `vectors` of one person, heard by the profile's model, in [-1, 1]; -1 where there are none."""
    voice = mean_voice(vectors)
    return -1.0 if voice is None else _score(voice, profile, (options or MatchOptions()).best)


def likest(
    vectors: Vectors, model: str, profiles: Sequence[Profile], options: MatchOptions | None = None
) -> str | None:
    """The name whose voice is most like `vectors`, if it is near enough to be taken for it."""
    options = options or MatchOptions()
    scores = [(likeness(vectors, one, options), one.name) for one in profiles if one.model == model]
    score, name = max(scores, default=(-1.0, ""))
    return name if score >= options.threshold else None


def _candidate(vectors: Vectors, profiles: Sequence[Profile], options: MatchOptions) -> tuple[float, str] | None:
    """The score and name of the one profile that `vectors` may belong to."""
    voice = mean_voice(vectors)
    if voice is None:
        return None
    scores = sorted(
        (
            (_score(voice, profile, options.best), profile.name)
            for profile in profiles
            if len(profile.vectors[0]) == len(voice)
        ),
        reverse=True,
    )
    if not scores or scores[0][0] < options.threshold:
        return None
    alone = len(scores) == 1 or scores[0][0] - scores[1][0] >= options.margin
    return scores[0] if alone else None


def mean_voice(vectors: Vectors) -> NDArray[np.float32] | None:
    """The direction of the mean of `vectors`, shape (n, dimensions), of length 1; None where there is none."""
    if not len(vectors) or not np.isfinite(vectors).all():
        return None
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length > 0 else None


def _score(voice: NDArray[np.float32], profile: Profile, best: int) -> float:
    cosines = np.sort(np.asarray(profile.vectors, np.float32) @ voice)
    return float(cosines[-best:].mean())


def _certainty(score: float, options: MatchOptions) -> float:
    """A half at the threshold, rising to 1."""
    return 1.0 / (1.0 + exp(-options.slope * (score - options.threshold)))


def strangers(vectors: Vectors, alike: float) -> tuple[int, ...]:
    """Which of `vectors`, shape (n, dimensions), have a cosine of `alike` with fewer than two thirds of the others.

    In speech of one person that are few; where a third or more is another's, it is all of them. Votes are counted, not
    means taken: how far apart two people are must not make up for how near one is to himself.
    """
    others = len(vectors) - 1
    if others < 1:
        return ()
    votes = (vectors @ vectors.T >= alike).sum(axis=1) - 1
    return tuple(np.flatnonzero(votes < _MOST * others).tolist())
