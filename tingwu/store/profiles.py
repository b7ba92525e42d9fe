"""ProfileStore: voices that are known by name, on disk, a file each, which nobody but the user may read.

Names of files are generated; people's names are data. A voice tells who somebody is, so what is deleted leaves nothing
behind, not even what an interrupted write left.
"""

import fcntl
import os
import secrets
import unicodedata
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tingwu.domain.profile import Profile, joined
from tingwu.domain.speakers import checked_name
from tingwu.errors import InvalidOption, ProfileNotFound, StoredDataInvalid
from tingwu.files import output_error, sync_folder, write_atomically
from tingwu.store.codec import from_json, to_json

_ENDING = ".json"
_OWN = 0o600
_OWN_FOLDER = 0o700


class ProfileStore:
    """All profiles below `root`. Safe between threads and processes: changes are made one after the other.

    Names that differ in case or in the width of letters only are one name. A damaged file hides no other; it is known
    by the name of the file, without the ending.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def list(self) -> tuple[Profile, ...]:
        """All profiles that can be read, by name."""
        found = (profile for _, profile in self._read_all() if isinstance(profile, Profile))
        return tuple(sorted(found, key=lambda profile: (_key(profile.name), profile.name)))

    def damaged(self) -> tuple[str, ...]:
        """What `delete` takes for files that hold no profile."""
        return tuple(path.stem for path, profile in self._read_all() if not isinstance(profile, Profile))

    def get(self, name: str) -> Profile:
        """The profile called `name`. Raises ProfileNotFound, or StoredDataInvalid for the name of a damaged file."""
        return self._find(name)[1]

    def add(self, profile: Profile) -> Profile:
        """Keep a profile; one that has its name already gets its speech too. Returns what is kept.

        Raises InvalidOption if two models heard them, OutputFull or OutputNotWritable.
        """
        with self._alone():
            try:
                path, known = self._find(profile.name)
            except ProfileNotFound:
                path = self.root / f"{secrets.token_hex(8)}{_ENDING}"
            else:
                profile = joined(known, profile)
            self._write(path, profile)
        return profile

    def rename(self, name: str, new: str) -> Profile:
        """Call `name` `new`. Raises ProfileNotFound, InvalidOption for a name that is taken, and as `add` does."""
        new = checked_name(new)
        with self._alone():
            path, profile = self._find(name)
            if _key(new) != _key(name) and any(_key(new) == _key(one.name) for one in self.list()):
                raise InvalidOption("name", new, "another profile has this name; merge the two if they are one person")
            profile = replace(profile, name=new)
            self._write(path, profile)
        return profile

    def merge(self, name: str, into: str) -> Profile:
        """Give all that is kept of `name` to `into`; returns that. Raises ProfileNotFound and as `add` does."""
        with self._alone():
            path, profile = self._find(name)
            target, other = self._find(into)
            if path == target:
                return other
            merged = joined(other, profile)
            self._write(target, merged)
            self._remove(name)
        return merged

    def delete(self, name: str) -> None:
        """Remove all that is kept of `name`, for good. Raises ProfileNotFound or OutputNotWritable."""
        with self._alone():
            self._remove(name)

    def _remove(self, name: str) -> None:
        files = [path for path, profile in self._read_all() if _is(name, path, profile)]
        if not files:
            raise ProfileNotFound(name)
        try:
            for path in (*files, *self.root.glob(".tingwu-*.tmp")):
                path.unlink(missing_ok=True)
            sync_folder(self.root)
        except OSError as error:
            raise output_error(self.root, error) from error

    def _find(self, name: str) -> tuple[Path, Profile]:
        for path, profile in self._read_all():
            if _is(name, path, profile):
                if isinstance(profile, StoredDataInvalid):
                    raise profile
                return path, profile
        raise ProfileNotFound(name)

    def _read_all(self) -> tuple[tuple[Path, Profile | StoredDataInvalid], ...]:
        """Every file with what it holds, those that can be read first."""
        found: list[tuple[Path, Profile | StoredDataInvalid]] = []
        for path in sorted(self.root.glob(f"*{_ENDING}")):
            try:
                found.append((path, from_json(Profile, path.read_bytes(), source=str(path))))
            except StoredDataInvalid as error:
                found.append((path, error))
            except FileNotFoundError:
                continue  # deleted meanwhile
            except OSError as error:
                found.append((path, StoredDataInvalid(str(path), error.strerror or "")))
        return tuple(sorted(found, key=lambda one: not isinstance(one[1], Profile)))

    @staticmethod
    def _write(path: Path, profile: Profile) -> None:
        write_atomically(path, to_json(profile), mode=_OWN)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Keep other threads and processes from changing any profile meanwhile."""
        path = self.root / ".lock"
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            self.root.chmod(_OWN_FOLDER)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWN)
        except OSError as error:
            raise output_error(path, error) from error
        with os.fdopen(descriptor, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _is(name: str, path: Path, profile: Profile | StoredDataInvalid) -> bool:
    return _key(profile.name) == _key(name) if isinstance(profile, Profile) else path.stem == name


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
