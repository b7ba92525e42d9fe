"""Recordings with speakers are found beside their RTTM, by whatever name, and nothing is guessed."""

import json
from pathlib import Path

import pytest

from pipelines.bench.speaker_data import load_recordings
from tests.fake_diarizers import turns
from tingwu.errors import InvalidOption, MediaNotFound, StoredDataInvalid, TingwuError

LINE = "SPEAKER {} 1 0.5 1.0 <NA> <NA> {} <NA> <NA>\n"


def put(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_pairs_in_folders(tmp_path: Path) -> None:
    put(tmp_path / "quiet" / "b.wav")
    put(tmp_path / "quiet" / "b.rttm", LINE.format("b", "Ann"))
    put(tmp_path / "loud" / "deep" / "a.opus")
    put(tmp_path / "loud" / "deep" / "a.rttm", LINE.format("anything", "Bo") + LINE.format("anything", "Cy"))
    one, two = load_recordings(tmp_path)
    assert (one.group, one.name, one.speakers, one.path.name) == ("loud/deep", "a", 2, "a.opus")
    assert (two.group, two.name, two.turns) == ("quiet", "b", turns(("Ann", 0.5, 1.5)))


def test_one_file_names_many(tmp_path: Path) -> None:
    folder = tmp_path / "meetings"
    put(folder / "my talk.wav")
    put(folder / "e\u0301te\u0301.wav")
    put(folder / "all.rttm", LINE.format("my_talk", "Ann") + LINE.format("\u00e9t\u00e9", "Bo"))
    found = load_recordings(folder)
    assert [(one.group, one.path.name) for one in found] == [
        ("meetings", "my talk.wav"),
        ("meetings", "e\u0301te\u0301.wav"),
    ]


def test_made_recordings_bring_texts(tmp_path: Path) -> None:
    lines = [("李", 0, 1, "早"), ("王", 1, 2, "早上好"), ("李", 3, 4, "开会")]
    told = {
        "language": "zh",
        "audio": "m.opus",
        "utterances": [{"speaker": who, "start": a, "end": b, "text": text} for who, a, b, text in lines],
    }
    put(tmp_path / "m" / "m.opus")
    put(tmp_path / "m" / "transcript.json", json.dumps(told))
    (one,) = load_recordings(tmp_path)
    assert one.turns == turns(("李", 0, 1), ("王", 1, 2), ("李", 3, 4))
    assert one.texts == (("李", "早 开会"), ("王", "早上好"))
    assert one.language == "zh"


def test_voices_are_no_recordings(tmp_path: Path) -> None:
    put(tmp_path / "voices" / "ann" / "a.rttm", "nonsense")
    assert load_recordings(tmp_path) == ()


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({}, MediaNotFound),
        ({"a.wav": ""}, MediaNotFound),
        ({"a.rttm": LINE.format("a", "Ann")}, MediaNotFound),
        ({"a.wav": "", "b.wav": "", "all.rttm": LINE.format("a", "x") + LINE.format("c", "x")}, MediaNotFound),
        ({"a.wav": "", "a.rttm": ""}, InvalidOption),
        ({"a.wav": "", "a.rttm": "SPEAKER a 1 x 1 <NA> <NA> Ann"}, InvalidOption),
        ({"transcript.json": "{"}, StoredDataInvalid),
        ({"transcript.json": '{"language": "en", "audio": "a.wav", "utterances": [{}]}'}, StoredDataInvalid),
        ({"transcript.json": '{"language": "en", "audio": "a.wav", "utterances": []}'}, MediaNotFound),
        ({"a.wav": "", "transcript.json": '{"language": "en", "audio": "a.wav", "utterances": []}'}, InvalidOption),
    ],
)
def test_folders_that_cannot_be_used(tmp_path: Path, files: dict[str, str], error: type[TingwuError]) -> None:
    for name, text in files.items():
        put(tmp_path / name, text)
    with pytest.raises(error):
        load_recordings(tmp_path)


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound):
        load_recordings(tmp_path / "nowhere")
