"""`tingwu profiles`: what users type, see and get back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.settings import Settings
from tests.builders import make_recording, make_transcript
from tests.builders_voices import make_profile, ray
from tests.fake_voices import FakeEmbedder
from tests.media import ffmpeg, make_sound
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.errors import InvalidOption, MediaNotFound, ProfileNotFound, RecordingNotFound
from tingwu.store.library import Library
from tingwu.store.profiles import ProfileStore
from ui.cli import app
from ui.cli_profiles import ProfilesEdge, profiles_app

TALK = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProfileStore:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TINGWU_DATA_DIR", str(tmp_path / "data"))
    return ProfileStore(tmp_path / "data" / "profiles")


@contextmanager
def fake(settings: Settings) -> Iterator[FakeEmbedder]:
    yield FakeEmbedder()


def run(*arguments: str | Path, answer: str = "") -> Result:
    edge = ProfilesEdge(open_embedder=fake)
    return CliRunner().invoke(profiles_app, [str(argument) for argument in arguments], obj=edge, input=answer)


def names(store: ProfileStore) -> list[str]:
    return [profile.name for profile in store.list()]


def test_add_list_and_delete(store: ProfileStore) -> None:
    added = run("add", "Hannah Price", TALK, "--consent", "Hannah, 3 May 2026")
    assert (added.exit_code, added.stdout) == (0, "Hannah Price: 60 s of speech heard, 60 s in all\n")
    more = run("add", "hannah price", TALK, "--consent", "again")
    assert more.stdout == "Hannah Price: 60 s of speech heard, 120 s in all\n"
    rows = [" ".join(line.split()) for line in run("list").stdout.splitlines()]
    day = store.get("Hannah Price").created[:10]
    assert rows == [
        "name speech since consent heard by",
        f"Hannah Price 120 s {day} Hannah, 3 May 2026; again fake-voice",
    ]
    deleted = run("delete", "hannah price", "--yes")
    assert (deleted.exit_code, deleted.stdout) == (0, "deleted: Hannah Price\n")
    assert run("list").stdout == ""
    assert [path.name for path in store.root.iterdir()] == [".lock"]


def test_add_a_speaker_of_a_recording(store: ProfileStore, tmp_path: Path) -> None:
    library = Library(tmp_path / "data" / "recordings")
    diarization = Diarization(
        turns=(SpeakerTurn(speaker="Speaker 1", start=0, end=12),), count_confidence=1.0, model="fake"
    )
    made = make_recording(transcript=make_transcript(diarization=diarization))
    library.save(made)
    arguments = ("add", "李娜", "--recording", made.id, "--speaker", "Speaker 1", "--consent", "本人同意")
    assert isinstance(run(*arguments).exception, MediaNotFound)
    sound = make_sound(tmp_path / "talk.wav", "-c:a", "pcm_s16le", seconds=15.0)
    library.keep_media(made.id, sound)
    assert run(*arguments).stdout == "李娜: 12 s of speech heard, 12 s in all\n"
    assert names(store) == ["李娜"]
    other = run("add", "X", "--recording", made.id, "--speaker", "Speaker 9", "--consent", "yes")
    assert str(other.exception) == "speaker cannot be 'Speaker 9': the speakers are Speaker 1"


def test_a_voice_that_is_known_by_another_name(store: ProfileStore) -> None:
    store.add(make_profile(name="Ann", vectors=(ray(3),)))
    added = run("add", "Anna", TALK, "--consent", "yes")
    assert added.exit_code == 0
    assert "very like that of Ann, so neither will be recognised" in added.stderr


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("add", "Anna", "--consent", "yes"), "clip"),
        (("add", "Anna", "a.wav", "--consent", "yes", "--recording", "1", "--speaker", "A"), "clip"),
        (("add", "Anna", "--consent", "yes", "--recording", "1"), "clip"),
        (("add", "Anna", "a.wav", "--consent", "yes", "--speaker", "A"), "clip"),
        (("add", "Anna", "a.wav", "--consent", " "), "consent"),
        (("add", "\n", "a.wav", "--consent", "yes"), "name"),
        (("add", "n" * 101, "a.wav", "--consent", "yes"), "name"),
    ],
)
def test_wrong_arguments(store: ProfileStore, arguments: tuple[str, ...], option: str) -> None:
    error = run(*arguments).exception
    assert isinstance(error, InvalidOption)
    assert error.option == option
    assert store.list() == ()


def test_consent_must_be_given(store: ProfileStore) -> None:
    result = run("add", "Anna", TALK)
    assert result.exit_code == 2
    assert "--consent" in result.stderr


def test_a_recording_that_is_not_there(store: ProfileStore) -> None:
    result = run("add", "Anna", "--recording", "nothing", "--speaker", "A", "--consent", "yes")
    assert isinstance(result.exception, RecordingNotFound)


def test_rename_and_merge(store: ProfileStore) -> None:
    store.add(make_profile(name="Anna"))
    store.add(make_profile(name="Bob", vectors=(ray(90),)))
    assert run("rename", "anna", "Anna Li").stdout == "Anna Li\n"
    assert names(store) == ["Anna Li", "Bob"]
    assert isinstance(run("rename", "Bob", "ANNA LI").exception, InvalidOption)
    assert run("merge", "Bob", "anna li").stdout == "Anna Li\n"
    assert names(store) == ["Anna Li"]


@pytest.mark.parametrize("command", [("delete", "Nobody", "--yes"), ("delete", "Nobody"), ("rename", "Nobody", "X")])
def test_what_is_not_there(store: ProfileStore, command: tuple[str, ...]) -> None:
    error = run(*command).exception
    assert isinstance(error, ProfileNotFound)
    assert error.name == "Nobody"


@pytest.mark.parametrize(("answer", "kept"), [("y\n", []), ("n\n", ["Anna"]), ("\n", ["Anna"]), ("", ["Anna"])])
def test_delete_asks(store: ProfileStore, answer: str, kept: list[str]) -> None:
    store.add(make_profile())
    result = run("delete", "anna", answer=answer)
    assert "Forget the voice of Anna for good?" in result.stderr
    assert result.exit_code == (130 if kept else 0)
    assert ("nothing was deleted" in result.stderr) == bool(kept)
    assert names(store) == kept


def test_a_damaged_profile_is_named_and_can_be_deleted(store: ProfileStore) -> None:
    store.add(make_profile())
    (store.root / "00bad.json").write_text("{")
    listed = run("list")
    assert listed.exit_code == 0
    assert "Anna" in listed.stdout
    assert "00bad.json is damaged; `tingwu profiles delete 00bad` removes it" in listed.stderr
    assert run("delete", "00bad", "--yes").exit_code == 0
    assert run("list").stderr == ""
    assert names(store) == ["Anna"]


def test_markup_in_names_is_shown_as_it_is(store: ProfileStore) -> None:
    store.add(make_profile(name="[red]Anna[/red]"))
    assert "[red]Anna[/red]" in run("list").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("delete", "Nobody", "--yes"), 8, "tingwu: voice profile 'Nobody' does not exist"),
        (("rename", "Anna", " "), 2, "tingwu: name cannot be ''"),
    ],
)
def test_errors_leave_as_exit_codes(store: ProfileStore, arguments: tuple[str, ...], code: int, says: str) -> None:
    store.add(make_profile())
    result = CliRunner().invoke(app, ["profiles", *arguments])
    assert result.exit_code == code
    assert result.stderr.startswith(says)


def test_silence_is_refused(store: ProfileStore, tmp_path: Path) -> None:
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d=10", tmp_path / "silence.wav")
    error = run("add", "Anna", tmp_path / "silence.wav", "--consent", "yes").exception
    assert isinstance(error, InvalidOption)
    assert "at least 5 s of clear speech" in error.detail
