"""Uploads: resumed at any point, never larger than announced, never trusted with a name."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.diarize import SpeakerOptions
from tests.fake_jobs import FakeJobs
from tests.ui.api.conftest import TestClient
from tingwu.errors import EmptyMedia, NoAudioStream, OutputFull, StoredDataInvalid
from tingwu.speech.speakers import SpeakerCount
from ui.api.problems import Problem
from ui.api.uploads import CHUNK_BYTES, EXPIRY_SECONDS, UploadLimits, UploadStore, clean_name

DATA = bytes(range(256)) * 8


@pytest.fixture
def store(tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path / "uploads", UploadLimits(max_bytes=10_000, quota_bytes=15_000, free_bytes=0))


def take(path: Path, name: str) -> str:
    """A job that reads the file at once."""
    return f"{name}: {path.read_bytes() == DATA}"


@pytest.mark.parametrize("cut", [0, 1, 255, 1024, len(DATA) - 1, len(DATA)])
def test_an_upload_goes_on_where_it_was_cut(store: UploadStore, cut: int) -> None:
    upload = store.create("talk.mp3", len(DATA))
    store.append(upload.id, 0, DATA[:cut])
    after_restart = UploadStore(store.root, store.limits)
    offset = after_restart.get(upload.id).offset
    assert offset == cut
    after_restart.append(upload.id, offset, DATA[offset:])
    assert after_restart.finish(upload.id, take) == "talk.mp3: True"


def test_a_chunk_at_the_wrong_place_changes_nothing(store: UploadStore) -> None:
    upload = store.create("talk.mp3", len(DATA))
    store.append(upload.id, 0, DATA[:100])
    for offset in (0, 99, 101, 5000):
        with pytest.raises(Problem) as caught:
            store.append(upload.id, offset, b"x")
        assert (caught.value.status, caught.value.offset) == (409, 100)
    assert store.get(upload.id).offset == 100


def test_a_chunk_that_was_damaged_on_the_way(store: UploadStore) -> None:
    upload = store.create("talk.mp3", 3)
    with pytest.raises(Problem, match="sha256"):
        store.append(upload.id, 0, b"abd", hashlib.sha256(b"abc").hexdigest())
    assert store.append(upload.id, 0, b"abc", hashlib.sha256(b"abc").hexdigest().upper()).offset == 3


def test_more_than_was_announced(store: UploadStore) -> None:
    upload = store.create("talk.mp3", 3)
    with pytest.raises(Problem) as caught:
        store.append(upload.id, 0, b"abcd")
    assert caught.value.status == 413
    assert store.get(upload.id).offset == 0


def test_finishing_early_and_twice(store: UploadStore) -> None:
    upload = store.create("talk.mp3", len(DATA))
    with pytest.raises(Problem, match="bytes are missing"):
        store.finish(upload.id, take)
    store.append(upload.id, 0, DATA)
    calls: list[str] = []

    def submit(path: Path, name: str) -> str:
        calls.append(name)
        return "job-7"

    assert [store.finish(upload.id, submit), store.finish(upload.id, submit)] == ["job-7", "job-7"]
    assert calls == ["talk.mp3"]


def test_a_refused_file_can_be_handed_over_again(store: UploadStore) -> None:
    upload = store.create("talk.mp3", len(DATA))
    store.append(upload.id, 0, DATA)

    def refuse(path: Path, name: str) -> str:
        raise NoAudioStream(name)

    with pytest.raises(NoAudioStream):
        store.finish(upload.id, refuse)
    assert store.finish(upload.id, take) == "talk.mp3: True"


def test_discarding_leaves_nothing_but_what_a_job_has(store: UploadStore) -> None:
    begun, refused, taken = (store.create(name, len(DATA)) for name in ("a", "b", "c"))
    for upload in (refused, taken):
        store.append(upload.id, 0, DATA)
    store.finish(taken.id, take)
    with pytest.raises(ZeroDivisionError):
        store.finish(refused.id, lambda path, name: str(1 // 0))
    for upload in (begun, refused, taken):
        store.discard(upload.id)
    assert [path.name for path in store.root.iterdir()] == [f"{taken.id}.media"]


def test_limits(store: UploadStore, tmp_path: Path) -> None:
    with pytest.raises(EmptyMedia):
        store.create("a", 0)
    with pytest.raises(Problem, match="10000 bytes"):
        store.create("a", 10_001)
    store.create("a", 10_000)
    with pytest.raises(OutputFull, match="unfinished"):
        store.create("b", 5_001)
    full = UploadStore(tmp_path / "full", UploadLimits(free_bytes=2**60))
    with pytest.raises(OutputFull, match="disk"):
        full.create("a", 1)


def test_forgotten_uploads_expire(tmp_path: Path) -> None:
    clock = [0.0]
    store = UploadStore(tmp_path, UploadLimits(free_bytes=0), now=lambda: clock[0])
    old = store.create("old", 5)
    clock[0] = (tmp_path / f"{old.id}.json").stat().st_mtime + EXPIRY_SECONDS - 5
    store.create("other", 5)
    assert store.get(old.id).size == 5
    clock[0] += 10
    new = store.create("new", 5)
    with pytest.raises(Problem):
        store.get(old.id)
    assert store.get(new.id).size == 5


@pytest.mark.parametrize("upload_id", ["", "x", "../../etc/passwd", "0" * 31, "0" * 33, "0" * 32, "A" * 32])
def test_ids_that_are_none(store: UploadStore, upload_id: str) -> None:
    with pytest.raises(Problem) as caught:
        store.get(upload_id)
    assert caught.value.status == 404


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "a"}', "\x00"])
def test_a_damaged_record(store: UploadStore, text: str) -> None:
    upload = store.create("a", 1)
    (store.root / f"{upload.id}.json").write_text(text)
    with pytest.raises(StoredDataInvalid):
        store.get(upload.id)
    assert store.create("b", 1).offset == 0, "one damaged record does not stop the others"
    late = UploadStore(store.root, store.limits, now=lambda: 2.0**40)
    late.sweep()
    assert list(store.root.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("talk.mp3", "talk.mp3"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\会议.m4a", "会议.m4a"),
        ("a\r\nSet-Cookie: x", "aSet-Cookie: x"),
        ("\u202egpj.exe", "gpj.exe"),
        ("...", "recording"),
        ("", "recording"),
        ("/", "recording"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("x" * 300 + ".mp3", "x" * 196 + ".mp3"),
    ],
)
def test_names(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@given(st.text())
def test_any_name_becomes_a_plain_one(name: str) -> None:
    kept = clean_name(name)
    assert 1 <= len(kept) <= 200
    assert not {"/", "\\", "\n", "\r", "\0"} & set(kept)
    assert clean_name(kept) == kept


def send(owner: TestClient, name: str, data: bytes, choices: dict[str, object]) -> str:
    upload = owner.post("/api/uploads", json={"name": name, "size": len(data)}).json()
    half = len(data) // 2
    for offset, part in ((0, data[:half]), (half, data[half:])):
        headers = {"x-chunk-sha256": hashlib.sha256(part).hexdigest()}
        state = owner.put(f"/api/uploads/{upload['id']}?offset={offset}", content=part, headers=headers).json()
        assert state["offset"] == offset + len(part)
    return owner.post(f"/api/uploads/{upload['id']}/finish", json=choices).json()["job_id"]


def test_over_http(owner: TestClient, jobs: FakeJobs) -> None:
    send(owner, "../会议.mp3", DATA, {"language": "zh", "notes": False})
    send(owner, "talk.mp3", DATA[:9], {})
    assert jobs.submitted == [(DATA, "会议.mp3", "zh", False), (DATA[:9], "talk.mp3", None, True)]


def test_channels_over_http(owner: TestClient, jobs: FakeJobs) -> None:
    send(owner, "call.wav", DATA, {"channels": "split"})
    send(owner, "talk.mp3", DATA[:9], {})
    assert jobs.channels == ["split", "mix"]
    upload = owner.post("/api/uploads", json={"name": "a.wav", "size": 1}).json()
    assert owner.post(f"/api/uploads/{upload['id']}/finish", json={"channels": "both"}).status_code == 422


def test_speakers_over_http(owner: TestClient, jobs: FakeJobs) -> None:
    send(owner, "a.mp3", DATA, {"diarize": True})
    send(owner, "b.mp3", DATA, {"diarize": True, "num_speakers": 3})
    send(owner, "c.mp3", DATA, {"diarize": True, "num_speakers": None})
    send(owner, "d.mp3", DATA, {"diarize": False, "num_speakers": 3})
    send(owner, "e.mp3", DATA, {})
    three = SpeakerOptions(count=SpeakerCount(exact=3))
    assert jobs.speakers == [SpeakerOptions(), three, SpeakerOptions(), None, None]


@pytest.mark.parametrize("number", [0, -1, 101, 2.5, "many"])
def test_numbers_of_speakers_that_cannot_be(owner: TestClient, jobs: FakeJobs, number: object) -> None:
    choices = {"diarize": True, "num_speakers": number}
    upload = owner.post("/api/uploads", json={"name": "a.wav", "size": 1}).json()
    for path, body in (
        ("/api/uploads", {"name": "b.wav", "size": 1, "choices": choices}),
        (f"/api/uploads/{upload['id']}/finish", choices),
    ):
        answer = owner.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert jobs.speakers == []


def test_a_chunk_over_the_limit_over_http(owner: TestClient) -> None:
    upload = owner.post("/api/uploads", json={"name": "a", "size": CHUNK_BYTES + 1}).json()
    answer = owner.put(f"/api/uploads/{upload['id']}?offset=0", content=b"x" * (CHUNK_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "chunk_too_large")
    assert owner.get(f"/api/uploads/{upload['id']}").json()["offset"] == 0


def test_the_offset_comes_with_the_refusal(owner: TestClient) -> None:
    upload = owner.post("/api/uploads", json={"name": "a", "size": 9}).json()
    answer = owner.put(f"/api/uploads/{upload['id']}?offset=4", content=b"x")
    assert answer.status_code == 409
    assert answer.json() == {"code": "wrong_offset", "message": "the upload stands at 0", "offset": 0}


def test_a_file_that_is_no_recording(owner: TestClient, jobs: FakeJobs) -> None:
    jobs.failure = NoAudioStream("a.txt")
    upload = owner.post("/api/uploads", json={"name": "a.txt", "size": 1}).json()
    owner.put(f"/api/uploads/{upload['id']}?offset=0", content=b"x")
    finish = f"/api/uploads/{upload['id']}/finish"
    english = owner.post(finish, json={}).json()
    chinese = owner.post(finish, json={}, headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}).json()
    assert english["code"] == chinese["code"] == "no_audio_stream"
    assert "has no such sound track" in english["message"]
    assert "音轨" in chinese["message"]


def test_announcements_that_make_no_sense(owner: TestClient) -> None:
    for body in (
        {},
        {"name": "a"},
        {"name": "", "size": 1},
        {"name": "a", "size": -1},
        {"name": "a", "size": 2**60},
        {"name": "a", "size": 1, "path": "/etc/passwd"},
        {"name": ["a"], "size": 1},
    ):
        answer = owner.post("/api/uploads", json=body)
        assert answer.status_code == 422, body
        assert answer.json()["code"] == "invalid_request"
        assert "/etc/passwd" not in answer.text


def test_choices_that_cannot_be_are_refused_before_anything_is_sent(owner: TestClient, jobs: FakeJobs) -> None:
    jobs.unknown_language = "yue"
    file = {"name": "a.wav", "size": 1}
    for language, says in (("yue", "whisper-base 不认识这种语言，请换一种语言"), ("xx", "不能是“xx”")):
        body = file | {"choices": {"language": language}}
        answer = owner.post("/api/uploads", json=body, headers={"accept-language": "zh"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_option")
        assert says in answer.json()["message"]
    assert owner.post("/api/uploads", json=file | {"choices": {"language": "zh"}}).status_code == 201
    assert owner.post("/api/uploads", json=file | {"choices": {"model": "x"}}).status_code == 422
