"""`tingwu transcribe`: flags -> settings, options and jobs."""

import sys

from pipelines.diarize import SpeakerOptions
from pipelines.settings import Settings, load_settings
from pipelines.sound import TranscribeOptions
from tingwu.errors import InvalidOption
from tingwu.models.catalog import load_catalog
from tingwu.speech.asr import AsrOptions
from tingwu.speech.glossary import read_glossary
from tingwu.speech.redo_ranges import parse_redo
from tingwu.speech.speakers import SpeakerCount
from tingwu.writers import CueOptions, WriteOptions, format_names
from ui.cli_edge import Edge
from ui.cli_flags import Channels, Device, Task, TranscribeFlags, WorkFlags
from ui.cli_inputs import media_inputs
from ui.cli_report import report_of
from ui.cli_run import Output, run_all
from ui.languages import spoken_languages
from ui.terminal import how_to_show

_NOT_YET = ("clip_timestamps", "translate_to")
_SHORT_NAMES = {"large": "large-v3", "turbo": "large-v3-turbo"}


def transcribe(edge: Edge, flags: TranscribeFlags) -> int:
    """Transcribe all that the flags name; returns the exit code. Raises InvalidOption before any work begins."""
    _refuse_what_is_missing(flags)
    options = transcribe_options(flags, task=flags.task, word_timestamps=flags.word_timestamps)
    speakers = speaker_options(flags)
    redo = None if flags.redo_ranges is None else parse_redo(flags.redo_ranges)
    output = output_of(flags, flags.output_format, _write_options(flags))
    if not flags.vad_filter:
        output.report.warning(
            "--vad_filter False does nothing here: speech is always found first, and all sound counts"
        )
    if flags.diarize and not speakers:
        output.report.warning("--diarize does nothing with --channels split: each channel is one speaker's")
    settings = settings_of(flags)
    return run_all(
        edge,
        settings,
        media_inputs(flags.audio),
        output,
        lambda jobs, one: (
            jobs.submit(one.path, transcribe=options, notes=None, redo=redo, speakers=speakers) if one.path else ""
        ),
    )


def transcribe_options(
    flags: WorkFlags, *, task: Task = Task.TRANSCRIBE, word_timestamps: bool = True
) -> TranscribeOptions:
    """What the flags say about the transcript. Raises InvalidOption."""
    language, languages = spoken_languages(flags.language)
    return TranscribeOptions(
        model=model_name(flags.model),
        asr=AsrOptions(
            language=language,
            languages=languages,
            task=task.value,
            beam_size=flags.beam_size,
            batch_size=flags.batch_size,
            word_timestamps=word_timestamps,
            initial_prompt=flags.initial_prompt,
            hotwords=flags.hotwords,
        ),
        script=flags.script.value,
        glossary=read_glossary(flags.glossary) if flags.glossary else None,
        channels=flags.channels.value,
    )


def speaker_options(flags: WorkFlags) -> SpeakerOptions | None:
    """What the flags say about speakers; a number of them asks for them as `--diarize` does.

    None where each channel is a speaker. Raises InvalidOption.
    """
    count = SpeakerCount(exact=flags.num_speakers, least=flags.min_speakers, most=flags.max_speakers)
    count.check()
    wanted = flags.diarize or count != SpeakerCount()
    by_voice = wanted and flags.channels is Channels.MIX
    return SpeakerOptions(count=count, profiles=flags.speaker_profiles) if by_voice else None


def model_name(name: str) -> str:
    """The catalogue's name for whisper's own short names (`base`, `large`, `turbo`); other names stay as they are."""
    full = f"whisper-{_SHORT_NAMES.get(name, name)}"
    return full if load_catalog().find(full) else name


def settings_of(flags: WorkFlags, llm: str | None = None) -> Settings:
    """The settings with what the flags say about the machine; flags left at their default say nothing."""
    return load_settings(
        models_dir=flags.model_dir,
        offline=flags.offline or None,
        device=None if flags.device is Device.AUTO else flags.device.value,
        device_index=None if flags.device_index == "0" else flags.device_index,
        compute_type=None if flags.compute_type in ("auto", "default") else flags.compute_type,
        threads=flags.threads or None,
        llm=llm,
    )


def output_of(flags: WorkFlags, formats: str, options: WriteOptions) -> Output:
    """Where and how results are written. Raises InvalidOption for unknown formats."""
    return Output(
        folder=flags.output_dir,
        formats=format_names(formats),
        options=options,
        overwrite=flags.overwrite,
        show=how_to_show(quiet=flags.quiet, json_progress=flags.json_progress, stream=sys.stderr),
        report=report_of(quiet=flags.quiet, json_progress=flags.json_progress),
    )


def _write_options(flags: TranscribeFlags) -> WriteOptions:
    return WriteOptions(
        cues=CueOptions(
            max_line_width=flags.max_line_width,
            max_line_count=flags.max_line_count or CueOptions().max_line_count,
            max_words_per_line=flags.max_words_per_line,
            highlight_words=flags.highlight_words,
        )
    )


def _refuse_what_is_missing(flags: TranscribeFlags) -> None:
    for name in _NOT_YET:
        value = getattr(flags, name)
        if value:
            raise InvalidOption(name, str(value), "this is not available yet")
    if flags.bilingual != "none":
        raise InvalidOption("bilingual", flags.bilingual, "this is not available yet; only none")
