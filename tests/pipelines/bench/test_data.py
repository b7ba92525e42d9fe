"""Folders of references: what they hold, and what is said about those that cannot be understood."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.bench.data import SpokenText, load_references
from tingwu.errors import InvalidOption, MediaNotFound, StoredDataInvalid

SAMPLES = Path(__file__).parents[3] / "samples"


def locale(folder: Path, *rows: tuple[str, str]) -> Path:
    """A folder with an empty file for each row, and its refs.tsv."""
    folder.mkdir(parents=True)
    for name, _ in rows:
        (folder / name).touch()
    (folder / "refs.tsv").write_text("".join(f"{name}\t{text}\n" for name, text in rows), "utf-8")
    return folder


def made(folder: Path, **told: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "talk.opus").touch()
    whole = {"language": "zh", "audio": "talk.opus", "utterances": [{"start": 0, "end": 2, "text": "大家好"}], **told}
    (folder / "transcript.json").write_text(json.dumps(whole), "utf-8")
    return folder


def test_folders_of_every_kind_ordered_by_name(tmp_path: Path) -> None:
    locale(tmp_path / "zh-CN", ("b.wav", "你好"), ("a.wav", "再见"))
    locale(tmp_path / "en-US", ("a.wav", "Hello."))
    locale(tmp_path / "street", ("a.wav", ""))
    made(tmp_path / "meeting")
    (tmp_path / "silence").mkdir()
    (tmp_path / "silence" / "quiet.wav").touch()
    (tmp_path / "silence" / "readme.md").touch()
    (tmp_path / "empty").mkdir()
    found = load_references(tmp_path)
    assert [(one.name, one.language, one.text) for one in found] == [
        ("en-US", "en", "Hello."),
        ("meeting", "zh", "大家好"),
        ("silence", "", ""),
        ("street", "", ""),
        ("zh-CN", "zh", "你好 再见"),
    ]
    files = [[path.name for path in one.files] for one in found]
    assert files == [["a.wav"], ["talk.opus"], ["quiet.wav"], ["a.wav"], ["b.wav", "a.wav"]]
    assert [one.name for one in load_references(tmp_path, frozenset({"en"}))] == ["en-US", "silence", "street"]


def test_one_folder_alone(tmp_path: Path) -> None:
    assert [one.name for one in load_references(locale(tmp_path / "pt-BR", ("a.wav", "Olá")))] == ["pt-BR"]


def test_the_samples_are_made_recordings() -> None:
    found = load_references(SAMPLES)
    assert {one.language for one in found} == {"en", "zh"}
    assert all(one.turns and one.files[0].suffix == ".opus" for one in found)


def test_words_with_times_beside_or_inside_the_utterances(tmp_path: Path) -> None:
    words = [{"start": 0.1, "end": 0.5, "text": "大家"}, {"start": 0.5, "end": 0.9, "text": "好"}]
    line = {"start": 0, "end": 2, "text": "大家好", "words": words}
    beside = load_references(made(tmp_path / "a", words=words))[0]
    inside = load_references(made(tmp_path / "b", utterances=[line]))[0]
    assert beside.words == inside.words
    assert beside.words[1] == SpokenText(start=0.5, end=0.9, text="好")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("en-US", "a.wav and no tab\n", "a line is a file name, a tab and a text"),
        ("en-US", "\n", "it has no lines"),
        ("en-US", "a.wav\tHello.\na.wav\t\n", "give every file a text, or none where nobody speaks"),
        ("silence", "a.wav\tHello.\n", "give every file a text, or none where nobody speaks"),
        ("talks", "a.wav\tHello.\n", "name the folder after its locale, such as en-US or zh-CN"),
    ],
)
def test_references_that_cannot_be_understood(tmp_path: Path, name: str, text: str, reason: str) -> None:
    folder = locale(tmp_path / name, ("a.wav", ""))
    (folder / "refs.tsv").write_text(text, "utf-8")
    with pytest.raises(InvalidOption, match="data cannot be") as caught:
        load_references(tmp_path)
    assert caught.value.detail == reason
    assert name in caught.value.value


def test_the_line_is_named(tmp_path: Path) -> None:
    folder = locale(tmp_path / "en-US", ("a.wav", "Hello."))
    (folder / "refs.tsv").write_text("a.wav\tHello.\n\nnonsense\n", "utf-8")
    with pytest.raises(InvalidOption, match="line 3"):
        load_references(folder)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound, match=r"no folder in it has refs\.tsv"):
        load_references(tmp_path)
    with pytest.raises(MediaNotFound, match="does not exist"):
        load_references(tmp_path / "nowhere")


def test_a_named_file_is_missing(tmp_path: Path) -> None:
    folder = locale(tmp_path / "en-US", ("a.wav", "Hello."))
    (folder / "a.wav").unlink()
    with pytest.raises(MediaNotFound, match=r"a\.wav"):
        load_references(tmp_path)


def test_a_language_that_is_not_there(tmp_path: Path) -> None:
    locale(tmp_path / "en-US", ("a.wav", "Hello."))
    with pytest.raises(InvalidOption, match="there is only en"):
        load_references(tmp_path, frozenset({"zh"}))


@pytest.mark.parametrize("change", [{"utterances": [{"start": 3, "end": 2, "text": "x"}]}, {"audio": None}])
def test_a_damaged_transcript(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(StoredDataInvalid, match=r"transcript\.json"):
        load_references(made(tmp_path / "a", **change))


def test_text_in_another_encoding(tmp_path: Path) -> None:
    folder = locale(tmp_path / "zh-CN", ("a.wav", ""))
    (folder / "refs.tsv").write_bytes("a.wav\t你好\n".encode("gb18030"))
    with pytest.raises(StoredDataInvalid, match="not UTF-8"):
        load_references(folder)
