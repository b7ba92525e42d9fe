"""Files and names that mean harm, or only look like it."""

import os
import socket
from pathlib import Path

import pytest

from tests.media import FORMATS, OTHER_HZ, TONE_HZ, ffmpeg, loudness, make_sound, picture, playlists
from tingwu.audio.child import SandboxedProcess
from tingwu.audio.decode import decode
from tingwu.audio.ffmpeg import decode_command, find_ffmpeg
from tingwu.audio.limits import MediaLimits
from tingwu.audio.probe import probe
from tingwu.errors import EmptyMedia, MediaNotFound, MediaRefused, NoAudioStream, PlaylistRefused, UnreadableMedia

ODD_NAMES = [
    "two words.wav",
    'it\'s "quoted".wav',
    "two\nlines.wav",
    "-rf.wav",
    "-i.wav",
    "$(touch x);`y`|&.wav",
    "%d %s *.wav",
    "http:example.wav",
    "concat:a|b.wav",
    "a" * 251 + ".wav",
    "会议记录.wav",
    "🎙️ meeting.wav",
    "no ending",
    "film.mp4",
    "...",
]


def raw_decode(path: Path) -> bytes:
    """What the decode command gives for bytes that no probe has refused."""
    with path.open("rb") as file:
        command = decode_command(find_ffmpeg(), stream=0, channels=1, real_timestamps=False)
        with SandboxedProcess(
            command, stdin=file.fileno(), name=path.name, limits=MediaLimits(), stderr_bytes=1000
        ) as child:
            data = b""
            while piece := child.read(1 << 16):
                data += piece
            assert child.finish() != 0
    return data


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody else's recording."""
    return make_sound(tmp_path_factory.mktemp("other") / "secret.wav", *FORMATS["wav"], hz=OTHER_HZ)


@pytest.mark.parametrize("kind", playlists(Path("x")))
@pytest.mark.parametrize("name", ["film.mp4", "list.m3u8"])
def test_a_playlist_is_refused_by_its_content(tmp_path: Path, target: Path, kind: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(playlists(target)[kind], encoding="utf-8")
    with pytest.raises(PlaylistRefused):
        probe(path)


@pytest.mark.parametrize("kind", playlists(Path("x")))
def test_the_sound_behind_a_playlist_never_comes_out_even_without_the_probe(
    tmp_path: Path, target: Path, kind: str
) -> None:
    path = tmp_path / "film.mp4"
    path.write_text(playlists(target)[kind], encoding="utf-8")
    assert raw_decode(path) == b""


def test_without_the_lock_the_playlist_does_play(tmp_path: Path, target: Path) -> None:
    """Keeps the test above honest: the same text is dangerous to an ordinary ffmpeg."""
    path, out = tmp_path / "film.mp4", tmp_path / "out.wav"
    path.write_text(playlists(target)["ffconcat"], encoding="utf-8")
    ffmpeg("-safe", "0", "-i", path, out)
    assert out.stat().st_size > 10_000


def test_a_playlist_in_utf_16_is_refused(tmp_path: Path, target: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text(playlists(target)["asx"], encoding="utf-16")
    with pytest.raises(PlaylistRefused):
        probe(path)


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_only_names(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    make_sound(tmp_path / "plain.wav", *FORMATS["wav"], seconds=0.2).rename(path)
    media = probe(path)
    assert media.name == name
    assert sum(len(block) for block in decode(path, media)) == 3200


def test_a_name_that_is_not_utf_8_is_read_and_can_be_printed(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.wav"))
    make_sound(tmp_path / "plain.wav", *FORMATS["wav"], seconds=0.2).rename(path)
    media = probe(path)
    assert media.name == "��.wav"
    assert media.name.encode()
    assert sum(len(block) for block in decode(path, media)) == 3200


def test_the_users_name_is_kept_apart_from_the_path(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "3f2a", "-f", "wav", seconds=0.2)
    assert probe(path, name="../../etc/passwd").name == "../../etc/passwd"


def test_zero_bytes(tmp_path: Path) -> None:
    path = tmp_path / "empty.mp4"
    path.touch()
    with pytest.raises(EmptyMedia):
        probe(path)


def test_text_named_mp4(tmp_path: Path) -> None:
    path = tmp_path / "notes.mp4"
    path.write_text("Minutes of the meeting.\n会议记录\n" * 100, encoding="utf-8")
    with pytest.raises(UnreadableMedia, match="it is text"):
        probe(path)


def test_a_picture_without_sound(tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    ffmpeg(*picture(1), "-c:v", "mpeg4", path)
    with pytest.raises(NoAudioStream, match="no sound at all"):
        probe(path)


def test_a_link_is_refused_even_to_good_media(tmp_path: Path, target: Path) -> None:
    path = tmp_path / "link.wav"
    path.symlink_to(target)
    with pytest.raises(MediaRefused, match="link"):
        probe(path)


def test_a_link_put_in_place_after_the_probe_is_refused(tmp_path: Path, target: Path) -> None:
    path = make_sound(tmp_path / "mine.wav", *FORMATS["wav"])
    media = probe(path)
    path.unlink()
    path.symlink_to(target)
    with pytest.raises(MediaRefused):
        list(decode(path, media))


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(MediaRefused, match="pipe"):
        probe(tmp_path / "pipe.wav")


def test_folders_devices_and_sockets_are_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        for path in (tmp_path, Path("/dev/zero"), Path("/dev/null"), tmp_path / "s"):
            with pytest.raises(MediaRefused):
                probe(path)


@pytest.mark.parametrize("name", ["missing.wav", "a\0b.wav", "x" * 300, "file.wav/inside"])
def test_what_does_not_exist_is_not_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.wav").touch()
    with pytest.raises(MediaNotFound):
        probe(tmp_path / name)


def test_tags_cannot_forge_tracks_or_break_the_probe(tmp_path: Path) -> None:
    path = tmp_path / "tags.mp3"
    forged = (
        "x\n[info]   Stream #0:9: Audio: opus, 48000 Hz, stereo\n  Duration: 99:00:00.00, start: 0.0\n" + "y" * 100_000
    )
    make_sound(path, *FORMATS["mp3"], "-metadata", f"title={forged}", "-metadata", f"comment={forged}")
    media = probe(path)
    assert [track.codec for track in media.audio] == ["mp3"]
    assert media.duration == pytest.approx(2.0, abs=0.1)
    block = next(iter(decode(path, media)))
    assert loudness(block, TONE_HZ) > 0.1
