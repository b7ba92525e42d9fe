"""Enrol: a clip, or what one speaker says in a recording, becomes a voice profile - if it is fit to be one.

Speech of one person only goes in: silence is left out, moments in which others speak too are left out, and what sounds
like two people is refused. Whether the person agreed is for the user to say; without that nothing is kept.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.backends import Backends
from pipelines.voices import VOICE_MODEL
from tingwu.audio.decode import decode
from tingwu.audio.limits import DEFAULT_LIMITS, MediaLimits
from tingwu.audio.probe import probe
from tingwu.domain.media import SAMPLE_RATE, TimeRange
from tingwu.domain.profile import Profile, Vector, checked_consent, diverse
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import Diarization, checked_name
from tingwu.errors import InvalidOption, MediaNotFound, ProfileNotFound
from tingwu.progress import Progress, silent
from tingwu.speech.asr import Samples
from tingwu.speech.profiles import likeness, likest, strangers
from tingwu.speech.regions import SpeechDetector, VadOptions
from tingwu.speech.voice import VOICE_BACKENDS, Vectors, VoiceEmbedder
from tingwu.store.profiles import ProfileStore

_BACKEND = "campplus"
_FULL_SCALE = np.float32(32768.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolOptions:
    """What is fit to be a profile. Times in seconds; cosines are of CAM++ vectors."""

    least: float = 5.0
    """Less speech tells too little of a voice: two pieces of 2.5 s can still be compared with each other."""
    most: float = 60.0
    """More speech makes the vectors no better."""
    searched: float = 600.0
    """Only the beginning of a clip is searched for speech; a clip is no recording."""
    piece: float = 4.0
    """Speech behind one vector: vectors settle between 3 and 5 s."""
    shortest: float = 1.0
    """Shorter stretches in which a speaker speaks alone are left out: most of one is an edge that others touch."""
    alike: float = 0.4
    """Least cosine of two pieces of one voice: 0.67 was the least, 0.37 in echo; of other voices 5 in 100 have 0.4."""
    strange: float = 0.25
    """Where more than this share of the pieces is not like most others, more than one person speaks."""
    same: float = 0.4
    """Least score of new speech against the profile that has its name already."""
    vad: VadOptions = field(default_factory=lambda: VadOptions(threshold=0.5, release=0.35, pad=0.1))
    """Silero's own threshold: here noise does more harm than a lost word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """What is kept now, how many seconds of speech were new, and whose voice is so like it that both get no name."""

    profile: Profile
    seconds: float
    alike: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Whose voice is kept, and where. `consent` says who agreed and when."""

    name: str
    consent: str
    embedder: VoiceEmbedder
    store: ProfileStore
    limits: MediaLimits = DEFAULT_LIMITS
    options: EnrolOptions = field(default_factory=EnrolOptions)


def enrol_clip(path: Path, enrolment: Enrolment) -> Enrolled:
    """Keep the voice that speaks in the media file at `path`.

    Raises MediaError, ModelError or OutputError, and InvalidOption for a name or consent that says nothing, a clip with
    too little speech, or several voices in it.
    """
    enrolment = _checked(enrolment)
    return _enrol(_speech_of_clip(path, enrolment), path.name, enrolment)


def enrol_speaker(
    recording: Recording, media: Path, speaker: str, enrolment: Enrolment, *, audio_stream: int | None = None
) -> Enrolled:
    """Keep the voice of `speaker` in `recording`, whose sound is in the file `media`, track `audio_stream`.

    Raises as `enrol_clip` does; InvalidOption also for an unknown speaker, and where voices were not told apart.
    """
    enrolment, diarization = _checked(enrolment), recording.transcript.diarization
    if diarization is None:
        raise InvalidOption("recording", recording.id, "its speakers were not told apart by their voices")
    if speaker not in diarization.speakers:
        raise InvalidOption("speaker", speaker, "the speakers are " + ", ".join(diarization.speakers))
    if not media.is_file():
        raise MediaNotFound(recording.media.name, "the recording's sound is no longer on this machine")
    stretches = alone(diarization, speaker, enrolment.options)
    return _enrol(_sound_of(media, recording, stretches, audio_stream, enrolment), speaker, enrolment)


@contextmanager
def voice_embedder(backends: Backends, progress: Progress = silent) -> Generator[VoiceEmbedder]:
    """The model that hears voices, fetched if it is missing. Entering raises ModelError, OutputError or Cancelled."""
    path = backends.files(VOICE_MODEL, progress)
    embedder = VOICE_BACKENDS.get(_BACKEND)(str(path), name=VOICE_MODEL, threads=backends.threads)
    try:
        yield embedder
    finally:
        embedder.close()


def alone(diarization: Diarization, speaker: str, options: EnrolOptions) -> tuple[TimeRange, ...]:
    """Where only `speaker` speaks: the longest stretches, `options.most` seconds of them, in order of time."""
    others = [turn for turn in diarization.turns if turn.speaker != speaker]
    stretches = [
        part for turn in diarization.turns if turn.speaker == speaker for part in _without(turn, others)
    ]  # fmt: skip
    chosen: list[TimeRange] = []
    left = options.most
    for part in sorted(stretches, key=lambda part: (-part.duration, part.start)):
        if part.duration < options.shortest or left < options.shortest:
            break
        taken = min(part.duration, left)
        chosen.append(TimeRange(start=part.start, end=part.start + taken))
        left -= taken
    return tuple(sorted(chosen, key=lambda part: part.start))


def _checked(enrolment: Enrolment) -> Enrolment:
    return replace(enrolment, name=checked_name(enrolment.name), consent=checked_consent(enrolment.consent))


def _without(part: TimeRange, others: Sequence[TimeRange]) -> list[TimeRange]:
    """What is left of `part`."""
    rest: list[TimeRange] = []
    start = part.start
    for other in sorted(others, key=lambda other: other.start):
        if other.end <= start or other.start >= part.end:
            continue
        if other.start > start:
            rest.append(TimeRange(start=start, end=other.start))
        start = max(start, other.end)
    if start < part.end:
        rest.append(TimeRange(start=start, end=part.end))
    return rest


def _speech_of_clip(path: Path, enrolment: Enrolment) -> Samples:
    """The speech in a clip without its pauses, at most `most` seconds."""
    options, detector, blocks = enrolment.options, SpeechDetector(enrolment.options.vad), list[NDArray[np.int16]]()
    with decode(path, probe(path, limits=enrolment.limits), limits=enrolment.limits) as decoding:
        for block in decoding:
            blocks.append(block)
            detector.feed(block)
            searched = sum(map(len, blocks)) >= options.searched * SAMPLE_RATE
            if searched or detector.so_far().speech_seconds > options.most:
                break
    sound = np.concatenate(blocks)
    return _cut([sound[_slice(region)] for region in detector.finish().regions], options)


def _sound_of(
    path: Path, recording: Recording, parts: Sequence[TimeRange], audio_stream: int | None, enrolment: Enrolment
) -> Samples:
    """The sound of `parts`, in order; the rest is heard and forgotten."""
    found: list[NDArray[np.int16]] = []
    first = 0
    media = probe(path, name=recording.media.name, limits=enrolment.limits)
    last = max((part.end for part in parts), default=0.0) * SAMPLE_RATE
    with decode(path, media, stream=audio_stream, limits=enrolment.limits) as decoding:
        for block in decoding:
            for part in map(_slice, parts):
                begin, end = max(part.start - first, 0), min(part.stop - first, len(block))
                if begin < end:
                    found.append(block[begin:end].copy())
            first += len(block)
            if first >= last:
                break
    return _cut(found, enrolment.options)


def _slice(part: TimeRange) -> slice:
    return slice(round(part.start * SAMPLE_RATE), round(part.end * SAMPLE_RATE))


def _cut(parts: Sequence[NDArray[np.int16]], options: EnrolOptions) -> Samples:
    sound = np.concatenate([np.zeros(0, np.int16), *parts])[: round(options.most * SAMPLE_RATE)]
    return sound.astype(np.float32) / _FULL_SCALE


def _enrol(speech: Samples, source: str, enrolment: Enrolment) -> Enrolled:
    options, store, name = enrolment.options, enrolment.store, enrolment.name
    seconds = len(speech) / SAMPLE_RATE
    if seconds < options.least:
        detail = f"at least {options.least:g} s of clear speech of one person are needed, {seconds:.1f} s were found"
        raise InvalidOption("voice", source, detail)
    pieces = _pieces(speech, options)
    vectors = enrolment.embedder.embed(pieces)
    odd = strangers(vectors, options.alike)
    if len(odd) > options.strange * len(pieces):
        raise InvalidOption("voice", source, "more than one person seems to speak in it, or there is music or noise")
    vectors = np.delete(vectors, odd, axis=0)
    heard = sum(len(piece) for at, piece in enumerate(pieces) if at not in odd) / SAMPLE_RATE
    model = enrolment.embedder.name
    _check_same(vectors, model, source, enrolment)
    profile = Profile(
        name=name,
        model=model,
        vectors=diverse([_plain(vector) for vector in vectors]),
        seconds=round(heard, 3),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        consents=(enrolment.consent,),
    )
    kept = store.add(profile)
    others = [other for other in store.list() if other.name != kept.name]
    return Enrolled(profile=kept, seconds=profile.seconds, alike=likest(vectors, model, others))


def _pieces(speech: Samples, options: EnrolOptions) -> list[Samples]:
    """Pieces of about `piece` seconds; two at least, so that they can be compared.

    Equal to the sample, so that they can be worked on together; the few samples that are left over are dropped.
    """
    count = max(2, round(len(speech) / SAMPLE_RATE / options.piece))
    return list(speech[: len(speech) // count * count].reshape(count, -1))


def _check_same(vectors: Vectors, model: str, source: str, enrolment: Enrolment) -> None:
    """Refuse another voice for a name that is known."""
    try:
        known = enrolment.store.get(enrolment.name)
    except ProfileNotFound:
        return
    if known.model == model and likeness(vectors, known) < enrolment.options.same:
        detail = "it is not like the voice that is kept under this name; choose another name, or delete that one first"
        raise InvalidOption("voice", source, detail)


def _plain(vector: NDArray[np.float32]) -> Vector:
    return tuple(round(float(number), 6) for number in vector)
