"""Pieces: what is heard of voices in windows of 10 s: how many speak in each frame, and vectors of 1.5 s of one voice.

Half of each window is in the next one; each piece belongs to the window that has it nearest its middle, and lies where
one local speaker is alone. The network that hears local speakers takes two voices that take turns quickly for one, so a
local speaker is not one person here, only a stretch in which pieces may be cut. Knows nothing of who is who.
"""

import base64
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.asr import Samples
from tingwu.speech.segmentation import FRAME_SAMPLES, FRAMES, WINDOW_SAMPLES, SpeakerSegmenter
from tingwu.speech.voice import Vectors, VoiceEmbedder

STEP_FRAMES = 296
"""From one window to the next: 4.995 s."""
_STEP_SAMPLES = STEP_FRAMES * FRAME_SAMPLES
STEP_SECONDS = _STEP_SAMPLES / SAMPLE_RATE
_MARGIN_FRAMES = (FRAMES - STEP_FRAMES) // 2
PIECE_FRAMES = 89
"""1.5 s."""
_HOP_FRAMES = 44
_LEAST_FRAMES = 15
"""A quarter of a second; less of a voice says nothing about it."""

Read = Callable[[float, float], Samples]
"""Samples between two times in seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Of windows in a row. `counts` (n_windows, 589) says how many speak in each frame. For each piece, in order of
    time: `frames` (n_pieces, 3), its middle, begin and end in frames of the recording; `stretches` (n_pieces,), equal
    for neighbours without silence or a change between them; `vectors` (n_pieces, dimensions)."""

    counts: NDArray[np.uint8]
    frames: NDArray[np.int64]
    stretches: NDArray[np.int64]
    vectors: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedPieces:
    """Pieces as text: compressed numbers in base64, vectors in half precision."""

    windows: int
    pieces: int
    counts: str
    frames: str
    stretches: str
    vectors: str


def window_count(duration: float) -> int:
    """How many windows cover `duration` seconds."""
    behind_first = max(0.0, duration * SAMPLE_RATE - WINDOW_SAMPLES)
    return 1 + int(np.ceil(behind_first / _STEP_SAMPLES))


def hear_pieces(
    windows: range, read: Read, duration: float, segmenter: SpeakerSegmenter, embedder: VoiceEmbedder
) -> Pieces:
    """The pieces of the windows with these numbers, of a recording of `duration` seconds. Raises ModelError."""
    last = window_count(duration) - 1
    sound = np.stack([_window(number, read, duration) for number in windows])
    active = segmenter.segment(sound)
    places = [
        (row, stretch, *piece)
        for row, number in enumerate(windows)
        for stretch, begin, end, own_begin, own_end in _stretches(active[row], number == 0, number == last)
        for piece in _cut(begin, end, own_begin, own_end)
    ]
    vectors = embedder.embed([_samples(sound[row], begin, end) for row, _, _, begin, end in places])
    found = np.array(places, np.int64).reshape(-1, 5)
    first = np.array(windows, np.int64)[found[:, 0]]
    return Pieces(
        counts=active.sum(axis=2).astype(np.uint8),
        frames=found[:, 2:] + first[:, None] * STEP_FRAMES,
        stretches=first * FRAMES + found[:, 1],
        vectors=vectors.reshape(-1, embedder.dimensions),
    )


def pack(pieces: Pieces) -> PackedPieces:
    """`pieces` as text; vectors keep three digits."""
    return PackedPieces(
        windows=len(pieces.counts),
        pieces=len(pieces.frames),
        counts=_text(pieces.counts),
        frames=_text(pieces.frames),
        stretches=_text(pieces.stretches),
        vectors=_text(pieces.vectors.astype(np.float16)),
    )


def unpack(packed: Sequence[PackedPieces]) -> Pieces:
    """One after the other."""
    return Pieces(
        counts=np.concatenate([_numbers(one.counts, np.uint8, one.windows) for one in packed]),
        frames=np.concatenate([_numbers(one.frames, np.int64, one.pieces) for one in packed if one.pieces] or [_NONE]),
        stretches=np.concatenate([_numbers(one.stretches, np.int64, 1)[0] for one in packed]),
        vectors=np.concatenate(
            [_numbers(one.vectors, np.float16, one.pieces).astype(np.float32) for one in packed if one.pieces]
            or [np.zeros((0, 1), np.float32)]
        ),
    )


_NONE: NDArray[np.int64] = np.zeros((0, 3), np.int64)


def _window(number: int, read: Read, duration: float) -> Samples:
    start = number * STEP_SECONDS
    samples = read(start, min(duration, start + WINDOW_SAMPLES / SAMPLE_RATE))[:WINDOW_SAMPLES]
    return np.pad(samples, (0, WINDOW_SAMPLES - len(samples)))


def _stretches(active: NDArray[np.bool_], is_first: bool, is_last: bool) -> Iterator[tuple[int, int, int, int, int]]:
    """(number, begin, end, begin and end of the part that the window owns) of each stretch of one local speaker."""
    own_begin = 0 if is_first else _MARGIN_FRAMES
    own_end = FRAMES if is_last else _MARGIN_FRAMES + STEP_FRAMES
    alone = np.where(active.sum(axis=1) == 1, active.argmax(axis=1), -1)
    edges = np.flatnonzero(np.diff(np.concatenate([[-2], alone, [-2]])))
    for number, (begin, end) in enumerate(pairwise(edges)):
        if alone[begin] >= 0 and min(end, own_end) > max(begin, own_begin):
            yield number, int(begin), int(end), int(max(begin, own_begin)), int(min(end, own_end))


def _cut(begin: int, end: int, own_begin: int, own_end: int) -> Iterator[tuple[int, int, int]]:
    """(middle, begin, end) of pieces whose middles are spread evenly over the owned part of a stretch."""
    count = max(1, round((own_end - own_begin) / _HOP_FRAMES))
    for number in range(count):
        middle = int(own_begin + (own_end - own_begin) * (number + 0.5) / count)
        first = max(begin, min(middle - PIECE_FRAMES // 2, end - PIECE_FRAMES))
        last = min(end, first + PIECE_FRAMES)
        if last - first >= _LEAST_FRAMES:
            yield middle, first, last


def _samples(window: Samples, begin: int, end: int) -> Samples:
    return window[begin * FRAME_SAMPLES : end * FRAME_SAMPLES]


def _text(numbers: NDArray[Any]) -> str:
    return base64.b64encode(zlib.compress(numbers.tobytes())).decode()


def _numbers(text: str, kind: type[Any], rows: int) -> NDArray[Any]:
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), kind).reshape(rows, -1)
