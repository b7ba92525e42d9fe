"""Makes the recordings with known word times again: `python -m tests.recordings.make --weights FOLDER [folder ...]`.

English needs the system's Flite (its libraries and voices) and espeak-ng, all need `pip install -e .[samples]`.
Each folder has a `script.toml`; the recording and a `transcript.json` with a list `words` are written beside it.
"""

import argparse
import json
import logging
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from samples.kokoro import SAMPLE_RATE, Kokoro, Sound, Voice
from samples.mixing import levelled, place, room_noise, rounded_peaks
from samples.opus import write_opus
from samples.weights import pull_weights
from tests.recordings import flite, timed_kokoro
from tests.recordings.spoken import Spoken, SpokenWord, heard_edges, moved, trim

HERE = Path(__file__).resolve().parent
ROOM_DB, SPEECH_DB = -62.0, -24.0
EDGE = 0.6
"""Silence before the first and after the last line, in seconds."""
FADE = 0.2
"""How long the noise of a noisy line takes to come and to go, in seconds."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a script. `gap` is the pause before it in seconds; `noise_db` the level of noise around it."""

    text: str
    voice: str
    gap: float = 0.5
    gain_db: float = 0.0
    noise_db: float | None = None


def read(path: Path) -> tuple[str, int, list[Line]]:
    """Language, seed and lines of the script at `path`."""
    script = tomllib.loads(path.read_text("utf-8"))
    return script["language"], script["seed"], [Line(**line) for line in script["lines"]]


def speak(line: Line, language: str, model: Kokoro) -> Spoken:
    """The line by its voice: one of Flite's, or a style of Kokoro's with an optional pitch after a colon."""
    if line.voice in flite.VOICES:
        return flite.say(line.text, line.voice)
    style, _, pitch = line.voice.partition(":")
    pieces = timed_kokoro.mandarin(line.text) if language == "zh" else timed_kokoro.english(line.text)
    return timed_kokoro.say(model, pieces, Voice(style=style, pitch=float(pitch or 1)))


def mix(lines: Sequence[Line], spoken: Sequence[Spoken], seed: int) -> tuple[Sound, list[tuple[SpokenWord, ...]]]:
    """All lines after each other in a room with a little noise, and the words of each with their times in it."""
    rng = np.random.default_rng(seed)
    lengths = [len(said.sound) for said in spoken]
    starts = place(lengths, [line.gap for line in lines[1:]], round(EDGE * SAMPLE_RATE))
    sound = room_noise(starts[-1] + lengths[-1] + round(EDGE * SAMPLE_RATE), ROOM_DB, rng)
    for line, said, start in zip(lines, spoken, starts, strict=True):
        end = start + len(said.sound)
        sound[start:end] += levelled(said.sound, SPEECH_DB + line.gain_db)
        if line.noise_db is not None:
            _add_noise(sound, start, end, line.noise_db, rng)
    words = [moved(said.words, start / SAMPLE_RATE) for said, start in zip(spoken, starts, strict=True)]
    return rounded_peaks(sound), words


def _add_noise(sound: Sound, start: int, end: int, level_db: float, rng: np.random.Generator) -> None:
    fade = round(FADE * SAMPLE_RATE)
    begin, stop = max(0, start - fade), min(len(sound), end + fade)
    shape = np.minimum(1, np.minimum(np.arange(stop - begin), np.arange(stop - begin)[::-1]) / fade)
    sound[begin:stop] += room_noise(stop - begin, level_db, rng) * shape.astype(np.float32)


def answers(audio: str, language: str, sound: Sound, lines: Sequence[Line], words: list[Any]) -> dict[str, Any]:
    """What `transcript.json` holds, in the form of the samples with `words` beside the utterances."""
    utterances = [
        {
            "id": i,
            "speaker": line.voice,
            "start": round(said[0].start, 3),
            "end": round(said[-1].end, 3),
            "text": line.text,
        }
        for i, (line, said) in enumerate(zip(lines, words, strict=True))
    ]
    return {
        "title": "Word times",
        "language": language,
        "audio": audio,
        "duration": round(len(sound) / SAMPLE_RATE, 3),
        "synthetic": True,
        "speakers": [{"name": name, "role": "voice"} for name in dict.fromkeys(line.voice for line in lines)],
        "utterances": utterances,
        "words": [
            {"text": word.text, "start": round(word.start, 3), "end": round(word.end, 3)}
            for said in words
            for word in said
        ],
    }


def make(folder: Path, model: Kokoro) -> None:
    """Write the recording and the answers of the script in `folder`, named after it."""
    language, seed, lines = read(folder / "script.toml")
    spoken = [trim(heard_edges(speak(line, language, model))) for line in lines]
    sound, words = mix(lines, spoken, seed)
    audio = folder / f"{folder.name}.opus"
    write_opus(sound, audio)
    told = answers(audio.name, language, sound, lines, words)
    (folder / "transcript.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    log.info("%s: %.1f s, %d words", folder.name, told["duration"], len(told["words"]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the folders named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Make the recordings with known word times from their scripts.")
    parser.add_argument("folders", nargs="*", type=Path, help="default: every folder with a script.toml")
    parser.add_argument("--weights", type=Path, required=True, help="where the voice model is kept")
    chosen = parser.parse_args(arguments)
    model = timed_kokoro.load(pull_weights(chosen.weights))
    for folder in chosen.folders or sorted(path.parent for path in HERE.glob("*/script.toml")):
        make(folder.resolve(), model)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
