"""Recognition: windows to texts, in pieces of some windows each, while the media is still being decoded.

A piece is a pure function of the media, the options and the pieces a fixed way before it, which is longer with more
workers. The recogniser's model is loaded when it is first wanted and held to the end of the work.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice
from types import TracebackType
from typing import Self

from pipelines.finished import Finished
from pipelines.in_order import AHEAD_PER_WORKER, InOrder
from pipelines.sound import Sound
from tingwu.audio.spool import PcmSpool
from tingwu.domain.media import DecodeReport, TimeRange
from tingwu.domain.transcript import Word
from tingwu.progress import Step
from tingwu.speech.asr import Transcriber, WindowText
from tingwu.speech.chinese import tidy_texts
from tingwu.speech.language import next_language
from tingwu.speech.second_look import Hole, Listen, look_again

_UNPLANNED_SECONDS = 60.0
"""What was heard before so many seconds has been cut into windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The texts of some windows, one after the other. The last piece has none, but says how decoding ended."""

    texts: tuple[WindowText, ...] = ()
    end: DecodeReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Windows that are transcribed together, in `language`; None if they are to find it out themselves.

    `number` counts the units of a recording, `before` is a text of the one that the same worker had before.
    """

    windows: tuple[TimeRange, ...]
    language: str | None
    number: int = 0
    before: WindowText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Windows that were written in another language than they are spoken in. `positions` are those of their texts."""

    positions: tuple[int, ...]
    unit: Unit


class Recogniser:
    """The speech model, held from when it is first wanted to the end of the work, and the work that it does."""

    def __init__(self, sound: Sound) -> None:
        self._sound = sound
        self._open = ExitStack()
        self._transcriber: Transcriber | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def workers(self) -> int:
        """How many threads may do the work at once. Loads the model, so this comes first, from a single thread."""
        return self.model().workers

    def batch_size(self) -> int:
        """How many windows are transcribed together."""
        return self._sound.options.asr.batch_size or self.model().batch_size

    def transcribe(self, spool: PcmSpool, unit: Unit) -> tuple[WindowText, ...]:
        """The texts of a unit's windows."""
        windows = [(window, spool.read(window.start, window.end)) for window in unit.windows]
        return self.model().transcribe(windows, unit.language, self._sound.options.prompted, unit.before)

    def stray(self, stray: Stray) -> tuple[WindowText, ...]:
        """The texts of a stray's windows."""
        with self._sound.spool() as spool:
            return self.transcribe(spool, stray.unit)

    def look_again(self, languages: Sequence[str], hole: Hole) -> tuple[Word, ...]:
        """The words of a second look at a hole; `languages` are those of all windows."""
        with self._sound.spool() as spool:
            listen = Listen(self.model(), spool.read, self._sound.options.prompted, languages[hole.window])
            return look_again(hole, listen, self._sound.activity())

    def model(self) -> Transcriber:
        """The speech model itself. Raises ModelError, InvalidOption or Cancelled."""
        if self._transcriber is None:
            sound = self._sound
            lease = sound.backends.lease_transcriber(sound.options.model, sound.progress)
            self._transcriber = self._open.enter_context(lease)
        return self._transcriber


class Recognition:
    """The way from media to pieces, beginning with the first piece that is asked for."""

    def __init__(self, sound: Sound, recogniser: Recogniser) -> None:
        self._sound = sound
        self._recogniser = recogniser
        self._open = ExitStack()
        self._results: InOrder[Unit, tuple[WindowText, ...]] | None = None
        self._before: Sequence[Piece] = ()
        self._done = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def next(self, before: Sequence[Piece]) -> Piece:
        """The piece that follows `before`. Raises MediaError, ModelError, OutputError or Cancelled."""
        self._before = before
        if self._results is None:
            self._first = len(before)
            self._done = max((text.window.end for piece in before for text in piece.texts), default=0.0)
            self._results = self._start()
        texts = self._results.get(len(before) - self._first)
        if texts is None:
            return Piece(end=self._sound.report())
        self._report(tidy_texts(texts, self._sound.options.script)[-1].text)
        return Piece(texts=texts)

    def _start(self) -> InOrder[Unit, tuple[WindowText, ...]]:
        workers = self._recogniser.workers()
        self._listening = self._open.enter_context(self._sound.listening(self._report))
        units = self._units(AHEAD_PER_WORKER * workers)
        self._workers = workers
        last = len(self._before)
        self._said = {number: self._before[number].texts[-1] for number in range(max(0, last - workers), last)}
        self._transcribe = Finished(self._sound.folder, "transcribe", self._unit_texts, tuple[WindowText, ...])
        return self._open.enter_context(
            InOrder(units, self._work, workers=lambda: workers, idle=self._report, in_lanes=True)
        )

    def _work(self, unit: Unit) -> tuple[WindowText, ...]:
        """The texts of a unit, told what was said in the one before it in its lane."""
        # Without the one before, which failed, there is nothing to be done; nobody will ask for it.
        before = self._said.pop(unit.number - self._workers) if unit.number >= self._workers else None
        texts = self._transcribe(replace(unit, before=before))
        self._said[unit.number] = replace(texts[-1], words=())
        return texts

    def _unit_texts(self, unit: Unit) -> tuple[WindowText, ...]:
        return self._recogniser.transcribe(self._listening.spool, unit)

    def _units(self, ahead: int) -> Iterator[Unit]:
        """Windows behind those that are done, in their order; the first alone, so that something can soon be read."""
        most, number = self._recogniser.batch_size(), self._first
        windows = islice(self._listening.windows(), sum(len(piece.texts) for piece in self._before), None)
        while unit := tuple(islice(windows, min(2**number, most))):
            yield Unit(windows=unit, language=self._language(number - ahead + 1), number=number)
            number += 1

    def _language(self, known: int) -> str | None:
        """What the first `known` pieces let expect. Never more than those, however much is done by now."""
        pieces = self._before[: max(known, 0)]
        return self._sound.options.asr.language or next_language([text for piece in pieces for text in piece.texts])

    def _report(self, latest: str | None = None) -> None:
        oldest = self._results.oldest if self._results else None
        settled = max(0.0, self._listening.seconds - _UNPLANNED_SECONDS)
        self._done = max(self._done, oldest.windows[0].start if oldest else settled)
        total = max(self._sound.media.duration or 0.0, self._listening.seconds)
        self._sound.progress(Step.TRANSCRIBE, self._done, total, latest)
