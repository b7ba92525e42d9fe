"""Subtitles: other programs read back what was said, and text is never taken for a command."""

import html
import re
from itertools import pairwise

import pysubs2
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_recording, make_segment, make_transcript
from tingwu.domain.media import DecodeReport
from tingwu.domain.recording import Recording
from tingwu.writers.cues import CueOptions
from tingwu.writers.escaping import one_line
from tingwu.writers.options import WriteOptions
from tingwu.writers.subtitles import ass, lrc, srt, vtt

PLAIN = WriteOptions()
WORDS = WriteOptions(cues=CueOptions(highlight_words=True))


def said(*texts: str, speaker: str | None = None) -> Recording:
    segments = tuple(
        make_segment(number, text, start=number * 9.0, speaker=speaker) for number, text in enumerate(texts)
    )
    return make_recording(transcript=make_transcript(segments=segments), notes=None)


def test_srt() -> None:
    assert srt(said("Good morning.", "We begin -->\n\nnow."), PLAIN) == (
        "1\n00:00:00,000 --> 00:00:02,800\nGood morning.\n\n2\n00:00:09,000 --> 00:00:11,800\nWe begin -> now.\n"
    )


def test_vtt_with_voices() -> None:
    text = vtt(said("Is 1 < 2 & 3 --> 4?", speaker="Ann <b>\n& Bob"), PLAIN)
    assert text.endswith("1\n00:00:00.000 --> 00:00:02.800\n<v Ann &lt;b&gt; &amp; Bob>Is 1 &lt; 2 &amp; 3 -&gt; 4?\n")
    assert text.startswith("WEBVTT\n\nNOTE Speech was heard but no text was found at 00:14-00:15.\n\n")


def interrupted() -> Recording:
    """Ann speaks for nine seconds; Bob says two words while she does."""
    segments = (
        make_segment(0, "We took the night train to Milan.", start=0.0, seconds=4.0, speaker="Ann"),
        make_segment(1, "Oh really?", start=1.0, seconds=1.2, speaker="Bob"),
        make_segment(2, "And then a bus.", start=4.5, seconds=2.0, speaker="Ann"),
    )
    return make_recording(transcript=make_transcript(segments=segments), notes=None)


def test_who_speaks_at_the_same_time_is_shown_at_the_same_time() -> None:
    cues_of_vtt = vtt(interrupted(), PLAIN).split("1\n", 1)[1]
    assert cues_of_vtt == (
        "00:00:00.000 --> 00:00:04.000\n<v Ann>We took the night train to Milan.\n\n"
        "2\n00:00:01.000 --> 00:00:02.200\n<v Bob>Oh really?\n\n"
        "3\n00:00:04.500 --> 00:00:06.500\n<v Ann>And then a bus.\n"
    )
    shown = [(event.start, event.end, event.text) for event in pysubs2.SSAFile.from_string(srt(interrupted(), PLAIN))]
    assert shown == [
        (0, 4000, "We took the night train to Milan."),
        (1000, 2200, "Oh really?"),
        (4500, 6500, "And then a bus."),
    ]
    events = pysubs2.SSAFile.from_string(ass(interrupted(), PLAIN)).events
    assert [(event.start, event.name) for event in events] == [(0, "Ann"), (1000, "Bob"), (4500, "Ann")]
    assert [line[:10] for line in lrc(interrupted(), PLAIN).splitlines()] == ["[00:00.00]", "[00:01.00]", "[00:04.50]"]


def test_marked_words_of_two_speakers_come_in_order_of_time() -> None:
    shown = pysubs2.SSAFile.from_string(srt(interrupted(), WORDS)).events
    assert [event.start for event in shown] == sorted(event.start for event in shown)
    assert sum("<u>" in event.text or "\\u1" in event.text for event in shown) == 13


def test_damaged_media_is_said_in_vtt_and_ass() -> None:
    recording = make_recording(decode=DecodeReport(duration=10, declared_duration=15, complete=False))
    sentence = "The file is damaged: 00:10 of 00:15 could be decoded."
    assert f"NOTE {sentence}\n" in vtt(recording, PLAIN)
    assert f"; {sentence}\n" in ass(recording, PLAIN)


def test_comments_are_in_the_language_of_the_recording() -> None:
    recording = make_recording(transcript=make_transcript(("谁来付钱？",), language="yue"), notes=None)
    sentence = "以下时间有人说话，但没有识别出文字：00:02-00:03。"
    assert vtt(recording, PLAIN).startswith(f"WEBVTT\n\nNOTE {sentence}\n\n")
    assert f"; {sentence}\n" in ass(recording, PLAIN)


