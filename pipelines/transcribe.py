"""Media file -> transcript, in pieces that can be done again: pieces of windows, windows in another language, second
looks, and all of it put together.

The first piece is transcribed while the media is still being decoded. Each piece is a pure function of the media, the
options and the pieces a fixed way before it, so that interrupted work continues where it stopped and ends with the
same bytes. What is finished before its turn is kept as well. Memory stays flat at any length.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pipelines.finished import Finished
from pipelines.in_order import InOrder
from pipelines.recognition import Piece, Recogniser, Recognition, Stray, Unit
from pipelines.sound import Sound
from tingwu.domain.media import DecodeReport
from tingwu.domain.notice import Notice, NoticeCode, damage
from tingwu.domain.transcript import Segment, Transcript, Word
from tingwu.progress import Step
from tingwu.speech.align import snap_texts
from tingwu.speech.asr import AsrOptions, WindowText
from tingwu.speech.chinese import tidy_texts
from tingwu.speech.correct import correct, kept_corrections
from tingwu.speech.coverage import audit
from tingwu.speech.language import main_language, steady_languages
from tingwu.speech.phantoms import drop_phantoms
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.second_look import Hole, fill, find_holes
from tingwu.speech.sentences import to_segments
from tingwu.store.codec import from_json, to_json

_STRAYS_TOGETHER = 8
_Texts = tuple[WindowText, ...]

Item = TypeVar("Item")
Result = TypeVar("Result")


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
    shelf = _Shelf()
    with Recogniser(sound) as recogniser:
        with Recognition(sound, recogniser) as recognition:
            while (end := shelf.end) is None:
                done = shelf.outlines
                shelf.put(keep(f"transcribe {len(done)}", partial(recognition.next, done), Piece))
        texts = shelf.texts()
        wrong = strays(texts, sound.options.asr)
        again = Again(sound, recogniser, keep)
        texts = put_back(texts, again.each(wrong, recogniser.stray, name="language", kind=_Texts))
        holes = keep("find holes", lambda: _holes(sound, texts), tuple[Hole, ...])
        look = partial(recogniser.look_again, [text.language for text in texts])
        found = again.each(holes, look, name="look again", kind=tuple[Word, ...])
    return Gathered(end=end, texts=tuple(texts), found=found)


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


class _Shelf:
    """Pieces that wait for the last one, packed: the words of ten hours would fill more memory than the work itself."""

    def __init__(self) -> None:
        self.outlines: tuple[Piece, ...] = ()
        """The pieces without their words."""
        self._packed: list[bytes] = []

    @property
    def end(self) -> DecodeReport | None:
        """How decoding ended, once the last piece is here."""
        return self.outlines[-1].end if self.outlines else None

    def put(self, piece: Piece) -> None:
        """Add the next piece."""
        outline = tuple(replace(text, words=()) for text in piece.texts)
        self.outlines = (*self.outlines, replace(piece, texts=outline))
        self._packed.append(zlib.compress(to_json(piece.texts, _Texts).encode()))

    def texts(self) -> list[WindowText]:
        """The texts of all pieces."""
        return [text for packed in self._packed for text in from_json(_Texts, zlib.decompress(packed).decode())]


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
        lasting = Finished(self._sound.folder, name, work, kind)
        with InOrder(self._ready(items), lasting, workers=self._recogniser.workers, idle=self._report) as results:
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
