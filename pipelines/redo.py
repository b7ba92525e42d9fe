"""Ranges of a recording -> the same recording with more believable words in them, in parts that can be done again.

What was found is put into the transcript as it is at the end, by rules that find nothing to do the second time. So two
such jobs, or one that is stopped and resumed, do not lose each other's words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipelines.finished import Finished
from pipelines.in_order import InOrder
from pipelines.outdated import outdated
from pipelines.recognition import Recogniser
from pipelines.sound import Sound
from pipelines.transcribe import Keep, at_once
from tingwu.domain.media import TimeRange
from tingwu.domain.notice import NoticeCode
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import RangeProblem, Segment, Transcript
from tingwu.progress import Step
from tingwu.speech.asr import WindowText
from tingwu.speech.attribute import attribute
from tingwu.speech.chinese import majority_script
from tingwu.speech.correct import kept_corrections
from tingwu.speech.coverage import audit, audit_again
from tingwu.speech.redo import find_place, fit, is_better, pieces, splice, try_again
from tingwu.speech.redo_ranges import Redo, chosen_ranges
from tingwu.speech.regions import SpeechActivity
from tingwu.speech.second_look import Listen

_OTHER_BEAM = 10
"""Twice the usual one; a beam of this size already is tried with half of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was heard in a window around `part`, None if nothing is more believable than what stands there."""

    part: TimeRange
    text: WindowText | None


def look_for_more(sound: Sound, transcript: Transcript, redo: Redo, keep: Keep = at_once) -> tuple[Found, ...]:
    """Hear the ranges of `redo` again. Raises InvalidOption, MediaError, ModelError, OutputError or Cancelled."""
    parts = keep("choose ranges", lambda: _parts(sound, transcript, redo), tuple[TimeRange, ...])
    found: list[Found] = []

    def report() -> None:
        done = sum(one.part.duration for one in found)
        sound.progress(Step.TRANSCRIBE, done, sum(part.duration for part in parts))

    def ready() -> Iterator[TimeRange]:
        sound.spool().close()  # made anew if it was lost, before many ask for it at once
        yield from parts

    with Recogniser(sound) as recogniser:
        hear = Finished(sound.folder, "redo", partial(_hear, sound, recogniser, transcript), Found)
        with InOrder(ready(), hear, workers=recogniser.workers, idle=report) as results:
            for number in range(len(parts)):
                found.append(keep(f"redo {number}", partial(results.result, number), Found))
    return tuple(found)


def improved(sound: Sound, recording: Recording, found: tuple[Found, ...]) -> Recording:
    """`recording` with what was found where it is still more believable than what stands there now.

    The coverage is audited anew; notes on the older text say that they are. Raises as `look_for_more` does.
    """
    transcript = recording.transcript
    segments, redone = transcript.segments, list[WindowText]()
    activity = sound.activity()
    for one in found:
        place = find_place(one.part, segments, transcript.duration)
        if place is None or one.text is None:
            continue
        text = fit(one.text, place, activity, _script(sound, transcript))
        if not is_better(text, place.inside, place, activity, repeated=_repeated(transcript, one.part)):
            continue
        spliced = splice(segments, place, text, transcript.duration)
        if _covers_no_less(spliced, segments, activity):
            segments = spliced
            redone.append(text)
    if not redone:
        return recording
    if transcript.diarization:
        segments = attribute(segments, transcript.diarization.turns)
    changed = replace(
        transcript,
        segments=segments,
        corrections=kept_corrections(transcript.corrections, segments),
        coverage=audit_again(activity, segments, transcript.coverage, redone),
        warnings=tuple(one for one in transcript.warnings if one.code is not NoticeCode.NO_SPEECH),
    )
    return replace(recording, transcript=changed, notes=outdated(recording.notes, transcript, changed))


def _covers_no_less(now: Sequence[Segment], before: Sequence[Segment], activity: SpeechActivity) -> bool:
    return audit(activity, now, ()).covered_seconds >= audit(activity, before, ()).covered_seconds


def _parts(sound: Sound, transcript: Transcript, redo: Redo) -> tuple[TimeRange, ...]:
    ranges = chosen_ranges(redo, transcript)
    return pieces(ranges, sound.activity()) if ranges else ()


def _hear(sound: Sound, recogniser: Recogniser, transcript: Transcript, part: TimeRange) -> Found:
    place = find_place(part, transcript.segments, transcript.duration)
    if place is None:
        return Found(part=part, text=None)
    with sound.spool() as spool:
        asr = sound.options.asr
        beams = (asr.beam_size, _OTHER_BEAM // 2 if asr.beam_size == _OTHER_BEAM else _OTHER_BEAM)
        language = asr.language or _language(transcript, part)
        listens = [Listen(recogniser.model(), spool.read, replace(asr, beam_size=beam), language) for beam in beams]
        text = try_again(
            place,
            listens,
            sound.activity(),
            script=_script(sound, transcript),
            repeated=_repeated(transcript, part),
        )
    return Found(part=part, text=text)


def _script(sound: Sound, transcript: Transcript) -> str:
    """The characters that the rest of the transcript has, unless others were asked for."""
    script = sound.options.script
    return majority_script(transcript.text) if script == "auto" else script


def _repeated(transcript: Transcript, part: TimeRange) -> bool:
    return any(one.problem is RangeProblem.REPETITION and one.overlap(part) > 0 for one in transcript.coverage.suspect)


def _language(transcript: Transcript, part: TimeRange) -> str:
    """That of the sentence nearest to the middle of `part`."""
    near = min(transcript.segments, key=lambda one: abs(one.middle - part.middle), default=None)
    return (near.language if near else None) or transcript.language
