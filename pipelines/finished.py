"""Finished: what a worker has finished is kept in a file at once, though its durable step has to wait for its turn.

So whatever ends a process costs only what was being worked on, one item per worker. The files lie in the job's folder
and are removed with it. All that a result depends on beside its item is the same for the whole job, or, as with a range
that is redone in a transcript that changes meanwhile, looked at again where the result is used.
"""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic, TypeVar

from tingwu.errors import OutputError, StoredDataInvalid
from tingwu.files import write_atomically
from tingwu.store.codec import from_json, to_json

Item = TypeVar("Item")
Result = TypeVar("Result")


class Finished(Generic[Item, Result]):
    """`work`, but a result that is in `folder` already is read from there. `name` says what is done with the items,
    `kind` is the type of the results.

    A file that cannot be read is taken for none, and one that cannot be written is done without.
    """

    def __init__(self, folder: Path, name: str, work: Callable[[Item], Result], kind: Any) -> None:
        self._folder = folder
        self._name = name
        self._work = work
        self._kind = kind

    def __call__(self, item: Item) -> Result:
        """The result of `work` on `item`. Raises what `work` raises."""
        path = self._path(item)
        with suppress(OSError, StoredDataInvalid):
            return from_json(self._kind, path.read_bytes())
        result = self._work(item)
        if self._folder.is_dir():  # else the job was deleted meanwhile
            with suppress(OutputError):
                write_atomically(path, to_json(result, self._kind), mode=0o600)
        return result

    def _path(self, item: Item) -> Path:
        key = hashlib.sha256(f"{self._name}\n{to_json(item)}".encode()).hexdigest()[:32]
        return self._folder / f"finished-{key}.json"
