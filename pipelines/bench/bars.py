"""Bars: the two plots that pictures of a bench are made of, a colour for each engine. Knows nothing of measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from pipelines.bench.svg import FAINT, INK, Drawing

WIDTH, MARGIN, ROW = 960, 40, 26
"""Of the sheet, and of a bar with its gap, in pixels."""
GROUPS_HEIGHT = 250
_COLORS = ("#0b7285", "#f08c00", "#868e96", "#ae3ec9", "#5c940d")
_LABELS_ENOUGH = 22.0
"""A bar narrower than this, in pixels, has no number above it."""

Group = tuple[str, Sequence[float | None]]
"""A label and the value of each engine, None where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What one small plot shows, and the value of each engine in `form`."""

    title: str
    hint: str
    form: str
    values: Sequence[float]


def colors(count: int) -> list[str]:
    """A colour for each engine."""
    return [_COLORS[number % len(_COLORS)] for number in range(count)]


def heading(drawing: Drawing, title: str, facts: Sequence[str], names: Sequence[str]) -> None:
    """Title, facts in small letters, and which colour is whose; 100 pixels from the top of the sheet."""
    drawing.text(MARGIN, 40, title, size=20, bold=True)
    drawing.text(MARGIN, 62, " · ".join(facts), size=12, color=FAINT)
    x = float(MARGIN)
    for color, name in zip(colors(len(names)), names, strict=True):
        drawing.box(x, 80, 12, 12, color)
        drawing.text(x + 18, 90.5, name)
        x += 44 + 6.6 * len(name)


def standing(drawing: Drawing, names: Sequence[str], groups: Sequence[Group], *, top: float, strong: str) -> None:
    """Upright bars side by side in groups, in per cent, GROUPS_HEIGHT high; the label `strong` is in bold."""
    left, right, bottom = float(MARGIN + 34), float(WIDTH - MARGIN), top + GROUPS_HEIGHT
    step, count = _steps(max((value for _, values in groups for value in values if value is not None), default=0.0))
    scale = (bottom - top - 26) / (step * count)
    for line in range(count + 1):
        y = bottom - line * step * scale
        drawing.line(left, y, right, y)
        drawing.text(left - 8, y + 4, f"{line * step:g}", size=11, color=FAINT, anchor="end")
    room = (right - left) / len(groups)
    for number, (label, values) in enumerate(groups):
        middle = left + (number + 0.5) * room
        drawing.text(middle, bottom + 18, label, size=12, anchor="middle", bold=label == strong)
        _group(drawing, label, dict(zip(names, values, strict=True)), (middle, bottom, room), scale)


def lying(drawing: Drawing, names: Sequence[str], measures: Sequence[Measure], *, top: float) -> None:
    """Small plots side by side, each with a bar across for each engine."""
    wide = (WIDTH - 2 * MARGIN - 36 * (len(measures) - 1)) / len(measures)
    for number, measure in enumerate(measures):
        left = MARGIN + number * (wide + 36)
        drawing.text(left, top + 4, measure.title, bold=True)
        drawing.text(left, top + 21, measure.hint, size=11.5, color=FAINT)
        most = max(measure.values) or 1.0
        for row, (color, name, value) in enumerate(zip(colors(len(names)), names, measure.values, strict=True)):
            y = top + 34 + row * ROW
            length = max(2.0, value / most * (wide - 76))
            drawing.box(left, y, length, ROW - 8, color, hint=f"{name}: {measure.form.format(value)}")
            drawing.text(left + length + 7, y + 13.5, measure.form.format(value), size=12, color=INK)


def _group(
    drawing: Drawing, label: str, values: Mapping[str, float | None], place: tuple[float, float, float], scale: float
) -> None:
    middle, bottom, room = place
    bar = min(34.0, room * 0.8 / len(values))
    x = middle - bar * len(values) / 2
    for color, (name, value) in zip(colors(len(values)), values.items(), strict=True):
        if value is not None:
            height = max(1.0, value * scale)
            drawing.box(x + 1, bottom - height, bar - 2, height, color, hint=f"{name}, {label}: {value:.2f} %")
            if bar >= _LABELS_ENOUGH:
                drawing.text(x + bar / 2, bottom - height - 5, f"{value:.1f}", size=10.5, anchor="middle")
        x += bar


def _steps(most: float) -> tuple[float, int]:
    """A round number and how many of it, five at most, reach `most`."""
    if most <= 0:
        return 1.0, 1
    size = 10.0 ** floor(log10(most / 5))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor * 5 >= most)
    return step, ceil(most / step)
