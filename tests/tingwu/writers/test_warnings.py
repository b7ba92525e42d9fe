"""Warnings: in order, each once, in the language of the recording."""

from tests.builders import make_notes, make_recording, make_transcript
from tingwu.domain.media import DecodeReport
from tingwu.domain.notice import Notice, NoticeCode, damage
from tingwu.domain.transcript import Coverage, RangeProblem, ReportedRange
from tingwu.writers.warnings import listed, warning_lines, warnings_of

CUT = DecodeReport(duration=10, declared_duration=15, complete=False)
SILENCE = Notice(code=NoticeCode.NO_SPEECH)


def ranges(count: int) -> tuple[ReportedRange, ...]:
    return tuple(
        ReportedRange(start=60.0 * number, end=60.0 * number + 5, problem=RangeProblem.NO_TEXT)
        for number in range(count)
    )


def test_order() -> None:
    recording = make_recording(
        decode=CUT, transcript=make_transcript(warnings=(SILENCE,)), notes=make_notes(warnings=(SILENCE,))
    )
    codes = [notice.code for notice in warnings_of(recording)]
    assert codes == [NoticeCode.NO_SPEECH, NoticeCode.DAMAGED, NoticeCode.SPEECH_WITHOUT_TEXT]


def test_damage_that_the_transcript_tells_is_told_once() -> None:
    damaged = damage(CUT)
    assert damaged
    recording = make_recording(decode=CUT, transcript=make_transcript(warnings=(damaged,)), notes=None)
    assert [notice.code for notice in warnings_of(recording)] == [NoticeCode.DAMAGED, NoticeCode.SPEECH_WITHOUT_TEXT]


def test_a_sentence_from_elsewhere_that_is_known_is_told_once() -> None:
    for language in ("en", "zh"):
        (line,) = warning_lines(make_recording(transcript=make_transcript(language=language), notes=None))
        foreign = Notice(code=NoticeCode.FOREIGN, values=(line,))
        again = make_recording(transcript=make_transcript(language=language, warnings=(foreign,)), notes=None)
        assert warning_lines(again) == (line,)


def test_lines_are_in_the_language_of_the_recording() -> None:
    coverage = Coverage(speech_seconds=6, covered_seconds=6)
    for language, expected in (("de", SILENCE.text.en), ("zh", SILENCE.text.zh), ("yue", SILENCE.text.zh)):
        transcript = make_transcript(language=language, coverage=coverage, warnings=(SILENCE,))
        assert warning_lines(make_recording(transcript=transcript, notes=None)) == (expected,)


def test_whose_words_are_missing_is_said() -> None:
    missed = tuple(
        ReportedRange(start=start, end=start + 5, problem=RangeProblem.NO_TEXT, speaker=speaker)
        for start, speaker in ((0, "Ann"), (60, None))
    )
    assert listed(missed).en == "00:00-00:05 (Ann), 01:00-01:05"


def test_lists_end() -> None:
    assert listed(ranges(2)).en == "00:00-00:05, 01:00-01:05"
    assert listed(ranges(2)).zh == "00:00-00:05、01:00-01:05"
    assert listed(ranges(22)).en.endswith(", 19:00-19:05 and 2 more")
    assert listed(ranges(22)).zh.endswith("、19:00-19:05，另有 2 处")
