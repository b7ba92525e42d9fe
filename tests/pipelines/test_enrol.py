"""Enrolling: real ffmpeg and a real voice detector on made speech, with voices that are scripted."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipelines.enrol import Enrolment, EnrolOptions, alone, enrol_clip, enrol_speaker
from tests.builders import make_media, make_recording, make_transcript
from tests.builders_voices import make_profile, ray
from tests.fake_voices import FakeEmbedder
from tests.media import ffmpeg, make_sound, tone
from tingwu.domain.media import SAMPLE_RATE
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.errors import (
    InvalidOption,
    MediaNotFound,
    NoAudioStream,
    OutputNotWritable,
    TingwuError,
    UnreadableMedia,
)
from tingwu.store.profiles import ProfileStore

TALK = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"
CONSENT = "Martin himself, 3 May 2026"


def clip(folder: Path, seconds: float, *, start: float = 7.3) -> Path:
    """Some of the interview, beginning with 14 s of one voice."""
    path = folder / f"clip-{seconds}.wav"
    ffmpeg("-ss", str(start), "-t", str(seconds), "-i", TALK, path)
    return path


def enrolment(folder: Path, embedder: FakeEmbedder | None = None, **changes: str) -> Enrolment:
    fields = {"name": "Martin", "consent": CONSENT} | changes
    return Enrolment(**fields, embedder=embedder or FakeEmbedder(), store=ProfileStore(folder / "profiles"))  # pyright: ignore[reportArgumentType]


def turns(*parts: tuple[str, float, float]) -> Diarization:
    made = tuple(SpeakerTurn(speaker=speaker, start=start, end=end) for speaker, start, end in parts)
    return Diarization(turns=made, count_confidence=0.9, model="fake")


def recording(diarization: Diarization | None) -> Recording:
    return make_recording(media=make_media(name="talk.opus"), transcript=make_transcript(diarization=diarization))


def spans(diarization: Diarization, speaker: str, **options: float) -> list[tuple[float, float]]:
    return [(part.start, part.end) for part in alone(diarization, speaker, EnrolOptions(**options))]  # pyright: ignore[reportArgumentType]


def test_a_clip_becomes_a_profile(tmp_path: Path) -> None:
    embedder = FakeEmbedder(0, 4)
    wanted = enrolment(tmp_path, embedder, name="  Martin\nCole ", consent=" yes,\tMay ")
    enrolled = enrol_clip(clip(tmp_path, 14), wanted)
    assert wanted.store.list() == (enrolled.profile,)
    assert (enrolled.profile.name, enrolled.profile.consents) == ("Martin Cole", ("yes, May",))
    assert enrolled.profile.model == "fake-voice"
    assert enrolled.profile.vectors[0] == pytest.approx(ray(0), abs=1e-5)
    assert 10 < enrolled.seconds < 14
    assert enrolled.seconds == enrolled.profile.seconds
    assert enrolled.alike is None
    assert [3 < len(piece) / SAMPLE_RATE < 5 for piece in embedder.heard] == [True] * 3
    assert all(abs(piece).max() <= 1 for piece in embedder.heard)


def test_pauses_are_left_out_and_no_more_than_a_minute_is_heard(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    enrolled = enrol_clip(TALK, enrolment(tmp_path, embedder))
    assert enrolled.seconds == 60.0
    assert [len(piece) for piece in embedder.heard] == [4 * SAMPLE_RATE] * 15
    assert len(enrolled.profile.vectors) == 8


def test_silence_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d=20", path)
    wanted = enrolment(tmp_path)
    with pytest.raises(InvalidOption) as caught:
        enrol_clip(path, wanted)
    assert (caught.value.option, caught.value.value) == ("voice", "silence.wav")
    assert caught.value.detail == "at least 5 s of clear speech of one person are needed, 0.0 s were found"
    assert wanted.store.list() == ()


def test_two_seconds_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidOption, match=r"at least 5 s of clear speech of one person are needed, [12]\.\d s"):
        enrol_clip(clip(tmp_path, 2), enrolment(tmp_path))


def test_music_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "music.wav"
    chord = "+".join(f"0.2*sin(2*PI*t*{hz}*(1+floor(mod(2*t,4))/4))" for hz in (262, 330, 392))
    ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{chord}':d=30", path)
    with pytest.raises(InvalidOption, match="clear speech"):
        enrol_clip(path, enrolment(tmp_path))


@pytest.mark.parametrize("angles", [(0, 90), (0, 0, 90), (0, 120, 240)])
def test_several_voices_are_refused(tmp_path: Path, angles: tuple[float, ...]) -> None:
    wanted = enrolment(tmp_path, FakeEmbedder(*angles))
    with pytest.raises(InvalidOption, match="more than one person"):
        enrol_clip(TALK, wanted)
    assert wanted.store.list() == ()


def test_an_odd_piece_is_left_out(tmp_path: Path) -> None:
    enrolled = enrol_clip(TALK, enrolment(tmp_path, FakeEmbedder(*[0] * 14, 90)))
    assert enrolled.seconds == 56.0
    assert all(vector == pytest.approx(ray(0), abs=1e-5) for vector in enrolled.profile.vectors)


def test_enrolling_again_adds_speech(tmp_path: Path) -> None:
    path = clip(tmp_path, 14)
    first = enrol_clip(path, enrolment(tmp_path))
    second = enrol_clip(path, enrolment(tmp_path, FakeEmbedder(30), name="martin", consent="again"))
    assert second.profile.name == "Martin"
    assert second.profile.seconds == pytest.approx(2 * first.seconds)
    assert second.profile.consents == (CONSENT, "again")
    assert ProfileStore(tmp_path / "profiles").list() == (second.profile,)


def test_another_voice_under_a_name_that_is_known_is_refused(tmp_path: Path) -> None:
    path = clip(tmp_path, 14)
    first = enrol_clip(path, enrolment(tmp_path))
    with pytest.raises(InvalidOption, match="not like the voice that is kept under this name"):
        enrol_clip(path, enrolment(tmp_path, FakeEmbedder(90)))
    assert ProfileStore(tmp_path / "profiles").list() == (first.profile,)


def test_the_same_voice_under_another_name_is_said(tmp_path: Path) -> None:
    wanted = enrolment(tmp_path, name="Anna")
    wanted.store.add(make_profile(name="Bob", vectors=(ray(90),)))
    wanted.store.add(make_profile(name="Ann", vectors=(ray(5),)))
    wanted.store.add(make_profile(name="Old", vectors=(ray(0),), model="older"))
    assert enrol_clip(clip(tmp_path, 14), wanted).alike == "Ann"


@pytest.mark.parametrize("changes", [{"name": ""}, {"name": "n" * 101}, {"name": "\n"}, {"consent": " "}])
def test_names_and_consent_come_before_any_work(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(InvalidOption) as caught:
        enrol_clip(tmp_path / "missing.wav", enrolment(tmp_path, None, **changes))
    assert caught.value.option in changes


def test_a_name_with_slashes_makes_no_folders(tmp_path: Path) -> None:
    wanted = enrolment(tmp_path, name="../../a/b")
    assert enrol_clip(clip(tmp_path, 14), wanted).profile.name == "../../a/b"
    assert {path.parent for path in tmp_path.rglob("*.json")} == {wanted.store.root}


def test_files_that_are_no_clips(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound at all, only words")
    ffmpeg("-f", "lavfi", "-i", "testsrc=duration=1:size=64x64", tmp_path / "film.mp4")
    cases: tuple[tuple[str, type[TingwuError]], ...] = (
        ("missing.wav", MediaNotFound), ("text.wav", UnreadableMedia), ("film.mp4", NoAudioStream),
    )  # fmt: skip
    for name, kind in cases:
        with pytest.raises(kind):
            enrol_clip(tmp_path / name, enrolment(tmp_path))


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "profiles").write_text("a file")
    with pytest.raises(OutputNotWritable):
        enrol_clip(clip(tmp_path, 14), enrolment(tmp_path))


def test_a_speaker_of_a_recording(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "media.wav", "-c:a", "pcm_s16le", seconds=40.0)
    embedder = FakeEmbedder()
    made = recording(turns(("A", 0, 8), ("B", 7, 12), ("A", 30, 35)))
    enrolled = enrol_speaker(made, path, "A", enrolment(tmp_path, embedder))
    assert enrolled.seconds == 12.0
    assert [len(piece) for piece in embedder.heard] == [4 * SAMPLE_RATE] * 3


def test_the_sound_is_that_of_the_speaker(tmp_path: Path) -> None:
    """A tone where A speaks, across two blocks of decoding, and silence elsewhere."""
    path = tmp_path / "media.wav"
    ffmpeg(*tone(10, rate=16000), "-af", "adelay=25000,apad=pad_dur=30", path)
    embedder = FakeEmbedder()
    enrol_speaker(recording(turns(("B", 0, 25), ("A", 25, 35))), path, "A", enrolment(tmp_path, embedder))
    assert all(abs(piece[at : at + 400]).max() > 0.05 for piece in embedder.heard for at in (200, len(piece) - 800))
    embedder = FakeEmbedder()
    enrol_speaker(recording(turns(("B", 0, 25), ("A", 25, 35))), path, "B", enrolment(tmp_path, embedder, name="B"))
    assert all(abs(piece).max() < 0.01 for piece in embedder.heard)


@pytest.mark.parametrize(
    ("diarization", "speaker", "option"),
    [
        (None, "A", "recording"),
        (turns(("A", 0, 20)), "C", "speaker"),
        (turns(("A", 0, 20), ("B", 0, 19)), "B", "voice"),
        (turns(("A", 0, 3), ("B", 3, 20)), "A", "voice"),
    ],
)
def test_a_speaker_that_cannot_be_enrolled(
    tmp_path: Path, diarization: Diarization | None, speaker: str, option: str
) -> None:
    path = make_sound(tmp_path / "media.wav", "-c:a", "pcm_s16le", seconds=20.0)
    with pytest.raises(InvalidOption) as caught:
        enrol_speaker(recording(diarization), path, speaker, enrolment(tmp_path))
    assert caught.value.option == option


def test_a_recording_whose_sound_is_gone(tmp_path: Path) -> None:
    with pytest.raises(MediaNotFound, match=r"talk\.opus"):
        enrol_speaker(recording(turns(("A", 0, 20))), tmp_path / "media", "A", enrolment(tmp_path))


def test_where_one_speaks_alone() -> None:
    talk = turns(("A", 0, 10), ("B", 4, 6), ("C", 5, 7), ("A", 12, 12.5), ("A", 20, 50), ("B", 50, 60))
    assert spans(talk, "A") == [(0, 4), (7, 10), (20, 50)]
    assert spans(talk, "B") == [(50, 60)]
    assert spans(talk, "A", most=33.0) == [(0, 3), (20, 50)]
    assert spans(talk, "A", most=30.5) == [(20, 50)]
    assert spans(talk, "A", shortest=5.0) == [(20, 50)]
    assert spans(turns(("A", 0, 10), ("B", 0, 10)), "A") == []


def test_stretches_never_touch_another_voice() -> None:
    talk = turns(*((name, start, start + 3.5) for start in range(0, 60, 2) for name in ("AB"[start // 2 % 2],)))
    for speaker in ("A", "B"):
        parts = alone(talk, speaker, EnrolOptions(shortest=0.1))
        others = [turn for turn in talk.turns if turn.speaker != speaker]
        assert parts
        assert all(one.end <= other.start for one, other in pairwise(parts))
        assert all(part.overlap(other) == 0 for part in parts for other in others)


def test_options_are_kept_by_replacing(tmp_path: Path) -> None:
    short = replace(enrolment(tmp_path), options=EnrolOptions(least=1.0))
    assert 1 < enrol_clip(clip(tmp_path, 3), short).seconds < 3
