"""Every format that is promised is read: the right length, and the tone that was put in."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from tests.media import (
    FORMATS,
    TONE_HZ,
    VIDEO_FORMATS,
    ffmpeg,
    loudness,
    make_channels,
    make_sound,
    make_video,
    picture,
    tone,
)
from tingwu.audio.decode import decode
from tingwu.audio.probe import probe
from tingwu.domain.media import DecodeReport, Media

TONE_LEVEL = 1 / 8
"""ffmpeg's `sine` has this amplitude."""


def decode_all(path: Path, **options: int) -> tuple[Media, np.ndarray, DecodeReport]:
    media = probe(path)
    decoding = decode(path, media, **options)
    blocks = list(decoding)
    assert all(block.dtype == np.int16 and block.ndim == 1 and len(block) for block in blocks)
    return media, np.concatenate(blocks), decoding.report


@pytest.mark.parametrize("ending", FORMATS)
def test_sound_format(tmp_path: Path, ending: str) -> None:
    path = make_sound(tmp_path / f"tone.{ending}", *FORMATS[ending])
    media, samples, report = decode_all(path)
    assert report.complete, report.problems
    assert report.duration == pytest.approx(2.0, abs=0.12)
    level = TONE_LEVEL / 2 if "amr" in media.audio[0].codec else TONE_LEVEL  # its encoder halves the sound
    assert loudness(samples[8000:24000], TONE_HZ) == pytest.approx(level, rel=0.15)
    assert len(media.audio) == 1
    assert not media.has_video


@pytest.mark.parametrize("ending", VIDEO_FORMATS)
def test_film_format(tmp_path: Path, ending: str) -> None:
    path = make_video(tmp_path / f"film.{ending}", *VIDEO_FORMATS[ending])
    media, samples, report = decode_all(path)
    assert report.complete, report.problems
    assert report.duration == pytest.approx(2.0, abs=0.12)
    assert loudness(samples[8000:24000], TONE_HZ) == pytest.approx(TONE_LEVEL, rel=0.15)
    assert media.has_video


def test_a_tenth_of_a_second(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "short.wav", "-c:a", "pcm_s16le", seconds=0.1)
    _, samples, report = decode_all(path)
    assert len(samples) == 1600
    assert report.complete


def test_telephone_rate(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "phone.wav", "-ar", "8000", "-c:a", "pcm_mulaw")
    media, samples, _ = decode_all(path)
    assert (media.audio[0].sample_rate, media.audio[0].codec) == (8000, "pcm_mulaw")
    assert len(samples) == 32000


def test_studio_rate_with_eight_channels(tmp_path: Path) -> None:
    path = make_sound(tmp_path / "studio.flac", "-ar", "192000", "-ac", "8", "-c:a", "flac")
    media, samples, report = decode_all(path)
    assert (media.audio[0].sample_rate, media.audio[0].channels) == (192000, 8)
    assert len(samples) == 32000
    assert report.complete
    assert loudness(samples, TONE_HZ) > 0.05


@pytest.mark.parametrize("n_channels", [2, 6, 8])
def test_a_voice_in_one_channel_keeps_its_level(tmp_path: Path, n_channels: int) -> None:
    silence = ["0"] * (n_channels - 1)
    path = make_channels(tmp_path / "one.wav", *silence, f"0.25*sin({TONE_HZ}*2*PI*t)")
    _, samples, _ = decode_all(path)
    assert loudness(samples, TONE_HZ) == pytest.approx(0.25, rel=0.02)


def test_channels_of_opposite_sign_do_not_cancel(tmp_path: Path) -> None:
    path = make_channels(tmp_path / "swapped.wav", f"0.25*sin({TONE_HZ}*2*PI*t)", f"-0.25*sin({TONE_HZ}*2*PI*t)")
    _, samples, _ = decode_all(path)
    assert loudness(samples, TONE_HZ) == pytest.approx(0.25, rel=0.02)


def test_one_channel_can_be_taken_alone(tmp_path: Path) -> None:
    path = make_channels(tmp_path / "two.wav", "0.2*sin(300*2*PI*t)", "0.2*sin(900*2*PI*t)")
    _, left, _ = decode_all(path, channel=0)
    _, right, _ = decode_all(path, channel=1)
    assert (loudness(left, 300), loudness(left, 900)) == pytest.approx((0.2, 0.0), abs=0.01)
    assert (loudness(right, 300), loudness(right, 900)) == pytest.approx((0.0, 0.2), abs=0.01)


