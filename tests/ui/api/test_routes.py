"""Jobs and recordings over HTTP."""

import pytest

from tests.builders import make_correction, make_media, make_notes, make_recording, make_transcript
from tests.fake_jobs import FakeJobs, make_job
from tests.ui.api.conftest import SOUND, TestClient
from tingwu.domain.media import Media
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.error_words import error_words
from tingwu.errors import LlmTimeout, MediaNotFound, NoAudioStream
from tingwu.progress import Step
from tingwu.store.library import Library
from tingwu.writers.formats import FORMATS
from ui.api.recording_routes import media_type


def test_jobs_are_shown_as_they_are(owner: TestClient, jobs: FakeJobs) -> None:
    jobs.change("job-1", state="running", step=Step.TRANSCRIBE, done=30.0, total=60.0, speed=10.0, seconds_left=3.0)
    (job,) = owner.get("/api/jobs").json()
    assert job == owner.get("/api/jobs/job-1").json()
    assert job == {
        "id": "job-1",
        "name": "review.mp3",
        "state": "running",
        "step": "transcribe",
        "done": 30.0,
        "total": 60.0,
        "speed": 10.0,
        "seconds_left": 3.0,
        "error_code": None,
        "error_message": None,
        "created": "2026-01-01T10:00:00+00:00",
        "recording_id": None,
        "latest": "",
        "redo": False,
    }


def test_cancel_resume_delete(owner: TestClient, jobs: FakeJobs) -> None:
    assert owner.post("/api/jobs/job-1/cancel").json()["state"] == "cancelled"
    assert owner.post("/api/jobs/job-1/resume").json()["state"] == "queued"
    assert owner.delete("/api/jobs/job-1").status_code == 204
    assert jobs.list() == ()


def test_a_job_that_does_not_exist(owner: TestClient) -> None:
    for method, address in (("GET", ""), ("POST", "/cancel"), ("POST", "/resume"), ("DELETE", "")):
        answer = owner.request(method, f"/api/jobs/nope{address}")
        assert answer.status_code == 404
        assert answer.json() == {"code": "job_not_found", "message": "job 'nope' does not exist"}


def test_why_a_job_failed_is_told_in_both_languages(owner: TestClient, jobs: FakeJobs) -> None:
    jobs.change("job-1", state="failed", error=NoAudioStream("a.mp4"))
    job = owner.get("/api/jobs/job-1").json()
    assert job["error_code"] == "no_audio_stream"
    assert job["error_message"] == {"en": "'a.mp4' has no such sound track", "zh": "文件“a.mp4”中没有所选的音轨"}


def test_warnings_are_told_in_both_languages(owner: TestClient, library: Library) -> None:
    silence = Notice(code=NoticeCode.NO_SPEECH)
    stopped = Notice(code=NoticeCode.MODEL_NEVER_BEGAN, values=(error_words(LlmTimeout("qwen")),))
    transcript, notes = make_transcript(warnings=(silence,)), make_notes(warnings=(stopped,))
    library.save(make_recording(id="rec-2", transcript=transcript, notes=notes))
    recording = owner.get("/api/recordings/rec-2").json()
    assert recording["transcript"]["warnings"] == [
        {
            "code": "no_speech",
            "text": {"en": "No speech was found in this recording.", "zh": "这段录音里没有听到有人说话。"},
        }
    ]
    assert recording["notes"]["warnings"] == [
        {
            "code": "model_never_began",
            "text": {
                "en": "The language model stopped before the first call, so the notes are quotes: "
                "language model 'qwen' stopped answering.",
                "zh": "语言模型在第一次调用之前就停止了，笔记都是原话：语言模型“qwen”没有响应。",
            },
        }
    ]


