"""Sound -> who speaks when, in parts that can be done again.

Stretches of windows are listened to on all cores; what was heard of voices is kept for each. Who is who is then found
over the whole, in moments. Depends on nothing but the sound and the options.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from pipelines.finished import Finished
from pipelines.in_order import InOrder
from pipelines.sound import Sound
from pipelines.transcribe import Keep, at_once
from pipelines.voices import VoiceModels
from tingwu.bilingual import Bilingual
from tingwu.domain.profile import Profile
from tingwu.domain.speakers import Diarization
from tingwu.domain.transcript import Transcript
from tingwu.memory import give_back
from tingwu.progress import Step
from tingwu.speech.attribute import attribute
from tingwu.speech.pieces import STEP_SECONDS, PackedPieces, hear_pieces, pack, unpack, window_count
from tingwu.speech.profiles import match
from tingwu.speech.speakers import SpeakerCount, find_speakers, who_speaks
from tingwu.speech.turns import join_turns
from tingwu.speech.voice import Vectors
from tingwu.text.said_names import said_names

_WINDOWS_TOGETHER = 12
"""A minute of sound is one part of the work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Windows `first` to `last`, without the last one."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerOptions:
    """What a user may choose about speakers."""

    count: SpeakerCount = field(default_factory=SpeakerCount)
    profiles: bool = True
    """Suggest the names of voices that are known."""


@dataclass(frozen=True, slots=True, eq=False)
class HeardSpeakers:
    """Who speaks when, and the voice of each speaker, shape (1, dimensions). Speakers are `1`, `2` ... in the order in
    which they first speak."""

    diarization: Diarization
    voices: Mapping[str, Vectors]


def diarize(sound: Sound, count: SpeakerCount, keep: Keep = at_once) -> HeardSpeakers:
    """Tell speakers apart by their voices.

    Raises MediaError, ModelError, OutputError or Cancelled.
    """
    duration = sound.report().duration
    with sound.backends.lease_voices(sound.progress) as models:
        pieces = unpack(_listen(sound, duration, models, keep))
    speakers = find_speakers(pieces, count)
    turns = join_turns(pieces, who_speaks(pieces, speakers), sound.activity())
    give_back()
    numbers = {label: str(number) for number, label in enumerate(dict.fromkeys(turn.speaker for turn in turns), 1)}
    diarization = Diarization(
        turns=tuple(replace(turn, speaker=numbers[turn.speaker]) for turn in turns),
        count_confidence=speakers.confidence,
        model=models.embedder.name,
    )
    voices = {number: speakers.voices[int(label)][None] for label, number in numbers.items()}
    return HeardSpeakers(diarization, voices)


def fits(diarization: Diarization | None, count: SpeakerCount) -> bool:
    """Whether what was heard before answers what is asked now, so that names that were given since are kept."""
    least, most = count.bounds
    return diarization is not None and least <= len(diarization.speakers) <= most


def with_speakers(transcript: Transcript, heard: HeardSpeakers, profiles: Sequence[Profile] = ()) -> Transcript:
    """The transcript with the speaker of each segment, called `Speaker 1` or `说话人 1` by its language.

    Names are suggested where a voice is like one of `profiles` or somebody says who he is.
    """
    names = {one: speaker_name(one, transcript.language) for one in heard.diarization.speakers}
    turns = tuple(replace(turn, speaker=names[turn.speaker]) for turn in heard.diarization.turns)
    segments = attribute(transcript.segments, turns)
    voices = {names[one]: voice for one, voice in heard.voices.items()}
    known = match(voices, heard.diarization.model, profiles)
    said = said_names(segments, transcript.language)
    return replace(
        transcript,
        segments=segments,
        diarization=replace(heard.diarization, turns=turns, suggestions=(*known, *said)),
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
