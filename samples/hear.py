"""Says how well a Whisper model understands a made recording: `python samples/hear.py FOLDER --model PATH`.

Characters count for Chinese, words for English. Numbers, scripts of Chinese and spellings are made alike on both sides
first, so that only what was misheard counts. Needs the extras `samples` and `dev`.
"""

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer

from samples.opus import read_sound

Plain = Callable[[str], list[str]]
"""Text to the units that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishearing:
    """What was said and what was heard instead, in one utterance; either may be empty."""

    utterance: int
    said: str
    heard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Mistakes of one recording. `units` counts the characters or words of each utterance."""

    units: tuple[int, ...]
    mistakes: tuple[Mishearing, ...]

    def rate(self, utterances: set[int] | None = None) -> float:
        """Mistaken units by units said, in all utterances or in some."""
        wanted = set(range(len(self.units))) if utterances is None else utterances
        wrong = sum(size(mistake) for mistake in self.mistakes if mistake.utterance in wanted)
        return wrong / max(1, sum(self.units[number] for number in wanted))


def size(mistake: Mishearing) -> int:
    return max(len(mistake.said.split()), len(mistake.heard.split()))


def compare(said: Sequence[Sequence[str]], heard: Sequence[str]) -> Hearing:
    """Align the units `heard` with those `said` in each utterance; every mistake belongs to the utterance it is in."""
    owner = [number for number, units in enumerate(said) for _ in units]
    flat = [unit for units in said for unit in units]
    aligned = jiwer.process_words(" ".join(flat), " ".join(heard))
    mistakes = tuple(
        Mishearing(
            utterance=owner[min(chunk.ref_start_idx, len(owner) - 1)],
            said=" ".join(flat[chunk.ref_start_idx : chunk.ref_end_idx]),
            heard=" ".join(heard[chunk.hyp_start_idx : chunk.hyp_end_idx]),
        )
        for chunk in aligned.alignments[0]
        if chunk.type != "equal"
    )
    return Hearing(units=tuple(len(units) for units in said), mistakes=mistakes)


def chinese_units(text: str) -> list[str]:
    """Simplified characters without punctuation, numbers as they are spoken."""
    import cn2an  # noqa: PLC0415 - English needs neither
    from opencc import OpenCC  # noqa: PLC0415

    spoken = cn2an.transform(OpenCC("t2s").convert(text).replace(",", "，"), "an2cn")
    return re.findall(r"[\u4e00-\u9fff]", spoken.replace("二百", "两百").replace("二千", "两千"))


def english_units(text: str) -> list[str]:
    """Lower-case words, numbers as figures."""
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer  # noqa: PLC0415

    return EnglishTextNormalizer({"rumour": "rumor", "favourite": "favorite", "cancelled": "canceled"})(text).split()


UNITS: Mapping[str, Plain] = {"en": english_units, "zh": chinese_units}


def listen(folder: Path, model: str) -> str:
    """What the Whisper model at path `model` hears in the recording of `folder`."""
    from faster_whisper import WhisperModel  # noqa: PLC0415 - comparing needs no model
    from scipy.signal import resample_poly  # noqa: PLC0415

    told = json.loads((folder / "transcript.json").read_text(encoding="utf-8"))
    sound = resample_poly(read_sound(folder / told["audio"]), 2, 3)
    whisper = WhisperModel(model, compute_type="int8", cpu_threads=2)
    segments, _ = whisper.transcribe(
        sound, language=told["language"], condition_on_previous_text=False, vad_filter=True
    )
    return " ".join(segment.text for segment in segments)


def report(folder: Path, model: str) -> list[str]:
    """Lines of text: the mistakes, the rate of each speaker, and the whole."""
    told = json.loads((folder / "transcript.json").read_text(encoding="utf-8"))
    plain = UNITS[told["language"]]
    hearing = compare([plain(row["text"]) for row in told["utterances"]], plain(listen(folder, model)))
    spoken: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(told["utterances"]):
        spoken[row["speaker"]].add(number)
    lines = [f"{slip.utterance:3} {slip.said!r} heard as {slip.heard!r}" for slip in hearing.mistakes]
    lines += [f"{name}: {hearing.rate(numbers):.1%}" for name, numbers in spoken.items()]
    return [*lines, f"all: {hearing.rate():.1%}"]


def main() -> None:
    parser = argparse.ArgumentParser(description="How well does a Whisper model understand a made recording?")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", required=True, help="folder of a Whisper model for CTranslate2")
    chosen = parser.parse_args()
    print("\n".join(report(chosen.folder, chosen.model)))  # noqa: T201 - this is the command's result


if __name__ == "__main__":
    main()
