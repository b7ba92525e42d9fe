"""Makes the sample recordings again from their scripts: `python samples/make.py [folder ...]`.

Needs `pip install -e .[samples]` and the system's espeak-ng. The voice model (about 90 MB) is fetched once.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import platformdirs

from samples.answers import answers, write_answers
from samples.kokoro import Kokoro, Voice, load_kokoro
from samples.mixing import Clip, Mix, Room, mix
from samples.opus import write_opus
from samples.phonemes import LANGUAGES
from samples.script import Script, read_script
from samples.weights import pull_weights

HERE = Path(__file__).resolve().parent
log = logging.getLogger(__name__)


def make(folder: Path, model: Kokoro) -> Mix:
    """Write the recording and the answers of the script in `folder`, named after it."""
    script = read_script(folder / "script.toml")
    recording = mix(speak(script, model), Room(noise_db=script.noise_db), script.seed)
    audio = folder / f"{folder.name}.opus"
    write_opus(recording.sound, audio)
    write_answers(answers(script, recording, audio.name), folder / "transcript.json")
    return recording


def speak(script: Script, model: Kokoro) -> list[Clip]:
    """Every line of the script, by its speaker's voice."""
    voices = {speaker.name: speaker.voice for speaker in script.speakers}
    pronounce = LANGUAGES[script.language]
    clips: list[Clip] = []
    for line in script.lines:
        voice: Voice = voices[line.speaker]
        sound = model.say(pronounce(line.text), voice)
        clips.append(Clip(speaker=line.speaker, sound=sound, gain_db=voice.gain_db, gap=line.gap))
    return clips


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the folders named on the command line, or all of them."""
    parser = argparse.ArgumentParser(description="Make the sample recordings from their scripts.")
    parser.add_argument("folders", nargs="*", type=Path, help="default: every folder with a script.toml")
    parser.add_argument("--weights", type=Path, help="where the voice model is kept (default: the user's cache folder)")
    chosen = parser.parse_args(arguments)
    weights = chosen.weights or Path(platformdirs.user_cache_dir("tingwu")) / "voices"
    model = load_kokoro(pull_weights(weights))
    for folder in chosen.folders or sorted(path.parent for path in HERE.glob("*/script.toml")):
        recording = make(folder.resolve(), model)
        log.info("%s: %.1f s, %d utterances", folder.name, recording.duration, len(recording.times))


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    main()
