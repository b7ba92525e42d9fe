"""Speakers over HTTP: shown, renamed, merged, and called what was suggested."""

from dataclasses import replace
from urllib.parse import quote

import pytest

from tests.builders import SENTENCES, make_notes, make_recording, make_segment, make_transcript
from tests.ui.api.conftest import TestClient
from tingwu.domain.media import TimeRange
from tingwu.domain.speakers import Diarization, NameSource, NameSuggestion, SpeakerTurn
from tingwu.store.library import Library
from ui.api.guard import MAX_BODY_BYTES

AT = "/api/recordings/spoken/speakers"
SPEAKERS = ("Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2", "Speaker 2")
LI_NA = NameSuggestion(
    speaker="Speaker 1",
    name="Li Na",
    source=NameSource.SAID,
    score=0.9,
    evidence=TimeRange(start=0, end=2.8),
    quote="I'm Li Na from finance.",
)
LI_NA_SHOWN = {
    "speaker": "Speaker 1",
    "name": "Li Na",
    "source": "said",
    "score": 0.9,
    "evidence": {"start": 0.0, "end": 2.8},
    "quote": "I'm Li Na from finance.",
}


@pytest.fixture(autouse=True)
def spoken(library: Library) -> None:
    """Two speakers; the question was asked by the second and answered by the first."""
    segments = tuple(
        make_segment(number, text, speaker=speaker, beside=("Speaker 1",) if number == 3 else ())
        for number, (text, speaker) in enumerate(zip(SENTENCES, SPEAKERS, strict=True))
    )
    turns = tuple(SpeakerTurn(start=one.start, end=one.end, speaker=one.speaker or "") for one in segments)
    diarization = Diarization(turns=turns, count_confidence=0.4, model="fake", suggestions=(LI_NA,))
    notes = make_notes()
    pair = replace(notes.questions[0], asked_by="Speaker 2", answered_by="Speaker 1")
    transcript = make_transcript(segments=segments, diarization=diarization)
    library.save(make_recording(id="spoken", transcript=transcript, notes=replace(notes, questions=(pair,))))


def names(answer: dict[str, dict[str, list[dict[str, object]]]]) -> list[object]:
    return [one["speaker"] for one in answer["transcript"]["segments"]]


def test_who_speaks_when_and_how_much(owner: TestClient) -> None:
    answer = owner.get(AT).json()
    assert answer == owner.get("/api/recordings/spoken").json()["speakers"]
    first, second = answer["speakers"]
    assert (first["speaker"], first["turns"], first["lane"]) == ("Speaker 1", 2, [[0.0, 2.8], [6.0, 8.8]])
    assert (first["seconds"], first["share"]) == (pytest.approx(5.6), pytest.approx(0.4))
    assert (second["longest"], second["interruptions"]) == (pytest.approx(5.8), 0)
    assert (answer["overlap"], answer["silence"]) == (0.0, pytest.approx(1.0))
    assert answer["count_confidence"] == 0.4
    assert answer["suggestions"] == [LI_NA_SHOWN]


def test_recordings_without_speakers(owner: TestClient) -> None:
    answer = owner.get("/api/recordings/rec-1/speakers").json()
    assert answer == {"speakers": [], "silence": 15.0, "overlap": 0.0, "suggestions": [], "count_confidence": None}


def test_a_name_changes_everywhere(owner: TestClient, library: Library) -> None:
    name = "李娜 </script> %2F.."
    answer = owner.post(f"{AT}/rename", json={"speaker": "Speaker 1", "name": f" {name}\n"})
    assert answer.status_code == 200
    now = answer.json()
    assert now == owner.get("/api/recordings/spoken").json()
    assert names(now) == [name, "Speaker 2", name, "Speaker 2", "Speaker 2"]
    assert now["transcript"]["segments"][3]["beside"] == [name]
    assert now["notes"]["questions"][0]["answered_by"] == name
    assert [one["speaker"] for one in now["speakers"]["speakers"]] == [name, "Speaker 2"]
    assert now["speakers"]["suggestions"] == []
    assert library.load("spoken").transcript.speakers == (name, "Speaker 2")


