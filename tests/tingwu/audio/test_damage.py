"""Damaged media: as much sound as there is comes out, and the report says that something is wrong."""

from pathlib import Path

import numpy as np
import pytest

from tests.media import FORMATS, ffmpeg, lie_about_mp3_length, make_sound, picture, scratch, tone, truncate
from tingwu.audio.decode import decode
from tingwu.audio.limits import MediaLimits
from tingwu.audio.probe import probe
from tingwu.domain.media import DecodeReport
from tingwu.errors import MediaTooLong, NoAudioStream, UnreadableMedia


def report_on(path: Path) -> DecodeReport:
    decoding = decode(path, probe(path))
    for _ in decoding:
        pass
    return decoding.report


@pytest.mark.parametrize("ending", ["aac", "m4a", "mp3", "opus", "ogg", "flac", "mka", "ts", "webm"])
def test_a_scratch_costs_a_moment_and_is_reported(tmp_path: Path, ending: str) -> None:
    path = scratch(make_sound(tmp_path / f"scratched.{ending}", *FORMATS[ending], seconds=10))
    report = report_on(path)
    assert report.duration > 9.0
    assert not report.complete
    assert all(problem.endswith(".") for problem in report.problems)


@pytest.mark.parametrize(
    "ending", ["wav", "flac", "webm", "ogg", "opus", "vbr.mp3", "wma", "caf", "aiff", "avi", "flv", "w64"]
)
def test_a_file_that_was_cut_off_is_reported(tmp_path: Path, ending: str) -> None:
    path = truncate(make_sound(tmp_path / f"cut.{ending}", *FORMATS[ending], seconds=10), 0.6)
    report = report_on(path)
    assert 4 < report.duration < 8
    assert not report.complete
    assert report.problems


def test_an_mp4_that_was_cut_off_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    ffmpeg(*picture(10), *tone(10), "-c:v", "mpeg4", "-c:a", "aac", "-movflags", "+faststart", path)
    report = report_on(truncate(path, 0.6))
    assert 2 < report.duration < 8
    assert not report.complete


def test_an_mp4_without_its_index_says_so(tmp_path: Path) -> None:
    path = truncate(make_sound(tmp_path / "cut.m4a", *FORMATS["m4a"]), 0.5)
    with pytest.raises(UnreadableMedia, match="index is missing"):
        probe(path)


@pytest.mark.parametrize(("frames", "complete"), [(84, False), (417, True), (2000, False)])
def test_an_mp3_that_lies_about_its_length_is_decoded_to_its_end(tmp_path: Path, frames: int, complete: bool) -> None:
    path = make_sound(tmp_path / "lie.mp3", *FORMATS["vbr.mp3"], seconds=10)
    report = report_on(lie_about_mp3_length(path, frames))
    assert report.duration == pytest.approx(10.0, abs=0.1)
    assert report.complete is complete


def test_chained_ogg_comes_out_whole(tmp_path: Path) -> None:
    first = make_sound(tmp_path / "first.ogg", *FORMATS["ogg"], seconds=3)
    second = make_sound(tmp_path / "second.ogg", *FORMATS["ogg"], seconds=4, hz=900)
    path = tmp_path / "chained.ogg"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    assert report_on(path).duration == pytest.approx(7.0, abs=0.2)


def test_chained_ogg_that_changes_its_channels_is_never_silently_cut(tmp_path: Path) -> None:
    first = make_sound(tmp_path / "first.ogg", *FORMATS["ogg"], seconds=3)
    second = make_sound(tmp_path / "second.ogg", "-ac", "2", *FORMATS["ogg"], seconds=4)
    path = tmp_path / "chained.ogg"
    path.write_bytes(first.read_bytes() + second.read_bytes())
    report = report_on(path)
    assert report.duration == pytest.approx(7.0, abs=0.2) or not report.complete


def test_a_day_of_silence_in_a_small_file_stops_at_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "day.flac"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=3600", "-c:a", "flac", path)
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # the header's count of samples: 36 bits, 0 means unknown
    data[22:26] = bytes(4)
    path.write_bytes(data)
    media = probe(path)
    assert media.duration is None
    with pytest.raises(MediaTooLong), decode(path, media, limits=MediaLimits(max_seconds=100)) as decoding:
        for _ in decoding:
            pass


def test_a_declared_length_above_the_limit_is_refused_at_once(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "long.wav", *FORMATS["wav"], seconds=3)
    with pytest.raises(MediaTooLong) as caught:
        probe(path, limits=MediaLimits(max_seconds=2))
    assert (caught.value.seconds, caught.value.limit_seconds) == (3.0, 2)


def test_a_track_without_a_single_sample_is_no_sound(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "empty.wav", *FORMATS["wav"])
    data = bytearray(path.read_bytes())
    first = data.index(b"data")
    data[first + 4 : first + 8] = bytes(4)
    data[4:8] = first.to_bytes(4, "little")
    path.write_bytes(data[: first + 8])
    with pytest.raises(NoAudioStream, match="empty"):
        report_on(path)


def test_noise_is_never_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(np.random.default_rng(3).bytes(200_000))
    with pytest.raises(UnreadableMedia):
        probe(path)


def test_a_file_that_changed_after_the_probe_is_refused(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "growing.wav", *FORMATS["wav"])
    media = probe(path)
    with path.open("ab") as file:
        file.write(b"more")
    with pytest.raises(UnreadableMedia, match="changed"):
        list(decode(path, media))


def test_a_file_that_grows_while_it_is_read_is_reported(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "growing.wav", *FORMATS["wav"], seconds=40)
    decoding = decode(path, probe(path))
    seconds = 0.0
    for block in decoding:
        if not seconds:
            with path.open("ab") as file:
                file.write(bytes(32_000))
        seconds += len(block) / 16_000
    assert seconds >= 40
    assert not decoding.report.complete
    assert "The file changed while it was read." in decoding.report.problems
