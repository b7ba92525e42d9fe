"""The picture: valid SVG that shows every engine and language, and no markup from outside."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from pipelines.bench.plot import plot
from pipelines.bench.report import SpeechBench
from tests.builders_bench import make_bench, make_engine

SVG = "{http://www.w3.org/2000/svg}"


def texts(bench: SpeechBench) -> list[str]:
    return [found.text or "" for found in ElementTree.fromstring(plot(bench)).iter(f"{SVG}text")]


def test_every_engine_and_language_is_there() -> None:
    found = texts(make_bench())
    assert {"tingwu", "faster-whisper", "en", "zh (CER)", "mean", "Speed", "CPU", "Peak memory"} <= set(found)
    assert {"20.0 ×", "10.0 ×", "3.0", "9.0", "6.0"} <= set(found)


def test_bars_are_as_long_as_their_values() -> None:
    document = ElementTree.fromstring(plot(make_bench()))
    hints = {title.text: box for box in document.iter(f"{SVG}rect") for title in box.iter(f"{SVG}title")}
    height = [float(hints[f"tingwu, {label} %"].get("height", "0")) for label in ("en: 3.00", "zh (CER): 9.00")]
    assert height[1] == pytest.approx(3 * height[0], abs=0.2)
    width = [float(hints[label].get("width", "0")) for label in ("tingwu: 20.0 ×", "faster-whisper: 10.0 ×")]
    assert width[0] == pytest.approx(2 * width[1], abs=0.2)


def test_names_are_text_and_no_markup() -> None:
    assert "<script>" not in plot(replace(make_bench(), model="<script>"))
    assert any("<script>" in text for text in texts(replace(make_bench(), model="<script>")))


def test_without_speech_there_are_no_errors_to_show() -> None:
    quiet = replace(make_engine("tingwu"), error=None, languages=())
    found = texts(replace(make_bench(), engines=(quiet,)))
    assert "Errors in %" not in found
    assert "Speed" in found


def test_a_perfect_engine_can_be_drawn() -> None:
    assert "0.0" in texts(replace(make_bench(), engines=(make_engine("tingwu", errors=(0.0, 0.0)),)))
