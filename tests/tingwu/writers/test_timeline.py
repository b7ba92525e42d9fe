"""The picture of who speaks when: what is in it, how much of it, and names that try to be more than names."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.builders import make_recording, make_transcript
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.domain.transcript import Transcript
from tingwu.writers.options import WriteOptions
from tingwu.writers.timeline import timeline, timeline_svg

SVG = "{http://www.w3.org/2000/svg}"
LEFT, RIGHT = 220.0, 970.0


def heard(*spoken: tuple[str, float, float], duration: float = 100.0, sure: float = 1.0) -> Transcript:
    turns = tuple(SpeakerTurn(speaker=speaker, start=start, end=end) for speaker, start, end in spoken)
    diarization = Diarization(turns=turns, count_confidence=sure, model="fake")
    return make_transcript(segments=(), duration=duration, diarization=diarization)


def texts(picture: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def hints(picture: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(picture).findall(f".//{SVG}g/{SVG}g/{SVG}title")]


def bars(picture: str) -> dict[str, list[tuple[float, float, float]]]:
    """Name -> (left, right, height) of each of its bars, with the line around them."""
    found: dict[str, list[tuple[float, float, float]]] = {}
    for row in ElementTree.fromstring(picture).findall(f"{SVG}g/{SVG}g"):
        drawn = row.findall(f"{SVG}path")[1].attrib["d"]
        found[row.findall(f"{SVG}text")[0].text or ""] = [
            (round(float(left) - 1, 1), round(float(left) + float(width) + 1, 1), round(float(height) + 2, 1))
            for left, width, height in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)v([\d.]+)h-[\d.]+z", drawn)
        ]
    return found


def test_rows_and_bars() -> None:
    picture = timeline_svg(heard(("Ann", 0.0, 40.0), ("Bob", 36.0, 80.0), ("Ann", 90.0, 100.0)), "en")
    assert bars(picture) == {
        "Ann": [(220.0, 520.0, 14.0), (895.0, 970.0, 14.0)],
        "Bob": [(490.0, 820.0, 14.0)],
        "Several at once": [(490.0, 520.0, 14.0)],
    }
    assert hints(picture) == ["Ann: 00:50, 53%", "Bob: 00:44, 47%", "Several at once: 00:04, 4%"]
    assert texts(picture)[:2] == ["Who speaks when", "01:40 · nobody speaks for 00:10"]


def test_in_chinese() -> None:
    picture = timeline_svg(heard(("甲", 0.0, 50.0), sure=0.3), "zh")
    assert texts(picture)[:4] == ["谁在什么时候说话", "01:40 · 无人说话 00:50 · 说话人的人数不太确定", "00:00", "00:10"]
    assert hints(picture) == ["甲：00:50，100%"]


def test_the_file_is_in_the_language_of_the_recording() -> None:
    transcript = replace(heard(("甲", 0.0, 50.0)), language="zh")
    assert timeline(make_recording(transcript=transcript), WriteOptions()) == timeline_svg(transcript, "zh")


@pytest.mark.parametrize(
    ("language", "said"), [("en", "No speakers are known in this transcript."), ("zh", "这份转写没有区分说话人。")]
)
def test_nobody_is_known(language: str, said: str) -> None:
    assert said in texts(timeline_svg(make_transcript(), language))


@pytest.mark.parametrize(
    ("duration", "shown"),
    [
        (0.0, ["00:00"]),
        (7.0, [f"00:0{second}" for second in range(8)]),
        (60.0, ["00:00", "00:10", "00:20", "00:30", "00:40", "00:50", "01:00"]),
        (1500.0, ["00:00", "05:00", "10:00", "15:00", "20:00", "25:00"]),
        (5400.0, ["00:00", "10:00", "20:00", "30:00", "40:00", "50:00", "1:00:00", "1:10:00", "1:20:00", "1:30:00"]),
        (36000.0, ["00:00", *(f"{hour}:00:00" for hour in range(1, 11))]),
        (400000.0, ["00:00", "12:00:00", "24:00:00", "36:00:00", "48:00:00", "60:00:00", "72:00:00"]),
    ],
)
def test_ticks(duration: float, shown: list[str]) -> None:
    picture = timeline_svg(heard(("A", 0.0, max(duration / 2, 0.2)), duration=duration), "en")
    times = [text for text in texts(picture)[2:] if re.fullmatch(r"[\d:]+", text)]
    assert times[: len(shown)] == shown
    assert len(times) <= 11


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '" onload="x', "]]><a>&amp;", "'--></svg>", "\ud83d\x1b\0\ufffe\u202e", ""]
)
def test_names_are_data(name: str) -> None:
    picture = timeline_svg(heard((name, 0.0, 5.0), ("Bob", 5.0, 9.0)), "en")
    root = ElementTree.fromstring(picture.encode())
    assert {one.tag for one in root.iter()} == {SVG + tag for tag in ("svg", "title", "g", "text", "path")}
    assert not any(key.startswith("on") or key == "href" for one in root.iter() for key in one.attrib)
    assert len(bars(picture)) == 2


def test_long_names_are_shortened_and_kept_in_the_hint() -> None:
    picture = timeline_svg(heard(("Maximilian von Hohenstein", 0.0, 5.0), ("欧阳娜娜和她的朋友们", 5.0, 9.0)), "en")
    assert list(bars(picture)) == ["Maximilian von…", "欧阳娜娜和她的…"]
    assert hints(picture)[0] == "Maximilian von Hohenstein: 00:05, 56%"


def test_forty_speakers_have_twenty_rows() -> None:
    spoken = [(f"S{number}", number * 10.0, number * 10.0 + 1 + number / 10) for number in range(40)]
    rows = bars(timeline_svg(heard(*spoken, duration=400.0), "en"))
    assert list(rows) == [*(f"S{number}" for number in range(21, 40)), "21 others"]
    assert len(rows["21 others"]) == 21
    assert len(bars(timeline_svg(heard(*spoken[:20], duration=400.0), "en"))) == 20


def test_bars_that_share_a_unit_tell_how_much_is_spoken() -> None:
    """An hour: a unit is 4.8 s, so turns of 2.4 s every 4.8 s fill half of it, of 4.6 s nearly all."""
    sparse = [("A", 4.8 * number, 4.8 * number + 2.4) for number in range(100)]
    dense = [("B", 600 + 4.8 * number, 604.6 + 4.8 * number) for number in range(100)]
    rows = bars(timeline_svg(heard(*sparse, *dense, ("C", 3000.0, 3000.4), duration=3600.0), "en"))
    assert len(rows["A"]) == 49
    assert all(height == pytest.approx(7.0, abs=0.15) for _, _, height in rows["A"])
    assert rows["B"] == [(345.0, 445.0, 14.0)]
    assert rows["C"] == [(845.0, 847.0, 3.5)]


def test_ten_hours_stay_small() -> None:
    spoken = [(f"S{i % 40}", i * 1.8, i * 1.8 + 1 + i % 7 * 0.4) for i in range(20_000)]
    picture = timeline_svg(heard(*spoken, duration=36_000.0), "en")
    assert len(picture) < 300_000
    assert sum(1 for _ in ElementTree.fromstring(picture).iter()) < 150
    apart = [("A", 150.0 * i, 150.0 * i + 96.0) for i in range(240)]
    assert len(bars(timeline_svg(heard(*apart, duration=36_000.0), "en"))["A"]) == 240


def test_all_stays_within_the_picture() -> None:
    spoken = [(f"S{i % 15}", i * 7.0, i * 7.0 + i % 11) for i in range(1, 500)]
    picture = timeline_svg(heard(*spoken, ("S1", 3499.9, 3600.0), duration=3500.0), "en")
    width, height = (float(one) for one in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)[0])
    places = [one for row in bars(picture).values() for one in row]
    assert all(LEFT <= left < right <= RIGHT + 2 for left, right, _ in places)
    assert all(float(y) < height for y in re.findall(r' y="([\d.]+)"', picture))
    assert width == 1000
    for row in bars(picture).values():
        assert all(before[1] <= after[0] + 0.15 for before, after in pairwise(row))


def test_colours_are_seen_on_white_and_on_black() -> None:
    picture = timeline_svg(heard(*((f"S{i}", i, i + 1.5) for i in range(7))), "en")
    colours = set(re.findall(r'fill="#([0-9a-f]{6})"', picture))
    assert len(colours) == 7
    for colour in colours:
        red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4))
        light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        assert 1.05 / (light + 0.05) > 3
        assert (light + 0.05) / 0.05 > 3


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
