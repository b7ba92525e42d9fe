"""Documents: exact text for a small recording, and names that try to be more than names."""

import csv as reader
import io
from dataclasses import replace

import pytest

from tests.builders import make_claim, make_media, make_notes, make_recording, make_segment, make_transcript
from tingwu.domain.notes import ActionItem, Chapter, Keyword, Proof, QuestionAnswer
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.domain.transcript import Correction, CorrectionReason, Coverage, RangeProblem, ReportedRange
from tingwu.error_words import error_words
from tingwu.errors import LlmTimeout
from tingwu.writers.documents import csv, md, rttm, tsv, txt
from tingwu.writers.options import WriteOptions

OPTIONS = WriteOptions()


def dialogue() -> Recording:
    segments = (
        make_segment(0, "Who pays?", speaker="Ann"),
        make_segment(1, '=SUM(A1), "we"\tdo.\n', speaker="@Bob B."),
        make_segment(2, "Somebody does."),
    )
    return make_recording(transcript=make_transcript(segments=segments), notes=None)


def test_txt() -> None:
    assert txt(dialogue(), OPTIONS) == '[Ann]: Who pays?\n[@Bob B.]: =SUM(A1), "we" do.\nSomebody does.\n'


def test_tsv() -> None:
    assert tsv(dialogue(), OPTIONS) == (
        'start\tend\ttext\n0\t2800\tWho pays?\n3000\t5800\t=SUM(A1), "we" do.\n6000\t8800\tSomebody does.\n'
    )


def test_csv_has_no_formulas() -> None:
    text = csv(dialogue(), OPTIONS)
    assert text.count("\r\n") == 4
    assert list(reader.reader(io.StringIO(text, newline="")))[1:] == [
        ["0", "2800", "Ann", "Who pays?"],
        ["3000", "5800", "'@Bob B.", '\'=SUM(A1), "we" do.'],
        ["6000", "8800", "", "Somebody does."],
    ]


def test_rttm() -> None:
    assert rttm(dialogue(), OPTIONS) == (
        "SPEAKER review.mp3 1 0.000 2.800 <NA> <NA> Ann <NA> <NA>\n"
        "SPEAKER review.mp3 1 3.000 2.800 <NA> <NA> @Bob_B. <NA> <NA>\n"
    )


def heard(*, sure: float = 1.0) -> Recording:
    """Bob says a word of his own while Ann speaks, and Ann is alone for six seconds."""
    turns = (
        SpeakerTurn(start=0.0, end=9.0, speaker="Ann"),
        SpeakerTurn(start=2.0, end=3.25, speaker="Bob | B."),
        SpeakerTurn(start=14.0, end=14.0, speaker="Bob | B."),
    )
    segments = (
        make_segment(0, "We took the night train", speaker="Ann", beside=("Bob | B.",)),
        make_segment(1, "to the sea.", speaker="Ann"),
        make_segment(2, "It was late.", speaker="Ann"),
    )
    diarization = Diarization(turns=turns, count_confidence=sure, model="fake")
    transcript = make_transcript(segments=segments, duration=15.0, diarization=diarization)
    return make_recording(transcript=transcript, notes=None)


def test_rttm_has_the_turns_that_were_heard() -> None:
    assert rttm(heard(), OPTIONS) == (
        "SPEAKER review.mp3 1 0.000 9.000 <NA> <NA> Ann <NA> <NA>\n"
        "SPEAKER review.mp3 1 2.000 1.250 <NA> <NA> Bob_|_B. <NA> <NA>\n"
    )


def test_rttm_says_when_nobody_is_known() -> None:
    assert rttm(make_recording(), OPTIONS) == ";; no speakers are known\n"


def test_md_has_a_table_of_speakers() -> None:
    assert """\
## Who speaks how much

| Speaker | Time | Share | Turns | Longest monologue | Interruptions | Words a minute |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| Ann | 00:09 | 88% | 1 | 00:09 | 0 | 79 |
| Bob \\| B. | 00:01 | 12% | 1 | 00:01 | 0 | – |

- Nobody speaks: 00:06
- Several speak at once: 00:01

## Transcript

[00:00] **Ann:** We took the night train to the sea. (at the same time: Bob \\| B.)

[00:06] **Ann:** It was late.
""" in md(heard(sure=0.5), OPTIONS)


def test_md_says_when_the_number_of_speakers_is_unsure() -> None:
    sentence = "The number of speakers is unsure."
    assert f"- Several speak at once: 00:01\n- {sentence}\n" in md(heard(sure=0.49), OPTIONS)
    assert sentence not in md(heard(sure=0.5), OPTIONS)
    chinese = replace(heard(sure=0.1), transcript=replace(heard(sure=0.1).transcript, language="zh"))
    assert "- 说话人的人数不太确定。\n" in md(chinese, OPTIONS)
    assert "（同时说话：Bob \\| B.）" in md(chinese, OPTIONS)


