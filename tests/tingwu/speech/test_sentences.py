from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.asr import WindowText
from tingwu.speech.sentences import SentenceOptions, is_sentence_end, to_segments, width


def window(start, end, words, language="en", logprob=-0.2):
    words = tuple(Word(start=s, end=e, text=t, probability=0.9) for t, s, e in words)
    return WindowText(
        window=TimeRange(start=start, end=end),
        text="".join(w.text for w in words).strip(),
        words=words,
        language=language,
        avg_logprob=logprob,
        compression_ratio=1.2,
        no_speech_prob=0.1,
    )


def evenly(text, start=0.0, step=0.4):
    """The words of `text` after each other without pauses; Chinese characters are words."""
    parts = [" " + part for part in text.split()] if " " in text else list(text)
    return [(part, start + i * step, start + (i + 1) * step) for i, part in enumerate(parts)]


def texts(*windows, duration=1000.0, **options):
    return [s.text for s in to_segments(windows, duration=duration, options=SentenceOptions(**options))]


def test_sentences_end_at_full_stops() -> None:
    spoken = evenly("Good morning. Is Mr. Li here? It costs 3.5 euros! Yes.")
    assert texts(window(0, 20, spoken)) == ["Good morning.", "Is Mr. Li here?", "It costs 3.5 euros!", "Yes."]


def test_chinese_and_japanese_full_stops() -> None:
    assert texts(window(0, 20, evenly("今天开会。你来吗？好！"), "zh")) == ["今天开会。", "你来吗？", "好！"]
    assert texts(window(0, 20, evenly("そうです。はい。"), "ja")) == ["そうです。", "はい。"]


def test_a_sentence_may_go_on_in_the_next_window() -> None:
    first, second = window(0, 9.2, evenly("we agreed to", 8)), window(9.2, 20, evenly("buy it. Good.", 9.2))
    assert texts(first, second) == ["we agreed to buy it.", "Good."]


def test_pauses_end_segments_without_punctuation() -> None:
    spoken = [*evenly("first of all", 0), *evenly("then this", 3.0)]
    assert texts(window(0, 10, spoken)) == ["first of all", "then this"]


def test_a_short_pause_ends_a_segment_only_after_a_comma_or_a_long_breath() -> None:
    assert texts(window(0, 10, [*evenly("if so", 0), *evenly("then this", 1.5)])) == ["if so then this"]
    assert texts(window(0, 10, [*evenly("if so,", 0), *evenly("then this", 1.5)])) == ["if so,", "then this"]
    long = evenly("one two three four five six seven eight nine ten eleven")
    assert len(texts(window(0, 10, [*long, *evenly("then this", 5.1)]))) == 2


def said(*phrases, language, step=0.2):
    """The segments of phrases with a pause after each."""
    words, now = [], 0.0
    for text, pause in phrases:
        words += evenly(text, now, step)
        now = words[-1][2] + pause
    return texts(window(0, now, words, language))


def test_japanese_without_full_stops_is_cut_where_sentences_end_in_a_pause() -> None:
    spoken = [
        ("そうですね", 0.4),
        ("今日は会議を始めます", 0.6),
        ("売上は", 0.4),
        ("少し増えました", 0.4),
        ("質問は", 0.1),
    ]
    assert said(*spoken, language="ja") == ["そうですね", "今日は会議を始めます", "売上は少し増えました", "質問は"]
    assert said(("天気がいいですね", 0.1), ("行きましょう", 0.1), language="ja") == ["天気がいいですね行きましょう"]


def test_korean_without_full_stops_is_cut_where_sentences_end_in_a_pause() -> None:
    spoken = [("회의를 시작하겠습니다", 0.4), ("지난달보다 조금", 0.4), ("많이 늘었어요", 0.4), ("질문 있습니까", 0.1)]
    assert said(*spoken, language="ko") == ["회의를 시작하겠습니다", "지난달보다 조금 많이 늘었어요", "질문 있습니까"]
    assert said(("네 안녕하세요. 매출이 3.5% 늘었습니다. 끝입니다.", 0.1), language="ko") == [
        "네 안녕하세요.",
        "매출이 3.5% 늘었습니다.",
        "끝입니다.",
    ]


def test_chinese_without_full_stops_is_cut_after_questions_and_at_pauses() -> None:
    spoken = [("大家有意见吗", 0.4), ("没有", 0.3), ("那我们看销量", 0.4), ("好的", 1.2), ("下一个", 0.1)]
    assert said(*spoken, language="zh") == ["大家有意见吗", "没有那我们看销量好的", "下一个"]


