"""The speakers' colours: no two look alike, also to people with colour blindness, and all stand out from the page.

Colour blindness is simulated after Machado, Oliveira and Fernandes (2009), at full severity.
"""

import re
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from ui.web.page import ASSETS

Colour = NDArray[np.float64]
SEEN_AS = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.95047, 1.0, 1.08883])
CARDS = {"light": "#ffffff", "dark": "#191922"}
APART = 18.0
"""Least difference in CIE Lab; 2.3 is just noticeable side by side."""


def linear(colour: str) -> Colour:
    long = colour if len(colour) == 7 else "#" + "".join(letter * 2 for letter in colour[1:])
    parts = np.array([int(long[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: Colour) -> Colour:
    x, y, z = (
        np.cbrt(part) if part > 0.008856 else 7.787 * part + 16 / 116 for part in TO_XYZ @ np.clip(light, 0, 1) / WHITE
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one: str, other: str) -> float:
    """As WCAG defines it, in [1, 21]."""
    darker, lighter = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def palette(theme: str) -> list[tuple[str, str]]:
    """(colour, what is written on it) of each speaker."""
    text = (ASSETS / "speakers.css").read_text(encoding="utf-8")
    before = r':root\[data-theme="dark"\] ' if theme == "dark" else r"(?<!\] )"
    rule = rf'{before}#tingwu \[data-colour="(\d)"\] {{ --tone: (#\w+); --on-tone: (#\w+); }}'
    found = re.findall(rule, text)
    assert [number for number, _, _ in found] == list("01234567")
    return [(tone, ink) for _, tone, ink in found]


@pytest.mark.parametrize("theme", CARDS)
@pytest.mark.parametrize("sight", SEEN_AS)
def test_no_two_speakers_look_alike(theme: str, sight: str) -> None:
    seen = {tone: lab(SEEN_AS[sight] @ linear(tone)) for tone, _ in palette(theme)}
    for (one, here), (other, there) in combinations(seen.items(), 2):
        assert np.linalg.norm(here - there) >= APART, (one, other)


@pytest.mark.parametrize("theme", CARDS)
def test_speakers_stand_out_from_the_page_and_can_be_read(theme: str) -> None:
    for tone, ink in palette(theme):
        assert contrast(tone, CARDS[theme]) >= 3, tone
        assert contrast(tone, ink) >= 4, (tone, ink)


def test_the_cards_are_those_of_the_theme() -> None:
    text = (ASSETS / "theme.css").read_text(encoding="utf-8")
    assert re.findall(r"--card: (#\w+)", text) == list(CARDS.values())
    assert contrast("#000000", "#fff") == pytest.approx(21)
