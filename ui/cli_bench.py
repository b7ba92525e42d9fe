"""`tingwu bench`: score and time the engines of this program, with others beside them, on recordings with references.

Tables and the paths of the files go to stdout, progress to stderr. Errors leave as TingwuError; the main program turns
them into exit codes.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from pipelines.backends import Backends
from pipelines.bench.data import load_references
from pipelines.bench.engines import EngineSetup
from pipelines.bench.plot import plot
from pipelines.bench.run import BenchOptions, bench_speech
from pipelines.settings import load_settings
from tingwu.progress import Progress
from ui.cli_arguments import with_flags
from ui.cli_bench_edge import BenchEdge, bench_edge, make_folder, show_results, shown, stoppable
from ui.cli_bench_speakers import SpeakerFlags, speakers
from ui.cli_bench_tables import tables
from ui.cli_transcribe import model_name
from ui.languages import language_code

__all__ = ["BenchEdge", "SpeechFlags", "bench_app"]

bench_app = typer.Typer(name="bench", help="Score and time the engines on recordings with references.")

_SETTINGS = {"token_normalize_func": lambda name: name.replace("-", "_")}
_DATA, _HOW, _MODEL, _RUN = "Recordings", "Engines", "Models and machine", "Running"


class Peer(StrEnum):
    """Other engines."""

    FASTER_WHISPER = "faster-whisper"
    FASTER_WHISPER_BATCHED = "faster-whisper-batched"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechFlags:
    """`tingwu bench speech`."""

    data: Annotated[
        Path,
        Option(help="Folder of recordings with references, or of such folders.", rich_help_panel=_DATA),
    ]
    languages: Annotated[
        str, Option(help="Only these, as a comma list: en,zh.", show_default=False, rich_help_panel=_DATA)
    ] = ""
    repeat: Annotated[
        int, Option(min=1, help="Join the files of a folder so many times over.", rich_help_panel=_DATA)
    ] = 1
    peer: Annotated[list[Peer] | None, Option(help="Time this one too; may be repeated.", rich_help_panel=_HOW)] = None
    rounds: Annotated[int, Option(min=1, help="Rounds after a warm-up; the median counts.", rich_help_panel=_HOW)] = 3
    beam_size: Annotated[int, Option("--beam_size", min=1, max=20, help="For all engines.", rich_help_panel=_HOW)] = 5
    word_timestamps: Annotated[
        bool,
        Option("--word_timestamps/--no_word_timestamps", help="Our engine finds word times.", rich_help_panel=_HOW),
    ] = True
    peer_words: Annotated[
        bool, Option("--peer_words/--no_peer_words", help="Peers find word times as well.", rich_help_panel=_HOW)
    ] = False
    model: Annotated[
        str, Option(help="Speech model: auto, a name of `tingwu models list`, or a folder.", rich_help_panel=_MODEL)
    ] = "auto"
    model_dir: Annotated[
        Path | None,
        Option("--model_dir", help="Folder of the model files.", show_default=False, rich_help_panel=_MODEL),
    ] = None
    threads: Annotated[int, Option(min=0, help="CPU threads; 0 takes all cores.", rich_help_panel=_MODEL)] = 0
    output_dir: Annotated[Path, Option("--output_dir", "-o", help="Folder for the results.", rich_help_panel=_RUN)] = (
        Path(".")
    )
    texts: Annotated[
        bool, Option("--texts/--no_texts", help="Put what each engine wrote into the JSON.", rich_help_panel=_RUN)
    ] = False
    quiet: Annotated[bool, Option("--quiet/--no_quiet", "-q", help="No progress on stderr.", rich_help_panel=_RUN)] = (
        False
    )


@bench_app.callback()
def bench() -> None:
    """Score and time the engines on recordings with references."""


@bench_app.command("speech", context_settings=_SETTINGS)
@with_flags(SpeechFlags)
def speech(context: typer.Context, flags: SpeechFlags) -> None:
    """Speech to text: errors, coverage, speed and memory, alone or against peers in turns.

    A folder named after its locale (en-US) holds sound files and refs.tsv (file, tab, text).

    A folder with transcript.json holds a made recording, as those of samples/ do.

    A folder named silence, noise or music holds no speech: every word is wrong.
    """
    references = load_references(flags.data, _languages(flags.languages))
    make_folder(flags.output_dir)
    settings = load_settings(models_dir=flags.model_dir, threads=flags.threads or None)
    backends = Backends(settings)
    options = BenchOptions(
        peers=tuple(peer.value for peer in flags.peer or ()),
        rounds=flags.rounds,
        repeat=flags.repeat,
        with_texts=flags.texts,
        limits=backends.media_limits(),
    )
    with stoppable(), shown(quiet=flags.quiet) as progress:
        setup = _setup(backends, flags, progress)
        open_engine = bench_edge(context).open_engine
        found = bench_speech(references, setup, options, progress=progress, open_engine=open_engine)
    show_results(tables(found), found, plot(found), flags.output_dir / "bench-speech")


def _languages(text: str) -> frozenset[str]:
    codes = (language_code(part) for part in text.split(",") if part.strip())
    return frozenset(code for code in codes if code)


def _setup(backends: Backends, flags: SpeechFlags, progress: Progress) -> EngineSetup:
    """The same model, device, number format and threads for all engines."""
    settings = backends.settings
    name = backends.choose_asr(model_name(flags.model)).name
    device = settings.device if settings.device != "auto" else "cuda" if backends.hardware.gpus else "cpu"
    automatic = "float16" if device == "cuda" else "int8"
    return EngineSetup(
        model=backends.files(name, progress),
        name=Path(name).name,
        device=device,
        device_index=settings.device_index,
        compute_type=automatic if settings.compute_type == "auto" else settings.compute_type,
        threads=backends.threads,
        beam_size=flags.beam_size,
        word_timestamps=flags.word_timestamps,
        peer_words=flags.peer_words,
    )


bench_app.command("speakers", context_settings=_SETTINGS)(with_flags(SpeakerFlags)(speakers))
