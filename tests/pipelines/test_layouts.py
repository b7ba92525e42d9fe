"""What a model runs best with is measured once for each machine, model and number of cores."""

from pathlib import Path

import pytest

from pipelines.layouts import Layouts
from tingwu.speech.layout import Layout

TWO = Layout(workers=2, threads=1)


def never() -> Layout:
    raise AssertionError("measured again")


def test_it_is_measured_once_and_remembered(tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    assert Layouts(path).get("base", 2, lambda: TWO) == TWO
    assert Layouts(path).get("base", 2, never) == TWO
    other = Layout(workers=1, threads=4)
    assert Layouts(path).get("base", 4, lambda: other) == other
    assert Layouts(path).get("large", 2, lambda: other) == other
    assert Layouts(path).get("base", 2, never) == TWO


@pytest.mark.parametrize("content", ["", "nonsense", "[1]", '{"x": 3}', '{"x": [1]}'])
def test_a_damaged_file_is_as_good_as_none(content: str, tmp_path: Path) -> None:
    path = tmp_path / "layouts.json"
    path.write_text(content)
    assert Layouts(path).get("base", 2, lambda: TWO) == TWO
    assert Layouts(path).get("base", 2, never) == TWO


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    layouts = Layouts(tmp_path / "file" / "layouts.json")
    assert layouts.get("base", 2, lambda: TWO) == TWO
    assert layouts.get("base", 2, lambda: TWO) == TWO
