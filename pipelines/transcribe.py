"""Media file -> transcript, in pieces that can be done again: pieces of windows, windows in another language, second
looks, and all of it put together.

The first piece is transcribed while the media is still being decoded. Each piece is a pure function of the media, the
options and the pieces a fixed way before it, so that interrupted work continues where it stopped and ends with the
same bytes. What is finished before its turn is kept as well. Memory stays flat at any length.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pipelines.finished import Finished
from pipelines.in_order import InOrder
from pipelines.packed_texts import PackedTexts
from pipelines.recognition import Piece, Recogniser, Recognition, Stray, Unit
from pipelines.sound import Sound
from tingwu.domain.media import DecodeReport
from tingwu.domain.notice import Notice, NoticeCode, damage
from tingwu.domain.transcript import Segment, Transcript, Word
from tingwu.memory import give_back
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

_STRAYS_TOGETHER = 8
_Texts = tuple[WindowText, ...]

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that a transcript is made of. `texts` are in order of time; `found` are the words of second looks."""

    end: DecodeReport
    texts: PackedTexts
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
    outlines: tuple[Piece, ...] = ()  # the pieces without their words
    texts = PackedTexts()
    with Recogniser(sound) as recogniser:
        with Recognition(sound, recogniser) as recognition:
            while (end := outlines[-1].end if outlines else None) is None:
                piece = keep(f"transcribe {len(outlines)}", partial(recognition.next, outlines), Piece)
                outlines = (*outlines, replace(piece, texts=tuple(replace(text, words=()) for text in piece.texts)))
                texts = texts.with_more(piece.texts)
        give_back()  # what recognition needed is more than the words of ten hours take now
        again = Again(sound, recogniser, keep)
        heard = [text for piece in outlines for text in piece.texts]
        others = again.in_their_languages(strays(heard, sound.options.asr))
        languages = [others[at].language if at in others else text.language for at, text in enumerate(heard)]
        texts = texts.with_others(others)
        del others
        holes = keep("find holes", lambda: _holes(sound, texts), tuple[Hole, ...])
        look = partial(recogniser.look_again, languages)
        found = again.each(holes, look, name="look again", kind=tuple[Word, ...])
    give_back()
    return Gathered(end=end, texts=texts, found=found)


def assemble(sound: Sound, gathered: Gathered) -> Transcript:
    """One transcript, with what it does not cover. Raises MediaError, ModelError, OutputError or Cancelled."""
    activity = sound.activity()
    heard = _heard(gathered.texts, activity)
    language, probability = main_language(heard)
    filled = fill(heard, gathered.found)
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
        warnings=_warnings(gathered.end, tidy, segments),
        corrections=kept_corrections(corrections, segments),
    )


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

    def in_their_languages(self, found: Sequence[Stray]) -> dict[int, WindowText]:
        """The texts of strays by their positions. Raises as `gather` does."""
        done = self.each(found, self._recogniser.stray, name="language", kind=_Texts)
        return {at: text for stray, texts in done for at, text in zip(stray.positions, texts, strict=True)}

    def _ready(self, items: Sequence[Item]) -> Iterator[Item]:
        self._sound.spool().close()  # made anew if it was lost, before many ask for it at once
        yield from items

    def _report(self) -> None:
        length = self._sound.media.duration or 0.0
        self._sound.progress(Step.TRANSCRIBE, length, length)


def _holes(sound: Sound, texts: Iterable[WindowText]) -> tuple[Hole, ...]:
    activity = sound.activity()
    return find_holes(_heard(texts, activity), activity)


def _heard(texts: Iterable[WindowText], activity: SpeechActivity) -> tuple[WindowText, ...]:
    """The texts without words that nobody said."""
    return drop_phantoms(snap_texts(texts, activity), activity)


def _warnings(end: DecodeReport, texts: Sequence[WindowText], segments: Sequence[Segment]) -> tuple[Notice, ...]:
    damaged = damage(end)
    silent = None if segments else Notice(code=NoticeCode.NO_SPEECH)
    of_device = dict.fromkeys(notice for text in texts for notice in text.notices)
    return tuple(notice for notice in (damaged, silent, *of_device) if notice)
