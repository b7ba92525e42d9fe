"""Media file -> transcript, in pieces that can be done again: pieces of windows, windows in another language, second
looks, and all of it put together.

The first piece is transcribed while the media is still being decoded. Each piece is a pure function of the media, the
options and the pieces a fixed way before it, so that interrupted work continues where it stopped and ends with the
same bytes. Memory stays flat at any length.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from pipelines.in_order import AHEAD_PER_WORKER, InOrder
from pipelines.sound import Sound
from tingwu.audio.spool import PcmSpool
from tingwu.domain.media import DecodeReport, TimeRange
from tingwu.domain.notice import Notice, NoticeCode, damage
from tingwu.domain.transcript import Segment, Transcript, Word
from tingwu.progress import Step
from tingwu.speech.align import snap_texts
from tingwu.speech.asr import AsrOptions, Transcriber, WindowText
from tingwu.speech.chinese import tidy_texts
from tingwu.speech.correct import correct, kept_corrections
from tingwu.speech.coverage import audit
from tingwu.speech.language import main_language, next_language, steady_languages
from tingwu.speech.phantoms import drop_phantoms
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.second_look import Hole, Listen, fill, find_holes, look_again
from tingwu.speech.sentences import to_segments

_STRAYS_TOGETHER = 8

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The texts of some windows, one after the other. The last piece has none, but says how decoding ended."""

    texts: tuple[WindowText, ...] = ()
    end: DecodeReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Windows that are transcribed together, in `language`; None if they are to find it out themselves."""

    windows: tuple[TimeRange, ...]
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """Windows that were written in another language than they are spoken in. `positions` are those of their texts."""

    positions: tuple[int, ...]
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a transcript is made of. `texts` are in order of time; `found` are the words of second looks."""

    end: DecodeReport
    texts: tuple[WindowText, ...]
    found: tuple[tuple[Hole, tuple[Word, ...]], ...]


class Keep(Protocol):
    """Runs a part of the work and keeps what it gave, or gives what was kept when it ran before."""

    def __call__(self, name: str, work: Callable[[], Result], kind: Any) -> Result:
        """The result of `work`, a value of the type `kind`."""
        ...


def at_once(name: str, work: Callable[[], Result], kind: Any) -> Result:
    """Keeps nothing."""
    del name, kind
    return work()


def gather(sound: Sound, keep: Keep = at_once) -> Gathered:
    """Do all that takes long, in parts that are kept. Raises MediaError, ModelError, OutputError or Cancelled."""
    pieces: list[Piece] = []
    with Recogniser(sound) as recogniser:
        with Recognition(sound, recogniser) as recognition:
            while not pieces or pieces[-1].end is None:
                pieces.append(keep(f"transcribe {len(pieces)}", partial(recognition.next, tuple(pieces)), Piece))
        texts = [text for piece in pieces for text in piece.texts]
        wrong = strays(texts, sound.options.asr)
        again = Again(sound, recogniser, keep)
        texts = put_back(texts, again.each(wrong, recogniser.stray, name="language", kind=tuple[WindowText, ...]))
        holes = keep("find holes", lambda: _holes(sound, texts), tuple[Hole, ...])
        look = partial(recogniser.look_again, texts)
        found = again.each(holes, look, name="look again", kind=tuple[Word, ...])
    return Gathered(end=pieces[-1].end, texts=tuple(texts), found=found)