def test_recordings(owner: TestClient) -> None:
    (summary,) = owner.get("/api/recordings").json()
    assert summary["name"] == "评审 <b>.mp3"
    assert summary["keywords"] == ["server", "travel budget"]
    recording = owner.get("/api/recordings/rec-1").json()
    assert recording["transcript"]["segments"][1] == {
        "id": 1,
        "start": 3.0,
        "end": 5.8,
        "text": "Who pays for the new server?",
        "speaker": None,
        "beside": [],
    }
    assert recording["transcript"]["coverage"]["missed"] == [
        {"start": 14.0, "end": 15.0, "problem": "no_text", "speaker": None}
    ]
    assert recording["transcript"]["coverage"]["share"] == pytest.approx(14 / 15)
    point = recording["notes"]["chapters"][0]["points"][1]
    assert point["proof"] == "quote"
    assert point["citations"][0]["segment_ids"] == [3]
    assert recording["notes"]["questions"][1]["answer"] is None


def test_a_recording_that_does_not_exist(owner: TestClient) -> None:
    for recording_id in ("nope", "..%2F..%2Fetc", "a%00b", "x" * 65, "rec-1%2F.."):
        for address in ("", "/media", "/export/srt"):
            assert owner.get(f"/api/recordings/{recording_id}{address}").status_code == 404, recording_id
        assert owner.delete(f"/api/recordings/{recording_id}").status_code in (404, 405), recording_id


def test_deleting(owner: TestClient, library: Library) -> None:
    assert owner.delete("/api/recordings/rec-1").status_code == 204
    assert library.list() == ()
    assert owner.delete("/api/recordings/rec-1").json()["code"] == "recording_not_found"


def test_ranges(owner: TestClient) -> None:
    for wanted, status, body, content_range in (
        (None, 200, SOUND, None),
        ("bytes=0-", 206, SOUND, "bytes 0-10239/10240"),
        ("bytes=100-199", 206, SOUND[100:200], "bytes 100-199/10240"),
        ("bytes=-10", 206, SOUND[-10:], "bytes 10230-10239/10240"),
        ("bytes=10000-99999", 206, SOUND[10000:], "bytes 10000-10239/10240"),
        ("bytes=10240-", 416, None, "bytes */10240"),
        ("bytes=x-y", 400, None, None),
    ):
        answer = owner.get("/api/recordings/rec-1/media", headers={"range": wanted} if wanted else {})
        assert answer.status_code == status, wanted
        assert answer.headers.get("content-range") == content_range, wanted
        if body is not None:
            assert answer.content == body
            assert answer.headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (make_media(container="mov,mp4,m4a,3gp,3g2,mj2"), "audio/mp4"),
        (make_media(container="mov,mp4,m4a,3gp,3g2,mj2", has_video=True), "video/mp4"),
        (make_media(container="matroska,webm", has_video=True), "video/webm"),
        (make_media(container="html", name="a.html"), "application/octet-stream"),
        (make_media(container="", name="a.svg"), "application/octet-stream"),
    ],
)
def test_media_is_never_a_page(media: Media, expected: str) -> None:
    assert media_type(media) == expected


def test_sound_that_was_not_kept(owner: TestClient, library: Library) -> None:
    library.media_path("rec-1").unlink()
    answer = owner.get("/api/recordings/rec-1/media")
    assert (answer.status_code, answer.json()["code"]) == (404, "media_not_kept")


def test_downloads(owner: TestClient) -> None:
    names = [one["name"] for one in owner.get("/api/formats").json()]
    assert names == list(FORMATS)
    for name in names:
        answer = owner.get(f"/api/recordings/rec-1/export/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == (
            f"attachment; filename*=utf-8''%E8%AF%84%E5%AE%A1%20%3Cb%3E.{FORMATS[name].extension}"
        )
        assert answer.text


def test_a_format_that_does_not_exist(owner: TestClient) -> None:
    for name in ("exe", "all", "srt,vtt", "%20"):
        answer = owner.get(f"/api/recordings/rec-1/export/{name}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_option")


def test_notes_for_an_old_recording(owner: TestClient, jobs: FakeJobs) -> None:
    job_id = owner.post("/api/recordings/rec-1/notes").json()["job_id"]
    assert jobs.status(job_id) == make_job(job_id, name="notes on rec-1")


