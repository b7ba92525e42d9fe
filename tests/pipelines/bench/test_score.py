"""Known texts against known references: every edit is counted, and what means the same is none."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pipelines.bench.score import Edits, compare, compare_mixed, count, mixed_units, unit_of

ROOT = Path(__file__).parents[3]


def test_each_kind_of_edit_is_counted_apart() -> None:
    edits = count(list("abcdefg"), list("axcefghi"))
    assert edits == Edits(hits=5, substitutions=1, insertions=2, deletions=1)
    assert edits.reference == 7
    assert edits.rate == pytest.approx(4 / 7)


def test_edits_add_up() -> None:
    assert Edits(hits=3, deletions=1) + Edits(hits=1, insertions=2) == Edits(hits=4, deletions=1, insertions=2)
    assert Edits(insertions=4).rate == 0


@pytest.mark.parametrize(
    ("language", "reference", "written"),
    [
        ("en", "Mr. Smith doesn't pay twenty-five percent!", "mister smith does not pay 25%"),
        ("de", "Guten Tag, Frau Müller.", "guten tag frau müller"),
        ("zh", "儿童台灯，上涨百分之十五。", "兒童臺燈 上漲15%"),
        ("zh", "一个人三十分钟", "1个人30分钟"),
        ("zh", "我们用ＡＰＩ", "我們用 api"),
        ("ja", "今日は、いい天気です。", "今日はいい天気です"),
    ],
)
def test_what_means_the_same_is_no_error(language: str, reference: str, written: str) -> None:
    assert compare(reference, written, language).rate == 0


@pytest.mark.parametrize(
    ("language", "reference", "written", "edits"),
    [
        ("en", "the dog is on a rug", "the cat is on rug", Edits(hits=4, substitutions=1, deletions=1)),
        ("zh", "我们今天开会", "我们天开大会", Edits(hits=5, insertions=1, deletions=1)),
        ("zh", "二十五", "二十四", Edits(hits=1, substitutions=1)),
        ("th", "สวัสดี", "สวัสดึ", Edits(hits=5, substitutions=1)),
        ("fr", "bonjour à tous", "", Edits(deletions=3)),
        ("de", "", "danke schön", Edits(insertions=2)),
    ],
)  # fmt: skip
def test_known_edits(language: str, reference: str, written: str, edits: Edits) -> None:
    assert compare(reference, written, language) == edits


def test_mixed_talk_counts_words_in_latin_script_once() -> None:
    assert mixed_units("打开Google的API，25%", "zh") == ("打", "开", "google", "的", "api", "25%")
    edits = compare_mixed("打开Google的API", "打开谷歌API吧", "zh")
    assert edits == Edits(hits=3, substitutions=2, insertions=1)
    assert compare("打开Google的API", "打开谷歌API吧", "zh").deletions == 5


def test_units_of_languages() -> None:
    assert [unit_of(code) for code in ("en", "ko", "zh", "yue", "ja", "th")] == ["word"] * 2 + ["character"] * 4


def test_the_extra_brings_what_counting_needs() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert any(requirement.startswith("jiwer") for requirement in extras["bench"])
    assert any(requirement.startswith("jiwer") for requirement in extras["dev"])


def test_without_the_package_its_extra_is_named() -> None:
    program = "import sys; sys.modules['jiwer'] = None; from pipelines.bench.score import count; count((), ())"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "BackendNotInstalled: 'jiwer' needs an optional package: pip install 'tingwu[bench]'" in done.stderr
