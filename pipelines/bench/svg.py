"""SVG: the few shapes that the plots of the bench are made of. Knows nothing of what they show."""

from dataclasses import dataclass, field
from html import escape
from typing import Literal

Anchor = Literal["start", "middle", "end"]

INK, FAINT, LINE = "#1f2933", "#616e7c", "#e4e7eb"
_FONT = "'Noto Sans', 'Helvetica Neue', Arial, sans-serif"


@dataclass(slots=True)
class Drawing:
    """Shapes on a white sheet, sizes in pixels."""

    width: int
    height: int
    title: str
    _shapes: list[str] = field(default_factory=list[str])

    def text(
        self, x: float, y: float, words: str, *, size: float = 13, color: str = INK, anchor: Anchor = "start",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """A line of text whose base line is at `y`."""
        weight = ' font-weight="600"' if bold else ""
        self._shapes.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{color}" text-anchor="{anchor}"{weight}>'
            f"{escape(words)}</text>"
        )

    def box(self, x: float, y: float, width: float, height: float, color: str, *, hint: str = "") -> None:
        """A filled box with round corners; `hint` is shown where the pointer rests on it."""
        title = f"<title>{escape(hint)}</title>" if hint else ""
        radius = min(2.0, width / 2, height / 2)
        self._shapes.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="{radius:.1f}" '
            f'fill="{color}">{title}</rect>'
        )

    def line(self, x: float, y: float, to_x: float, to_y: float, color: str = LINE) -> None:
        """A thin line."""
        self._shapes.append(
            f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{color}" stroke-width="1"/>'
        )

    def render(self) -> str:
        """The whole document."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" font-family="{_FONT}">'
        )
        sheet = f'<title>{escape(self.title)}</title><rect width="100%" height="100%" fill="#ffffff"/>'
        return "\n".join([head, sheet, *self._shapes, "</svg>", ""])