def test_highlighted_words_follow_each_other() -> None:
    assert srt(said("one two"), WORDS) == (
        "1\n00:00:00,000 --> 00:00:01,400\n<u>one</u> two\n\n2\n00:00:01,400 --> 00:00:02,800\none <u>two</u>\n"
    )


def test_highlighting_in_vtt_does_not_mark_escaped_text() -> None:
    assert "<u>&lt;u&gt;</u> two" in vtt(said("<u> two"), WORDS)


def test_ass_has_two_styles_and_literal_text() -> None:
    text = ass(said(r"{\an8}no\Nbreak"), PLAIN)
    assert "Dialogue: 0,0:00:00.00,0:00:02.80,Default,,0,0,0,,｛＼an8｝no＼Nbreak\n" in text
    assert list(pysubs2.SSAFile.from_string(text).styles) == ["Default", "Second"]


def test_karaoke() -> None:
    assert ass(said("one two"), WORDS).endswith(r",,{\k140}one{\k140} two" + "\n")


def test_ass_times_beyond_ten_hours() -> None:
    segment = make_segment(0, "Late.", start=36_000.0)
    assert "0,10:00:00.00,10:00:02.80," in ass(make_recording(transcript=make_transcript(segments=(segment,))), PLAIN)


def test_lrc() -> None:
    segments = (make_segment(0, "Hello."), make_segment(1, "An hour\nlater.", start=3661.257))
    recording = make_recording(transcript=make_transcript(segments=segments))
    assert lrc(recording, PLAIN) == "[00:00.00]Hello.\n[61:01.26]An hour later.\n"


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=40) | st.sampled_from(
    [
        r"{\an8}up",
        r"a\Nb\hc\nd",
        "<i>slanted</i>",
        "<script>alert(1)</script>",
        "&amp; &lt;",
        "00:00:01,000 --> 00:00:02,000",
        "WEBVTT",
        "NOTE this",
        "1\n\n2",
        "\ufeff\u2028\r\n",
        "[Script Info]",
    ]
)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def kept(text: str) -> str:
    """What of `text` is to be read: one line, without arrows."""
    return squeezed(re.sub(r"--+>", "->", one_line(text)))


def shown_by_pysubs2(text: str, name: str) -> list[str]:
    """The texts of all cues but the last, which ends the file: readers take a last line of digits for a number."""
    found = pysubs2.SSAFile.from_string(text, format_=name, keep_html_tags=True)
    assert [event.start for event in found] == sorted(event.start for event in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
    assert found[-1].text == "end"
    return [event.text for event in found[:-1]]


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE.filter(lambda text: not re.search(r"\d:\d\d:\d\d", text)), max_size=6))
def test_readers_get_srt_back(texts: list[str]) -> None:
    shown = shown_by_pysubs2(srt(said(*texts, "end"), PLAIN), "srt")
    assert squeezed("".join(shown).replace(r"\N", "")) == "".join(map(kept, texts)).replace(r"\N", "")


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE.filter(lambda text: not re.search(r"\d:\d\d", text)), max_size=6))
def test_readers_get_vtt_back(texts: list[str]) -> None:
    text = vtt(said(*texts, "end"), PLAIN)
    shown = shown_by_pysubs2(text, "vtt")
    assert squeezed(html.unescape("".join(shown)).replace(r"\N", "")) == "".join(map(kept, texts)).replace(r"\N", "")
    assert not re.search(r"<(?!v )", text)


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE, max_size=6))
def test_no_cue_of_srt_has_a_blank_line_or_a_second_arrow(texts: list[str]) -> None:
    blocks = [block for block in srt(said(*texts), PLAIN).split("\n\n") if block]
    for number, block in enumerate(blocks, 1):
        first, times, *lines = block.removesuffix("\n").split("\n")
        assert first == str(number)
        assert " --> " in times
        assert lines
        assert all(line.strip() and "-->" not in line for line in lines)


@settings(max_examples=150, deadline=None)
@given(st.lists(HOSTILE, max_size=6), st.sampled_from([PLAIN, WORDS]))
def test_ass_has_no_commands_but_ours(texts: list[str], options: WriteOptions) -> None:
    events = pysubs2.SSAFile.from_string(ass(said(*texts), options), format_="ass").events
    for event in events:
        rest = re.sub(r"\{\\k\d+\}|\\N", "", event.text)
        assert not re.search(r"[{}\\]", rest)