def test_who_speaks_at_once_stands_in_order_of_beginnings() -> None:
    segments = (
        make_segment(0, "We took the night train.", start=0.0, seconds=4.0, speaker="Ann"),
        make_segment(1, "Really?", start=1.0, seconds=0.5, speaker="Bob"),
        make_segment(2, "Yes.", start=4.0, seconds=1.0, speaker="Ann"),
    )
    recording = make_recording(transcript=make_transcript(segments=segments), notes=None)
    assert txt(recording, OPTIONS) == "[Ann]: We took the night train.\n[Bob]: Really?\n[Ann]: Yes.\n"
    assert [line.split()[3:5] for line in rttm(recording, OPTIONS).splitlines()] == [
        ["0.000", "4.000"], ["1.000", "0.500"], ["4.000", "1.000"],
    ]  # fmt: skip
    assert [line[:7] for line in md(recording, OPTIONS).splitlines() if line.startswith("[")] == [
        "[00:00]", "[00:01]", "[00:04]",
    ]  # fmt: skip


def test_md() -> None:
    assert (
        md(make_recording(), OPTIONS)
        == """\
# Budget review

- File: review.mp3
- Length: 00:15
- Language: en
- Speech with text: 93%
- Transcribed by: whisper-base
- Notes by: fake

> **Warning:** Speech was heard but no text was found at 00:14-00:15.

## Summary

- The new server costs twelve thousand euros. [00:06]

## Chapters

### 00:00 The server

- The travel budget pays for the server. [00:06]
- “We agreed to buy it in March.” [00:09]

## Decisions

- Buy the server in March. [00:09]

## Actions

- [ ] Write the order. [00:12] (owner: Anna, due: Friday)

## Questions and answers

- “Who pays for the new server?” [00:03]
  - The travel budget. [00:06]
- Who writes the order? [00:12]
  - *no answer was given*

## Keywords

server, travel budget

## Transcript

[00:00] Good morning, this is the budget review.

[00:03] Who pays for the new server?

[00:06] The travel budget pays, twelve thousand euros.

[00:09] We agreed to buy it in March.

[00:12] Anna will write the order by Friday.
"""
    )


CHINESE_NOTES = """\
# 预算

- 文件：会议.mp3
- 时长：00:15
- 语言：zh
- 有文字的语音：100%
- 转写模型：whisper-base
- 建议听一遍核对：00:03-00:05
- 说话人：小王
- 笔记模型：未使用语言模型，都是录音里的原话

> **注意：** 笔记都是原话，原因：语言模型“qwen”没有响应。

## 全文摘要

- 预算来付。 [00:03]

## 章节

### 00:00 付钱

## 决定

- 预算来付。 [00:03]

## 待办

- [ ] 下单。 [00:03]（负责人：小李，时间：周五）

## 问答回顾

- **小王：** 谁来付钱？ [00:00]
  - *录音里没有回答*

## 关键词

预算、下单

## 发言统计

| 说话人 | 时长 | 占比 | 发言次数 | 最长一次发言 | 打断次数 | 每分钟字数 |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| 小王 | 00:05 | 100% | 1 | 00:05 | 0 | 129 |

- 无人说话：00:09
- 多人同时说话：00:00

## 全文

[00:00] **小王：** 谁来付钱？

[00:03] **小王：** 预算来付，小李下单。
"""


def test_md_speaks_chinese_about_a_chinese_recording() -> None:
    sentences = ("谁来付钱？", "预算来付，小李下单。")
    segments = tuple(make_segment(number, text, speaker="小王") for number, text in enumerate(sentences))
    suspect = (ReportedRange(start=3.0, end=5.0, problem=RangeProblem.LOW_CONFIDENCE),)
    coverage = Coverage(speech_seconds=6, covered_seconds=6, suspect=suspect)
    notes = make_notes(
        title="预算",
        language="zh",
        summary=(make_claim("预算来付。", 1),),
        chapters=(Chapter(start=0.0, end=6.0, title="付钱", title_proof=Proof.VERIFIED, points=()),),
        questions=(QuestionAnswer(question=make_claim("谁来付钱？", 0), answer=None, asked_by="小王"),),
        actions=(ActionItem(task=make_claim("下单。", 1), owner="小李", due="周五"),),
        decisions=(make_claim("预算来付。", 1),),
        keywords=(Keyword(text="预算", times=(3.0,)), Keyword(text="下单", times=(4.0,))),
        warnings=(Notice(code=NoticeCode.NO_MODEL, values=(error_words(LlmTimeout("qwen")),)),),
        model=None,
    )
    transcript = make_transcript(language="zh", segments=segments, coverage=coverage)
    assert (
        md(make_recording(media=make_media(name="会议.mp3"), transcript=transcript, notes=notes), OPTIONS)
        == CHINESE_NOTES
    )


