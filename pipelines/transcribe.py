"""Media file -> transcript, in pieces that can be done again: prepare, batches of windows, second looks, assemble.

`prepare` decodes the media once into a sound file on disk, finds the speech and freezes the plan. Each batch is then a
pure function of that plan, so that interrupted work continues where it stopped. Memory stays flat at any length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pipelines.sound import Sound
from tingwu.domain.media import DecodeReport, TimeRange
from tingwu.domain.notice import Notice, NoticeCode, damage
from tingwu.domain.transcript import Segment, Transcript, Word
from tingwu.speech.align import snap_texts
from tingwu.speech.asr import WindowText
from tingwu.speech.chinese import tidy_texts
from tingwu.speech.coverage import audit
from tingwu.speech.language import choose_language, listen_at
from tingwu.speech.phantoms import drop_phantoms
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.second_look import Hole, Listen, fill, find_holes, look_again
from tingwu.speech.sentences import to_segments
from tingwu.speech.windows import plan_windows

_GROUP_WINDOWS = 48
"""Windows are sorted by length within groups of so many, so that a batch has equal lengths and text comes in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that decides the transcript, frozen before the first window is decoded.

    `batches` are indices into `windows`, each index once. `created` is ISO 8601 UTC.
    """

    created: str
    decode: DecodeReport
    model: str
    language: str
    language_probability: float
    windows: tuple[TimeRange, ...]
    batches: tuple[tuple[int, ...], ...]

    @property
    def seconds(self) -> float:
        """Length of all windows together."""
        return sum(window.duration for window in self.windows)

    def seconds_in(self, texts: list[WindowText]) -> float:
        """Length of the windows of `texts`."""
        return sum(text.window.duration for text in texts)


def prepare(sound: Sound) -> Plan:
    """Decode the media, find the speech and its language, and freeze the plan.

    Raises MediaError, ModelError, OutputError or Cancelled.
    """
    report, activity = sound.listen()
    windows = plan_windows(activity)
    transcriber = sound.backends.transcriber(sound.options.model, sound.progress)
    language, probability = sound.options.asr.language or "", 1.0
    if not language:
        with sound.spool() as spool:
            language, probability = choose_language(
                transcriber.detect_language(spool.read(windows[at].start, windows[at].end)) for at in listen_at(windows)
            )
    return Plan(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        decode=report,
        model=transcriber.name,
        language=language,
        language_probability=probability,
        windows=windows,
        batches=_batches(windows, sound.options.asr.batch_size),
    )


def transcribe_batch(sound: Sound, plan: Plan, batch: tuple[int, ...]) -> tuple[WindowText, ...]:
    """The texts of one batch of windows, in the batch's order. Raises as `prepare` does."""
    transcriber = sound.backends.transcriber(sound.options.model, sound.progress)
    with sound.spool() as spool:
        windows = [(window, spool.read(window.start, window.end)) for window in (plan.windows[at] for at in batch)]
    return transcriber.transcribe(windows, plan.language, sound.options.asr)


def holes_in(sound: Sound, texts: Sequence[WindowText]) -> tuple[Hole, ...]:
    """Where the texts of all windows have no words for what was said."""
    activity = sound.activity()
    return find_holes(_heard(texts, activity), activity)


def transcribe_hole(sound: Sound, plan: Plan, hole: Hole) -> tuple[Word, ...]:
    """The words of a second look at one hole. Raises as `prepare` does."""
    transcriber = sound.backends.transcriber(sound.options.model, sound.progress)
    with sound.spool() as spool:
        listen = Listen(transcriber, spool.read, sound.options.asr, plan.language)
        return look_again(hole, listen, sound.activity())


def assemble(
    sound: Sound, plan: Plan, texts: Sequence[WindowText], found: Sequence[tuple[Hole, tuple[Word, ...]]] = ()
) -> Transcript:
    """The texts of all windows and what was found in their holes as one transcript, with what it does not cover."""
    activity = sound.activity()
    tidy = tidy_texts(fill(_heard(texts, activity), found), sound.options.script)
    segments = to_segments(tidy, duration=plan.decode.duration)
    language = "en" if sound.options.asr.task == "translate" else plan.language
    return Transcript(
        language=language,
        language_probability=plan.language_probability,
        duration=plan.decode.duration,
        segments=segments,
        coverage=audit(activity, segments, tidy),
        model=plan.model,
        warnings=_warnings(plan, segments),
    )


def _heard(texts: Sequence[WindowText], activity: SpeechActivity) -> tuple[WindowText, ...]:
    """The texts in order of time, without words that nobody said."""
    in_order = sorted(texts, key=lambda text: (text.window.start, text.window.end))
    return drop_phantoms(snap_texts(in_order, activity), activity)


def _warnings(plan: Plan, segments: tuple[Segment, ...]) -> tuple[Notice, ...]:
    damaged = damage(plan.decode)
    silent = None if segments else Notice(code=NoticeCode.NO_SPEECH)
    return tuple(notice for notice in (damaged, silent) if notice)


def _batches(windows: tuple[TimeRange, ...], size: int) -> tuple[tuple[int, ...], ...]:
    """Indices of `windows` in batches of `size` with similar lengths: equal lengths decode together."""
    batches: list[tuple[int, ...]] = []
    for begin in range(0, len(windows), _GROUP_WINDOWS):
        group = range(begin, min(begin + _GROUP_WINDOWS, len(windows)))
        by_length = sorted(group, key=lambda index: windows[index].duration)
        batches += [tuple(by_length[at : at + size]) for at in range(0, len(by_length), size)]
    return tuple(batches)
