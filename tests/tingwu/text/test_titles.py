"""Titles: the model's where the recording bears them out, else its own terms."""

import pytest

from tests.builders import make_transcript
from tests.fakes import FakeModel
from tingwu.domain.notes import Notes
from tingwu.text.notes import NotesOptions, write_notes

CHINESE = (
    "我们先看台灯的退货率，十月份是百分之六点五。",
    "退回来的台灯有一半是灯架断了，因为新的包装盒质量不好。",
    "我建议换回原来的木头盒子，每台的成本增加三块钱。",
    "三块钱可以接受，那我们决定从十二月开始换回木头盒子。",
)
ENGLISH = (
    "The travel budget pays for the greenhouse server this year.",
    "It covers the hardware, the cables and two years of support.",
    "The vendor in Bern delivers the greenhouse server in March.",
    "The garden project needs the greenhouse server for its sensors.",
)


def notes(sentences: tuple[str, ...], language: str, title: str) -> Notes:
    transcript = make_transcript(sentences, language=language)
    return write_notes(transcript, FakeModel(lambda prompt: title), NotesOptions())


@pytest.mark.parametrize("title", ["退货率分析与包装改进建议", "台灯退货情况汇报", "木头盒子"])
def test_chinese_titles_that_the_recording_bears_out(title: str) -> None:
    assert notes(CHINESE, "zh", title).title == title


@pytest.mark.parametrize("title", ["退货率下降", "手机销售额分析", "会议总结", "讨论与建议", "百分之九十的退货率"])
def test_chinese_titles_that_it_does_not(title: str) -> None:
    assert notes(CHINESE, "zh", title).title != title


@pytest.mark.parametrize("title", ["Greenhouse Server Budget Review", "Support for the Greenhouse Server"])
def test_english_titles_that_the_recording_bears_out(title: str) -> None:
    assert notes(ENGLISH, "en", title).title == title


@pytest.mark.parametrize("title", ["Marketing Campaign Launch", "Discussion and Summary", "Meeting", "Review"])
def test_english_titles_that_it_does_not(title: str) -> None:
    assert notes(ENGLISH, "en", title).title != title
