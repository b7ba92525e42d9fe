"""What ffmpeg prints, as nouns."""

import pytest

from tingwu.audio.banner import channel_count, messages, parse_banner

FILM = """\
[h264 @ 0x55b8c20eea40] [error] Codec (h264) not on whitelist 'aac,mp3'
[info] Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'fd:':
[info]   Metadata:
[info]     title           : Duration: 99:00:00.00, start: 0
[info]   Duration: 01:02:03.50, start: 0.000000, bitrate: 293 kb/s
[info]   Stream #0:0[0x1](und): Video: h264 (High) (avc1 / 0x31637661), none(progressive), 320x240 (default)
[info]     Metadata:
[info]       title           : not a sound
[info]   Stream #0:1[0x2](zho): Audio: aac (LC), 48000 Hz, 5.1(side), fltp, start 2.500000 (default)
[info]     Metadata:
[info]       handler_name    : SoundHandler
[info]       name            : 会议
[info]   Stream #0:2[0x3](eng): Audio: none (abcd / 0x64636261), 48000 Hz, 69 kb/s
[fatal] At least one output file must be specified
"""


def test_a_film() -> None:
    banner = parse_banner(FILM)
    assert banner.container == "mov,mp4,m4a,3gp,3g2,mj2"
    assert banner.duration == 3723.5
    assert banner.has_video
    assert banner.sound_tracks == 2
    (track,) = banner.audio
    assert (track.position, track.codec, track.sample_rate, track.channels) == (0, "aac", 48000, 6)
    assert (track.language, track.title, track.is_default, track.start) == ("zho", "会议", True, 2.5)
    assert banner.errors[0].startswith("Codec (h264)")


def test_a_guessed_length_is_no_length() -> None:
    log = (
        "[in#0/mp3 @ 0x55] [warning] Estimating duration from bitrate, this may be inaccurate\n"
        "[info] Input #0, mp3, from 'fd:':\n"
        "[info]   Duration: 00:00:07.68, start: 0.023021, bitrate: 64 kb/s\n"
        "[info]   Stream #0:0: Audio: mp3 (mp3float), 48000 Hz, mono, fltp, 64 kb/s, start 0.023021\n"
    )
    banner = parse_banner(log)
    assert banner.duration is None
    assert banner.audio[0].start == 0


def test_a_transport_stream_counts_from_its_own_start() -> None:
    log = (
        "[info] Input #0, mpegts, from 'fd:':\n"
        "[info]   Duration: N/A, start: 3601.400000, bitrate: N/A\n"
        "[info]   Stream #0:0[0x100]: Audio: mp2 ([3][0][0][0] / 0x0003), 48000 Hz, stereo, fltp, start 3603.400000\n"
        "[info]     Metadata:\n"
        "[info]       DURATION        : 00:01:00.500000000\n"
    )
    banner = parse_banner(log)
    assert banner.duration is None
    assert banner.audio[0].start == pytest.approx(2.0)
    assert banner.audio[0].duration == 60.5


def test_nothing_readable() -> None:
    banner = parse_banner("[in#0 @ 0x5] [error] Error opening input: Invalid data found when processing input\n")
    assert (banner.container, banner.audio, banner.sound_tracks) == (None, (), 0)


def test_messages_lose_their_sources_but_not_their_text() -> None:
    log = "[aist#0:0/mp3 @ 0x5f] [dec:mp3float @ 0x6a] [error] Error [x] submitting\nplain\n[info] fine\n"
    assert messages(log, "error") == ("Error [x] submitting",)
    assert messages(log, "info", "error") == ("Error [x] submitting", "fine")


@pytest.mark.parametrize(
    ("layout", "channels"),
    [
        ("mono", 1), ("stereo", 2), ("2.1", 3), ("5.1(side)", 6), ("7.1.4", 12), ("22.2", 24), ("quad(side)", 4),
        ("16 channels", 16), ("2 channels (FL+LFE)", 2), ("FL+FR+LFE", 3), ("ambisonic 1", 4), ("strange", 0),
    ],
)  # fmt: skip
def test_channel_counts(layout: str, channels: int) -> None:
    assert channel_count(layout) == channels