def test_merging_changes_everywhere_and_is_said_in_the_notes(owner: TestClient) -> None:
    now = owner.post(f"{AT}/merge", json={"speaker": "Speaker 1", "into": "Speaker 2"}).json()
    assert now == owner.get("/api/recordings/spoken").json()
    assert names(now) == ["Speaker 2"] * 5
    assert now["transcript"]["segments"][3]["beside"] == []
    assert now["notes"]["questions"][0]["answered_by"] == "Speaker 2"
    assert now["notes"]["warnings"] == [
        {
            "code": "speakers_merged",
            "text": {
                "en": "Speaker 1 became the same speaker as Speaker 2 after these notes were written.",
                "zh": "这些笔记写成之后，说话人“Speaker 1”与“Speaker 2”合并了。",
            },
        }
    ]
    assert "Speaker 1" not in owner.get("/api/recordings/spoken/export/txt").text


def test_a_suggestion_is_accepted_once(owner: TestClient) -> None:
    wanted = {"speaker": "Speaker 1", "name": "Li Na"}
    now = owner.post(f"{AT}/accept", json=wanted).json()
    assert now == owner.get("/api/recordings/spoken").json()
    assert names(now) == ["Li Na", "Speaker 2", "Li Na", "Speaker 2", "Speaker 2"]
    again = owner.post(f"{AT}/accept", json=wanted, headers={"accept-language": "zh"})
    assert (again.status_code, again.json()["code"]) == (422, "invalid_option")
    assert "没有这条建议" in again.json()["message"]


def test_a_suggestion_is_declined(owner: TestClient) -> None:
    now = owner.post(f"{AT}/decline", json={"speaker": "Speaker 1", "name": "Li Na"}).json()
    assert now == owner.get("/api/recordings/spoken").json()
    assert names(now)[0] == "Speaker 1"
    assert now["speakers"]["suggestions"] == []


@pytest.mark.parametrize(
    ("action", "body", "reason"),
    [
        ("rename", {"speaker": "Speaker 1", "name": "Speaker 2"}, "另一位说话人已经叫这个名字"),
        ("rename", {"speaker": "Speaker 1", "name": " \n"}, "名字至少要有一个字"),
        ("rename", {"speaker": "Speaker 1", "name": "x" * 101}, "最多 100 个字符"),
        ("rename", {"speaker": "nobody", "name": "Li Na"}, "说话人有：Speaker 1, Speaker 2"),
        ("merge", {"speaker": "Speaker 1", "into": "nobody"}, "说话人有：Speaker 1, Speaker 2"),
        ("merge", {"speaker": "Speaker 1", "into": "Speaker 1"}, "只能合并到另一位说话人"),
        ("accept", {"speaker": "Speaker 2", "name": "Li Na"}, "没有这条建议"),
        ("decline", {"speaker": "Speaker 1", "name": "Wei"}, "没有这条建议"),
    ],
)
def test_what_cannot_be(owner: TestClient, library: Library, action: str, body: dict[str, str], reason: str) -> None:
    before = library.load("spoken")
    answer = owner.post(f"{AT}/{action}", json=body, headers={"accept-language": "zh"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_option")
    assert reason in answer.json()["message"]
    assert library.load("spoken") == before


@pytest.mark.parametrize(
    "change", [{"name": "x" * 1001}, {"name": None}, {"speaker": 3}, {"more": 1}, {"speaker": "x" * 1001}]
)
@pytest.mark.parametrize("action", ["rename", "accept", "decline"])
def test_bodies_that_are_no_names(owner: TestClient, action: str, change: dict[str, object]) -> None:
    body = {"speaker": "Speaker 1", "name": "Li Na"} | change
    answer = owner.post(f"{AT}/{action}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_bodies_that_are_no_merge_or_too_large(owner: TestClient) -> None:
    for body in ({"speaker": "Speaker 1"}, {"speaker": "Speaker 1", "into": ""} | {"name": "x"}, ["Speaker 1"]):
        answer = owner.post(f"{AT}/merge", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    huge = owner.post(f"{AT}/rename", json={"speaker": "Speaker 1", "name": "x" * MAX_BODY_BYTES})
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")


def test_recordings_that_do_not_exist(owner: TestClient) -> None:
    for recording_id in ("nope", quote("../etc", safe="")):
        assert owner.get(f"/api/recordings/{recording_id}/speakers").status_code == 404
    for action, body in (
        ("rename", {"speaker": "A", "name": "B"}),
        ("merge", {"speaker": "A", "into": "B"}),
        ("accept", {"speaker": "A", "name": "B"}),
        ("decline", {"speaker": "A", "name": "B"}),
    ):
        answer = owner.post(f"/api/recordings/nope/speakers/{action}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "recording_not_found")
