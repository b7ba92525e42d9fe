"""Turns against the rules of their module, applied frame by frame without any cleverness."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.tingwu.speech.activity import heard
from tingwu.domain.speakers import SpeakerTurn
from tingwu.speech.pieces import STEP_FRAMES, Pieces
from tingwu.speech.segmentation import FRAME_SECONDS, FRAMES
from tingwu.speech.turns import TurnOptions, join_turns

OPTIONS = TurnOptions()


def talk(n_windows: int, speech: list[tuple[int, int, int]], middles: list[int]) -> Pieces:
    """Windows that all hear as many speakers as `speech` says: (begin, end, count) in frames of the recording."""
    speakers = np.zeros((n_windows - 1) * STEP_FRAMES + FRAMES, np.uint8)
    for begin, end, count in speech:
        speakers[begin:end] = count
    counts = np.stack([speakers[at * STEP_FRAMES : at * STEP_FRAMES + FRAMES] for at in range(n_windows)])
    frames = np.array([[one, one - 20, one + 20] for one in middles], np.int64).reshape(-1, 3)
    return Pieces(counts, frames, np.arange(len(middles)), np.zeros((len(middles), 1), np.float32))


def random_talk(rng: np.random.Generator) -> tuple[Pieces, NDArray[np.int64]]:
    """Windows that hear different things where they meet, pieces anywhere, up to four speakers."""
    n_windows = int(rng.integers(1, 5))
    total = (n_windows - 1) * STEP_FRAMES + FRAMES
    counts = np.repeat(rng.choice([0, 0, 1, 1, 1, 2], (n_windows, 40)), 15, axis=1)[:, :FRAMES].astype(np.uint8)
    for _ in range(int(rng.integers(0, 30))):
        window, at = int(rng.integers(n_windows)), int(rng.integers(FRAMES))
        counts[window, at : at + int(rng.integers(1, 40))] = rng.integers(0, 3)
    middles = np.unique(rng.integers(0, total, int(rng.integers(1, 12))))
    begins = np.maximum(middles - rng.integers(0, 45, len(middles)), 0)
    ends = np.minimum(middles + rng.integers(15, 45, len(middles)), total)
    pieces = Pieces(
        counts,
        np.stack([middles, begins, ends], axis=1),
        np.arange(len(middles)),
        np.zeros((len(middles), 1), np.float32),
    )
    return pieces, rng.integers(0, 4, len(middles))


def slow(pieces: Pieces, spoken: NDArray[np.int64], duration: float) -> list[SpeakerTurn]:
    total = (len(pieces.counts) - 1) * STEP_FRAMES + FRAMES
    counts = [slow_count(pieces, frame) for frame in range(total)]
    first = [slow_first(pieces, spoken, frame) if counts[frame] else None for frame in range(total)]
    second: list[int | None] = [None] * total
    frame = 0
    while frame < total:
        end = frame
        while end < total and counts[end] > 1:
            end += 1
        for at in range(frame, end):
            if (one := first[at]) is not None:
                second[at] = slow_second(pieces, spoken, (frame + end) / 2, one)
        frame = max(end, frame + 1)
    turns: list[SpeakerTurn] = []
    for speaker in sorted(set(spoken.tolist())):
        heard = [speaker in (first[at], second[at]) for at in range(total)]
        turns += slow_turns(heard, str(speaker), duration)
    return sorted(turns, key=lambda turn: (turn.start, turn.speaker))


def slow_count(pieces: Pieces, frame: int) -> int:
    """How many speak: the mean of all windows that hear the frame, rounded, a half down."""
    heard = [
        int(counts[frame - at * STEP_FRAMES])
        for at, counts in enumerate(pieces.counts)
        if 0 <= frame - at * STEP_FRAMES < FRAMES
    ]
    mean = sum(heard) / len(heard)
    return int(mean) + (mean - int(mean) > 0.5)


def slow_first(pieces: Pieces, spoken: NDArray[np.int64], frame: int) -> int | None:
    """Of the last piece with its middle before the frame and the next: one that covers it, or the nearer middle."""
    middles = pieces.frames[:, 0].tolist()
    later = [at for at, middle in enumerate(middles) if middle >= frame]
    after = later[0] if later else len(middles) - 1
    before = max(after - 1, 0)

    def distance(at: int) -> tuple[int, int]:
        middle, begin, end = pieces.frames[at].tolist()
        return max(begin - frame, frame - end, 0), abs(middle - frame)

    nearest = before if distance(before) <= distance(after) else after
    near = abs(middles[nearest] - frame) * FRAME_SECONDS <= OPTIONS.far
    return int(spoken[nearest]) if near else None


def slow_second(pieces: Pieces, spoken: NDArray[np.int64], middle: float, speaker: int) -> int | None:
    """Who else is heard nearest to the middle of an overlap."""
    others = [
        (abs(at - middle), number)
        for number, at in enumerate(pieces.frames[:, 0].tolist())
        if abs(at - middle) * FRAME_SECONDS <= OPTIONS.beside and spoken[number] != speaker
    ]
    return int(spoken[min(others)[1]]) if others else None


def slow_turns(heard: list[bool], speaker: str, duration: float) -> list[SpeakerTurn]:
    times: list[list[float]] = []
    for frame, here in enumerate(heard):
        start, end = frame * FRAME_SECONDS, min((frame + 1) * FRAME_SECONDS, duration)
        if not here or start >= duration:
            continue
        if times and ((frame and heard[frame - 1]) or start - times[-1][1] < OPTIONS.min_gap):
            times[-1][1] = end
        else:
            times.append([start, end])
    return [SpeakerTurn(start=a, end=b, speaker=speaker) for a, b in times if b - a >= OPTIONS.min_turn]


@pytest.mark.parametrize("seed", range(60))
def test_turns_are_those_of_the_rules(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pieces, spoken = random_talk(rng)
    total = (len(pieces.counts) - 1) * STEP_FRAMES + FRAMES
    duration = float(rng.uniform(0.3, 1.05)) * total * FRAME_SECONDS
    found, expected = join_turns(pieces, spoken, heard(duration, (0, duration + 1))), slow(pieces, spoken, duration)
    assert [turn.speaker for turn in found] == [turn.speaker for turn in expected]
    times = [(turn.start, turn.end) for turn in found]
    np.testing.assert_allclose(np.array(times), [(turn.start, turn.end) for turn in expected], atol=1e-9)
    assert list(found) == sorted(found, key=lambda turn: (turn.start, turn.speaker))
    assert all(0 <= start < end <= duration for start, end in times)
    for speaker in set(spoken.tolist()):
        own = [turn for turn in found if turn.speaker == str(speaker)]
        assert all(one.end < two.start for one, two in pairwise(own))


def spans(pieces: Pieces, spoken: list[int], duration: float = 20.0) -> list[tuple[str, int, int]]:
    """(speaker, begin, end) of turns, in frames."""
    turns = join_turns(pieces, np.array(spoken), heard(duration, (0, duration + 1)))
    return [(turn.speaker, round(turn.start / FRAME_SECONDS), round(turn.end / FRAME_SECONDS)) for turn in turns]


def test_who_speaks_changes_between_two_pieces() -> None:
    assert spans(talk(1, [(50, 250, 1)], [100, 200]), [0, 1]) == [("0", 50, 151), ("1", 151, 250)]


@pytest.mark.parametrize(("gap", "turns"), [(11, 1), (12, 2)])
def test_gaps_of_less_than_a_fifth_of_a_second_are_bridged(gap: int, turns: int) -> None:
    found = spans(talk(1, [(50, 100, 1), (100 + gap, 200, 1)], [80, 150]), [0, 0])
    assert found == [("0", 50, 200)] if turns == 1 else [("0", 50, 100), ("0", 100 + gap, 200)]


@pytest.mark.parametrize(("length", "turns"), [(5, 0), (6, 1)])
def test_less_than_a_tenth_of_a_second_is_noise(length: int, turns: int) -> None:
    assert len(spans(talk(1, [(50, 50 + length, 1)], [60]), [0])) == turns


def test_two_at_once_are_two_turns() -> None:
    pieces = talk(1, [(50, 150, 1), (150, 180, 2), (180, 300, 1)], [100, 240])
    assert spans(pieces, [0, 1]) == [("0", 50, 180), ("1", 150, 300)]


def test_two_at_once_are_one_turn_where_nobody_else_is_known() -> None:
    assert spans(talk(1, [(50, 150, 2)], [100]), [0]) == [("0", 50, 150)]


def test_speech_far_from_any_piece_has_no_speaker() -> None:
    assert spans(talk(2, [(100, 700, 1)], [120]), [0]) == [("0", 100, 298)]


def test_no_pieces_no_turns() -> None:
    assert join_turns(talk(2, [(10, 300, 1)], []), np.zeros(0, np.int64), heard(14.0, (0, 14))) == ()


def test_turns_end_with_the_recording() -> None:
    (turn,) = join_turns(talk(1, [(0, FRAMES, 1)], [100, 250]), np.array([0, 0]), heard(4.2, (0, 5)))
    assert (turn.start, turn.end) == (0.0, 4.2)


def test_what_is_heard_in_the_padding_lengthens_nothing() -> None:
    (turn,) = join_turns(talk(1, [(0, 200, 1), (210, 300, 1)], [100, 250]), np.array([0, 0]), heard(3.5, (0, 4)))
    assert (turn.start, turn.end) == (0.0, 200 * FRAME_SECONDS)


def test_windows_that_disagree_are_heard_on_average() -> None:
    pieces = talk(2, [(300, 500, 1)], [350, 450])
    pieces.counts[1][:] = 0
    assert spans(pieces, [0, 0]) == []
    pieces.counts[0][300:500] = 2
    pieces.counts[1][4:204] = 1
    assert spans(pieces, [0, 0]) == [("0", 300, 500)]


def test_a_pause_that_the_voice_detector_hears_between_words_is_one() -> None:
    pieces = talk(1, [(0, 400, 1)], [100, 250])
    spoken = np.array([0, 0])
    pause = heard(6.7, (0, 2), (2.4, 7))
    assert next((turn.start, round(turn.end, 1)) for turn in join_turns(pieces, spoken, pause)) == (0, 2.0)
    assert len(join_turns(pieces, spoken, pause)) == 2
    assert len(join_turns(pieces, spoken, heard(6.7, (0, 2), (2.4, 7), level=0.8))) == 1


def test_speech_that_is_too_far_away_for_the_voice_detector_counts() -> None:
    (turn,) = join_turns(talk(1, [(0, 400, 1)], [100, 250]), np.array([0, 0]), heard(6.7))
    assert (turn.start, round(turn.end, 1)) == (0, 6.7)
