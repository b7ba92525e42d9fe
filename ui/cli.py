"""The command line: tingwu transcribe | notes | serve | profiles | models | bench | doctor.

Light on purpose: what a command needs is imported when it runs, so that `--help` is quick. Results go to stdout, the
rest to stderr. This is the edge at which errors become sentences and exit codes.
"""

import logging
from importlib.metadata import version
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

from tingwu.errors import Cancelled, TingwuError
from ui.cli_arguments import JSON, WhisperCommand, with_flags
from ui.cli_edge import edge_of
from ui.cli_flags import NotesFlags, TranscribeFlags
from ui.failures import exit_code, message

_log = logging.getLogger(__name__)
_CODES = (
    "Exit codes: 0 done, 1 unforeseen, 2 wrong option, 3 media, 4 model, 5 language model, 6 output, 7 job, "
    "8 stored data, 9 missing package, 130 stopped."
)


class Edge(TyperGroup):
    """The outermost group: errors leave as one line on stderr and an exit code."""

    def invoke(self, ctx: typer.Context) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Run the command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            _end(ctx, Cancelled())
        except TingwuError as error:
            _end(ctx, error)


def _end(ctx: typer.Context, error: TingwuError) -> NoReturn:
    if ctx.meta.get(JSON):
        from ui.cli_report import JsonReport  # noqa: PLC0415  # slow to import

        JsonReport().failed(error)
    else:
        typer.echo(f"tingwu: {message(error)}", err=True)
    ctx.exit(exit_code(error))


app = typer.Typer(
    name="tingwu",
    cls=Edge,
    help="Recordings become transcripts, notes and subtitles on your own machine.",
    epilog=_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def tingwu(show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Recordings become transcripts, notes and subtitles on your own machine."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if show_version:
        typer.echo(version("tingwu"))
        raise typer.Exit


@app.command(
    cls=WhisperCommand,
    epilog="Other options of whisper, whisper-ctranslate2 and WhisperX are taken; those without a use say so.",
)
@with_flags(TranscribeFlags)
def transcribe(context: typer.Context, flags: TranscribeFlags) -> None:
    """Recordings -> text, subtitles and tables."""
    from ui.cli_transcribe import transcribe as run  # noqa: PLC0415  # slow to import

    raise typer.Exit(run(edge_of(context), flags))


@app.command(cls=WhisperCommand)
@with_flags(NotesFlags)
def notes(context: typer.Context, flags: NotesFlags) -> None:
    """Recordings or transcripts -> notes in which every line cites its time."""
    from ui.cli_notes import notes as run  # noqa: PLC0415  # slow to import

    raise typer.Exit(run(edge_of(context), flags))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address; 127.0.0.1.", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 7860, 0 is any.", show_default=False)
    ] = None,
) -> None:
    """Open the page on this machine."""
    from pipelines.settings import load_settings  # noqa: PLC0415  # slow to import
    from ui.api.server import serve as run  # noqa: PLC0415  # slow to import

    settings = load_settings(host=host, port=port)
    try:
        run(settings, settings.host, settings.port)
    except KeyboardInterrupt:
        typer.echo("tingwu: stopped; unfinished jobs go on when it is started again", err=True)
        raise typer.Exit(exit_code(Cancelled())) from None


@app.command()
def doctor(
    engines: Annotated[bool, typer.Option("--engines/--no_engines", help="Load the models that are here.")] = True,
) -> None:
    """Check what the work needs, and say how to mend what is missing."""
    from pipelines.settings import load_settings  # noqa: PLC0415  # slow to import
    from ui.cli_doctor import doctor as run  # noqa: PLC0415  # slow to import

    raise typer.Exit(run(load_settings(), engines=engines))


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def models(context: typer.Context) -> None:
    """List, pull, verify and find model files."""
    from ui.cli_models import models_app  # noqa: PLC0415  # slow to import

    code = get_command(models_app).main(args=list(context.args), prog_name="tingwu models", standalone_mode=False)
    raise typer.Exit(code if isinstance(code, int) else 0)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def profiles(context: typer.Context) -> None:
    """List, add, rename, merge and delete voices that are known by name."""
    from ui.cli_profiles import profiles_app  # noqa: PLC0415  # slow to import

    arguments = list(context.args)
    program = get_command(profiles_app)
    code = program.main(args=arguments, prog_name="tingwu profiles", standalone_mode=False, obj=context.obj)
    raise typer.Exit(code if isinstance(code, int) else 0)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)
def bench(context: typer.Context) -> None:
    """Score and time the engines on recordings with references."""
    from ui.cli_bench import bench_app  # noqa: PLC0415  # slow to import

    arguments = list(context.args)
    program = get_command(bench_app)
    code = program.main(args=arguments, prog_name="tingwu bench", standalone_mode=False, obj=context.obj)
    raise typer.Exit(code if isinstance(code, int) else 0)


def main() -> None:
    """Run the program."""
    try:
        app()
    except Exception as error:  # the edge: nothing may leave as a bare trace
        _log.exception("unforeseen error")
        typer.echo(f"tingwu: {message(error)}", err=True)
        raise SystemExit(exit_code(error)) from error
