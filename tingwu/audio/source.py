"""Opening a user's file once, safely, and looking at its first bytes.

The path is opened here and nowhere else; everything after works on the descriptor, so that nothing can be swapped
underneath. It does not know media formats beyond telling playlists and plain text from the rest.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tingwu.errors import EmptyMedia, MediaNotFound, MediaRefused, UnreadableMedia

_HEAD_BYTES = 1 << 16
_HASH_BYTES = 1 << 20

_PLAYLIST = re.compile(
    r"#EXTM3U|#EXT-X-|ffconcat\s+version|\[playlist\]|\[reference\]|rtsptext|smilesmil|"
    r"v=0\s*\r?\n[os]=|<\?wpl|(?:<\?xml.*?)?<(?:\w+:)?(?:mpd|smoothstreamingmedia|asx|smil|playlist|wpl)\b|"
    r"#\s*imf|<(?:\w+:)?(?:compositionplaylist|assetmap)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_PROLOGUE = re.compile(r"(?:<\?xml.*?\?>|<!--.*?-->|<!doctype[^>]*>|\s)+", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An open, plain, non-empty file. `descriptor` stands at its beginning; `name` is for messages only."""

    descriptor: int
    name: str
    size_bytes: int


@contextmanager
def open_source(path: Path, name: str) -> Generator[Source]:
    """Open `path` for reading without following a link or waiting for a device.

    Raises MediaNotFound, MediaRefused, EmptyMedia or UnreadableMedia.
    """
    descriptor = _open(path, name)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise MediaRefused(name, _kind(status.st_mode))
        if status.st_size == 0:
            raise EmptyMedia(name)
        yield Source(descriptor=descriptor, name=name, size_bytes=status.st_size)
    finally:
        os.close(descriptor)


def safe_name(path: Path) -> str:
    """The last part of `path` as text that can be printed, stored and sent: bytes that are not UTF-8 become `�`."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def need_utf8(path: Path) -> None:
    """Raise MediaRefused for a path that cannot be written down: some part of it is not UTF-8."""
    if any("\ud800" <= char <= "\udfff" for char in str(path.absolute())):
        raise MediaRefused(safe_name(path), "its path is not valid UTF-8; rename it")


def read_head(source: Source) -> str:
    """The first 64 KiB as text, for `is_playlist` and `is_text`; the descriptor does not move."""
    head = os.pread(source.descriptor, _HEAD_BYTES, 0)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    return head.decode("utf-8-sig", "replace")


def is_playlist(head: str) -> bool:
    """Whether the file's text begins like a list of other files: HLS, DASH, concat, ASX, PLS, SDP and their kin."""
    text = head.lstrip("\ufeff \t\r\n\0")
    return bool(_PLAYLIST.match(text) or _PLAYLIST.match(_XML_PROLOGUE.sub("", text, count=1)))


def is_text(head: str) -> bool:
    """Whether the first bytes are text that somebody could have typed."""
    return not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]", head[:4096])


def sha256(source: Source) -> str:
    """Hash of the whole file as hex, read in pieces; the descriptor does not move. Raises UnreadableMedia."""
    digest = hashlib.sha256()
    position = 0
    try:
        while data := os.pread(source.descriptor, _HASH_BYTES, position):
            digest.update(data)
            position += len(data)
    except OSError as error:
        raise UnreadableMedia(source.name, f"reading it failed: {error.strerror}") from error
    if position != source.size_bytes:
        raise UnreadableMedia(source.name, "it changed while it was read; try again when it is finished")
    return digest.hexdigest()


def _open(path: Path, name: str) -> int:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    try:
        return os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise MediaRefused(name, "it is a symbolic link") from error
        if error.errno in (errno.ENXIO, errno.ENODEV):
            raise MediaRefused(name, "it is a socket or a device") from error
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            raise MediaNotFound(name) from error
        raise UnreadableMedia(name, f"it cannot be opened: {error.strerror}") from error
    except ValueError as error:  # a path with a NUL in it
        raise MediaNotFound(name) from error


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return "it is " + next((kind for test, kind in kinds if test(mode)), "a device")
