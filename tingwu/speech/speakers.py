"""Speakers: which voices are one person, how many people there are, how sure that is, and who is heard in each piece.

Agglomerative clustering with average linkage on the cosine of voice vectors (Sokal & Michener, 1958), then the
likeliest sequence of speakers, in which a change has its price (Viterbi, 1967). Of some thousand pieces the much alike
ones are first put together in stretches of the recording, and then those groups: neither time nor memory grows with the
square of the length.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tingwu.errors import InvalidOption
from tingwu.speech.pieces import PIECE_FRAMES, Pieces
from tingwu.speech.segmentation import FRAME_SECONDS
from tingwu.speech.voice import Vectors

MOST_SPEAKERS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerCount:
    """What is known about the number of speakers. `exact` goes before the other two."""

    exact: int | None = None
    least: int | None = None
    most: int | None = None

    def check(self) -> None:
        """Raises InvalidOption for numbers that cannot be or contradict each other."""
        for name, value in (("num_speakers", self.exact), ("min_speakers", self.least), ("max_speakers", self.most)):
            if value is not None and not 1 <= value <= MOST_SPEAKERS:
                raise InvalidOption(name, str(value), f"choose 1 to {MOST_SPEAKERS}")
        if self.least and self.most and self.least > self.most:
            raise InvalidOption("min_speakers", str(self.least), f"it is more than max_speakers, {self.most}")

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the most."""
        return (self.exact, self.exact) if self.exact else (self.least or 1, self.most or MOST_SPEAKERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOptions:
    """Cosines of vectors, times in seconds."""

    same: float = 0.35
    """Groups whose voices are on average more alike are one speaker: pieces of one person are at 0.5 to 0.8, those of
    two at -0.1 to 0.35."""
    long_frames: int = 70
    """Shorter pieces only join whom they are most like."""
    least_seconds: float = 4.0
    least_share: float = 0.02
    enough_seconds: float = 30.0
    """A group with less than the first, or than this share of all speech, is no speaker of its own unless it has enough
    seconds or is half of all."""
    piece_seconds: float = 0.75
    """What a piece stands for: the next one begins so much later."""
    together: int = 2000
    """More pieces than this are grouped in stretches first."""
    surely_same: float = 0.6
    sure_margin: float = 0.1
    """The number of speakers is sure when `same` could be so much higher or lower without changing it."""
    evidence: float = 24.0
    """Weight of a cosine against the prices of a change, which are log-likelihoods."""
    change: float = 2.0
    change_between: float = 2.0
    """Within a stretch, and from one to the next."""
    silence: float = 1.0
    """After so long anybody may speak."""


@dataclass(frozen=True, slots=True, eq=False)
class Speakers:
    """`voices` (n_speakers, dimensions), a vector of length 1 for each; `confidence` of their number in [0, 1]."""

    voices: Vectors
    confidence: float


def find_speakers(pieces: Pieces, count: SpeakerCount, options: ClusterOptions | None = None) -> Speakers:
    """The speakers of all `pieces`; none where nobody is heard."""
    options = options or ClusterOptions()
    if not len(pieces.frames):
        return Speakers(np.zeros((0, 1), np.float32), 1.0)
    lengths = pieces.frames[:, 2] - pieces.frames[:, 1]
    chosen = lengths >= options.long_frames
    vectors = pieces.vectors[chosen if chosen.any() else lengths > 0]
    tree = _Tree(*_groups(vectors, options), options)
    least, most = count.bounds
    number = min(max(tree.speakers_at(options.same), least), most)
    voices = _settled(vectors, tree.voices(number))
    return Speakers(voices, 1.0 if count.exact else tree.confidence(number))


def who_speaks(pieces: Pieces, speakers: Speakers, options: ClusterOptions | None = None) -> NDArray[np.int64]:
    """(n_pieces,): the row of `speakers.voices` that speaks in each piece, in the likeliest sequence of all."""
    options = options or ClusterOptions()
    n_pieces, n_speakers = len(pieces.frames), len(speakers.voices)
    if n_speakers < 2:
        return np.zeros(n_pieces, np.int64)
    lengths = (pieces.frames[:, 2] - pieces.frames[:, 1]) / PIECE_FRAMES
    score = options.evidence * (pieces.vectors @ speakers.voices.T) * np.minimum(1, lengths)[:, None]
    best, came_from = score[0].astype(np.float64), np.zeros((n_pieces, n_speakers), np.int64)
    gaps = (pieces.frames[1:, 1] - pieces.frames[:-1, 2]) * FRAME_SECONDS
    same_stretch = pieces.stretches[1:] == pieces.stretches[:-1]
    prices = np.where(gaps > options.silence, 0.0, np.where(same_stretch, options.change, options.change_between))
    for at, price in enumerate(prices, start=1):
        likeliest = int(best.argmax())
        changed = best[likeliest] - price
        came_from[at] = np.where(best >= changed, np.arange(n_speakers), likeliest)
        best = np.maximum(best, changed) + score[at]
    spoken = np.zeros(n_pieces, np.int64)
    spoken[-1] = best.argmax()
    for at in range(n_pieces - 1, 0, -1):
        spoken[at - 1] = came_from[at, spoken[at]]
    return spoken


class _Tree:
    """The order in which groups become one. `means` are mean vectors of groups, so that the product of two is the mean
    cosine of their pieces."""

    def __init__(self, means: Vectors, sizes: NDArray[np.int64], options: ClusterOptions) -> None:
        self._means, self._sizes, self._options = means, sizes, options
        self._merges = _linked(means)
        total = float(sizes.sum()) * options.piece_seconds
        least = min(max(options.least_seconds, options.least_share * total), options.enough_seconds, total / 2)
        self._least = least / options.piece_seconds

    def speakers_at(self, same: float) -> int:
        """How many groups with enough speech there are where more alike ones are joined."""
        return max(1, len(self._large(_cut(self._merges, 1 - same, len(self._means)))))

    def voices(self, number: int) -> Vectors:
        """The mean voices of `number` groups, fewer where there are not as many pieces."""
        groups = _cut(self._merges, 2.0, len(self._means))
        for height in sorted({float(row[2]) for row in self._merges}, reverse=True):
            if len(self._large(groups)) >= number:
                break
            groups = _cut(self._merges, np.nextafter(height, -1), len(self._means))
        if len(self._large(groups)) < number:  # not so many say enough
            groups = _cut(self._merges, number, len(self._means), by="maxclust")
        talk = np.bincount(groups, weights=self._sizes)
        most = [one for one in np.argsort(-talk, kind="stable")[:number] if talk[one] > 0]
        return _unit(np.stack([(self._means * self._sizes[:, None])[groups == one].sum(axis=0) for one in most]))

    def confidence(self, number: int) -> float:
        """1 where the number stays the same for all thresholds within the margin, 0 where it is about to change."""
        steps, margin = 10, self._options.sure_margin
        for step in range(steps + 1):
            off = margin * step / steps
            if {self.speakers_at(self._options.same - off), self.speakers_at(self._options.same + off)} != {number}:
                return max(0.0, (step - 1) / steps)
        return 1.0

    def _large(self, groups: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.flatnonzero(np.bincount(groups, weights=self._sizes) >= self._least)


def _groups(vectors: Vectors, options: ClusterOptions) -> tuple[Vectors, NDArray[np.int64]]:
    """Mean vectors and sizes of groups of much alike pieces; the pieces themselves where they are few."""
    means, sizes = vectors, np.ones(len(vectors), np.int64)
    while len(means) > options.together:
        count = -(-len(means) // (options.together // 2))
        stretches = zip(np.array_split(means, count), np.array_split(sizes, count), strict=True)
        joined = [_joined(*stretch, options) for stretch in stretches]
        means = np.concatenate([some for some, _ in joined])
        sizes = np.concatenate([some for _, some in joined])
    return means, sizes


def _joined(means: Vectors, sizes: NDArray[np.int64], options: ClusterOptions) -> tuple[Vectors, NDArray[np.int64]]:
    """The same for one stretch: a tenth of `together` at most, so that there are ever fewer."""
    merges = _linked(means)
    groups = _cut(merges, 1 - options.surely_same, len(means))
    if groups.max() > options.together // 10:
        groups = _cut(merges, options.together // 10, len(means), by="maxclust")
    _, groups = np.unique(groups, return_inverse=True)
    talk = np.bincount(groups, weights=sizes)
    sums = np.zeros((len(talk), means.shape[1]))
    np.add.at(sums, groups, means * sizes[:, None])
    return (sums / talk[:, None]).astype(np.float32), talk.astype(np.int64)


def _settled(vectors: Vectors, voices: Vectors) -> Vectors:
    """Voices as the means of the pieces that are most like them."""
    for _ in range(2):
        nearest = (vectors @ voices.T).argmax(axis=1)
        sums = np.stack([vectors[nearest == one].sum(axis=0) for one in range(len(voices))])
        heard = np.any(sums, axis=1, keepdims=True)
        voices = _unit(np.where(heard, sums, voices))
    return voices


@cache
def _hierarchy() -> Any:
    """SciPy's clustering: 30 MB, loaded when speakers are asked for, and without types."""
    return import_module("scipy.cluster.hierarchy")


def _linked(means: Vectors) -> NDArray[np.float64]:
    if len(means) < 2:
        return np.zeros((0, 4))
    apart = 1 - (means @ means.T).astype(np.float64)
    above = apart[np.triu_indices(len(means), 1)]
    return np.asarray(_hierarchy().linkage(np.maximum(above, 0), "average"), np.float64)


def _cut(merges: NDArray[np.float64], limit: float, count: int, by: str = "distance") -> NDArray[np.int64]:
    """The group of each of `count`, from 1: no merge above the height `limit`, or `by` `maxclust` so many groups."""
    if not len(merges):
        return np.ones(count, np.int64)
    return np.asarray(_hierarchy().fcluster(merges, limit, by), np.int64)


def _unit(vectors: NDArray[np.floating]) -> Vectors:
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return (vectors / lengths).astype(np.float32)
