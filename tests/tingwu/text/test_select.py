"""The best sentences of a part: what was said about the subject, before who said it."""

from tingwu.text.evidence import source_of
from tingwu.text.select import best_sentences
from tingwu.text.sentences import Sentence


def _best(*texts: str, number: int = 1) -> list[str]:
    sentences = tuple(
        Sentence(id=index, start=index * 10.0, end=index * 10.0 + 5, text=text, segment_ids=(index,))
        for index, text in enumerate(texts)
    )
    return [texts[index] for index in best_sentences(source_of(sentences), 0, len(texts), number)]


def test_a_chinese_introduction_is_not_the_best() -> None:
    intro = "我叫林浩，负责温室服务器的软件升级和安装。"
    said = "温室服务器上周的升级失败了。"
    assert _best(intro, said, "软件要在下周重新安装。")[0] != intro
    assert _best(intro) == [intro]


def test_an_english_introduction_is_not_the_best() -> None:
    intro = "I'm Hannah Price, my guest today is a keeper of bees and honey in Leeds."
    said = "The bees died because the honey was taken too early in the cold winter."
    assert _best(intro, said, "Honey from these bees costs more than in Leeds.")[0] != intro
    assert intro in _best(intro, said, number=2)
