"""`tingwu profiles`: the voices that are known by name: list, add, rename, merge, delete.

Results go to stdout, the rest to stderr. Errors leave as TingwuError; the main program turns them into exit codes.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.backends import Backends
from pipelines.enrol import Enrolled, Enrolment, enrol_clip, enrol_speaker, voice_embedder
from pipelines.settings import Settings, load_settings
from tingwu.audio.limits import MediaLimits
from tingwu.domain.profile import Profile, checked_consent
from tingwu.domain.speakers import checked_name
from tingwu.errors import Cancelled, InvalidOption
from tingwu.speech.voice import VoiceEmbedder
from tingwu.store.library import Library
from tingwu.store.profiles import ProfileStore
from ui.failures import exit_code

profiles_app = typer.Typer(name="profiles", help="Voices that are known by name.", no_args_is_help=True)

OpenEmbedder = Callable[[Settings], AbstractContextManager[VoiceEmbedder]]
Name = Annotated[str, typer.Argument(help="Whose voice it is.", show_default=False)]


def _open_embedder(settings: Settings) -> AbstractContextManager[VoiceEmbedder]:
    return voice_embedder(Backends(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilesEdge:
    """Where `tingwu profiles` meets the world: `open_embedder` loads the model that hears voices."""

    open_embedder: OpenEmbedder = _open_embedder


@profiles_app.command("list")
def list_profiles() -> None:
    """Show whose voices are known, how much speech of each was heard, and who agreed to it."""
    store = _store(load_settings())
    table = Table("name", "speech", "since", "consent", "heard by", box=None, pad_edge=False)
    for profile in store.list():
        table.add_row(*map(escape, _row(profile)))
    if table.row_count:
        _stdout().print(table)
    for name in store.damaged():
        typer.echo(f"tingwu: {store.root / name}.json is damaged; `tingwu profiles delete {name}` removes it", err=True)


@profiles_app.command("add")
def add_profile(
    context: typer.Context,
    name: Name,
    clip: Annotated[
        Path | None, typer.Argument(help="Audio or video in which only this person speaks.", show_default=False)
    ] = None,
    *,
    consent: Annotated[str, typer.Option(help="Who agreed to it, and when; it is kept.", show_default=False)],
    recording: Annotated[
        str | None, typer.Option(help="Instead of a clip, a recording of the library.", show_default=False)
    ] = None,
    speaker: Annotated[
        str | None, typer.Option(help="Who of its speakers, such as 'Speaker 1'.", show_default=False)
    ] = None,
) -> None:
    """Learn a voice from 5 s of speech or more, best from half a minute. More for a name that is known is added."""
    checked_name(name)
    checked_consent(consent)
    if (clip is None) == (recording is None) or (recording is None) != (speaker is None):
        raise InvalidOption("clip", str(clip or ""), "give a clip, or --recording with --speaker")
    settings = load_settings()
    edge = context.obj if isinstance(context.obj, ProfilesEdge) else ProfilesEdge()
    found = Library(settings.recordings_dir).load(recording) if recording else None
    with edge.open_embedder(settings) as embedder:
        enrolment = Enrolment(
            name=name,
            consent=consent,
            embedder=embedder,
            store=_store(settings),
            limits=MediaLimits(max_seconds=settings.max_media_hours * 3600),
        )
        if found and speaker:
            media = Library(settings.recordings_dir).media_path(found.id)
            _report(enrol_speaker(found, media, speaker, enrolment))
        elif clip:
            _report(enrol_clip(clip, enrolment))


@profiles_app.command("rename")
def rename_profile(
    name: Name, new: Annotated[str, typer.Argument(help="The name from now on.", show_default=False)]
) -> None:
    """Give a voice another name. Transcripts keep the one that they have."""
    typer.echo(_store(load_settings()).rename(name, new).name)


@profiles_app.command("merge")
def merge_profiles(
    name: Name, into: Annotated[str, typer.Argument(help="Who it is, too; keeps the name.", show_default=False)]
) -> None:
    """Make two voices one, when they are the same person."""
    typer.echo(_store(load_settings()).merge(name, into).name)


@profiles_app.command("delete")
def delete_profile(name: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Forget a voice for good. Names in transcripts stay."""
    store = _store(load_settings())
    if name not in store.damaged():
        name = store.get(name).name
    if not yes and not _agreed(f"Forget the voice of {name} for good?"):
        typer.echo("tingwu: nothing was deleted", err=True)
        raise typer.Exit(exit_code(Cancelled()))
    store.delete(name)
    typer.echo(f"deleted: {name}")


def _agreed(question: str) -> bool:
    """Nobody there to answer is a no."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        typer.echo("", err=True)
        return False


def _report(enrolled: Enrolled) -> None:
    profile = enrolled.profile
    typer.echo(f"{profile.name}: {enrolled.seconds:.0f} s of speech heard, {profile.seconds:.0f} s in all")
    if enrolled.alike:
        typer.echo(
            f"tingwu: this voice is very like that of {enrolled.alike}, so neither will be recognised; if they are one "
            "person, merge them",
            err=True,
        )


def _row(profile: Profile) -> tuple[str, ...]:
    return (
        profile.name, f"{profile.seconds:.0f} s", profile.created[:10], "; ".join(profile.consents), profile.model,
    )  # fmt: skip


def _store(settings: Settings) -> ProfileStore:
    return ProfileStore(settings.profiles_dir)


def _stdout() -> Console:
    """Wide when the output is read by a program, so that no row is cut."""
    console = Console()
    return console if console.is_terminal else Console(width=400)
