"""Pieces of voices cover what one person says alone, each once, however the windows are grouped."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples
from tingwu.speech.pieces import (
    PIECE_FRAMES,
    STEP_FRAMES,
    STEP_SECONDS,
    PackedPieces,
    Pieces,
    hear_pieces,
    pack,
    unpack,
    window_count,
)
from tingwu.speech.segmentation import FRAME_SAMPLES, FRAMES, WINDOW_SAMPLES, Activity
from tingwu.speech.voice import Vectors

Script = Sequence[tuple[int, int, int]]
"""(begin, end, local speaker) in frames of the recording."""
LEAST = 15


class Recording:
    """Sound whose samples are bits: which local speakers of a script are heard. `asked` is what was read of it."""

    def __init__(self, script: Script, n_frames: int) -> None:
        self.active = np.zeros((n_frames, 3), np.bool_)
        for begin, end, speaker in script:
            self.active[begin:end, speaker] = True
        levels = (self.active @ np.array([1, 2, 4])).astype(np.float32) / 8
        self.sound: Samples = np.repeat(levels, FRAME_SAMPLES)
        self.duration = len(self.sound) / SAMPLE_RATE
        self.asked: list[tuple[float, float]] = []

    @property
    def alone(self) -> NDArray[np.int64]:
        """The speaker of each frame, -1 where not exactly one speaks."""
        return np.where(self.active.sum(axis=1) == 1, self.active.argmax(axis=1), -1)

    def read(self, start: float, end: float) -> Samples:
        self.asked.append((start, end))
        return self.sound[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]

    def hear(self, windows: range | None = None) -> Pieces:
        windows = range(window_count(self.duration)) if windows is None else windows
        return hear_pieces(windows, self.read, self.duration, ScriptedSegmenter(), ScriptedEmbedder())


class ScriptedSegmenter:
    """Reads the bits, and numbers the speakers of windows in other orders, as a model does."""

    name = "scripted"

    def segment(self, windows: NDArray[np.float32]) -> Activity:
        assert windows.shape[1:] == (WINDOW_SAMPLES,)
        levels = np.round(8 * windows[:, : FRAMES * FRAME_SAMPLES : FRAME_SAMPLES]).astype(np.int64)
        active = np.stack([levels >> bit & 1 for bit in range(3)], axis=2) > 0
        return np.stack([np.roll(one, int(one.sum()), axis=1) for one in active])

    def close(self) -> None:
        """Nothing to free."""


class ScriptedEmbedder:
    """A vector that says whom it hears and for how long; two in one piece are an error."""

    name = "scripted"
    dimensions = 4

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        vectors = np.zeros((len(pieces), 4), np.float32)
        for row, piece in zip(vectors, pieces, strict=True):
            (level,) = {round(8 * float(value)) for value in piece}
            row[(1, 2, 4).index(level)] = 1
            row[3] = len(piece) / WINDOW_SAMPLES
        return vectors

    def close(self) -> None:
        """Nothing to free."""


def random_script(seed: int, n_frames: int) -> Script:
    """Turns of 0.1 to 8 s with silences, changes without silence and overlaps between them."""
    rng = np.random.default_rng(seed)
    script: list[tuple[int, int, int]] = []
    at = int(rng.integers(0, 300))
    while at < n_frames:
        end = at + int(rng.choice([rng.integers(6, 40), rng.integers(40, 480)]))
        script.append((at, min(end, n_frames), int(rng.integers(3))))
        at = end + int(rng.choice([0, rng.integers(1, 200), -rng.integers(1, 60)]))
        at = max(at, script[-1][0] + 1)
    return script


def recording(seed: int) -> Recording:
    n_frames = int(np.random.default_rng(seed).integers(500, 4000))
    return Recording(random_script(seed, n_frames), n_frames)


def runs(alone: NDArray[np.int64]) -> list[tuple[int, int]]:
    """[begin, end) of each run of one speaker alone."""
    edges = [0, *(np.flatnonzero(np.diff(alone)) + 1), len(alone)]
    return [(int(a), int(b)) for a, b in pairwise(edges) if alone[a] >= 0]


def same(one: Pieces, other: Pieces) -> bool:
    parts = ("counts", "frames", "stretches", "vectors")
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in parts)


@pytest.mark.parametrize("seed", range(25))
def test_all_that_one_says_alone_is_in_pieces_and_nothing_else(seed: int) -> None:
    talk = recording(seed)
    pieces = talk.hear()
    covered = np.zeros(len(talk.alone), np.bool_)
    for (middle, begin, end), vector in zip(pieces.frames, pieces.vectors, strict=True):
        assert begin <= middle < end
        assert LEAST <= end - begin <= PIECE_FRAMES
        (speaker,) = set(talk.alone[begin:end])
        assert speaker >= 0
        assert vector[speaker] == 1
        assert vector[3] * WINDOW_SAMPLES == pytest.approx((end - begin) * FRAME_SAMPLES)
        covered[begin:end] = True
    for begin, end in runs(talk.alone):
        assert covered[begin:end].all() or end - begin < LEAST


@pytest.mark.parametrize("seed", range(25))
def test_pieces_are_in_order_and_none_comes_twice(seed: int) -> None:
    pieces = recording(seed).hear()
    middles = pieces.frames[:, 0]
    assert (np.diff(middles) > 0).all()
    for one in np.unique(pieces.stretches):
        inside = np.flatnonzero(pieces.stretches == one)
        assert inside.tolist() == list(range(inside[0], inside[-1] + 1))


@pytest.mark.parametrize("seed", range(10))
def test_neighbours_in_a_stretch_have_nothing_between_them(seed: int) -> None:
    talk = recording(seed)
    pieces = talk.hear()
    for at in range(1, len(pieces.frames)):
        between = talk.alone[pieces.frames[at - 1, 0] : pieces.frames[at, 0]]
        if pieces.stretches[at] == pieces.stretches[at - 1]:
            assert len(set(between)) == 1
            assert between[0] >= 0


@pytest.mark.parametrize("seed", range(5))
def test_counts_say_how_many_speak_in_every_window(seed: int) -> None:
    talk = recording(seed)
    pieces = talk.hear()
    padded = np.pad(talk.active.sum(axis=1), (0, FRAMES))
    for number, counts in enumerate(pieces.counts):
        assert np.array_equal(counts, padded[number * STEP_FRAMES : number * STEP_FRAMES + FRAMES])
    assert (pieces.counts.dtype, pieces.vectors.dtype) == (np.uint8, np.float32)


@pytest.mark.parametrize("cuts", [(3,), (1, 2, 3, 4, 5), (5,), (2, 4)])
def test_the_grouping_of_windows_changes_nothing(cuts: tuple[int, ...]) -> None:
    talk = Recording(random_script(7, 2000), 2000)
    assert window_count(talk.duration) == 6
    parts = [talk.hear(range(first, last)) for first, last in pairwise((0, *cuts, 6))]
    names = ("counts", "frames", "stretches", "vectors")
    joined = Pieces(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    assert same(joined, talk.hear(range(6)))


@pytest.mark.parametrize(
    ("duration", "count"), [(0.0, 1), (1.0, 1), (10.0, 1), (10.001, 2), (14.995, 2), (14.996, 3), (3600.0, 720)]
)
def test_as_many_windows_as_reach_the_end(duration: float, count: int) -> None:
    assert window_count(duration) == count


def test_the_last_window_is_filled_up_with_silence() -> None:
    talk = Recording([(0, 700, 1)], 700)
    pieces = talk.hear()
    assert talk.asked == [(0.0, 10.0), (pytest.approx(STEP_SECONDS), pytest.approx(talk.duration))]
    assert pieces.counts[1].tolist() == [1] * (700 - STEP_FRAMES) + [0] * (FRAMES - 700 + STEP_FRAMES)
    assert pieces.frames[-1, 2] == 700


def test_sound_without_a_sample_has_no_pieces() -> None:
    pieces = Recording([], 0).hear()
    assert (pieces.counts.shape, pieces.counts.any()) == ((1, FRAMES), False)
    assert (pieces.frames.shape, pieces.stretches.shape, pieces.vectors.shape) == ((0, 3), (0,), (0, 4))


def test_a_long_stretch_is_cut_every_three_quarters_of_a_second() -> None:
    frames = Recording([(0, 5000, 0)], 5000).hear().frames
    steps = np.diff(frames[:, 0]) * FRAME_SAMPLES / SAMPLE_RATE
    assert 0.65 < steps.min() <= steps.max() < 0.85
    assert set(frames[:, 2] - frames[:, 1]) == {PIECE_FRAMES}


def silent_for(windows: int) -> PackedPieces:
    return pack(Recording([], windows * STEP_FRAMES).hear(range(windows)))


def test_what_is_packed_comes_back() -> None:
    talk = Recording(random_script(3, 3000), 3000)
    windows = window_count(talk.duration)
    packed = [pack(talk.hear(range(first, min(first + 3, windows)))) for first in range(0, windows, 3)]
    whole, back = talk.hear(), unpack(packed)
    assert sum(one.pieces for one in packed) == len(whole.frames) > 20
    assert sum(one.windows for one in packed) == windows
    np.testing.assert_allclose(back.vectors, whole.vectors, rtol=1e-3)
    assert same(Pieces(back.counts, back.frames, back.stretches, whole.vectors), whole)
    assert back.vectors.dtype == np.float32


def test_parts_without_pieces_are_packed_as_well() -> None:
    some = Recording([(10, 500, 2)], 600).hear()
    back = unpack([silent_for(2), pack(some), silent_for(1)])
    assert len(back.counts) == 2 + len(some.counts) + 1
    assert np.array_equal(back.frames, some.frames)
    assert np.array_equal(back.stretches, some.stretches)
    nothing = unpack([silent_for(2), silent_for(1)])
    assert (nothing.counts.shape, nothing.frames.shape, nothing.stretches.shape) == ((3, FRAMES), (0, 3), (0,))
    assert len(nothing.vectors) == 0
