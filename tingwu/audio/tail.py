"""Is the end of a file missing? For containers whose demuxers do not tell: RIFF (WAV, AVI) and Ogg.

A download that broke off is the commonest damage of all, and in these formats ffmpeg takes the shorter file for the
whole one. The formats themselves say better. MP3 without a header, ADTS, AMR and transport streams cannot say.
"""

import os

from tingwu.audio.source import Source

_PLACEHOLDER_BYTES = 0x7FFF0000
"""Recorders that stream write a size from here on, or 0, when they do not know it yet."""
_SLACK_BYTES = 4096
"""Careless writers miscount by a header or two."""
_LONGEST_OGG_PAGE_BYTES = 27 + 255 + 255 * 255


def is_cut_off(source: Source) -> bool:
    """Whether the container promises bytes after the file's end. The descriptor does not move."""
    head = os.pread(source.descriptor, 12, 0)
    if head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI "):
        promised = int.from_bytes(head[4:8], "little")
        return promised < _PLACEHOLDER_BYTES and promised + 8 > source.size_bytes + _SLACK_BYTES
    if head[:4] == b"OggS":
        return _ends_inside_ogg_page(source)
    return False


def _ends_inside_ogg_page(source: Source) -> bool:
    first = max(0, source.size_bytes - _LONGEST_OGG_PAGE_BYTES)
    tail = os.pread(source.descriptor, _LONGEST_OGG_PAGE_BYTES, first)
    page = tail[max(0, tail.rfind(b"OggS")) :]
    if len(page) < 27:
        return True
    lacing = page[27 : 27 + page[26]]
    return len(lacing) < page[26] or len(page) < 27 + len(lacing) + sum(lacing)
