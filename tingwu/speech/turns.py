"""Turns: who is heard in pieces, and how many speak at once, to who speaks when in the whole recording.

A frame has as many speakers as its windows heard on average (overlap-add). The first of them is who is heard in the
nearest piece; a second one is the nearest other speaker, for who interrupts is mostly heard alone just before or after.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.speakers import SpeakerTurn
from tingwu.speech.pieces import STEP_FRAMES, Pieces
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.segmentation import FRAME_SECONDS, FRAMES

_NOBODY = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnOptions:
    """Times in seconds."""

    min_gap: float = 0.2
    """A speaker who is silent for less goes on."""
    min_turn: float = 0.1
    """Shorter turns are noise."""
    far: float = 3.0
    """Speech so far from any piece has no speaker."""
    beside: float = 10.0
    """A second speaker is heard alone within so long."""
    silent: float = 0.1
    sure: float = 0.9
    pause: float = 0.3
    """Where the voice detector is surer than `silent` that nobody speaks, and within `pause` seconds as sure as `sure`
    that somebody does, there is a pause: the networks of speakers bridge those. Where it hears nothing at all, speech
    may be too far away for it, and theirs counts."""


def join_turns(
    pieces: Pieces, spoken: NDArray[np.int64], activity: SpeechActivity, options: TurnOptions | None = None
) -> tuple[SpeakerTurn, ...]:
    """Who speaks when, in order of their beginnings; the speaker of a turn is its number in `spoken` as text.

    `spoken` (n_pieces,) says who speaks in each piece; `activity` is what the voice detector heard.
    """
    options = options or TurnOptions()
    if not len(spoken):
        return ()
    counts, duration = _counts(pieces), activity.duration
    counts[_pauses(activity, len(counts), options)] = 0
    first = _first_speakers(pieces, spoken, counts, options)
    second = _second_speakers(pieces, spoken, counts, first, options)
    turns = [
        SpeakerTurn(start=start, end=end, speaker=str(speaker))
        for speaker in np.unique(spoken)
        for start, end in _joined((first == speaker) | (second == speaker), duration, options)
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start, turn.speaker)))


def _counts(pieces: Pieces) -> NDArray[np.int64]:
    """How many speak in each frame of the recording: the mean of its windows, rounded, a half down."""
    n_windows = len(pieces.counts)
    spoken = np.zeros((n_windows - 1) * STEP_FRAMES + FRAMES, np.int64)
    windows = np.zeros(len(spoken), np.int64)
    for number, counts in enumerate(pieces.counts):
        here = slice(number * STEP_FRAMES, number * STEP_FRAMES + FRAMES)
        spoken[here] += counts
        windows[here] += 1
    return np.asarray(-(-(2 * spoken - windows) // (2 * windows)), np.int64)


def _pauses(activity: SpeechActivity, count: int, options: TurnOptions) -> NDArray[np.bool_]:
    """Which of `count` frames are pauses in somebody's speech."""
    heard = activity.probabilities
    if not len(heard):
        return np.zeros(count, np.bool_)
    reach = int(options.pause / activity.frame_seconds)
    around = np.lib.stride_tricks.sliding_window_view(np.pad(heard, reach), 2 * reach + 1).max(axis=1)
    pauses = (heard < options.silent) & (around >= options.sure)
    at = ((np.arange(count) + 0.5) * FRAME_SECONDS / activity.frame_seconds).astype(np.int64)
    return pauses[np.minimum(at, len(heard) - 1)]


def _first_speakers(
    pieces: Pieces, spoken: NDArray[np.int64], counts: NDArray[np.int64], options: TurnOptions
) -> NDArray[np.int64]:
    """The speaker of the nearest piece for each frame with speech: one that covers it, or else the nearest middle."""
    middles = pieces.frames[:, 0]
    frames = np.flatnonzero(counts > 0)
    after = np.minimum(np.searchsorted(middles, frames), len(middles) - 1)
    before = np.maximum(after - 1, 0)
    nearest = np.where(_distance(pieces, before, frames) <= _distance(pieces, after, frames), before, after)
    first = np.full(len(counts), _NOBODY, np.int64)
    near = np.abs(middles[nearest] - frames) * FRAME_SECONDS <= options.far
    first[frames[near]] = spoken[nearest[near]]
    return first


def _distance(pieces: Pieces, at: NDArray[np.int64], frames: NDArray[np.int64]) -> NDArray[np.int64]:
    """How far a frame is from a piece; from one that covers it, only a little."""
    middle, begin, end = pieces.frames[at].T
    return 1000 * np.maximum(np.maximum(begin - frames, frames - end), 0) + np.abs(middle - frames)


def _second_speakers(
    pieces: Pieces,
    spoken: NDArray[np.int64],
    counts: NDArray[np.int64],
    first: NDArray[np.int64],
    options: TurnOptions,
) -> NDArray[np.int64]:
    """Who speaks beside the first speaker where several do."""
    second = np.full(len(counts), _NOBODY, np.int64)
    middles, reach = pieces.frames[:, 0], options.beside / FRAME_SECONDS
    for begin, end in _runs(counts > 1):
        middle = (begin + end) / 2
        near = slice(*np.searchsorted(middles, [middle - reach, middle + reach]))
        order = np.argsort(np.abs(middles[near] - middle), kind="stable")
        for speaker in np.unique(first[begin:end]):
            others = spoken[near][order]
            others = others[others != speaker]
            if speaker != _NOBODY and len(others):
                second[begin:end][first[begin:end] == speaker] = others[0]
    return second


def _joined(heard: NDArray[np.bool_], duration: float, options: TurnOptions) -> Iterator[tuple[float, float]]:
    """Start and end of turns in seconds, short gaps bridged."""
    turns: list[tuple[float, float]] = []
    for begin, end in _runs(heard):
        start, stop = begin * FRAME_SECONDS, min(end * FRAME_SECONDS, duration)
        if start >= duration:
            break
        if turns and start - turns[-1][1] < options.min_gap:
            turns[-1] = (turns[-1][0], stop)
        else:
            turns.append((start, stop))
    return (turn for turn in turns if turn[1] - turn[0] >= options.min_turn)


def _runs(heard: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """[begin, end) of each run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]
