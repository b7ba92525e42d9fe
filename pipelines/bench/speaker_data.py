"""Recordings whose speakers are known: folders on disk -> SpokenRecordings.

Beside a recording stands an `.rttm` of the same name, or one that names several recordings of its folder. A made
recording has `transcript.json` whose utterances have speakers, and so texts as well. Folders are searched to their
depths; recordings of one folder are one group. `voices/` holds single voices, of which conversations are made.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from pipelines.bench.rttm import read_rttm
from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import InvalidOption, MediaNotFound, StoredDataInvalid

VOICES = "voices"
_TRANSCRIPT = "transcript.json"
_NO_SOUND = frozenset({".tsv", ".json", ".toml", ".txt", ".md", ".rttm", ".uem", ".svg", ".png"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenRecording:
    """A recording and who speaks when. `texts` is (speaker, what they say in all), empty where that is not known."""

    name: str
    group: str
    path: Path
    turns: tuple[SpeakerTurn, ...]
    language: str = ""
    texts: tuple[tuple[str, str], ...] = ()

    @property
    def speakers(self) -> int:
        """How many there are."""
        return len({turn.speaker for turn in self.turns})


class _Line(BaseModel):
    start: float
    end: float
    speaker: str
    text: str


class _Transcript(BaseModel):
    language: str
    audio: str
    utterances: list[_Line]


def load_recordings(folder: Path) -> tuple[SpokenRecording, ...]:
    """All recordings with speakers in `folder`, by their paths; none where there are only voices.

    Raises MediaNotFound where there is nothing at all or a named recording is missing, InvalidOption for an `.rttm`
    that cannot be understood or says nothing, StoredDataInvalid for damaged files.
    """
    if not folder.is_dir():
        raise MediaNotFound(str(folder))
    found: list[SpokenRecording] = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if VOICES in inside.parts[:-1] or any(part.startswith(".") for part in inside.parts):
            continue
        group = inside.parent.as_posix() if len(inside.parts) > 1 else folder.name
        if path.suffix.lower() == ".rttm":
            found += _of_rttm(path, group)
        elif path.name == _TRANSCRIPT:
            found.append(_of_transcript(path, group))
    if not found and not (folder / VOICES).is_dir():
        raise MediaNotFound(str(folder), f"no .rttm and no {_TRANSCRIPT} in it, and no folder {VOICES}")
    return tuple(found)


def _of_rttm(path: Path, group: str) -> Iterator[SpokenRecording]:
    files = read_rttm(path)
    if not files:
        raise InvalidOption("data", str(path), "no line of it says who speaks")
    sounds = {
        _key(file.stem): file
        for file in sorted(path.parent.iterdir())
        if file.is_file() and not file.name.startswith(".") and file.suffix.lower() not in _NO_SOUND
    }
    for name, turns in files.items():
        # Others call the recording what they like, so a lone one may also be found by the name of the file.
        sound = sounds.get(_key(name)) or (sounds.get(_key(path.stem)) if len(files) == 1 else None)
        if not sound:
            raise MediaNotFound(str(path.parent / name), f"{path.name} names it")
        yield SpokenRecording(name=sound.stem, group=group, path=sound, turns=turns)


def _of_transcript(path: Path, group: str) -> SpokenRecording:
    try:
        told = _Transcript.model_validate_json(path.read_text("utf-8-sig"))
        turns = tuple(SpeakerTurn(start=line.start, end=line.end, speaker=line.speaker) for line in told.utterances)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise StoredDataInvalid(str(path), f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except ValueError as error:
        raise StoredDataInvalid(str(path), str(error)) from error
    sound = path.parent / told.audio
    if not sound.is_file():
        raise MediaNotFound(str(sound))
    if not turns:
        raise InvalidOption("data", str(path), "nobody speaks in it")
    speakers = dict.fromkeys(turn.speaker for turn in turns)
    return SpokenRecording(
        name=sound.stem,
        group=group,
        path=sound,
        turns=turns,
        language=told.language,
        texts=tuple((who, " ".join(line.text for line in told.utterances if line.speaker == who)) for who in speakers),
    )


def _key(name: str) -> str:
    """A name as RTTM writes it, however its letters are put together."""
    return unicodedata.normalize("NFC", "_".join(name.split()))
