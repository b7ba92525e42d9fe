"""Flags: the options of `transcribe` and `notes`, one dataclass each. Light, so that `--help` is quick."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from typer import Argument, Option


class Task(StrEnum):
    """What the speech model writes."""

    TRANSCRIBE = "transcribe"
    TRANSLATE = "translate"


class Device(StrEnum):
    """Where models run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"


class Script(StrEnum):
    """Which Chinese characters are written."""

    AUTO = "auto"
    SIMPLIFIED = "simplified"
    TRADITIONAL = "traditional"
    AS_IS = "as_is"


class Channels(StrEnum):
    """What the channels of a sound track are."""

    MIX = "mix"
    SPLIT = "split"


class Detail(StrEnum):
    """How finely the notes cut a recording into chapters."""

    COARSE = "coarse"
    NORMAL = "normal"
    FINE = "fine"


_MODEL, _TEXT, _SPEAKERS, _CUES, _RUN = "Models and machine", "Text", "Speakers", "Subtitles", "Running"
_LATER = "Not available yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFlags:
    """What both commands have."""

    model: Annotated[
        str, Option(help="Speech model: auto, a name of `tingwu models list`, or a folder.", rich_help_panel=_MODEL)
    ] = "auto"
    model_dir: Annotated[
        Path | None,
        Option("--model_dir", help="Folder of the model files.", show_default=False, rich_help_panel=_MODEL),
    ] = None
    offline: Annotated[
        bool, Option("--offline/--no_offline", help="Use models that are here, never fetch.", rich_help_panel=_MODEL)
    ] = False
    device: Annotated[Device, Option(help="Where models run.", rich_help_panel=_MODEL)] = Device.AUTO
    device_index: Annotated[
        str, Option("--device_index", help="Which GPU, or several: 0,1.", rich_help_panel=_MODEL)
    ] = "0"
    compute_type: Annotated[
        str, Option("--compute_type", help="int8, float32, float16, int8_float16 ...", rich_help_panel=_MODEL)
    ] = "auto"
    threads: Annotated[int, Option(min=0, help="CPU threads; 0 takes all cores.", rich_help_panel=_MODEL)] = 0
    batch_size: Annotated[
        int | None,
        Option(
            "--batch_size", min=1, max=256, help="Windows decoded at once; what suits the device if not given.",
            show_default=False, rich_help_panel=_MODEL,
        ),
    ] = None  # fmt: skip
    beam_size: Annotated[
        int, Option("--beam_size", min=1, max=20, help="Hypotheses kept while decoding.", rich_help_panel=_MODEL)
    ] = 5
    language: Annotated[
        str | None,
        Option(
            help="auto, zh, en ... or Chinese ...; mixed is Chinese with English, en,fr any mixture.",
            show_default=False,
            rich_help_panel=_TEXT,
        ),
    ] = None
    initial_prompt: Annotated[
        str | None,
        Option("--initial_prompt", help="Text taken as said before.", show_default=False, rich_help_panel=_TEXT),
    ] = None
    hotwords: Annotated[
        str | None, Option(help="Names and terms to expect.", show_default=False, rich_help_panel=_TEXT)
    ] = None
    glossary: Annotated[
        Path | None,
        Option(
            help="File of names and terms, one a line: `term: alias, alias`.", show_default=False, rich_help_panel=_TEXT
        ),
    ] = None
    script: Annotated[Script, Option(help="Chinese characters to write.", rich_help_panel=_TEXT)] = Script.AUTO
    channels: Annotated[
        Channels, Option(help="One sound, or split: a speaker in each of 2 to 8 channels.", rich_help_panel=_TEXT)
    ] = Channels.MIX
    diarize: Annotated[
        bool, Option("--diarize/--no_diarize", help="Say who speaks, by their voices.", rich_help_panel=_SPEAKERS)
    ] = False
    num_speakers: Annotated[
        int | None,
        Option(
            "--num_speakers", help="How many speak; turns --diarize on.", show_default=False, rich_help_panel=_SPEAKERS
        ),
    ] = None
    min_speakers: Annotated[
        int | None,
        Option("--min_speakers", help="At least so many; likewise.", show_default=False, rich_help_panel=_SPEAKERS),
    ] = None
    max_speakers: Annotated[
        int | None,
        Option("--max_speakers", help="At most so many; likewise.", show_default=False, rich_help_panel=_SPEAKERS),
    ] = None
    speaker_profiles: Annotated[
        bool,
        Option(
            "--speaker_profiles/--no_speaker_profiles", help="Suggest the names of known voices.",
            rich_help_panel=_SPEAKERS,
        ),
    ] = True  # fmt: skip
    output_dir: Annotated[Path, Option("--output_dir", "-o", help="Folder for the results.", rich_help_panel=_RUN)] = (
        Path(".")
    )
    overwrite: Annotated[
        bool,
        Option("--overwrite/--skip_existing", help="Write over older results, or leave them.", rich_help_panel=_RUN),
    ] = True
    quiet: Annotated[bool, Option("--quiet/--no_quiet", "-q", help="Only errors on stderr.", rich_help_panel=_RUN)] = (
        False
    )
    json_progress: Annotated[
        bool,
        Option("--json_progress/--no_json_progress", help="Progress as JSON lines on stderr.", rich_help_panel=_RUN),
    ] = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribeFlags(WorkFlags):
    """`tingwu transcribe`."""

    audio: Annotated[list[str], Argument(metavar="AUDIO...", help="Files, folders or patterns such as '*.mp3'.")]
    output_format: Annotated[
        str,
        Option(
            "--output_format", "-f", help="List of txt,srt,vtt,ass,lrc,tsv,csv,rttm,json,timeline,md, or all.",
            rich_help_panel=_RUN,
        ),
    ] = "txt,vtt,srt,tsv,json"  # fmt: skip
    task: Annotated[Task, Option(help="Write what was said, or its English.", rich_help_panel=_TEXT)] = Task.TRANSCRIBE
    word_timestamps: Annotated[
        bool, Option("--word_timestamps/--no_word_timestamps", help="Times of words.", rich_help_panel=_TEXT)
    ] = True
    vad_filter: Annotated[
        bool, Option("--vad_filter/--no_vad_filter", help="Always on: speech is found first.", rich_help_panel=_TEXT)
    ] = True
    max_line_width: Annotated[
        int | None,
        Option(
            "--max_line_width", min=1, help="Characters in a line; 42 narrow or 20 full-width ones if not given.",
            show_default=False, rich_help_panel=_CUES,
        ),
    ] = None  # fmt: skip
    max_line_count: Annotated[
        int | None,
        Option("--max_line_count", min=1, help="Lines of a cue; 2.", show_default=False, rich_help_panel=_CUES),
    ] = None
    max_words_per_line: Annotated[
        int | None, Option("--max_words_per_line", min=1, help="Words.", show_default=False, rich_help_panel=_CUES)
    ] = None
    highlight_words: Annotated[
        bool, Option("--highlight_words/--no_highlight_words", help="Mark each word as said.", rich_help_panel=_CUES)
    ] = False
    redo_ranges: Annotated[
        str | None,
        Option(
            "--redo_ranges",
            help="Transcribe again: all (that coverage reports), missed, suspect, or times: 83.5-91,2:00-2:13.",
            show_default=False, rich_help_panel=_TEXT,
        ),
    ] = None  # fmt: skip
    clip_timestamps: Annotated[
        str | None, Option("--clip_timestamps", help="Only parts.", show_default=False, rich_help_panel=_LATER)
    ] = None
    translate_to: Annotated[
        str | None, Option("--translate_to", help="A second language.", show_default=False, rich_help_panel=_LATER)
    ] = None
    bilingual: Annotated[str, Option(help="Two languages in a cue.", rich_help_panel=_LATER)] = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesFlags(WorkFlags):
    """`tingwu notes`."""

    sources: Annotated[
        list[str],
        Argument(metavar="SOURCE...", help="Media, Whisper-shaped .json transcripts, or ids of recordings."),
    ]
    output_format: Annotated[
        str, Option("--output_format", "-f", help="Comma list of md,json and the other formats.", rich_help_panel=_RUN)
    ] = "md,json"
    granularity: Annotated[Detail, Option(help="How fine the chapters are.", rich_help_panel=_TEXT)] = Detail.NORMAL
    llm: Annotated[
        str, Option(help="Language model: auto, a name, a GGUF file, a URL, or none.", rich_help_panel=_MODEL)
    ] = "auto"
    summary_language: Annotated[
        str | None,
        Option("--summary_language", help="The recording's if not given.", show_default=False, rich_help_panel=_TEXT),
    ] = None
    template: Annotated[
        str | None, Option(help="Scenario of the notes.", show_default=False, rich_help_panel=_LATER)
    ] = None
