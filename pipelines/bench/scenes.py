"""Scenes: the conversations that are made of a folder of voices, from two people in quiet to noise and echoes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.bench.conversations import write_conversation
from pipelines.bench.speaker_data import SpokenRecording
from pipelines.bench.talk_plan import ConversationOptions
from pipelines.bench.voices import Voices
from tingwu.errors import InvalidOption
from tingwu.progress import Progress, Step, silent

_QUIET_DB = 40.0
"""Speech over the noise of a quiet room."""
_FEW, _MANY = (2, 3, 4), (5, 6, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One conversation to be made."""

    group: str
    name: str
    options: ConversationOptions


def scenes(voices: int, minutes: float, seed: int = 0) -> tuple[Scene, ...]:
    """What can be made of so many voices, each `minutes` long.

    Few speakers without and with overlap, many speakers, noise with an echo. Raises InvalidOption for a lone voice.
    """
    if voices < min(_FEW):
        raise InvalidOption("data", f"{voices} voice", "conversations need at least two")
    return tuple(
        Scene(
            group=group,
            name=name,
            options=ConversationOptions(
                seed=seed + number,
                minutes=minutes,
                speakers=speakers,
                overlap=overlap,
                level_spread_db=6 if noisy else 3,
                snr_db=15 if noisy else _QUIET_DB,
                rt60=0.4 if noisy else None,
            ),
        )
        for number, (group, name, speakers, overlap, noisy) in enumerate(_kinds(voices))
    )


def make_recordings(
    voices: Voices, plan: tuple[Scene, ...], folder: Path, progress: Progress = silent
) -> tuple[SpokenRecording, ...]:
    """Make the scenes as FLAC files in the folders of their groups in `folder`, each with its `.rttm`.

    Raises InvalidOption for voices without speech or too little time for all speakers, OutputError.
    """
    found: list[SpokenRecording] = []
    for number, scene in enumerate(plan):
        progress(Step.WRITE, number, len(plan), f"making {scene.name}")
        path = folder / scene.group / f"{scene.name}.flac"
        turns = write_conversation(voices, scene.options, path)
        found.append(SpokenRecording(name=scene.name, group=scene.group, path=path, turns=turns))
    return tuple(found)


def _kinds(voices: int) -> Iterator[tuple[str, str, int, float, bool]]:
    """(group, name, speakers, overlap, noisy) of each."""
    few = [count for count in _FEW if count <= voices]
    many = [count for count in _MANY if count <= voices]
    for letter in "ab":
        yield from (("no overlap", f"{count} speakers {letter}", count, 0.0, False) for count in few)
    for letter in "ab":
        yield from (("overlap 10 %", f"{count} speakers {letter}, overlap", count, 0.1, False) for count in few)
    yield from (("many speakers", f"{count} speakers", count, 0.05, False) for count in many)
    yield from (("noise and echo", f"{count} speakers in noise", count, 0.05, True) for count in few)
