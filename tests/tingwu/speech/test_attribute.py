"""Words to speakers: small conversations read as one would write them down, and a naive oracle for the overlaps."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tingwu.domain.speakers import SpeakerTurn
from tingwu.domain.transcript import Segment, Word
from tingwu.speech.attribute import AttributeOptions, attribute
from tingwu.speech.speaker_changes import ChangeOptions

AS_HEARD = AttributeOptions(
    changes=ChangeOptions(flip=0.0, equal=0.0, words=0, for_sentence=0.0, for_clause=0.0, against_parting=0.0)
)
"""Nothing is moved, but for single words in the middle of a sentence."""


def segment(text: str, start: float = 0.0, step: float = 0.4, **more: object) -> Segment:
    """The words of `text` after each other without pauses; without spaces in it, its characters are words."""
    parts = text.replace(" ", "\n ").split("\n") if " " in text else list(text)
    words = tuple(
        Word(start=start + i * step, end=start + (i + 1) * step, text=part, probability=0.9)
        for i, part in enumerate(parts)
    )
    return Segment(id=7, start=start, end=words[-1].end, text=text, words=words, **more)  # pyright: ignore[reportArgumentType]


def turns(*spoken: tuple[str, float, float]) -> tuple[SpeakerTurn, ...]:
    return tuple(SpeakerTurn(speaker=speaker, start=start, end=end) for speaker, start, end in spoken)


def lines(found: tuple[Segment, ...]) -> list[str]:
    return [f"{one.speaker}: {one.text}" for one in found]


def test_a_sentence_for_each() -> None:
    first, second = segment("Who pays for it?"), segment("The travel budget.", start=2.0)
    found = attribute([first, second], turns(("Ann", 0.1, 1.7), ("Bob", 1.9, 3.2)))
    assert lines(found) == ["Ann: Who pays for it?", "Bob: The travel budget."]
    assert [one.id for one in found] == [0, 1]
    assert all(mine is theirs for mine, theirs in zip(found[0].words, first.words, strict=True))


def test_a_segment_is_cut_where_the_speaker_changes() -> None:
    (before,) = said = [segment("Who pays? The travel budget. Really?", language="en", avg_logprob=-0.3)]
    found = attribute(said, turns(("Ann", 0.0, 0.8), ("Bob", 0.8, 2.0), ("Ann", 2.0, 2.4)))
    assert lines(found) == ["Ann: Who pays?", "Bob: The travel budget.", "Ann: Really?"]
    assert [(one.start, one.end) for one in found] == [(0.0, 0.8), (0.8, 2.0), (2.0, before.end)]
    assert [(one.id, one.language, one.avg_logprob) for one in found] == [(i, "en", -0.3) for i in range(3)]
    assert all("".join(word.text for word in one.words) == one.text for one in found)
    assert found[1].words[1] is before.words[3]


def test_chinese_words_are_characters() -> None:
    found = attribute(
        [segment("谁来付钱？旅行预算。好。", step=0.2)], turns(("甲", 0, 1.0), ("乙", 1.0, 2.0), ("甲", 2, 3))
    )
    assert lines(found) == ["甲: 谁来付钱？", "乙: 旅行预算。", "甲: 好。"]


def test_a_chinese_word_stays_in_one_piece() -> None:
    found = attribute([segment("你觉得呢我们明天讨论预算", step=0.2)], turns(("甲", 0, 0.96), ("乙", 0.96, 3.0)))
    assert lines(found) == ["甲: 你觉得呢", "乙: 我们明天讨论预算"]


def test_punctuation_stays_with_its_word() -> None:
    words = [("Who", 0.0), (" pays", 0.4), ("?", 1.0), (" “", 1.1), ("We", 1.2), (" do", 1.6), (".", 2.0), ("”", 2.1)]
    text = "".join(word for word, _ in words)
    said = tuple(Word(start=at, end=at + 0.1, text=word, probability=1.0) for word, at in words)
    found = attribute(
        [Segment(id=0, start=0.0, end=2.2, text=text, words=said)], turns(("A", 0.0, 0.9), ("B", 0.95, 2.05))
    )
    assert lines(found) == ["A: Who pays?", "B: “We do.”"]


@pytest.mark.parametrize("spoken", [(), (("A", 90.0, 99.0),), (("A", 0.0, 1.0),)])
def test_nobody_near_is_nobody(spoken: tuple[tuple[str, float, float], ...]) -> None:
    said = [segment("Is anybody there?", start=5.0, speaker="Old", beside=("Older",)), segment("No.", start=8.0)]
    found = attribute(said, turns(*spoken))
    assert lines(found) == ["None: Is anybody there?", "None: No."]
    assert [one.beside for one in found] == [(), ()]


def test_nothing() -> None:
    assert attribute([], turns(("A", 0.0, 1.0))) == ()


def test_words_in_a_gap_go_to_who_is_near() -> None:
    said = segment("one two three four five six seven eight nine ten", step=0.5)
    options = AttributeOptions(changes=ChangeOptions(words=0))
    found = attribute([said], turns(("A", 0.0, 1.0), ("B", 4.0, 4.5)), options)
    assert lines(found) == ["A: one two three four five", "B: six seven eight nine ten"]
    assert lines(attribute([said], turns(("A", 9.0, 9.5)))) == [
        "None: one two three four five six seven eight nine ten"
    ]
    assert lines(attribute([said], turns(("A", 6.0, 9.5)))) == ["A: one two three four five six seven eight nine ten"]


def test_turns_past_the_end_and_before_the_beginning() -> None:
    found = attribute([segment("Good morning.", start=1.0)], turns(("A", 0.0, 0.1), ("B", 1.5, 99.0)))
    assert lines(found) == ["B: Good morning."]


def test_segments_without_words_are_whole() -> None:
    said = [
        Segment(id=3, start=0.0, end=10.0, text="All that Ann says."),
        Segment(id=4, start=20.0, end=20.5, text="Near."),
        Segment(id=5, start=30.0, end=31.0, text="Far."),
    ]
    found = attribute(said, turns(("Bob", 0.0, 3.0), ("Ann", 2.0, 9.0), ("Bob", 21.0, 22.0)))
    assert lines(found) == ["Ann: All that Ann says.", "Bob: Near.", "None: Far."]
    assert [(one.id, one.beside) for one in found] == [(0, ("Bob",)), (1, ()), (2, ())]


def test_words_that_do_not_spell_the_text_lose_nothing() -> None:
    """Some aligners leave numbers out."""
    words = (Word(start=0, end=1, text="Costs", probability=1.0), Word(start=2, end=3, text=" euros.", probability=1.0))
    said = Segment(id=0, start=0.0, end=3.0, text="Costs 12 euros.", words=words)
    (found,) = attribute([said], turns(("A", 0.0, 1.0), ("B", 1.0, 3.0)))
    assert (found.text, found.speaker, found.words) == ("Costs 12 euros.", "B", words)


def test_words_without_length() -> None:
    words = tuple(Word(start=at, end=at, text=text, probability=1.0) for text, at in (("Yes.", 1.0), (" No.", 3.0)))
    said = Segment(id=0, start=1.0, end=3.0, text="Yes. No.", words=words)
    assert lines(attribute([said], turns(("A", 0.0, 2.0), ("B", 2.0, 4.0)))) == ["A: Yes.", "B: No."]


def test_a_turn_of_a_third_of_a_second() -> None:
    """It is a flip in the middle of a sentence, and an answer where it is a sentence of its own."""
    heard = turns(("A", 0.0, 1.2), ("B", 1.2, 1.5), ("A", 1.5, 4.0))
    assert lines(attribute([segment("we take the right train to work", step=0.3)], heard)) == [
        "A: we take the right train to work"
    ]
    assert lines(attribute([segment("You take the train? Right. To work?", step=0.3)], heard)) == [
        "A: You take the train?", "B: Right.", "A: To work?",
    ]  # fmt: skip
    assert lines(attribute([segment("你要去吗对我们走吧", step=0.3)], heard)) == ["A: 你要去吗对我们走吧"]
    assert (
        lines(
            attribute(
                [segment("你要去？对。我们走", step=0.24)], turns(("A", 0.0, 1.0), ("B", 1.0, 1.4), ("A", 1.4, 3))
            )
        )[1]
        == "B: 对。"
    )


def test_a_word_in_the_middle_of_a_sentence_is_nobody_elses() -> None:
    heard = turns(("A", 0.0, 2.0), ("B", 2.0, 3.0), ("A", 3.0, 9.0))
    assert lines(attribute([segment("it costs twelve thousand euros", step=1.0)], heard)) == [
        "A: it costs twelve thousand euros"
    ]
    assert lines(attribute([segment("It costs twelve. Thousand euros", step=1.0)], heard)) == [
        "A: It costs", "B: twelve.", "A: Thousand euros",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "change", "expected"),
    [
        ("So who pays? We do all of it", 0.8, ["A: So who pays?", "B: We do all of it"]),
        ("So who pays? We do all of it", 1.6, ["A: So who pays?", "B: We do all of it"]),
        ("So who pays? We do all of it", 2.0, ["A: So who pays?", "B: We do all of it"]),
        ("So who pays? We do all of it", 2.4, ["A: So who pays? We do all", "B: of it"]),
        ("That is so, we do all of it", 1.6, ["A: That is so,", "B: we do all of it"]),
        ("That is so, we do all of it", 2.4, ["A: That is so, we do all", "B: of it"]),
        ("Who pays? Well, we do all of it", 1.2, ["A: Who pays?", "B: Well, we do all of it"]),
        ("that is so we do all of it", 1.6, ["A: that is so we", "B: do all of it"]),
    ],
)
def test_a_change_within_a_sentence_moves_to_its_end(text: str, change: float, expected: list[str]) -> None:
    assert lines(attribute([segment(text)], turns(("A", 0.0, change), ("B", change, 9.0)))) == expected


def test_a_change_moves_to_a_pause() -> None:
    words = [("so", 0.0), (" you", 0.4), (" think", 0.8), (" yes", 1.8), (" I", 2.2), (" do", 2.6)]
    said = tuple(Word(start=at, end=at + 0.4, text=text, probability=1.0) for text, at in words)
    whole = Segment(id=0, start=0.0, end=3.0, text="so you think yes I do", words=said)
    found = attribute([whole], turns(("A", 0.0, 2.2), ("B", 2.2, 3.0)))
    assert lines(found) == ["A: so you think", "B: yes I do"]


def test_a_change_moves_over_the_end_of_a_segment() -> None:
    said = [segment("Who pays for it?"), segment("We do all of it.", start=1.6)]
    expected = ["A: Who pays for it?", "B: We do all of it."]
    assert lines(attribute(said, turns(("A", 0.0, 2.0), ("B", 2.0, 9.0)))) == expected
    assert lines(attribute(said, turns(("A", 0.0, 1.2), ("B", 1.2, 9.0)))) == expected


def test_nobody_loses_a_turn_to_a_change_that_moves() -> None:
    said = [segment("one two. three four five six")]
    found = attribute(said, turns(("A", 0.0, 0.8), ("B", 0.8, 1.2), ("C", 1.2, 9.0)))
    assert lines(found) == ["A: one two.", "B: three", "C: four five six"]


def test_where_both_are_heard_the_change_is_where_a_sentence_ends() -> None:
    said = [segment("I think that it is too much. No it is not too much at all")]
    found = attribute(said, turns(("A", 0.0, 4.4), ("B", 1.2, 9.0)))
    assert lines(found) == ["A: I think that it is too much.", "B: No it is not too much at all"]
    assert [one.beside for one in found] == [("B",), ("A",)]


def test_who_speaks_beside() -> None:
    said = [segment("one two three four five six seven eight nine ten.", step=1.0)]
    heard = turns(("A", 0.0, 10.0), ("B", 1.0, 3.9), ("C", 5.0, 8.0), ("D", 0.0, 10.0))
    (found,) = attribute(said, heard)
    assert (found.speaker, found.beside) == ("A", ("D", "C"))
    (found,) = attribute(said, heard, AttributeOptions(beside=0.29))
    assert found.beside == ("D", "C", "B")


def test_people_who_were_heard_apart_stay_in_order_of_time() -> None:
    long = segment("a b c d e f g h i j. k l m n", step=1.0)
    found = attribute([long, segment("Yes.", start=4.0)], turns(("A", 0.0, 10.0), ("B", 10.0, 14.0)))
    assert lines(found) == ["A: a b c d e f g h i j.", "A: Yes.", "B: k l m n"]
    assert [one.id for one in found] == [0, 1, 2]


TIMES = st.integers(0, 60)
SPOKEN = st.lists(st.tuples(st.sampled_from("ABC"), TIMES, st.integers(1, 25)), max_size=8)
WORDS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), min_size=1, max_size=12)


def made(gaps: list[tuple[int, int]]) -> list[Segment]:
    """A sentence for each word, so that nothing is smoothed; times are half seconds."""
    found: list[Segment] = []
    now = 0.0
    for gap, length in gaps:
        found.append(segment("Word.", start=now + gap / 2, step=length / 2 / 5))
        now = found[-1].end
    return [
        Segment(
            id=0,
            start=one.start,
            end=one.end,
            text="Word.",
            words=(Word(start=one.start, end=one.end, text="Word.", probability=1.0),),
        )
        for one in found
    ]


@settings(max_examples=200, deadline=None)
@given(WORDS, SPOKEN)
def test_most_overlap_like_a_naive_count(gaps: list[tuple[int, int]], spoken: list[tuple[str, int, int]]) -> None:
    said = made(gaps)
    heard = turns(*sorted(((who, at / 2, (at + long) / 2) for who, at, long in spoken), key=lambda one: one[1]))
    found = attribute(said, heard)
    assert len(found) == len(said)
    for before, after in zip(said, found, strict=True):
        ticks = [before.start + 0.05 + tick * 0.1 for tick in range(round(before.duration / 0.1))]
        shares = {
            who: sum(any(one.start < tick < one.end for one in heard if one.speaker == who) for tick in ticks)
            for who in "ABC"
        }
        most = max(shares.values())
        if most:
            assert shares[after.speaker or ""] == most
            rest = {who for who, share in shares.items() if who != after.speaker and share >= 0.3 * len(ticks)}
            assert set(after.beside) == rest
        else:
            gap = {
                who: min(
                    (max(one.start - before.end, before.start - one.end) for one in heard if one.speaker == who),
                    default=99.0,
                )
                for who in "ABC"
            }
            nearest = min(gap.values())
            assert after.speaker is None if nearest > 1.0 else gap[after.speaker or ""] == pytest.approx(nearest)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text(alphabet="ab。，. 预算", min_size=1, max_size=14), min_size=1, max_size=5),
    SPOKEN,
    st.sampled_from([None, AS_HEARD]),
)
def test_no_text_is_lost(
    texts: list[str], spoken: list[tuple[str, int, int]], options: AttributeOptions | None
) -> None:
    said: list[Segment] = []
    for text in texts:
        said.append(segment(text, start=said[-1].end if said else 0.0, step=0.3))
    found = attribute(said, turns(*((who, at / 4, (at + long) / 4) for who, at, long in spoken)), options)
    assert "".join("".join(one.text for one in found).split()) == "".join("".join(texts).split())
    assert all("".join(word.text for word in one.words) == one.text for one in found)
    assert [one.id for one in found] == list(range(len(found)))
    assert sorted(one.start for one in found) == [one.start for one in found]
    assert all(one.speaker not in one.beside for one in found)


def test_ten_hours_take_no_time() -> None:
    said = [
        segment("one two, three four five six. seven eight nine ten", start=i * 3.6, step=0.3) for i in range(10_000)
    ]
    heard = turns(*((f"S{i % 12}", i * 1.8, i * 1.8 + 1.7 + i % 3 * 0.3) for i in range(20_000)))
    begun = perf_counter()
    found = attribute(said, heard)
    assert perf_counter() - begun < 4.0
    assert len(found) > 15_000
    kept = {id(word) for one in said for word in one.words}
    new = sum(id(word) not in kept for one in found for word in one.words)
    assert new <= len(found) - len(said)
