"""Corrections by a glossary: what is changed, what is left alone, how words follow, and that all can be taken back."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_transcript
from tests.tingwu.speech.window_texts import window, wordless
from tingwu.domain.corrections import undo
from tingwu.domain.transcript import Correction, CorrectionReason, Transcript, Word
from tingwu.speech.asr import WindowText
from tingwu.speech.correct import correct, kept_corrections
from tingwu.speech.glossary import Entry, Glossary
from tingwu.speech.sentences import to_segments

ALIAS, SOUND = CorrectionReason.GLOSSARY_ALIAS, CorrectionReason.GLOSSARY_SOUND


def glossary(*entries: str | tuple[str, ...]) -> Glossary:
    """Entries as a canonical form, or one with aliases."""
    parts = [(entry,) if isinstance(entry, str) else entry for entry in entries]
    return Glossary(entries=tuple(Entry(canonical=first, aliases=rest) for first, *rest in parts))


def corrected(text: WindowText, *entries: str | tuple[str, ...]) -> str:
    (result,), _ = correct([text], glossary(*entries))
    return result.text


def transcript_of(texts: list[WindowText], terms: Glossary) -> Transcript:
    changed, corrections = correct(texts, terms)
    segments = to_segments(changed, duration=1e6)
    return make_transcript(segments=segments, corrections=kept_corrections(corrections, segments), duration=1e6)


@pytest.mark.parametrize(
    ("heard", "term", "expected"),
    [
        ("那我叫韩雷负责工厂", "韩磊", "那我叫韩磊负责工厂"),
        ("把报告交给周明", "周敏", "把报告交给周敏"),
        ("全部换回目头盒子", "木头盒子", "全部换回木头盒子"),
        ("十月份的推货率是", "退货率", "十月份的退货率是"),
        ("請蘇情說一下", "苏晴", "請蘇晴說一下"),
    ],
)  # fmt: skip
def test_chinese_of_the_same_sound(heard: str, term: str, expected: str) -> None:
    assert corrected(window(list(heard), probability=0.6), term) == expected


@pytest.mark.parametrize(
    ("heard", "term"),
    [
        ("我们今天开会讨论实时翻译", "石时"),
        ("这件事情没有问题", "施清"),
        ("我觉得太贵了", "绝得"),
        ("请苏晴说一下", "苏情"),
        ("他是一个好人", "事"),
        ("我是林浩", "史宁浩"),
    ],
)
def test_common_chinese_words_are_left_alone(heard: str, term: str) -> None:
    left = "请苏情说一下" if term == "苏情" else heard
    assert corrected(window(list(heard)), term) == left


@pytest.mark.parametrize(
    ("parts", "probability", "term", "expected"),
    [
        (["We", " use", " c", " translate", " two", " here."], 0.9, "CTranslate2", "We use CTranslate2 here."),
        (["We", " use", " Cooper", " Nettis", " here."], 0.2, "Kubernetes", "We use Kubernetes here."),
        (["Thank", " you,", " Hana."], 0.3, "Hannah", "Thank you, Hannah."),
        (["Ask", " Martin", " Coal", " today."], 0.7, "Martin Cole", "Ask Martin Cole today."),
        (["用", "Wisper", "做"], 0.4, "Whisper", "用Whisper做"),
        (["We", " cold", " him."], 0.95, "Kohld", "We cold him."),
        (["Two", " lanterns", " here."], 0.3, "Lantern", "Two lanterns here."),
        (["Version", " CTranslate3", " here."], 0.3, "CTranslate2", "Version CTranslate3 here."),
        (["I", " see", " the", " price."], 0.2, "Cthe", "I see the price."),
    ],
)
def test_latin_words(parts: list[str], probability: float, term: str, expected: str) -> None:
    language = "zh" if parts[0] == "用" else "en"
    assert corrected(window(parts, language, probability=probability), term) == expected


def test_what_is_written_often_and_surely_is_no_mishearing() -> None:
    sure = window(["Martin", " and", " Martin", " and", " Martin."], "en", probability=0.95)
    doubtful = window(["Here", " is", " Martin."], "en", start=10, probability=0.4)
    assert corrected(doubtful, "Marten") == "Here is Marten."
    texts, changes = correct([sure, doubtful], glossary("Marten"))
    assert (texts, changes) == ((sure, doubtful), ())


def test_nouns_have_capitals_in_german() -> None:
    parts = ["Wir", " kaufen", " Latternen", " heute."]
    assert corrected(window(parts, "de", probability=0.8), "Laternen") == "Wir kaufen Latternen heute."
    assert corrected(window(parts, "de", probability=0.3), "Laternen") == "Wir kaufen Laternen heute."


def test_words_of_a_place_become_one() -> None:
    text = window(["We", " use", " c", " translate", " two,", " yes."], "en")
    (result,), (change,) = correct([text], glossary("CTranslate2"))
    assert [word.text for word in result.words] == ["We", " use", " CTranslate2,", " yes."]
    assert result.words[2] == Word(start=2, end=5, text=" CTranslate2,", probability=0.9)
    assert result.words[:2] == text.words[:2]
    assert change == Correction(
        start=2, end=5, before="c translate two", after="CTranslate2", reason=SOUND, words=text.words[2:5]
    )


def test_places_that_share_a_word_are_one_correction() -> None:
    text = window(["请", "苏情和林号", "来"])
    (result,), (change,) = correct([text], glossary(("苏晴", "苏情"), ("林浩", "林号")))
    assert result.text == "请苏晴和林浩来"
    assert (change.before, change.after, change.reason) == ("苏情和林号", "苏晴和林浩", ALIAS)


def test_nothing_is_changed_without_need() -> None:
    text = window(["请", "苏晴", "来"])
    assert correct([text], glossary("苏晴", "Sully")) == ((text,), ())
    assert correct([text], Glossary()) == ((text,), ())
    assert correct([], glossary("苏晴")) == ((), ())


def test_a_window_without_words_is_corrected_as_a_whole() -> None:
    transcript = transcript_of([wordless("请苏情说，苏情。")], glossary(("苏晴", "苏情")))
    (change,) = transcript.corrections
    assert transcript.segments[0].text == "请苏晴说，苏晴。"
    assert (change.before, change.after, change.words) == ("请苏情说，苏情。", "请苏晴说，苏晴。", ())
    assert undo(transcript, change).segments[0].text == "请苏情说，苏情。"


def test_corrections_in_words_that_a_neighbour_window_has_are_not_listed_twice() -> None:
    terms = glossary(("苏晴", "苏情"))
    first = window(["我", "请", "苏情"])
    second = window(["苏情", "来", "说"], start=2)
    transcript = transcript_of([first, second], terms)
    assert transcript.text.count("苏晴") == len(transcript.corrections) == 1


PARTS = st.lists(
    st.sampled_from(["苏情", "韩雷", "，", "今天", " c", " translate", " two", " Hana", ".", "请苏", "情", "报告"]),
    min_size=1,
    max_size=12,
)  # fmt: skip
TERMS = glossary(("苏晴", "苏情"), "韩磊", "CTranslate2", ("Hannah", "Hana"), ("报告书", "报告"))


@settings(deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=3), st.sampled_from(["zh", "en"]))
def test_words_always_spell_the_text_and_all_can_be_taken_back(windows: list[list[str]], language: str) -> None:
    texts = [window(parts, language, start=30.0 * at, probability=0.5) for at, parts in enumerate(windows)]
    for text in correct(texts, TERMS)[0]:
        assert "".join(word.text for word in text.words).strip() == text.text
    transcript = transcript_of(texts, TERMS)
    for segment in transcript.segments:
        assert "".join(word.text for word in segment.words) == segment.text
    before = "".join(segment.text for segment in to_segments(texts, duration=1e6))
    order = list(transcript.corrections)
    random.Random(len(before)).shuffle(order)
    for change in order:
        transcript = undo(transcript, change)
        for segment in transcript.segments:
            assert "".join(word.text for word in segment.words) == segment.text
    assert squeezed("".join(segment.text for segment in transcript.segments)) == squeezed(before)
    spoken = [word for text in texts for word in text.words]
    restored = [word for segment in transcript.segments for word in segment.words]
    assert [word.text.strip() for word in restored] == [word.text.strip() for word in spoken]
    assert [word.start for word in restored] == [word.start for word in spoken]


def squeezed(text: str) -> str:
    return text.replace(" ", "")


@pytest.mark.timeout(120)
def test_ten_thousand_terms_and_a_long_recording() -> None:
    chance = random.Random(7)
    hanzi = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可她里后"
    names = ["".join(chance.choices(hanzi, k=3)) + f"{at}" * (at % 2) for at in range(5_000)]
    latin = ["".join(chance.choices("bcdfgklmnprst", k=3)) + "a".join(chance.choices("lmnrst", k=3)) for _ in names]
    terms = glossary(*dict.fromkeys((*names, *latin)))
    texts = [
        window(["".join(chance.choices(hanzi, k=2)) for _ in range(40)] + [" Kubernetes"] * 10, start=60.0 * at)
        for at in range(1_000)
    ]
    changed, corrections = correct(texts, terms)
    assert len(changed) == 1_000
    assert all(change.before != change.after for change in corrections)
