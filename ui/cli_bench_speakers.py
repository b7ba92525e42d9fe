"""`tingwu bench speakers`: who speaks when, scored and timed on recordings whose speakers are known or made."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer import Option

from pipelines.backends import Backends
from pipelines.bench.diarizers import DiarizerSetup
from pipelines.bench.scenes import make_recordings, scenes
from pipelines.bench.speaker_data import VOICES, SpokenRecording, load_recordings
from pipelines.bench.speaker_plot import plot_speakers
from pipelines.bench.speaker_run import SpeakerBenchOptions, bench_speakers
from pipelines.bench.voices import read_voices
from pipelines.settings import load_settings
from tingwu.audio.limits import MediaLimits
from tingwu.progress import Progress
from ui.cli_bench_edge import bench_edge, make_folder, show_results, shown, stoppable
from ui.cli_bench_speaker_tables import speaker_tables

_DATA, _HOW, _MODEL, _RUN = "Recordings", "Engines", "Models and machine", "Running"


class SpeakerPeer(StrEnum):
    """Other engines."""

    PYANNOTE = "pyannote"
    SENKO = "senko"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerFlags:
    """`tingwu bench speakers`."""

    data: Annotated[Path, Option(help="Folder of recordings with .rttm files, or of voices/.", rich_help_panel=_DATA)]
    limit: Annotated[
        int | None,
        Option(min=1, help="At most so many recordings of each folder.", show_default=False, rich_help_panel=_DATA),
    ] = None
    minutes: Annotated[
        float, Option(min=0.5, max=1440, help="Length of the conversations made of voices/.", rich_help_panel=_DATA)
    ] = 5.0
    seed: Annotated[int, Option(min=0, help="Another one makes other conversations.", rich_help_panel=_DATA)] = 0
    peer: Annotated[
        list[SpeakerPeer] | None, Option(help="Time this one too; may be repeated.", rich_help_panel=_HOW)
    ] = None
    rounds: Annotated[int, Option(min=1, help="Rounds after a warm-up; the median counts.", rich_help_panel=_HOW)] = 1
    known_count: Annotated[
        bool,
        Option(
            "--known_count/--unknown_count",
            help="Tell the engines how many speakers there are.",
            rich_help_panel=_HOW,
        ),
    ] = False
    model_dir: Annotated[
        Path | None,
        Option("--model_dir", help="Folder of the model files.", show_default=False, rich_help_panel=_MODEL),
    ] = None
    threads: Annotated[int, Option(min=0, help="CPU threads; 0 takes all cores.", rich_help_panel=_MODEL)] = 0
    output_dir: Annotated[Path, Option("--output_dir", "-o", help="Folder for the results.", rich_help_panel=_RUN)] = (
        Path(".")
    )
    quiet: Annotated[bool, Option("--quiet/--no_quiet", "-q", help="No progress on stderr.", rich_help_panel=_RUN)] = (
        False
    )


def speakers(context: typer.Context, flags: SpeakerFlags) -> None:
    """Who speaks when: errors, number of speakers, speed and memory, alone or against peers in turns.

    A recording has an .rttm of its name beside it, or one .rttm names all recordings of its folder.

    A folder with transcript.json holds a made recording, as those of samples/ do.

    A folder voices/ with a folder of clips for each person: conversations are made of them, into the results.
    """
    recordings = load_recordings(flags.data)
    make_folder(flags.output_dir)
    settings = load_settings(models_dir=flags.model_dir, threads=flags.threads or None)
    backends = Backends(settings)
    device = settings.device if settings.device != "auto" else "cuda" if backends.hardware.gpus else "cpu"
    options = SpeakerBenchOptions(
        peers=tuple(peer.value for peer in flags.peer or ()),
        rounds=flags.rounds,
        known_count=flags.known_count,
        limits=backends.media_limits(),
    )
    setup = DiarizerSetup(device=device, threads=backends.threads, models_dir=flags.model_dir)
    with stoppable(), shown(quiet=flags.quiet) as progress:
        all_recordings = (*recordings, *_made(flags, options.limits, progress))
        found = bench_speakers(
            _limited(all_recordings, flags.limit),
            setup,
            options,
            progress=progress,
            open_diarizer=bench_edge(context).open_diarizer,
        )
    show_results(speaker_tables(found), found, plot_speakers(found), flags.output_dir / "bench-speakers")


def _made(flags: SpeakerFlags, limits: MediaLimits, progress: Progress) -> tuple[SpokenRecording, ...]:
    """Conversations of the voices, if there are any."""
    folder = flags.data / VOICES
    if not folder.is_dir():
        return ()
    voices = read_voices(folder, limits)
    plan = scenes(len(voices), flags.minutes, flags.seed)
    if flags.limit:
        seen = [scene.group for scene in plan]
        plan = tuple(scene for at, scene in enumerate(plan) if seen[:at].count(scene.group) < flags.limit)
    return make_recordings(voices, plan, flags.output_dir / "conversations", progress)


def _limited(recordings: tuple[SpokenRecording, ...], limit: int | None) -> tuple[SpokenRecording, ...]:
    """The first so many of each group."""
    groups = [one.group for one in recordings]
    return tuple(one for at, one in enumerate(recordings) if limit is None or groups[:at].count(one.group) < limit)