def assemble(sound: Sound, gathered: Gathered) -> Transcript:
    """One transcript, with what it does not cover. Raises MediaError, ModelError, OutputError or Cancelled."""
    activity = sound.activity()
    language, probability = main_language(gathered.texts)
    filled = fill(_heard(gathered.texts, activity), gathered.found)
    if sound.options.asr.task == "translate":
        language = "en"
        filled = tuple(replace(text, language=language) for text in filled)
    tidy, corrections = correct(tidy_texts(filled, sound.options.script), sound.options.terms)
    segments = to_segments(tidy, duration=gathered.end.duration)
    return Transcript(
        language=language if filled else sound.options.asr.language or language,
        language_probability=probability,
        duration=gathered.end.duration,
        segments=segments,
        coverage=audit(activity, segments, tidy),
        model=Path(sound.options.model).name,
        warnings=_warnings(gathered, segments),
        corrections=kept_corrections(corrections, segments),
    )


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
        return self._model().workers

    def batch_size(self) -> int:
        """How many windows are transcribed together."""
        return self._sound.options.asr.batch_size or self._model().batch_size

    def transcribe(self, spool: PcmSpool, unit: Unit) -> tuple[WindowText, ...]:
        """The texts of a unit's windows."""
        windows = [(window, spool.read(window.start, window.end)) for window in unit.windows]
        return self._model().transcribe(windows, unit.language, self._sound.options.prompted)

    def stray(self, stray: Stray) -> tuple[WindowText, ...]:
        """The texts of a stray's windows."""
        with self._sound.spool() as spool:
            return self.transcribe(spool, stray.unit)

    def look_again(self, texts: Sequence[WindowText], hole: Hole) -> tuple[Word, ...]:
        """The words of a second look at a hole in `texts`."""
        with self._sound.spool() as spool:
            listen = Listen(self._model(), spool.read, self._sound.options.prompted, texts[hole.window].language)
            return look_again(hole, listen, self._sound.activity())

    def _model(self) -> Transcriber:
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
        return self._open.enter_context(InOrder(units, self._work, workers=lambda: workers, idle=self._report))

    def _work(self, unit: Unit) -> tuple[WindowText, ...]:
        return self._recogniser.transcribe(self._listening.spool, unit)

    def _units(self, ahead: int) -> Iterator[Unit]:
        """Windows behind those that are done, in their order; the first alone, so that something can soon be read."""
        most, number = self._recogniser.batch_size(), self._first
        windows = islice(self._listening.windows(), sum(len(piece.texts) for piece in self._before), None)
        while unit := tuple(islice(windows, min(2**number, most))):
            yield Unit(windows=unit, language=self._language(number - ahead + 1))
            number += 1

    def _language(self, known: int) -> str | None:
        """What the first `known` pieces let expect. Never more than those, however much is done by now."""
        pieces = self._before[: max(known, 0)]
        return self._sound.options.asr.language or next_language([text for piece in pieces for text in piece.texts])

    def _report(self, latest: str | None = None) -> None:
        oldest = self._results.oldest if self._results else None
        self._done = max(self._done, oldest.windows[0].start if oldest else self._listening.seconds)
        total = max(self._sound.media.duration or 0.0, self._listening.seconds)
        self._sound.progress(Step.TRANSCRIBE, self._done, total, latest)


def strays(texts: Sequence[WindowText], options: AsrOptions) -> tuple[Stray, ...]:
    """What has to be transcribed again because it is spoken in another language than was expected."""
    if options.language:
        return ()
    found: list[Stray] = []
    languages = steady_languages(texts)
    for language in dict.fromkeys(languages):
        wrong = [i for i, text in enumerate(texts) if languages[i] == language != text.language]
        for begin in range(0, len(wrong), _STRAYS_TOGETHER):
            positions = tuple(wrong[begin : begin + _STRAYS_TOGETHER])
            unit = Unit(windows=tuple(texts[i].window for i in positions), language=language)
            found.append(Stray(positions=positions, unit=unit))
    return tuple(found)


def put_back(texts: Sequence[WindowText], found: Sequence[tuple[Stray, tuple[WindowText, ...]]]) -> list[WindowText]:
    """`texts` with those of strays in their places."""
    placed = dict(enumerate(texts))
    for stray, again in found:
        placed |= dict(zip(stray.positions, again, strict=True))
    return [placed[i] for i in range(len(texts))]


class Again:
    """Work on parts of a recording that has been heard to its end."""

    def __init__(self, sound: Sound, recogniser: Recogniser, keep: Keep) -> None:
        self._sound = sound
        self._recogniser = recogniser
        self._keep = keep

    def each(
        self, items: Sequence[Item], work: Callable[[Item], Result], *, name: str, kind: Any
    ) -> tuple[tuple[Item, Result], ...]:
        """Each of `items` with the result of `work` on it, a value of `kind`. Raises as `gather` does."""
        with InOrder(self._ready(items), work, workers=self._recogniser.workers, idle=self._report) as results:
            return tuple(
                (item, self._keep(f"{name} {number}", partial(results.result, number), kind))
                for number, item in enumerate(items)
            )

    def _ready(self, items: Sequence[Item]) -> Iterator[Item]:
        self._sound.spool().close()  # made anew if it was lost, before many ask for it at once
        yield from items

    def _report(self) -> None:
        length = self._sound.media.duration or 0.0
        self._sound.progress(Step.TRANSCRIBE, length, length)


def _holes(sound: Sound, texts: Sequence[WindowText]) -> tuple[Hole, ...]:
    activity = sound.activity()
    return find_holes(_heard(texts, activity), activity)


def _heard(texts: Sequence[WindowText], activity: SpeechActivity) -> tuple[WindowText, ...]:
    """The texts without words that nobody said."""
    return drop_phantoms(snap_texts(texts, activity), activity)


def _warnings(gathered: Gathered, segments: tuple[Segment, ...]) -> tuple[Notice, ...]:
    damaged = damage(gathered.end)
    silent = None if segments else Notice(code=NoticeCode.NO_SPEECH)
    of_device = dict.fromkeys(notice for text in gathered.texts for notice in text.notices)
    return tuple(notice for notice in (damaged, silent, *of_device) if notice)
