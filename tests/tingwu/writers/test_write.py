"""Formats by name, and files that land where they should."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import make_media, make_notes, make_recording, make_segment, make_transcript
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.errors import InvalidOption, OutputNotWritable
from tingwu.progress import Step
from tingwu.writers import (
    FORMATS,
    WriteOptions,
    distinct_basenames,
    format_names,
    output_paths,
    render,
    safe_basename,
    write,
)

OPTIONS = WriteOptions()


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ("srt", ("srt",)),
        ("srt,vtt", ("srt", "vtt")),
        (" SRT , txt ,srt,", ("srt", "txt")),
        ("all", tuple(FORMATS)),
        ("srt,all", tuple(FORMATS)),
    ],
)
def test_choices(choice: str, names: tuple[str, ...]) -> None:
    assert format_names(choice) == names


@pytest.mark.parametrize("choice", ["", ",", "doc", "srt,pdf"])
def test_unknown_formats_are_refused(choice: str) -> None:
    with pytest.raises(InvalidOption, match="output_format"):
        format_names(choice)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders_and_ends_its_last_line(name: str) -> None:
    text = render(make_recording(), name, OPTIONS)
    assert text == "" or text.endswith("\n")
    assert text == render(make_recording(), name, OPTIONS)
    assert FORMATS[name].says


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_written_whatever_was_said(name: str) -> None:
    hostile = "a\ud83d\0\x1b[2J\r\n\u2028<b>&{\\an8}--> =1"
    said = Notice(code=NoticeCode.FOREIGN, values=(hostile,))
    segments = (make_segment(0, hostile, speaker=hostile), make_segment(1, "\ud83d", speaker="\0"))
    recording = make_recording(
        media=make_media(name=hostile),
        transcript=make_transcript(segments=segments, warnings=(said,), model=hostile, language=hostile),
        notes=make_notes(title=hostile, warnings=(said,)),
    )
    text = render(recording, name, OPTIONS)
    assert text.encode()
    assert not {"\0", "\x1b"} & set(text)


def test_files_are_written(tmp_path: Path) -> None:
    seen: list[tuple[Step, float, float]] = []
    paths = write(
        make_recording(),
        tmp_path / "new" / "folder",
        "review",
        formats=("txt", "md"),
        options=OPTIONS,
        progress=lambda step, done, total, result=None: seen.append((step, done, total)),
    )
    assert [path.name for path in paths] == ["review.txt", "review.md"]
    assert paths[0].read_text(encoding="utf-8").startswith("Good morning")
    assert seen == [(Step.WRITE, 0, 2), (Step.WRITE, 1, 2), (Step.WRITE, 2, 2)]


def test_a_file_in_the_way_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputNotWritable):
        write(make_recording(), tmp_path / "file", "a", formats=("txt",), options=OPTIONS)


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["a.mp3", "b.mp3"], ("a", "b")),
        (["a.mp3", "a.wav"], ("a", "a.wav")),
        (["x/a.mp3", "y/a.mp3", "z/a.mp3"], ("a", "a.mp3", "a.mp3-2")),
        (["a.mp3", "A.mp3"], ("a", "A.mp3")),
        (["a.wav.mp3", "a.mp3", "a.wav"], ("a.wav", "a", "a.wav-2")),
        (["é.mp3", "e\u0301.mp3"], ("é", "e\u0301.mp3")),
        ([".mp3", "noext"], (".mp3", "noext")),
    ],
)
def test_basenames(sources: list[str], names: tuple[str, ...]) -> None:
    assert distinct_basenames(map(Path, sources)) == names


@given(st.lists(st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=5), max_size=12))
def test_basenames_are_distinct_on_any_file_system(names: list[str]) -> None:
    found = distinct_basenames(Path(name) for name in names if name not in (".", ".."))
    assert len({safe_basename(name).casefold() for name in found}) == len(found)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("plain name 会议", "plain name 会议"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("..", "__"),
        (".", "_"),
        ("", "_"),
        ("a\nb\0c\\d", "a_b_c_d"),
        ("ok.", "ok."),
    ],
)
def test_names_are_data(name: str, safe: str) -> None:
    assert safe_basename(name) == safe


def test_long_names_are_shortened_and_stay_two(tmp_path: Path) -> None:
    first, second = "会" * 100 + "一", "会" * 100 + "二"
    names = {path.name for name in (first, second) for path in output_paths(tmp_path, name, tuple(FORMATS))}
    assert len(names) == 2 * len(FORMATS)
    assert max(len(name.encode()) for name in names) <= 255
    (path,) = write(make_recording(), tmp_path, first, formats=("json",), options=OPTIONS)
    assert path.exists()


def test_names_that_are_no_unicode(tmp_path: Path) -> None:
    (path,) = write(make_recording(), tmp_path, "caf\udce9", formats=("txt",), options=OPTIONS)
    assert path.exists()
    assert len(safe_basename("\udce9" * 300).encode(errors="surrogateescape")) <= 251
