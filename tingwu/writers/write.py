"""Result files: `<output_dir>/<basename>.<extension>`, whole or not at all.

File names are data: a basename never leaves its folder, and two inputs never write to one name.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from tingwu.domain.recording import Recording
from tingwu.files import write_atomically
from tingwu.progress import Progress, Step, silent
from tingwu.writers.formats import FORMATS
from tingwu.writers.options import WriteOptions

_MAX_NAME_BYTES = 255
_LONGEST_EXTENSION_BYTES = max(len(form.extension) for form in FORMATS.values()) + 1
_UNSAFE = re.compile(r"[/\\\x00-\x1f\x7f]")


def output_paths(output_dir: Path, basename: str, formats: Sequence[str]) -> tuple[Path, ...]:
    """Where the files of `formats` (names in FORMATS) go."""
    stem = safe_basename(basename)
    return tuple(output_dir / f"{stem}.{FORMATS[name].extension}" for name in formats)


def write(
    recording: Recording,
    output_dir: Path,
    basename: str,
    *,
    formats: Sequence[str],
    options: WriteOptions,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write `recording` in each of `formats`; returns the paths, in order.

    All are rendered before the first is written. Raises OutputFull or OutputNotWritable; files that were there before
    are then old or new, never half.
    """
    texts = [FORMATS[name].render(recording, options) for name in formats]
    paths = output_paths(output_dir, basename, formats)
    for done, (path, text) in enumerate(zip(paths, texts, strict=True)):
        progress(Step.WRITE, done, len(paths))
        write_atomically(path, text)
    progress(Step.WRITE, len(paths), len(paths))
    return paths


def distinct_basenames(sources: Iterable[Path]) -> tuple[str, ...]:
    """A basename per source, in order, no two alike even where file systems ignore case.

    A source gets its name without suffix; if an earlier one has that, its name with suffix; then `-2`, `-3` ...
    Naming the same source twice counts as two sources.
    """
    taken: set[str] = set()
    names: list[str] = []
    for source in sources:
        whole = source.name
        candidates = [source.stem, whole]
        while _key(candidates[0]) in taken:
            candidates = candidates[1:] or [_next(names, whole, taken)]
        taken.add(_key(candidates[0]))
        names.append(candidates[0])
    return tuple(names)


def safe_basename(basename: str) -> str:
    """`basename` as one name of a file: no folders or control characters, room left for an extension.

    A name that is too long keeps its beginning and gets a hash of the whole, so that two stay two.
    """
    name = _UNSAFE.sub("_", basename)
    if name.strip(". ") == "":
        name = "_" * max(1, len(name))
    data = name.encode(errors="surrogateescape")
    limit = _MAX_NAME_BYTES - _LONGEST_EXTENSION_BYTES
    if len(data) <= limit:
        return name
    digest = hashlib.sha256(data).hexdigest()[:8]
    return f"{data[: limit - 9].decode(errors='ignore')}-{digest}"


def _next(names: list[str], whole: str, taken: set[str]) -> str:
    number = 2
    while _key(f"{whole}-{number}") in taken:
        number += 1
    return f"{whole}-{number}"


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", safe_basename(name)).casefold()
