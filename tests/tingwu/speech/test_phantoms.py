from dataclasses import replace

import pytest

from tests.tingwu.speech.activity import heard
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.asr import WindowText
from tingwu.speech.phantoms import drop_phantoms, is_known_phrase


def window(text, start, end, *, logprob=-0.3, probability=0.9):
    parts = text.split()
    step = (end - start) / max(len(parts), 1)
    words = tuple(
        Word(start=start + i * step, end=start + (i + 1) * step, text=" " + part, probability=probability)
        for i, part in enumerate(parts)
    )
    return WindowText(
        window=TimeRange(start=start, end=end),
        text=text,
        words=words,
        language="en",
        avg_logprob=logprob,
        compression_ratio=1,
        no_speech_prob=0.1,
    )


def kept(activity, *windows):
    return [text.text for text in drop_phantoms(windows, activity)]


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for watching!",
        "Thanks.",
        "请不吝点赞 订阅 转发",
        "字幕by索兰娅",
        "Sous-titrage ST' 501",
        "you",
        "ご視聴ありがとうございました",
        "시청해 주셔서 감사합니다.",
        "Subtitles by the Amara.org community",
        "谢谢观看",
    ],
)
def test_known_phrases(text) -> None:
    assert is_known_phrase(text)


@pytest.mark.parametrize("text", ["Thank you, Anna, for the numbers.", "我们谢谢你的工作", "Your turn", "", "See you"])
def test_other_sentences(text) -> None:
    assert not is_known_phrase(text)


def test_a_known_phrase_in_silence_is_dropped_with_its_words() -> None:
    (text,) = drop_phantoms([window("Thanks for watching!", 5, 8)], heard(20))
    assert (text.text, text.words) == ("", ())


def test_a_known_phrase_where_somebody_surely_speaks_is_kept() -> None:
    text = window("Thank you.", 5, 8, logprob=-2)
    assert kept(heard(20, (5, 8)), text, text, text) == ["Thank you."] * 3


def test_a_known_phrase_on_doubtful_sound_needs_one_more_sign() -> None:
    doubtful = heard(60, (0, 60), level=0.45)
    assert kept(doubtful, window("Thank you.", 5, 8)) == ["Thank you."]
    assert kept(doubtful, window("Thank you.", 5, 8, logprob=-0.9)) == [""]
    assert kept(doubtful, *(window("Thank you.", 10 * i, 10 * i + 3) for i in range(3))) == [""] * 3


def test_unsure_words_in_silence_are_dropped_and_sure_ones_kept() -> None:
    activity = heard(20, (0, 2))
    said = window("hello there", 0, 2)
    ghost = window("la la", 10, 12, probability=0.3)
    assert kept(activity, said, ghost) == ["hello there", ""]
    assert kept(activity, window("order twelve", 10, 12)) == ["order twelve"]


def test_words_stacked_in_silence_are_dropped() -> None:
    text = window("see you all again soon", 10, 12)
    stacked = replace(text, words=tuple(replace(word, start=11.0, end=11.0) for word in text.words))
    assert kept(heard(20, (0, 2)), stacked) == [""]
    assert kept(heard(20, (9, 12)), stacked) == ["see you all again soon"]
