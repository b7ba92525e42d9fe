"""Speakers are found in constructed voices: how many, how sure that is, and who is heard in each piece."""

import tracemalloc
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.builders_voices import rays
from tingwu.errors import InvalidOption
from tingwu.speech.pieces import PIECE_FRAMES, Pieces
from tingwu.speech.segmentation import FRAME_SECONDS
from tingwu.speech.speakers import ClusterOptions, SpeakerCount, Speakers, find_speakers, who_speaks
from tingwu.speech.voice import Vectors

HOP = 44
OPTIONS = ClusterOptions()


def voices(labels: NDArray[np.int64], alike: float = 0.65, seed: int = 0, apart: int = 192) -> Vectors:
    """A vector for each label: those of one have a cosine of about `alike`, those of two one of about 0."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((int(labels.max()) + 1, apart))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    noise = rng.standard_normal((len(labels), apart)) / np.sqrt(apart)
    found = centres[labels] + noise * np.sqrt(1 / alike - 1)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def pieces(vectors: Vectors, lengths: int | NDArray[np.int64] = PIECE_FRAMES, stretch: int = 1) -> Pieces:
    """Pieces one after the other, `stretch` of them without a change between."""
    middles = np.arange(len(vectors)) * HOP + 100
    begins = middles - np.asarray(lengths) // 2
    frames = np.stack([middles, begins, begins + lengths], axis=1).astype(np.int64).reshape(-1, 3)
    return Pieces(np.zeros((1, 589), np.uint8), frames, np.arange(len(vectors)) // stretch, vectors)


def in_turns(speakers: int, count: int, *, each: int = 6, seed: int = 1) -> NDArray[np.int64]:
    """The speaker of each of `count` pieces: `each` in a row, everybody equally often, in any order."""
    turns = np.arange(-(-count // each)) % speakers
    return np.repeat(np.random.default_rng(seed).permutation(turns), each)[:count]


def same_people(one: NDArray[np.int64], other: NDArray[np.int64]) -> bool:
    """Whether two lists of labels are the same but for their names."""
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


@pytest.mark.parametrize("speakers", range(1, 7))
@pytest.mark.parametrize("alike", [0.5, 0.65, 0.8])
def test_everybody_is_found_and_heard(speakers: int, alike: float) -> None:
    labels = in_turns(speakers, 240)
    talk = pieces(voices(labels, alike))
    found = find_speakers(talk, SpeakerCount())
    assert found.voices.shape == (speakers, 192)
    np.testing.assert_allclose(np.linalg.norm(found.voices, axis=1), 1, atol=1e-5)
    assert found.confidence > 0.5
    assert same_people(who_speaks(talk, found), labels)


def test_forty_people() -> None:
    labels = in_turns(40, 2000)
    talk = pieces(voices(labels))
    found = find_speakers(talk, SpeakerCount())
    assert len(found.voices) == 40
    assert same_people(who_speaks(talk, found), labels)


@pytest.mark.parametrize(
    ("count", "number"),
    [
        (SpeakerCount(exact=1), 1),
        (SpeakerCount(exact=2), 2),
        (SpeakerCount(exact=3), 3),
        (SpeakerCount(exact=4), 4),
        (SpeakerCount(least=1, most=9), 3),
        (SpeakerCount(least=5), 5),
        (SpeakerCount(most=2), 2),
        (SpeakerCount(exact=3, least=5, most=9), 3),
    ],
)
def test_what_is_known_of_the_number_is_kept(count: SpeakerCount, number: int) -> None:
    talk = pieces(voices(in_turns(3, 180)))
    found = find_speakers(talk, count)
    assert len(found.voices) == number
    assert set(who_speaks(talk, found)) <= set(range(number))
    assert found.confidence == 1.0 or not count.exact


@pytest.mark.parametrize(
    "count",
    [
        SpeakerCount(exact=0),
        SpeakerCount(exact=-1),
        SpeakerCount(exact=101),
        SpeakerCount(exact=999),
        SpeakerCount(least=0),
        SpeakerCount(least=999),
        SpeakerCount(most=-1),
        SpeakerCount(most=999),
        SpeakerCount(least=3, most=2),
    ],
)
def test_numbers_that_cannot_be_are_refused(count: SpeakerCount) -> None:
    with pytest.raises(InvalidOption):
        count.check()


def test_numbers_that_can_be() -> None:
    for count in (SpeakerCount(), SpeakerCount(exact=1), SpeakerCount(exact=100), SpeakerCount(least=2, most=2)):
        count.check()
    assert SpeakerCount().bounds == (1, 100)
    assert SpeakerCount(exact=4, least=2).bounds == (4, 4)
    assert SpeakerCount(least=2).bounds == (2, 100)


def test_nobody() -> None:
    talk = pieces(np.zeros((0, 192), np.float32))
    found = find_speakers(talk, SpeakerCount(exact=3))
    assert len(found.voices) == 0
    assert who_speaks(talk, found).shape == (0,)


@pytest.mark.parametrize("count", [SpeakerCount(), SpeakerCount(exact=5), SpeakerCount(least=2)])
@pytest.mark.parametrize("length", [15, 60, PIECE_FRAMES])
def test_one_piece_is_one_speaker(count: SpeakerCount, length: int) -> None:
    talk = pieces(rays(30.0), length)
    found = find_speakers(talk, count)
    np.testing.assert_allclose(found.voices, rays(30.0), atol=1e-6)
    assert who_speaks(talk, found).tolist() == [0]


def test_no_more_speakers_than_pieces() -> None:
    talk = pieces(rays(0.0, 80.0, 160.0))
    found = find_speakers(talk, SpeakerCount(exact=5))
    assert 1 <= len(found.voices) <= 3
    assert len(who_speaks(talk, found)) == 3


def test_equal_vectors_are_one_speaker() -> None:
    assert len(find_speakers(pieces(rays(*[45.0] * 50)), SpeakerCount()).voices) == 1


def test_who_says_too_little_is_nobody() -> None:
    labels = np.array([0] * 100 + [1] * 3 + [0] * 100)
    found = find_speakers(pieces(voices(labels)), SpeakerCount())
    assert len(found.voices) == 1
    assert len(find_speakers(pieces(voices(labels)), SpeakerCount(exact=2)).voices) == 2


def test_short_pieces_make_no_speakers_but_join_one() -> None:
    labels = np.concatenate([in_turns(2, 120), np.full(40, 2)])
    lengths = np.where(labels == 2, 20, PIECE_FRAMES)
    talk = pieces(voices(labels), lengths)
    found = find_speakers(talk, SpeakerCount())
    assert len(found.voices) == 2
    assert same_people(who_speaks(talk, found)[:120], labels[:120])


def test_the_number_is_less_sure_where_two_are_nearly_one() -> None:
    sure, unsure = (
        find_speakers(pieces(rays(*[0.0, angle] * 40)), SpeakerCount()).confidence for angle in (120.0, 68.0)
    )
    assert sure == 1.0
    assert unsure < 0.5


@pytest.mark.parametrize(("speakers", "alike"), [(2, 0.65), (6, 0.65), (6, 0.5), (6, 0.42)])
def test_grouping_in_stretches_first_finds_the_same(speakers: int, alike: float) -> None:
    labels = in_turns(speakers, 900)
    talk = pieces(voices(labels, alike))
    at_once = find_speakers(talk, SpeakerCount())
    in_stretches = find_speakers(talk, SpeakerCount(), replace(OPTIONS, together=200))
    assert len(at_once.voices) == len(in_stretches.voices) == speakers
    assert same_people(who_speaks(talk, at_once), who_speaks(talk, in_stretches))
    assert same_people(who_speaks(talk, at_once), labels)


@pytest.mark.parametrize("alike", [0.65, 0.01])
def test_nine_hours_need_little_memory_also_where_nothing_is_alike(alike: float) -> None:
    labels = in_turns(6, 45_000)
    talk = pieces(voices(labels, alike, apart=32))
    tracemalloc.start()
    try:
        found = find_speakers(talk, SpeakerCount())
        spoken = who_speaks(talk, found)
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()
    assert len(spoken) == 45_000
    if alike > 0.5:
        assert (len(found.voices), same_people(spoken, labels)) == (6, True)


def likeliest(talk: Pieces, found: Speakers) -> tuple[float, list[tuple[int, ...]]]:
    """The best score of all sequences, tried one by one, and those that have it."""
    speakers = range(len(found.voices))
    lengths = talk.frames[:, 2] - talk.frames[:, 1]
    scores: dict[tuple[int, ...], float] = {}
    for sequence in product(speakers, repeat=len(talk.frames)):
        total = 0.0
        for at, one in enumerate(sequence):
            cosine = float(talk.vectors[at] @ found.voices[one])
            total += OPTIONS.evidence * cosine * min(1.0, lengths[at] / PIECE_FRAMES)
        for (at, one), (_, after) in pairwise(enumerate(sequence)):
            gap = (talk.frames[at + 1, 1] - talk.frames[at, 2]) * FRAME_SECONDS
            if one != after and gap <= OPTIONS.silence:
                joined = talk.stretches[at] == talk.stretches[at + 1]
                total -= OPTIONS.change if joined else OPTIONS.change_between
        scores[sequence] = total
    best = max(scores.values())
    return best, [sequence for sequence, score in scores.items() if score > best - 1e-4]


@pytest.mark.parametrize("seed", range(40))
def test_the_sequence_is_the_likeliest_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count, speakers = int(rng.integers(1, 7)), int(rng.integers(2, 4))
    middles = np.cumsum(rng.integers(30, 300, count))
    lengths = rng.integers(15, PIECE_FRAMES + 1, count)
    frames = np.stack([middles, middles - lengths // 2, middles - lengths // 2 + lengths], axis=1)
    vectors = rays(*rng.uniform(0, 60, count).tolist())
    talk = Pieces(np.zeros((1, 589), np.uint8), frames, np.sort(rng.integers(0, 3, count)), vectors)
    found = Speakers(rays(*rng.uniform(0, 60, speakers).tolist()), 1.0)
    assert tuple(who_speaks(talk, found).tolist()) in likeliest(talk, found)[1]


def test_a_short_piece_that_is_a_little_unlike_its_neighbours_does_not_flip_alone() -> None:
    found = Speakers(rays(0.0, 90.0), 1.0)
    lengths = np.array([PIECE_FRAMES] * 3 + [18] + [PIECE_FRAMES] * 3)
    angles = [0.0] * 3 + [70.0] + [0.0] * 3
    short, long = (pieces(rays(*angles), some, stretch=9) for some in (lengths, PIECE_FRAMES))
    assert who_speaks(short, found).tolist() == [0] * 7
    assert who_speaks(long, found).tolist() == [0, 0, 0, 1, 0, 0, 0]


def test_after_a_silence_anybody_may_speak() -> None:
    found = Speakers(rays(0.0, 90.0), 1.0)
    near = pieces(rays(0.0, 0.0, 47.0))
    frames = near.frames.copy()
    frames[2] += 200
    far = replace(near, frames=frames)
    assert who_speaks(near, found).tolist() == [0, 0, 0]
    assert who_speaks(far, found).tolist() == [0, 0, 1]
