"""Makes the clips of single voices again: `python -m tests.recordings.say_voices --weights FOLDER`.

Six made people who sound clearly different, for conversations with known turns: three of Kokoro's voices in English
and Mandarin, three of Flite's in English. Utterances are half a second apart, without any noise between them.
"""

import argparse
import logging
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from samples.kokoro import SAMPLE_RATE, Kokoro, Sound, Voice, load_kokoro
from samples.mixing import levelled, rounded_peaks, trimmed
from samples.opus import write_opus
from samples.phonemes import LANGUAGES
from samples.weights import pull_weights
from tests.recordings import flite

FOLDER = Path(__file__).resolve().parent / "voices"
SPEECH_DB = -24.0
PAUSE = 0.5
"""Before, between and after the utterances, in seconds."""
KILOBITS = 15
"""Small files: speech at 16 kHz needs no more."""
log = logging.getLogger(__name__)


def speak(text: str, voice: str, language: str, model: Kokoro) -> Sound:
    """One utterance, by Flite or by a style of Kokoro's."""
    if voice in flite.VOICES:
        return flite.say(text, voice).sound
    return model.say(LANGUAGES[language](text), Voice(style=voice))


def clip(lines: Sequence[Sound]) -> Sound:
    """Utterances one after the other, equally loud."""
    pause = np.zeros(round(PAUSE * SAMPLE_RATE), np.float32)
    parts = [part for line in lines for part in (pause, levelled(trimmed(line), SPEECH_DB))]
    return rounded_peaks(np.concatenate([*parts, pause]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the clips of all voices in `voices/texts.toml`, a folder for each."""
    parser = argparse.ArgumentParser(description="Make the clips of single voices from their texts.")
    parser.add_argument("--weights", type=Path, required=True, help="where the voice model is kept")
    model = load_kokoro(pull_weights(parser.parse_args(arguments).weights))
    for voice, texts in tomllib.loads((FOLDER / "texts.toml").read_text("utf-8")).items():
        (FOLDER / voice).mkdir(exist_ok=True)
        for language, lines in texts.items():
            sound = clip([speak(line, voice, language, model) for line in lines])
            write_opus(sound, FOLDER / voice / f"{language}.opus", KILOBITS)
            log.info("%s, %s: %.1f s", voice, language, len(sound) / SAMPLE_RATE)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
