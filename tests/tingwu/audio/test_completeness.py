"""The completeness rule, case by case."""

import pytest

from tingwu.audio.completeness import PictureEnd, differs, harmful, judge


@pytest.mark.parametrize(
    ("decoded", "declared", "far"),
    [
        (10.0, 10.0, False), (9.5, 10.0, False), (9.4, 10.0, True), (10.6, 10.0, True),
        (3596.5, 3600.0, False), (3596.3, 3600.0, True),
    ],
)  # fmt: skip
def test_tolerance(decoded: float, declared: float, far: bool) -> None:
    assert differs(decoded, declared) is far


def test_all_is_well() -> None:
    report = judge(decoded=10.0, declared=(10.2, None), status=0, log="")
    assert (report.complete, report.problems, report.declared_duration) == (True, (), 10.2)


def test_nothing_declared_is_no_fault() -> None:
    report = judge(decoded=10.0, declared=(None, None), status=0, log="")
    assert (report.complete, report.declared_duration) == (True, None)


def test_the_length_that_fits_better_counts() -> None:
    assert judge(decoded=9.0, declared=(10.0, 9.02), status=0, log="").complete
    assert judge(decoded=10.0, declared=(10.0, 60.0), status=0, log="").complete


def test_missing_sound_is_named() -> None:
    report = judge(decoded=145.7, declared=(600.0,), status=0, log="")
    assert not report.complete
    assert report.problems == ("The file declares 00:10:00.000 of sound, but only 00:02:25.700 could be decoded.",)


def test_more_sound_than_declared_is_named_too() -> None:
    report = judge(decoded=20.0, declared=(10.0,), status=0, log="")
    assert not report.complete
    assert "nothing is known to be missing" in report.problems[0]


def test_errors_count_even_when_the_length_fits() -> None:
    log = "[aac @ 0x1] [error] Number of bands (25) exceeds limit (17).\n[aac @ 0x1] [error] channel element 1.0\n"
    report = judge(decoded=10.0, declared=(10.0,), status=0, log=log)
    assert report.problems == (
        "The file is damaged: the decoder reported 2 errors (first: Number of bands (25) exceeds limit (17)).",
    )


@pytest.mark.parametrize(("status", "word"), [(-9, "signal 9"), (1, "status 1")])
def test_a_decoder_that_gives_up_is_named(status: int, word: str) -> None:
    report = judge(decoded=10.0, declared=(10.0,), status=status, log="")
    assert not report.complete
    assert word in report.problems[0]


def test_an_end_that_is_missing_is_named() -> None:
    assert not judge(decoded=10.0, declared=(None,), status=0, log="", cut_off=True).complete


def test_what_our_own_lock_causes_is_no_damage() -> None:
    log = (
        "[h264 @ 0x1] [error] Codec (h264) not on whitelist 'aac'\n"
        "[s16le @ 0x1] [error] Application provided invalid, non monotonically increasing dts to muxer\n"
        "[in#0/wav @ 0x2] [warning] Guessed Channel Layout: mono\n"
    )
    assert harmful(log) == []


def test_a_short_packet_is_damage() -> None:
    assert harmful("[in#0/wav @ 0x5] [warning] Packet corrupt (stream = 0, dts = NOPTS).\n")


def test_the_end_of_the_picture() -> None:
    end = PictureEnd()
    for line in (
        "#tb 0: 1/1000",
        "#codec_id 0: h264",
        "0,  -100,   400,   100, 1664, 0x45",
        "0, 0, 200, 100, 27, 0x74",
        "",
    ):
        end.feed(line)
    assert end.seconds == 0.5
