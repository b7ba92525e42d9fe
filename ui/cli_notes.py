"""`tingwu notes`: media, transcripts in Whisper's JSON and recordings of the library -> notes."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from pipelines.understand import UnderstandOptions
from tingwu.domain.media import DecodeReport, Media
from tingwu.domain.recording import Recording
from tingwu.errors import InvalidOption, MediaNotFound
from tingwu.store.library import Library
from tingwu.text.chapters import Granularity
from tingwu.text.notes import NotesOptions
from tingwu.writers import WriteOptions, read_whisper_json
from ui.cli_edge import Edge, Work
from ui.cli_flags import NotesFlags
from ui.cli_inputs import Input, media_inputs
from ui.cli_run import Output, run_all
from ui.cli_transcribe import output_of, settings_of, speaker_options, transcribe_options
from ui.languages import language_code


def notes(edge: Edge, flags: NotesFlags) -> int:
    """Write notes on all that the flags name; returns the exit code. Raises InvalidOption before any work begins."""
    if flags.template not in (None, "auto"):
        raise InvalidOption("template", str(flags.template), "this is not available yet; only auto")
    wanted = UnderstandOptions(
        llm=flags.llm,
        notes=NotesOptions(
            language=language_code(flags.summary_language), granularity=Granularity(flags.granularity.value)
        ),
    )
    options, speakers = transcribe_options(flags), speaker_options(flags)
    output: Output = output_of(flags, flags.output_format, WriteOptions())
    settings = settings_of(flags)
    library = Library(settings.recordings_dir)

    def submit(jobs: Work, one: Input) -> str:
        if one.recording_id:
            return jobs.submit_notes(one.recording_id, wanted)
        if one.path is None:
            raise MediaNotFound(one.label)
        if one.path.suffix.lower() == ".json":
            return jobs.submit_notes(import_transcript(one.path, jobs.library), wanted)
        return jobs.submit(one.path, transcribe=options, notes=wanted, speakers=speakers)

    return run_all(edge, settings, _inputs(flags.sources, library), output, submit)


def import_transcript(path: Path, library: Library) -> str:
    """Put the transcript in the JSON file at `path` into the library; returns the recording's id.

    The same bytes are the same recording, so notes that were begun go on. Raises MediaNotFound or StoredDataInvalid.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MediaNotFound(str(path), error.strerror or "") from error
    digest = hashlib.sha256(data).hexdigest()
    recording_id = f"json-{digest[:32]}"
    if not library.has(recording_id):
        transcript = read_whisper_json(data, str(path))
        media = Media(
            name=path.name,
            size_bytes=len(data),
            sha256=digest,
            container="json",
            duration=transcript.duration,
            audio=(),
        )
        library.save(
            Recording(
                id=recording_id,
                created=datetime.now(UTC).isoformat(timespec="seconds"),
                media=media,
                decode=DecodeReport(duration=transcript.duration, declared_duration=None, complete=True),
                transcript=transcript,
            )
        )
    return recording_id


def _inputs(sources: list[str], library: Library) -> tuple[Input, ...]:
    """A path if there is such a file, else a recording of the library."""
    found: list[Input] = []
    for source in sources:
        known = not Path(source).exists() and source.isascii() and source.replace("-", "").isalnum()
        if known and library.has(source):
            found.append(Input(label=source, recording_id=source))
        else:
            found += media_inputs([source])
    return tuple(found)