@pytest.mark.parametrize(
    ("body", "ranges"),
    [
        ({}, [(14, 15)]),
        ({"ranges": "missed"}, [(14, 15)]),
        ({"ranges": "suspect"}, []),
        ({"ranges": [{"start": 6, "end": 8.5}, {"start": 1, "end": 2}]}, [(1, 2), (6, 8.5)]),
    ],
)
def test_ranges_are_transcribed_again(
    owner: TestClient, jobs: FakeJobs, body: dict[str, object], ranges: list[tuple[float, float]]
) -> None:
    answer = owner.post("/api/recordings/rec-1/redo", json=body)
    assert answer.status_code == 202
    ((recording_id, asked),) = jobs.redone
    assert (recording_id, [(one.start, one.end) for one in asked]) == ("rec-1", ranges)
    job = owner.get(f"/api/jobs/{answer.json()['job_id']}").json()
    assert (job["redo"], job["recording_id"]) == (True, "rec-1")
    assert not owner.get("/api/jobs/job-1").json()["redo"]


@pytest.mark.parametrize(
    ("ranges", "reason"),
    [
        ([], "请写 missed"),
        ([{"start": 5, "end": 5}], "时间段的结束必须晚于开始"),
        ([{"start": 9, "end": 3}], "时间段的结束必须晚于开始"),
        ([{"start": 1, "end": 5}, {"start": 4, "end": 6}], "时间段不能重叠"),
        ([{"start": 14, "end": 99}], "录音到 00:15 结束"),
    ],
)
def test_ranges_that_cannot_be(owner: TestClient, jobs: FakeJobs, ranges: object, reason: str) -> None:
    headers = {"accept-language": "zh"}
    answer = owner.post("/api/recordings/rec-1/redo", json={"ranges": ranges}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_option")
    assert reason in answer.json()["message"]
    assert jobs.redone == []


@pytest.mark.parametrize("ranges", ["none", [{"start": -1, "end": 5}], [{"start": 1}], 3, [[1, 2]]])
def test_bodies_that_are_no_ranges(owner: TestClient, jobs: FakeJobs, ranges: object) -> None:
    assert owner.post("/api/recordings/rec-1/redo", json={"ranges": ranges}).status_code == 422
    assert jobs.redone == []


def test_ranges_of_nothing(owner: TestClient, jobs: FakeJobs) -> None:
    answer = owner.post("/api/recordings/nobody/redo", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "recording_not_found")
    jobs.failure = MediaNotFound("评审.mp3", "the recording's sound is no longer on this machine")
    answer = owner.post("/api/recordings/rec-1/redo", json={}, headers={"accept-language": "zh"})
    assert (answer.status_code, answer.json()["code"]) == (404, "media_not_found")
    assert "这台机器上已没有这段录音的声音" in answer.json()["message"]


def test_a_correction_is_shown_where_it_stands_and_taken_back(owner: TestClient, library: Library) -> None:
    segments = make_transcript().segments
    corrections = (make_correction(segments[2], 2, "but yet"),)
    library.save(make_recording(id="rec-2", transcript=make_transcript(corrections=corrections)))
    (shown,) = owner.get("/api/recordings/rec-2").json()["corrections"]
    assert (shown["before"], shown["after"], shown["reason"]) == ("but yet", "budget", "glossary_sound")
    assert (shown["segment_id"], shown["offset"]) == (2, len("The travel "))
    wanted = {name: shown[name] for name in ("start", "end", "before", "after")}
    now = owner.post("/api/recordings/rec-2/undo", json=wanted)
    assert now.json() == owner.get("/api/recordings/rec-2").json()
    assert now.json()["corrections"] == []
    assert now.json()["transcript"]["segments"][2]["text"] == "The travel but yet pays, twelve thousand euros."
    assert now.json()["notes"]["warnings"][0]["code"] == "transcript_changed"
    again = owner.post("/api/recordings/rec-2/undo", json=wanted, headers={"accept-language": "zh"})
    assert (again.status_code, again.json()["code"]) == (422, "invalid_option")
    assert "文字中没有这处更正" in again.json()["message"]


@pytest.mark.parametrize("change", [{"start": -1}, {"end": "NaN"}, {"before": None}, {"more": 1}])
def test_bodies_that_are_no_correction(owner: TestClient, change: dict[str, object]) -> None:
    wanted = {"start": 0, "end": 1, "before": "a", "after": "b"} | change
    assert owner.post("/api/recordings/rec-1/undo", json=wanted).status_code == 422