def test_default_track_and_chosen_track(tmp_path: Path) -> None:
    path = tmp_path / "two tracks.mkv"
    ffmpeg(
        *tone(2, hz=300), *tone(2, hz=900), "-map", "0", "-map", "1", "-c:a", "aac",
        "-metadata:s:a:1", "language=zho", "-metadata:s:a:1", "title=会议: (\"x\")",
        "-disposition:a:0", "0", "-disposition:a:1", "default", path,
    )  # fmt: skip
    media, samples, _ = decode_all(path)
    first, second = media.audio
    assert (second.language, second.title, second.is_default) == ("zho", '会议: ("x")', True)
    assert (first.language, first.is_default) == (None, False)
    assert loudness(samples, 900) > 10 * loudness(samples, 300)
    _, samples, _ = decode_all(path, stream=0)
    assert loudness(samples, 300) > 10 * loudness(samples, 900)


@pytest.mark.parametrize("ending", ["mkv", "mp4", "ts"])
def test_a_track_that_starts_late_is_late_in_the_blocks_too(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"late.{ending}"
    ffmpeg(
        *picture(6), "-itsoffset", "2", *tone(2), "-map", "0", "-map", "1",
        "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac", path,
    )  # fmt: skip
    media, samples, report = decode_all(path)
    assert media.audio[0].start == pytest.approx(2.0, abs=0.05)
    assert report.duration == pytest.approx(4.0, abs=0.1)
    assert report.complete, report.problems  # the picture goes on for 2 s, which is no damage
    assert loudness(samples[: 16000 * 19 // 10], TONE_HZ) == 0
    assert loudness(samples[16000 * 21 // 10 :], TONE_HZ) == pytest.approx(TONE_LEVEL, rel=0.15)


def test_a_hole_between_time_stamps_becomes_silence(tmp_path: Path) -> None:
    path = tmp_path / "hole.mkv"
    ffmpeg(*tone(6), "-af", "aselect='lt(t,2)+gt(t,4)'", "-c:a", "flac", path)
    _, samples, report = decode_all(path)
    assert report.duration == pytest.approx(6.0, abs=0.2)
    assert report.complete, report.problems
    assert loudness(samples[16000 * 23 // 10 : 16000 * 37 // 10], TONE_HZ) == 0
    assert loudness(samples[16000 * 43 // 10 : 16000 * 57 // 10], TONE_HZ) > 0.1


@pytest.mark.parametrize("ending", ["ts", "aac"])
def test_rate_and_channels_that_change_midway(tmp_path: Path, ending: str) -> None:
    first, second, path = (tmp_path / f"{name}.{ending}" for name in ("first", "second", "both"))
    ffmpeg(*tone(2), "-c:a", "aac", first)
    ffmpeg(*tone(2, hz=900, rate=44100), "-ac", "2", "-c:a", "aac", "-output_ts_offset", "2", second)
    path.write_bytes(first.read_bytes() + second.read_bytes())
    _, samples, report = decode_all(path)
    assert report.duration == pytest.approx(4.0, abs=0.15)
    assert loudness(samples[8000:24000], TONE_HZ) > 0.1
    assert loudness(samples[-24000:-8000], 900) > 0.05


def test_memory_does_not_grow_with_the_length(tmp_path: Path) -> None:
    path = tmp_path / "long.flac"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=1200", "-c:a", "flac", path)
    media = probe(path)
    tracemalloc.start()
    try:
        n_samples = sum(len(block) for block in decode(path, media))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert n_samples == 1200 * 16000
    assert peak_bytes < 2 * n_samples / 4


def test_cover_art_is_not_a_picture_track(tmp_path: Path) -> None:
    cover, path = tmp_path / "cover.png", tmp_path / "song.m4a"
    ffmpeg(*picture(0.1), "-frames:v", "1", cover)
    ffmpeg(
        *tone(1),
        "-i",
        cover,
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "aac",
        "-c:v",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        path,
    )
    media, _, report = decode_all(path)
    assert not media.has_video
    assert report.complete, report.problems