def test_md_without_notes_is_named_after_the_file() -> None:
    recording = make_recording(media=make_media(name="a_b*c.mp3"), notes=None)
    assert md(recording, OPTIONS).startswith("# a\\_b\\*c.mp3\n\n- File: a\\_b\\*c.mp3\n")
    assert "## Summary" not in md(recording, OPTIONS)


def test_md_lists_what_to_check_and_not_without_end() -> None:
    suspect = tuple(
        ReportedRange(start=60.0 * number, end=60.0 * number + 5, problem=RangeProblem.LOW_CONFIDENCE)
        for number in range(22)
    )
    coverage = Coverage(speech_seconds=15, covered_seconds=15, suspect=suspect)
    text = md(make_recording(transcript=make_transcript(coverage=coverage)), OPTIONS)
    assert "- Better check by ear: 00:00-00:05, 01:00-01:05, " in text
    assert "18:00-18:05, 19:00-19:05 and 2 more\n" in text


def test_md_names_who_asked_and_what_went_wrong() -> None:
    pair = QuestionAnswer(
        question=make_claim("Who pays?", 1), answer=make_claim("We do.", 2), asked_by="Ann", answered_by="*Bob*"
    )
    quotes, silence = (
        Notice(code=NoticeCode.FOREIGN, values=(text,)) for text in ("The notes are quotes.", "No speech <here>.")
    )
    notes = make_notes(questions=(pair,), warnings=(quotes,), model=None)
    text = md(make_recording(notes=notes, transcript=make_transcript(warnings=(silence,))), OPTIONS)
    assert "- **Ann:** Who pays? [00:03]\n  - **\\*Bob\\*:** We do. [00:06]" in text
    assert "> **Warning:** The notes are quotes." in text
    assert "> **Warning:** No speech &lt;here&gt;." in text
    assert "- Notes by: quotes of the recording, no language model" in text


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("+ item", "\\+ item"),
        ("--- rule", "\\--- rule"),
        ("=== rule", "\\=== rule"),
        ("1. item", "1\\. item"),
        ("1.5 is a number", "1.5 is a number"),
        ("> quote", "&gt; quote"),
        ("![x](http://e.vil/a.png)", "!\\[x\\](http://e.vil/a.png)"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("a `code` *bold* _it_ ~no~ |cell| $x$", "a \\`code\\` \\*bold\\* \\_it\\_ \\~no\\~ \\|cell\\| \\$x\\$"),
        ("back\\slash", "back\\\\slash"),
        ("two\n\n# lines", "two # lines"),
        ("don't-touch, plain text: 5 - 3 = 2!", "don't-touch, plain text: 5 - 3 = 2!"),
    ],
)
def test_md_shows_hostile_text_as_it_is(hostile: str, expected: str) -> None:
    recording = make_recording(media=make_media(name=hostile), notes=None)
    assert md(recording, OPTIONS).startswith(f"# {expected}\n\n")


def test_md_keeps_a_sentence_together_that_pauses_have_cut() -> None:
    texts = ("Well,", "I thought,", "it works.", "Good.", "大家好，", "开始吧。")
    segments = [make_segment(number, text) for number, text in enumerate(texts)]
    segments.append(make_segment(6, "And then,", speaker="Ann"))
    segments.append(make_segment(7, "we left", speaker="Bob"))
    segments.append(make_segment(8, "late.", speaker="Bob", start=90.0))
    text = md(make_recording(transcript=make_transcript(segments=tuple(segments)), notes=None), WriteOptions())
    assert text.split("## Transcript\n\n")[1].splitlines()[::2] == [
        "[00:00] Well, I thought, it works.",
        "[00:09] Good.",
        "[00:12] 大家好，开始吧。",
        "[00:18] **Ann:** And then,",
        "[00:21] **Bob:** we left",
        "[01:30] **Bob:** late.",
    ]


@pytest.mark.parametrize(
    ("language", "title", "line"),
    [
        ("en", "## Corrected by the glossary", "- “han lei” → “Han \\*Lei” [00:03] [00:04] [00:05] [00:06] [00:07] …"),
        ("zh", "## 按词汇表更正", "- “han lei”→“Han \\*Lei” [00:03] [00:04] [00:05] [00:06] [00:07] …"),
    ],
)
def test_md_ends_with_what_the_glossary_changed(language: str, title: str, line: str) -> None:
    corrections = tuple(
        Correction(start=at, end=at + 1, before="han lei", after="Han *Lei", reason=CorrectionReason.GLOSSARY_SOUND)
        for at in range(3, 10)
    )
    transcript = make_transcript(language=language, corrections=corrections)
    lines = md(make_recording(transcript=transcript, notes=None), OPTIONS).splitlines()
    assert lines[-3:] == [title, "", line]
    assert title not in md(make_recording(), OPTIONS)
