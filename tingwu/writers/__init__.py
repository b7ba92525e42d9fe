"""Writers: a recording as text, subtitles, tables, Markdown and JSON."""

from tingwu.writers.cues import Cue, CueOptions, cues
from tingwu.writers.formats import ALL, FORMATS, Format, format_names, render
from tingwu.writers.options import WriteOptions
from tingwu.writers.warnings import warnings_of
from tingwu.writers.whisper_json_reader import read_whisper_json
from tingwu.writers.write import distinct_basenames, output_paths, safe_basename, write

__all__ = [
    "ALL",
    "FORMATS",
    "Cue",
    "CueOptions",
    "Format",
    "WriteOptions",
    "cues",
    "distinct_basenames",
    "format_names",
    "output_paths",
    "read_whisper_json",
    "render",
    "safe_basename",
    "warnings_of",
    "write",
]
