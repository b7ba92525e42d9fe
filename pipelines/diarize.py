"""Sound -> who speaks when, in parts that can be done again.

Stretches of windows are listened to on all cores; what was heard of voices is kept for each. Who is who is then found
over the whole, in moments. Depends on nothing but the sound and the options.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from pipelines.finished import Finished
from pipelines.in_order import InOrder
from pipelines.sound import Sound
from pipelines.transcribe import Keep, at_once
from pipelines.voices import VoiceModels
from tingwu.bilingual import Bilingual
from tingwu.domain.speakers import Diarization
from tingwu.domain.transcript import Transcript
from tingwu.memory import give_back
from tingwu.progress import Step
from tingwu.speech.attribute import attribute
from tingwu.speech.pieces import STEP_SECONDS, PackedPieces, hear_pieces, pack, unpack, window_count
from tingwu.speech.speakers import SpeakerCount, find_speakers, who_speaks
from tingwu.speech.turns import join_turns

_WINDOWS_TOGETHER = 12
"""A minute of sound is one part of the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Windows `first` to `last`, without the last one."""

    first: int
    last: int


def diarize(sound: Sound, count: SpeakerCount, keep: Keep = at_once) -> Diarization:
    """Who speaks when. Speakers are `1`, `2` ... in the order in which they first speak.

    Raises MediaError, ModelError, OutputError or Cancelled.
    """
    duration = sound.report().duration
    with sound.backends.lease_voices(sound.progress) as models:
        pieces = unpack(_listen(sound, duration, models, keep))
    speakers = find_speakers(pieces, count)
    turns = join_turns(pieces, who_speaks(pieces, speakers), duration)
    give_back()
    numbers = {label: str(number) for number, label in enumerate(dict.fromkeys(turn.speaker for turn in turns), 1)}
    return Diarization(
        turns=tuple(replace(turn, speaker=numbers[turn.speaker]) for turn in turns),
        count_confidence=speakers.confidence,
        model=models.embedder.name,
    )


def with_speakers(transcript: Transcript, diarization: Diarization) -> Transcript:
    """The transcript with the speaker of each segment, called `Speaker 1` or `说话人 1` by its language."""
    names = {one: speaker_name(one, transcript.language) for one in diarization.speakers}
    turns = tuple(replace(turn, speaker=names[turn.speaker]) for turn in diarization.turns)
    return replace(
        transcript,
        segments=attribute(transcript.segments, turns),
        diarization=replace(diarization, turns=turns),
    )


def speaker_name(number: str, language: str) -> str:
    """What somebody is called whose name nobody knows."""
    return Bilingual(en=f"Speaker {number}", zh=f"说话人 {number}").in_language(language)


def _listen(sound: Sound, duration: float, models: VoiceModels, keep: Keep) -> Sequence[PackedPieces]:
    """The pieces of all stretches, in order."""
    windows = window_count(duration)
    stretches = [
        Stretch(first=first, last=min(first + _WINDOWS_TOGETHER, windows))
        for first in range(0, windows, _WINDOWS_TOGETHER)
    ]
    done: list[PackedPieces] = []

    def report() -> None:
        heard = len(done) * _WINDOWS_TOGETHER * STEP_SECONDS if len(done) < len(stretches) else duration
        sound.progress(Step.SPEAKERS, heard, duration)

    def ready() -> Iterator[Stretch]:
        sound.spool().close()  # made anew if it was lost, before many ask for it at once
        yield from stretches

    hear = Finished(sound.folder, "speakers", partial(_hear, sound, duration, models), PackedPieces)
    with InOrder(ready(), hear, workers=lambda: models.workers, idle=report) as results:
        for number in range(len(stretches)):
            done.append(keep(f"speakers {number}", partial(results.result, number), PackedPieces))
            report()
    return done


def _hear(sound: Sound, duration: float, models: VoiceModels, stretch: Stretch) -> PackedPieces:
    with sound.spool() as spool:
        windows = range(stretch.first, stretch.last)
        return pack(hear_pieces(windows, spool.read, duration, models.segmenter, models.embedder))
