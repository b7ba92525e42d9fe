"""The plan of a made conversation: who says which utterance when. All times are in samples on steps of 10 ms.

People hold the floor in turns of one or more utterances. Somebody may begin before the one in front has ended, or say
something short meanwhile; three never speak at once. Everything random comes from one seed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.bench.voices import STEP_SAMPLES, Utterance
from tingwu.domain.media import SAMPLE_RATE
from tingwu.errors import InvalidOption
from tingwu.speech.asr import Samples

_SHORTEST = round(0.5 * SAMPLE_RATE)
_LEAST_OVERLAP = round(0.2 * SAMPLE_RATE)
_EDGE = round(0.5 * SAMPLE_RATE)
"""Silence before the first turn and after the last."""
_AHEAD = 20 * SAMPLE_RATE
_MUCH_OWED = 2 * SAMPLE_RATE
"""Of overlap: then the next turn begins early."""
_BESIDE_SHARE, _EARLY_SHARE = 0.3, 0.6
"""Of the turns that may overlap: how many fall into a turn that goes on, and how many of the rest begin early."""
_OWN_PAUSE = (0.35, 1.0)
"""Between two utterances of one turn, in seconds: longer than a pause inside of an utterance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOptions:
    """What a conversation is like. Times in seconds unless named otherwise, loudness in dB."""

    seed: int = 0
    minutes: float = 5.0
    speakers: int = 2
    """The first so many voices of an order that the seed draws."""
    overlap: float = 0.0
    """Share of the time with speech in which two speak, 0 to 0.3."""
    turn_median: float = 3.0
    turn_longest: float = 20.0
    gap_median: float = 0.4
    """Silence between two turns, log-normal."""
    gap_longest: float = 3.0
    snr_db: float | None = None
    """Speech over noise; None for digital silence between the turns."""
    rt60: float | None = None
    """Reverberation: how long the room takes to lose 60 dB."""
    level_spread_db: float = 0.0
    """The loudest speaker over the softest."""

    def __post_init__(self) -> None:
        if not 0 <= self.overlap <= 0.3:
            raise InvalidOption("overlap", f"{self.overlap:g}", "a share from 0 to 0.3")
        if self.speakers < 1 or (self.speakers < 2 and self.overlap):
            raise InvalidOption("speakers", str(self.speakers), "at least 1, and 2 where they overlap")
        if not 0 < self.minutes <= 24 * 60:
            raise InvalidOption("minutes", f"{self.minutes:g}", "more than 0, at most 1440")
        if self.rt60 is not None and not 0.05 <= self.rt60 <= 3:
            raise InvalidOption("rt60", f"{self.rt60:g}", "0.05 to 3 s")


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A piece of speech at its place."""

    speaker: str
    start: int
    sound: Samples

    @property
    def end(self) -> int:
        return self.start + len(self.sound)


class Pool:
    """The utterances of one voice. One comes again only after half of the others were said."""

    def __init__(self, utterances: Sequence[Utterance], rng: np.random.Generator) -> None:
        self._rng = rng
        self._waiting = [utterances[i] for i in _shuffled(len(utterances), rng)]

    def take(self, samples: int) -> list[Samples]:
        """Pieces of speech, together about `samples` long."""
        pieces: list[Samples] = []
        rest = samples
        while not pieces or rest >= 2 * _SHORTEST:
            chosen = int(self._rng.integers((len(self._waiting) + 1) // 2))
            utterance = self._waiting.pop(chosen)
            self._waiting.append(utterance)
            pieces.append(utterance.part(max(rest, _SHORTEST), _SHORTEST, self._rng))
            rest -= len(pieces[-1])
        return pieces


def cast(names: Iterable[str], options: ConversationOptions) -> tuple[str, ...]:
    """Those of the voices `names` who take part. Raises InvalidOption where there are not so many."""
    known = sorted(names)
    if options.speakers > len(known):
        raise InvalidOption("speakers", str(options.speakers), f"there are {len(known)} voices")
    drawn = _shuffled(len(known), np.random.default_rng(options.seed))
    return tuple(known[i] for i in drawn[: options.speakers])


def plan(voices: Mapping[str, Sequence[Utterance]], options: ConversationOptions) -> Iterator[Placed]:
    """All pieces of a conversation in order of their beginnings, the last one ending before `options.minutes` do.

    Raises InvalidOption where there is not enough time for all `voices`.
    """
    return _Plan(voices, options).pieces()


class _Plan:
    """`_floor` is the turn that ends last, `_beside` when the latest of all others ends: nothing begins before."""

    def __init__(self, voices: Mapping[str, Sequence[Utterance]], options: ConversationOptions) -> None:
        self._options = options
        self._rng = np.random.default_rng(options.seed)
        self._names = list(voices)
        self._pools = {name: Pool(voices[name], self._rng) for name in self._names}
        # Some speak more than others, but nobody much less than half an equal share.
        self._shares = 0.5 * self._rng.dirichlet([3.0] * len(self._names)) + 0.5 / len(self._names)
        self._unheard = list(self._names)
        self._said = dict.fromkeys(self._names, 0)
        self._floor: list[Placed] = []
        self._beside = 0
        self._speech, self._overlapped = 0, 0
        self._length = round(options.minutes * 60 * SAMPLE_RATE)

    def pieces(self) -> Iterator[Placed]:
        """The plan, a turn at a time."""
        waiting: list[Placed] = []
        while turn := self._next():
            waiting = sorted((*waiting, *turn), key=lambda piece: piece.start)
            safe = max(self._beside, self._floor[0].start)
            yield from (piece for piece in waiting if piece.start <= safe)
            waiting = [piece for piece in waiting if piece.start > safe]
        yield from waiting
        if self._unheard:
            raise InvalidOption("minutes", f"{self._options.minutes:g}", "too short for so many speakers")

    def _next(self) -> list[Placed]:
        """Place one more turn; nothing when the time is over."""
        end = self._floor[-1].end if self._floor else 0
        left = self._length - end - _EDGE
        if left < 2 * _SHORTEST:
            return []
        speaker = self._speaker()
        turn = _joined(speaker, self._pools[speaker].take(min(self._turn_length(), left)), self._rng)
        turn = _moved(turn, self._start(turn[-1].end))
        if turn[-1].end > self._length - _EDGE:
            return []
        self._place(turn)
        return turn

    def _speaker(self) -> str:
        """Anybody but who has the floor. By half of the time everybody has been heard."""
        now = self._floor[-1].end if self._floor else 0
        heard = len(self._names) - len(self._unheard)
        if heard < min(len(self._names), 1 + len(self._names) * 2 * now // self._length):
            return self._unheard[0]
        # Who is behind their share is the likelier to be next.
        owed = {
            name: max(share * (self._speech + _AHEAD) - self._said[name], 0.1 * share * _AHEAD)
            for name, share in zip(self._names, self._shares, strict=True)
            if not self._floor or name != self._floor[0].speaker or len(self._names) == 1
        }
        odds = np.array(list(owed.values()))
        return list(owed)[int(self._rng.choice(len(odds), p=odds / odds.sum()))]

    def _turn_length(self) -> int:
        seconds = self._options.turn_median * self._rng.lognormal(0.0, 0.8)
        return round(min(max(0.5, seconds), self._options.turn_longest) * SAMPLE_RATE)

    def _start(self, length: int) -> int:
        """Where a turn of `length` begins: after a gap, or in the one before so that overlap comes near its share."""
        if not self._floor:
            return _EDGE
        begin, end = self._floor[0].start, self._floor[-1].end
        free = max(self._beside, begin) + _snapped(_OWN_PAUSE[0])
        owed = self._options.overlap * (self._speech + length) - self._overlapped
        if owed >= _LEAST_OVERLAP and self._rng.random() < _BESIDE_SHARE and end - free > length + 2 * _LEAST_OVERLAP:
            return _whole(free + int(self._rng.integers(end - free - length - _LEAST_OVERLAP)))
        depth = min(owed * self._rng.uniform(0.5, 1.5), 0.8 * length, end - free)
        early = self._rng.random() < _EARLY_SHARE or owed > _MUCH_OWED
        if depth >= _LEAST_OVERLAP and early:
            return _whole(end - int(depth))
        gap = self._options.gap_median * self._rng.lognormal(0.0, 0.8)
        return end + _snapped(min(gap, self._options.gap_longest))

    def _place(self, turn: list[Placed]) -> None:
        both = sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in turn for b in self._floor)
        self._overlapped += both
        said = sum(len(piece.sound) for piece in turn)
        self._speech += said - both
        self._said[turn[0].speaker] += said
        if turn[0].speaker in self._unheard:
            self._unheard.remove(turn[0].speaker)
        first, last = sorted((self._floor, turn), key=lambda one: one[-1].end if one else 0)
        self._beside = max(self._beside, first[-1].end if first else 0)
        self._floor = last


def _joined(speaker: str, sounds: Sequence[Samples], rng: np.random.Generator) -> list[Placed]:
    """One turn from sample 0 on."""
    turn: list[Placed] = []
    for sound in sounds:
        start = turn[-1].end + _snapped(rng.uniform(*_OWN_PAUSE)) if turn else 0
        turn.append(Placed(speaker, start, sound))
    return turn


def _moved(turn: Sequence[Placed], start: int) -> list[Placed]:
    return [Placed(piece.speaker, piece.start + start, piece.sound) for piece in turn]


def _shuffled(count: int, rng: np.random.Generator) -> list[int]:
    return [int(i) for i in rng.permutation(count)]


def _snapped(seconds: float) -> int:
    return _whole(round(seconds * SAMPLE_RATE))


def _whole(samples: int) -> int:
    """The step at or before."""
    return samples // STEP_SAMPLES * STEP_SAMPLES
