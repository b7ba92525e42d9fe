"""The model store: which models are on this machine, where, and whether their bytes are the right ones.

Layout: `root/<model>/<file>`, with `.verified.json` beside the files; `root/.partial/<model>/` holds what a pull has so
far, `root/.locks/` one lock a model. This module fetches nothing.
"""

import os
import shutil
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tingwu.errors import ModelCorrupt, ModelMissing, UnknownModel
from tingwu.models.catalog import Catalog, Model, ModelFile, load_catalog
from tingwu.models.stamps import Stamp, bytes_under, read_stamp, sha256_of, stamp_of, write_stamp
from tingwu.progress import Progress, Step, silent


class ModelState(StrEnum):
    """How much of a model is on this machine."""

    PRESENT = "present"
    """Complete, and its bytes were verified."""
    PARTIAL = "partial"
    """Some of it; a pull continues there."""
    ABSENT = "absent"
    """Nothing of it."""
    CORRUPT = "corrupt"
    """A file does not match its sha256; a pull mends it."""


@dataclass(frozen=True, slots=True)
class ModelStore:
    """Models under the folder `root`. Any number of processes may use the same folder."""

    root: Path
    catalog: Catalog = field(default_factory=load_catalog)

    def folder(self, name: str) -> Path:
        """Folder of the model's files."""
        return self.root / self.catalog.get(name).name

    def partial_folder(self, name: str) -> Path:
        """Folder of what a pull has so far."""
        return self.root / ".partial" / self.catalog.get(name).name

    def lock_path(self, name: str) -> Path:
        """File that is locked while the model is pulled."""
        return self.root / ".locks" / f"{self.catalog.get(name).name}.lock"

    def path(self, name: str) -> Path:
        """What an engine opens: a file, or the folder. `name` may also be the path of a local file or folder.

        Says nothing about whether it is there (see `require`). Raises UnknownModel.
        """
        model = self.catalog.find(name)
        if model is not None:
            return self.folder(name) / model.entry
        local = Path(name).expanduser()
        if not name or not local.exists():
            raise UnknownModel(name)
        return local.absolute()

    def require(self, name: str) -> Path:
        """What an engine opens, sure to be there and to hold the right bytes.

        Files that did not change since they were verified are not hashed again. A local path is taken as it is.
        Raises UnknownModel, ModelMissing or ModelCorrupt.
        """
        model = self.catalog.find(name)
        if model is None:
            return self.path(name)
        for file in model.files:
            self._require_file(model, file)
        return self.path(name)

    def state(self, name: str) -> ModelState:
        """How much of the model is here. Hashes only what changed since it was verified. Raises UnknownModel."""
        model = self.catalog.get(name)
        try:
            self.require(name)
        except ModelCorrupt:
            return ModelState.CORRUPT
        except ModelMissing:
            return ModelState.PARTIAL if self._has_anything(model) else ModelState.ABSENT
        return ModelState.PRESENT

    def verify(self, name: str, progress: Progress = silent) -> None:
        """Hash every byte of a model. Progress is in bytes. Raises UnknownModel, ModelMissing or ModelCorrupt."""
        model = self.catalog.get(name)
        present = [file for file in model.files if self._present(model, file)]
        total = sum((self.folder(name) / file.name).stat().st_size for file in present)
        done = 0
        for file in present:
            path = self.folder(name) / file.name

            def watch(file_done: int, before: int = done) -> None:
                progress(Step.PULL, before + file_done, total)

            self._check(model, file, sha256_of(path, watch))
            done += path.stat().st_size

    def size(self, name: str) -> int:
        """Bytes that the model takes on this machine, unfinished parts included."""
        return bytes_under(self.folder(name)) + bytes_under(self.partial_folder(name))

    def missing(self, name: str) -> tuple[ModelFile, ...]:
        """Files that a pull must fetch, optional ones too when a required one is missing or wrong."""
        model = self.catalog.get(name)
        wanted = tuple(file for file in model.files if not self._good(model, file))
        return wanted if any(not file.optional for file in wanted) else ()

    def accept(self, name: str, file: ModelFile, whole: Path, sha256: str) -> None:
        """Move the complete file `whole`, whose bytes have `sha256`, to its place. Raises ModelCorrupt."""
        expected = file.sha256 or self.pinned_sha256(name, file)
        if expected and sha256 != expected:
            raise ModelCorrupt(name, file.name)
        target = self.folder(name) / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole.open("rb") as bytes_on_disk:  # else a power cut could leave a trusted stamp on lost bytes
            os.fsync(bytes_on_disk.fileno())
        whole.replace(target)
        write_stamp(target.parent, file.name, stamp_of(target, sha256))

    def pinned_sha256(self, name: str, file: ModelFile) -> str | None:
        """The sha256 remembered from the first fetch of a file that the catalogue gives none for."""
        stamp = read_stamp(self.folder(name), file.name)
        return stamp.sha256 if stamp else None

    def remove(self, name: str) -> None:
        """Delete the model's files and unfinished parts."""
        for folder in (self.folder(name), self.partial_folder(name)):
            shutil.rmtree(folder, ignore_errors=True)

    def _require_file(self, model: Model, file: ModelFile) -> None:
        path = self.folder(model.name) / file.name
        if not self._present(model, file):
            return
        stamp = read_stamp(path.parent, file.name)
        if stamp is None or not _trusted(stamp, file, path):
            self._check(model, file, sha256_of(path))

    def _present(self, model: Model, file: ModelFile) -> bool:
        """Whether the file is here; False only for an optional one. Raises ModelMissing."""
        if (self.folder(model.name) / file.name).is_file():
            return True
        if not file.optional:
            raise ModelMissing(model.name, file.name)
        return False

    def _check(self, model: Model, file: ModelFile, sha256: str) -> None:
        """Compare a file's sha256 with what it must be, and remember it. Raises ModelCorrupt."""
        expected = file.sha256 or self.pinned_sha256(model.name, file)
        if expected and sha256 != expected:
            raise ModelCorrupt(model.name, file.name)
        folder = self.folder(model.name)
        write_stamp(folder, file.name, stamp_of(folder / file.name, sha256))

    def _good(self, model: Model, file: ModelFile) -> bool:
        try:
            self._require_file(model, file)
        except (ModelMissing, ModelCorrupt):
            return False
        return (self.folder(model.name) / file.name).is_file()

    def _has_anything(self, model: Model) -> bool:
        return self.size(model.name) > 0


def _trusted(stamp: Stamp, file: ModelFile, path: Path) -> bool:
    """Whether the stamp spares a hash: it is of the right bytes and the file did not change."""
    return stamp.holds(path) and file.sha256 in (None, stamp.sha256)
