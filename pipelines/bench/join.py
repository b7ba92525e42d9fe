"""Reference -> one recording on disk: its files joined, over and over if a long one is wanted."""

import wave
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.bench.data import Reference, SpokenText
from tingwu.audio.decode import Block, decode
from tingwu.audio.limits import MediaLimits
from tingwu.audio.probe import probe
from tingwu.domain.media import SAMPLE_RATE
from tingwu.files import output_error

_SILENCE = b"\0" * (2 * SAMPLE_RATE)
"""A second of it follows each file, so that no sentence runs into the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """One recording that all engines hear: a file of `seconds`, and the reference with times as they are in it."""

    path: Path
    seconds: float
    reference: Reference


def join(reference: Reference, folder: Path, *, repeat: int, limits: MediaLimits) -> Take:
    """The files of `reference` as one recording, `repeat` times over. A lone file stays as it is.

    Raises MediaError for what cannot be decoded, OutputError where `folder` is full.
    """
    if len(reference.files) == 1 and repeat == 1:
        seconds = length_of(reference.files[0], limits)
        return Take(path=reference.files[0], seconds=seconds, reference=reference)
    path = folder / f"{reference.name}.wav"
    starts: list[float] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE, 0, "NONE", ""))
            for source in reference.files * repeat:
                starts.append(file.tell() / SAMPLE_RATE)
                for block in _blocks(source, limits):
                    file.writeframesraw(block.tobytes())
                file.writeframesraw(_SILENCE)
            seconds = file.tell() / SAMPLE_RATE
    except OSError as error:
        raise output_error(path, error) from error
    return Take(path=path, seconds=seconds, reference=_repeated(reference, starts))


def length_of(path: Path, limits: MediaLimits) -> float:
    """Seconds of sound in a file, by decoding it. Raises MediaError."""
    return sum(len(block) for block in _blocks(path, limits)) / SAMPLE_RATE


def _blocks(path: Path, limits: MediaLimits) -> Iterator[Block]:
    with decode(path, probe(path, limits=limits), limits=limits) as decoding:
        yield from decoding


def _repeated(reference: Reference, starts: list[float]) -> Reference:
    """The text once for each time that it is heard, times moved to where they are heard."""
    again = starts[:: len(reference.files)]
    return replace(
        reference,
        text=" ".join([reference.text] * len(again)).strip(),
        turns=tuple(_moved(turn, start) for start in again for turn in reference.turns),
        words=tuple(_moved(word, start) for start in again for word in reference.words),
    )


def _moved(spoken: SpokenText, seconds: float) -> SpokenText:
    return replace(spoken, start=spoken.start + seconds, end=spoken.end + seconds)
