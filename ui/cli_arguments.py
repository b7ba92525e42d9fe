"""Arguments: command lines of whisper and its kin, made fit for typer; options of a command as one dataclass.

Names have underscores, as whisper has them; hyphens do as well. Booleans may stand alone or be followed by True or
False. Options that exist elsewhere and mean nothing here are taken out with a word on stderr.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

import typer
from typer.core import TyperCommand

from ui.cli_foreign import ALIASES, FOREIGN
from ui.cli_inputs import MEDIA_SUFFIXES

Flags = TypeVar("Flags")
JSON = "tingwu.json_progress"
"""In a context's `meta`: whether stderr is for programs."""


@dataclass(frozen=True, slots=True)
class Lonely:
    """An option that may stand alone, and then means `alone`. `takes` says whether what follows can be its value."""

    alone: str
    takes: Callable[[str], bool]


def _no_file(text: str) -> bool:
    """Whether `text` can be no media file, folder or pattern, nor another option."""
    return not (text.startswith("-") or set("/\\*?[") & set(text) or Path(text).suffix.lower() in MEDIA_SUFFIXES)


LONELY: Mapping[str, Lonely] = {"--redo_ranges": Lonely("all", _no_file)}
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class WhisperCommand(TyperCommand):
    """A command that reads its arguments as whisper does."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Translate `args`, then parse them as usual."""
        booleans = {
            opt: off for param in self.params for opt, off in zip(param.opts, param.secondary_opts, strict=False)
        }
        translated, ignored = translate(args, booleans)
        rest = super().parse_args(ctx, translated)
        from ui.cli_report import report_of  # noqa: PLC0415  # slow to import, and --help ends above

        ctx.meta[JSON] = ctx.params["json_progress"]
        report = report_of(quiet=ctx.params["quiet"], json_progress=ctx.params["json_progress"])
        for line in ignored:
            report.warning(line)
        return rest


def translate(args: Sequence[str], booleans: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """(arguments for typer, what to tell about the rest).

    `booleans` maps a flag to the flag that means its opposite. An option of `LONELY` gets its value if none follows.
    Everything after `--` is left as it is.
    """
    kept: list[str] = []
    ignored: list[str] = []
    waiting = list(args)
    while waiting:
        token = waiting.pop(0)
        if token == "--":
            return [*kept, token, *waiting], ignored
        if not token.startswith("--"):
            kept.append(token)
            continue
        name, given, value = token.partition("=")
        name = name.replace("-", "_").replace("__", "--", 1)
        name = ALIASES.get(name, name)
        if name in booleans:
            truth = _truth(value if given else (waiting[0] if waiting else ""))
            if truth is not None and not given:
                waiting.pop(0)
            kept.append(booleans[name] if truth is False else name if truth or not given else token)
        elif name in LONELY and not given and not (waiting and LONELY[name].takes(waiting[0])):
            kept += [name, LONELY[name].alone]
        elif name.removeprefix("--") in FOREIGN:
            ignored.append(_swallow(name, bool(given), waiting))
        else:
            kept.append(name + given + value)
    return kept, ignored


def with_flags(kind: type[Flags]) -> Callable[[Callable[[typer.Context, Flags], None]], Callable[..., None]]:
    """A decorator: the fields of the dataclass `kind`, annotated with typer.Option, become the command's options."""

    def decorate(command: Callable[[typer.Context, Flags], None]) -> Callable[..., None]:
        def run(context: typer.Context, **values: Any) -> None:
            command(context, kind(**values))

        parameters = _parameters(kind)
        run.__signature__ = Signature(parameters)  # pyright: ignore[reportFunctionMemberAccess]
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        run.__doc__ = command.__doc__
        run.__name__ = command.__name__
        return run

    return decorate


def _parameters(kind: type[Any]) -> list[Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    options = [
        Parameter(
            field.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(kind)
    ]
    return [Parameter("context", Parameter.KEYWORD_ONLY, annotation=typer.Context), *options]


def _truth(text: str) -> bool | None:
    return _TRUTH.get(text.lower())


def _swallow(name: str, has_value: bool, waiting: list[str]) -> str:
    """Take the value of a foreign option from `waiting`; returns what to tell."""
    foreign = FOREIGN[name.removeprefix("--")]
    following = waiting[0] if waiting and not has_value else "--"
    if not following.startswith("--") and (foreign.takes_value or _truth(following) is not None):
        waiting.pop(0)
    return f"{name} does nothing here: {foreign.reason}"
