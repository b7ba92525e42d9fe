"""Good lines stand, lines with one thing swapped fall."""

from collections.abc import Sequence

import pytest

from tingwu.domain.notes import Claim, Proof
from tingwu.text.evidence import Refusal, Source, prove, source_of
from tingwu.text.sentences import Sentence


def _source(*lines: tuple[str | None, str]) -> Source:
    return source_of(
        [
            Sentence(id=index, start=index * 5.0, end=index * 5.0 + 4, text=text, segment_ids=(index,), speaker=speaker)
            for index, (speaker, text) in enumerate(lines)
        ]
    )


ENGLISH = _source(
    ("Alice", "Good morning, let us begin with the release."),
    ("Bob", "The backend will be ready by next Friday, the migration needs a weekend."),
    ("Bob", "We can start with internal users, then expand to 10% of production traffic."),
    ("Diana", "I will not finish the regression tests before Monday."),
    ("Alice", "So we agreed on the phased rollout with Kubernetes."),
)
CHINESE = _source(
    ("张伟", "今天我们讨论一下明年的市场预算。"),
    ("李娜", "我建议把线上广告的预算提高到二十五万，占总额的百分之三十。"),
    ("张伟", "线下活动今年的效果不好，我们不再增加投入。"),
    ("李娜", "深圳分公司的王经理会在三月提交方案。"),
)


def _cited(result: Claim | Refusal) -> Sequence[tuple[int, ...]]:
    assert isinstance(result, Claim), result
    assert result.proof is Proof.VERIFIED
    return [citation.segment_ids for citation in result.citations]


@pytest.mark.parametrize(
    ("line", "segment"),
    [
        ("Backend ready by next Friday", 1),
        ("Bob wants to start with internal users and expand to ten percent of production traffic", 2),
        ("Diana will not finish the regression tests before Monday", 3),
        ("They agreed on a phased rollout with Kubernetes", 4),
    ],
)
def test_good_english_lines_cite_their_sentence(line: str, segment: int) -> None:
    assert (segment,) in _cited(prove(line, ENGLISH))


@pytest.mark.parametrize(
    ("line", "segment"),
    [
        ("线上广告预算提高到25万，占总额30%", 1),
        ("线下活动效果不好，不再增加投入", 2),
        ("王经理三月提交深圳分公司的方案", 3),
    ],
)
def test_good_chinese_lines_cite_their_sentence(line: str, segment: int) -> None:
    assert (segment,) in _cited(prove(line, CHINESE))


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("Start with internal users, then expand to 20% of production traffic", Refusal.NUMBER),
        ("They agreed on the phased rollout with Docker", Refusal.NAME),
        ("Robert agreed on the phased rollout with Kubernetes", Refusal.NAME),
        ("Alice wants to start with internal users and expand to production traffic", Refusal.SPEAKER),
        ("Diana will finish the regression tests before Monday", Refusal.NEGATION),
        ("They did not agree on the phased rollout with Kubernetes", Refusal.NEGATION),
        ("The weather will stay sunny over the mountains", Refusal.WORDS),
        ("...", Refusal.EMPTY),
    ],
)
def test_swapped_english_lines_fall(line: str, refusal: Refusal) -> None:
    assert prove(line, ENGLISH) is refusal


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("线上广告预算提高到35万，占总额30%", Refusal.NUMBER),
        ("线上广告预算提高到25万，占总额40%", Refusal.NUMBER),
        ("线下活动效果不好，继续增加投入，陈总同意", Refusal.NAME),
        ("陈明建议把线上广告的预算提高到25万", Refusal.NAME),
        ("张伟建议提高线上广告预算到25万", Refusal.SPEAKER),
        ("建议把线上广告的预算降低到二十五万", Refusal.NEGATION),
        ("不建议把线上广告的预算提高", Refusal.NEGATION),
        ("公司计划明年上市并收购竞争对手", Refusal.WORDS),
    ],
)
def test_swapped_chinese_lines_fall(line: str, refusal: Refusal) -> None:
    assert prove(line, CHINESE) is refusal


def test_nothing_is_proved_by_nothing() -> None:
    assert prove("The budget grows", source_of([])) is Refusal.EMPTY


def test_a_part_knows_only_its_own_sentences() -> None:
    assert isinstance(prove("Backend ready by next Friday", ENGLISH.part(1, 3)), Claim)
    assert prove("Backend ready by next Friday", ENGLISH.part(3, 5)) is Refusal.WORDS


def test_a_misheard_character_does_not_hide_a_long_word() -> None:
    heard = _source((None, "我们采用人工智能驾驶系统来降低事故。"))
    assert isinstance(prove("采用人工智能驾驶来降低事故", heard), Claim)


def test_at_most_three_citations() -> None:
    lines = [(None, f"The {word} report is late.") for word in ("sales", "travel", "hiring", "energy", "safety")]
    assert len(_cited(prove("The sales, travel, hiring, energy and safety reports are late", _source(*lines)))) == 3
