"""Made conversations: single voices mixed to a recording whose turns are exactly known, in blocks or as a whole.

The times of the turns are those of the voices themselves. Echoes and noise are added around them and move nothing.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.bench.acoustics import RoomNoise, impulse_response, reverberant, rounded_peaks
from pipelines.bench.rttm import write_rttm
from pipelines.bench.talk_plan import ConversationOptions, Placed, cast, plan
from pipelines.bench.voices import CutOptions, Voices, utterances
from tingwu.audio.ffmpeg import find_ffmpeg
from tingwu.domain.media import SAMPLE_RATE
from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import OutputNotWritable
from tingwu.files import output_error
from tingwu.speech.asr import Samples

BLOCK_SAMPLES = 30 * SAMPLE_RATE
_FADE = round(0.005 * SAMPLE_RATE)
_LEVEL_DB = CutOptions().level_db
_ROOM_SEED, _NOISE_SEED = 1_000_003, 2_000_003
"""Added to the seed, so that the same people talk the same way with and without an echo or noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """At most 30 s of a conversation, and the turns that begin in it."""

    sound: Samples
    turns: tuple[SpeakerTurn, ...]


def make_conversation(voices: Voices, options: ConversationOptions) -> tuple[Samples, tuple[SpeakerTurn, ...]]:
    """A conversation of `options.minutes`, 16 kHz mono float32, and who speaks when in order of the beginnings.

    The same voices and options give the same samples. A turn is an utterance without pauses beyond 0.3 s; its times
    are whole hundredths of seconds. Raises InvalidOption for too few voices or too little time.
    """
    blocks = list(conversation_blocks(voices, options))
    sound = np.concatenate([block.sound for block in blocks])
    return sound, tuple(turn for block in blocks for turn in block.turns)


def conversation_blocks(voices: Voices, options: ConversationOptions) -> Iterator[Block]:
    """The same in blocks, for conversations longer than memory. Raises InvalidOption."""
    names = cast(voices, options)
    pieces = plan({name: utterances(name, voices[name]) for name in names}, options)
    speaker_sound = _Speakers(names, options)
    noise = RoomNoise(_LEVEL_DB - options.snr_db, options.seed + _NOISE_SEED) if options.snr_db is not None else None
    waiting: Samples = np.zeros(0, np.float32)
    ahead = next(pieces, None)
    total = round(options.minutes * 60 * SAMPLE_RATE)
    for begin in range(0, total, BLOCK_SAMPLES):
        length = min(BLOCK_SAMPLES, total - begin)
        turns: list[SpeakerTurn] = []
        while ahead and ahead.start < begin + length:
            waiting = _added(waiting, speaker_sound.of(ahead), ahead.start - begin)
            turns.append(_turn(ahead))
            ahead = next(pieces, None)
        waiting = np.pad(waiting, (0, max(0, length - len(waiting))))
        heard, waiting = waiting[:length], waiting[length:]
        yield Block(rounded_peaks(heard + noise.next(length) if noise else heard), tuple(turns))


def write_conversation(voices: Voices, options: ConversationOptions, path: Path) -> tuple[SpeakerTurn, ...]:
    """Write a conversation to `path`, in the format of its ending (wav, flac, opus), its turns to an `.rttm` beside it.

    Returns the turns. Raises InvalidOption, or OutputError where the files cannot be written.
    """
    turns: list[SpeakerTurn] = []
    pcm = ("-f", "s16le", "-ar", str(SAMPLE_RATE), "-ac", "1")
    command = [find_ffmpeg().path, "-nostdin", "-v", "error", *pcm, "-i", "pipe:0", "-bitexact", "-y", str(path)]
    with tempfile.TemporaryFile() as log:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        except OSError as error:
            raise output_error(path, error) from error
        try:
            with process, suppress(BrokenPipeError):
                assert process.stdin
                for block in conversation_blocks(voices, options):
                    process.stdin.write(np.round(block.sound * 32767).astype("<i2").tobytes())
                    turns += block.turns
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if process.returncode:
            log.seek(0)
            raise OutputNotWritable(str(path), log.read(500).decode("utf-8", "replace").strip())
    write_rttm(path.with_suffix(".rttm"), path.stem, turns)
    return tuple(turns)


class _Speakers:
    """How each speaker is heard where the recording is made: louder or softer, and with an echo of their own."""

    def __init__(self, names: tuple[str, ...], options: ConversationOptions) -> None:
        rng = np.random.default_rng(options.seed + _ROOM_SEED)
        spread = np.linspace(-0.5, 0.5, len(names)) * options.level_spread_db if len(names) > 1 else np.zeros(1)
        self._gains = dict(zip(names, 10 ** (rng.permutation(spread) / 20), strict=True))
        self._rooms = {name: impulse_response(options.rt60, rng) for name in names} if options.rt60 else {}

    def of(self, piece: Placed) -> Samples:
        """The piece with its ends faded for 5 ms, so that they do not click."""
        fade = np.linspace(0, 1, _FADE, dtype=np.float32)
        sound = piece.sound * np.float32(self._gains[piece.speaker])
        sound[:_FADE] *= fade
        sound[-_FADE:] *= fade[::-1]
        return reverberant(sound, self._rooms[piece.speaker]) if self._rooms else sound


def _added(waiting: Samples, sound: Samples, at: int) -> Samples:
    mixed = np.pad(waiting, (0, max(0, at + len(sound) - len(waiting))))
    mixed[at : at + len(sound)] += sound
    return mixed


def _turn(piece: Placed) -> SpeakerTurn:
    return SpeakerTurn(start=piece.start / SAMPLE_RATE, end=piece.end / SAMPLE_RATE, speaker=piece.speaker)
