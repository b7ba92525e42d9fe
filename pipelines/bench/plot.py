"""The picture of a run: errors by language, then speed, CPU and memory, a colour for each engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from pipelines.bench.report import EngineScore, SpeechBench
from pipelines.bench.svg import FAINT, INK, Drawing

_COLORS = ("#0b7285", "#f08c00", "#868e96", "#ae3ec9", "#5c940d")
_WIDTH, _MARGIN = 960, 40
_HEAD, _LANGUAGES, _GAP, _ROW = 118, 250, 66, 26
_LABELS_ENOUGH = 22.0
"""A bar narrower than this, in pixels, has no number above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """One of the small plots at the bottom."""

    title: str
    hint: str
    value: Callable[[EngineScore], float]
    form: str


_MEASURES = (
    _Measure(title="Speed", hint="× real time, more is better", value=lambda one: one.speed, form="{:.1f} ×"),
    _Measure(
        title="CPU", hint="ms per second of sound, less is better", value=lambda one: one.cpu_ms_per_second,
        form="{:.0f} ms",
    ),
    _Measure(title="Peak memory", hint="MiB, less is better", value=lambda one: one.peak_mib, form="{:.0f} MiB"),
)  # fmt: skip


def plot(bench: SpeechBench) -> str:
    """The run as an SVG document."""
    rows = _ROW * len(bench.engines)
    has_speech = any(engine.languages for engine in bench.engines)
    top = _HEAD + (_LANGUAGES + _GAP if has_speech else 0)
    drawing = Drawing(width=_WIDTH, height=top + 44 + rows + 30, title="tingwu bench speech")
    _heading(drawing, bench)
    if has_speech:
        _errors(drawing, bench.engines, top=_HEAD)
    wide = (_WIDTH - 2 * _MARGIN - 2 * 36) / 3
    for number, measure in enumerate(_MEASURES):
        _bars(drawing, bench.engines, measure, (_MARGIN + number * (wide + 36), top, wide))
    return drawing.render()


def _heading(drawing: Drawing, bench: SpeechBench) -> None:
    drawing.text(_MARGIN, 40, "Speech to text: errors, speed and memory", size=20, bold=True)
    rounds = f"median of {bench.rounds} rounds" if bench.rounds > 1 else "one round"
    facts = (
        bench.model,
        f"{bench.compute_type} on {bench.device}",
        f"{bench.threads} threads",
        f"beam {bench.beam_size}",
    )
    drawing.text(_MARGIN, 62, " · ".join((*facts, rounds, bench.machine.processor)), size=12, color=FAINT)
    x = float(_MARGIN)
    for color, engine in zip(_colors(bench.engines), bench.engines, strict=True):
        drawing.box(x, 80, 12, 12, color)
        drawing.text(x + 18, 90.5, engine.name)
        x += 44 + 6.6 * len(engine.name)


def _errors(drawing: Drawing, engines: Sequence[EngineScore], *, top: float) -> None:
    """A group of bars for each language, and one for the mean of the languages."""
    groups = _groups(engines)
    left, right, bottom = float(_MARGIN + 34), float(_WIDTH - _MARGIN), top + _LANGUAGES
    drawing.text(_MARGIN, top + 4, "Errors in %", bold=True)
    drawing.text(
        _MARGIN + 84, top + 4, "of words, of characters where marked CER; less is better", size=12, color=FAINT
    )
    base = top + 26
    step, count = _steps(max(value for _, values in groups for value in values if value is not None))
    scale = (bottom - base) / (step * count)
    for line in range(count + 1):
        y = bottom - line * step * scale
        drawing.line(left, y, right, y)
        drawing.text(left - 8, y + 4, f"{line * step:g}", size=11, color=FAINT, anchor="end")
    room = (right - left) / len(groups)
    bar = min(34.0, room * 0.8 / len(engines))
    for number, (label, values) in enumerate(groups):
        middle = left + (number + 0.5) * room
        drawing.text(middle, bottom + 18, label, size=12, anchor="middle", bold=label == "mean")
        x = middle - bar * len(engines) / 2
        for color, engine, value in zip(_colors(engines), engines, values, strict=True):
            if value is not None:
                height = max(1.0, value * scale)
                drawing.box(
                    x + 1, bottom - height, bar - 2, height, color, hint=f"{engine.name}, {label}: {value:.2f} %"
                )
                if bar >= _LABELS_ENOUGH:
                    drawing.text(x + bar / 2, bottom - height - 5, f"{value:.1f}", size=10.5, anchor="middle")
            x += bar


def _groups(engines: Sequence[EngineScore]) -> list[tuple[str, list[float | None]]]:
    """(label, per cent of each engine) of each language and of their mean."""
    found: list[tuple[str, list[float | None]]] = []
    units = {score.language: score.unit for engine in engines for score in engine.languages}
    for language, unit in sorted(units.items()):
        rates = [{one.language: 100 * one.error for one in engine.languages}.get(language) for engine in engines]
        found.append((f"{language} (CER)" if unit == "character" else language, rates))
    if len(found) > 1:
        found.append(("mean", [None if one.error is None else 100 * one.error for one in engines]))
    return found


def _bars(
    drawing: Drawing, engines: Sequence[EngineScore], measure: _Measure, place: tuple[float, float, float]
) -> None:
    """A bar across for each engine."""
    left, top, wide = place
    drawing.text(left, top + 4, measure.title, bold=True)
    drawing.text(left, top + 21, measure.hint, size=11.5, color=FAINT)
    most = max(measure.value(engine) for engine in engines) or 1.0
    for number, (color, engine) in enumerate(zip(_colors(engines), engines, strict=True)):
        value = measure.value(engine)
        y = top + 34 + number * _ROW
        length = max(2.0, value / most * (wide - 76))
        drawing.box(left, y, length, _ROW - 8, color, hint=f"{engine.name}: {measure.form.format(value)}")
        drawing.text(left + length + 7, y + 13.5, measure.form.format(value), size=12, color=INK)


def _colors(engines: Sequence[EngineScore]) -> list[str]:
    return [_COLORS[number % len(_COLORS)] for number in range(len(engines))]


def _steps(most: float) -> tuple[float, int]:
    """A round number and how many of it, five at most, reach `most`."""
    if most <= 0:
        return 1.0, 1
    size = 10.0 ** floor(log10(most / 5))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor * 5 >= most)
    return step, ceil(most / step)