def test_long_sentences_are_cut_at_a_comma_near_the_middle() -> None:
    spoken = evenly("a b c d e f g h, i j k l m n o p q r", step=1.0)
    assert texts(window(0, 30, spoken), max_seconds=12) == ["a b c d e f g h,", "i j k l m n o p q r"]


def test_long_text_is_cut_by_its_width() -> None:
    parts = texts(window(0, 60, evenly("字" * 200, step=0.1), "zh"))
    assert "".join(parts) == "字" * 200
    assert max(width(part) for part in parts) <= SentenceOptions().max_width


def test_overlapping_windows_share_words_by_their_middle() -> None:
    first = window(0, 10, [(" a", 7, 8), (" b", 8.2, 8.8), (" c", 9.2, 9.8)])
    second = window(8, 20, [(" B", 8.1, 8.7), (" C", 9.3, 9.9), (" d", 10, 11)])
    assert texts(first, second) == ["a b C d"]


def test_an_empty_neighbour_takes_no_words() -> None:
    first, second = window(0, 10, [(" a", 8, 9), (" b", 9.5, 10)]), window(8, 20, [])
    assert texts(first, second) == ["a b"]


def test_a_word_at_the_very_end_of_a_window_is_kept() -> None:
    first, second = window(0, 10, [(" a", 9, 10), (" b", 10, 10)]), window(10, 20, [(" c", 10, 11)])
    assert texts(first, second) == ["a b c"]


def test_a_segment_has_one_language() -> None:
    segments = to_segments(
        [window(0, 2, evenly("hello there"), "en"), window(2, 4, evenly("你好", 2), "zh")], duration=4
    )
    assert [(s.id, s.text, s.language) for s in segments] == [(0, "hello there", "en"), (1, "你好", "zh")]


def test_segments_carry_the_numbers_of_their_window() -> None:
    first, second = window(0, 5, evenly("One.", 1), logprob=-0.1), window(5, 9, evenly("Two.", 6), logprob=-0.9)
    assert [s.avg_logprob for s in to_segments([first, second], duration=9)] == [-0.1, -0.9]


def test_windows_without_word_times_are_one_segment_each() -> None:
    plain = window(3, 9, [])
    plain = WindowText(
        window=plain.window,
        text="No times.",
        words=(),
        language="en",
        avg_logprob=0,
        compression_ratio=1,
        no_speech_prob=0,
    )
    (segment,) = to_segments([plain], duration=8)
    assert (segment.start, segment.end, segment.text, segment.words) == (3, 8, "No times.", ())


def test_nothing() -> None:
    assert to_segments([], duration=0) == ()


@pytest.mark.parametrize(
    ("text", "follower", "ends"),
    [
        ("end.", " Next", True),
        ("end.”", " Next", True),
        ("Dr.", " Li", False),
        ("z.B.", " so", False),
        ("J.", " Smith", False),
        ("3.", "5", False),
        ("example.", "com", False),
        ("etc.", " and", False),
        ("好.", "你", True),
        ("what?", " no", True),
        ("wait…", " no", True),
        ("end,", " Next", False),
    ],
)
def test_sentence_ends(text, follower, ends) -> None:
    assert is_sentence_end(text, follower) is ends


times = st.floats(0, 50)
spoken = st.lists(st.tuples(st.sampled_from([" a", " b.", "字", "。", " c,", " "]), times, times), max_size=25)


@settings(deadline=None)
@given(st.lists(spoken, max_size=3))
def test_any_times_give_segments_in_order_whose_words_spell_them(rows) -> None:
    windows = [
        window(i * 20, i * 20 + 22, [(t, min(a, b), max(a, b)) for t, a, b in row]) for i, row in enumerate(rows)
    ]
    segments = to_segments(windows, duration=45.0)
    assert [s.id for s in segments] == list(range(len(segments)))
    assert all(0 <= s.start <= s.end <= 45 for s in segments)
    assert all(first.end <= second.start for first, second in pairwise(segments))
    for segment in segments:
        assert "".join(w.text for w in segment.words) == segment.text == segment.text.strip() != ""
        assert all(segment.start <= w.start <= w.end <= segment.end for w in segment.words)
        assert all(a.start <= b.start for a, b in pairwise(segment.words))
