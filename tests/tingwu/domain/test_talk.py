"""Talk: counted by hand for small conversations, and against a naive count for made ones."""

from dataclasses import replace
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import make_segment, make_transcript
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.domain.talk import SpeakerTalk, Talk, speaker_turns, talk_of
from tingwu.domain.transcript import Segment, Transcript


def turns(*spoken: tuple[str, float, float]) -> tuple[SpeakerTurn, ...]:
    return tuple(SpeakerTurn(speaker=speaker, start=start, end=end) for speaker, start, end in spoken)


def heard(*spoken: tuple[str, float, float], duration: float = 60.0, segments: tuple[Segment, ...] = ()) -> Transcript:
    diarization = Diarization(turns=turns(*spoken), count_confidence=1.0, model="fake")
    return make_transcript(segments=segments, duration=duration, diarization=diarization)


def only(talk: Talk, speaker: str) -> SpeakerTalk:
    (found,) = (one for one in talk.speakers if one.speaker == speaker)
    return found


def test_nobody() -> None:
    assert talk_of(make_transcript(segments=(), duration=5.0)) == Talk(speakers=(), silence=5.0, overlap=0.0)
    assert talk_of(make_transcript(duration=5.0)) == Talk(speakers=(), silence=5.0, overlap=0.0)


def test_a_conversation() -> None:
    segments = (
        make_segment(0, "one two three four five six seven eight", start=0.0, seconds=10.0, speaker="Ann"),
        make_segment(1, "one two", start=8.0, seconds=4.0, speaker="Bob"),
        make_segment(2, "- nine, ten.", start=15.0, seconds=5.0, speaker="Ann"),
    )
    found = talk_of(heard(("Ann", 0.0, 10.0), ("Bob", 8.0, 12.0), ("Ann", 15.0, 20.0), segments=segments))
    assert found == Talk(
        speakers=(
            SpeakerTalk(
                speaker="Ann", seconds=15.0, share=15 / 19, turns=2, longest=10.0, interruptions=0, rate=10 / 15 * 60
            ),
            SpeakerTalk(speaker="Bob", seconds=4.0, share=4 / 19, turns=1, longest=4.0, interruptions=1, rate=None),
        ),
        silence=43.0,
        overlap=2.0,
    )


@pytest.mark.parametrize(
    ("spoken", "longest"),
    [
        ([("A", 0, 10), ("A", 11.9, 20)], 20.0),
        ([("A", 0, 10), ("A", 12.0, 20)], 10.0),
        ([("A", 0, 10), ("B", 10.1, 11.0), ("A", 11.2, 20)], 20.0),
        ([("A", 0, 10), ("B", 10.1, 11.1), ("A", 11.2, 20)], 10.0),
        ([("A", 0, 10), ("B", 8.0, 11.1), ("A", 11.0, 20)], 10.0),
        ([("A", 0, 10), ("B", 3.0, 6.0), ("A", 11.0, 20)], 20.0),
        ([("B", 0, 15), ("C", 1, 15.5), ("A", 2, 10), ("A", 11, 16), ("A", 17, 19)], 8.0),
        ([("A", 0, 5), ("A", 5, 8), ("A", 9, 9.5)], 9.5),
    ],
)
def test_longest_monologue(spoken: list[tuple[str, float, float]], longest: float) -> None:
    assert only(talk_of(heard(*spoken)), "A").longest == pytest.approx(longest)


@pytest.mark.parametrize(
    ("spoken", "interruptions"),
    [
        ([("B", 0, 5), ("A", 4.5, 8)], 1),
        ([("B", 0, 5), ("A", 5, 8)], 0),
        ([("B", 0, 5), ("A", 3, 4)], 0),
        ([("B", 0, 5), ("A", 3, 5)], 0),
        ([("B", 0, 5), ("A", 0, 8)], 0),
        ([("B", 0, 5), ("C", 1, 6), ("A", 4, 8)], 1),
        ([("B", 0, 9), ("C", 1, 4), ("A", 3, 8)], 1),
        ([("B", 0, 5), ("A", 4, 8), ("B", 7, 12), ("A", 11, 13)], 2),
    ],
)
def test_interruptions(spoken: list[tuple[str, float, float]], interruptions: int) -> None:
    assert only(talk_of(heard(*spoken)), "A").interruptions == interruptions


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("我们用 GPU 跑了 3 次，好吗？", 10),
        ("ありがとう、田中さん。", 9),
        ("twenty-five isn't - much", 3),
        ("안녕하세요 여러분", 2),
        ("…", 0),
    ],
)
def test_rate(text: str, units: int) -> None:
    segment = Segment(id=0, start=0.0, end=10.0, text=text, speaker="A")
    rate = only(talk_of(heard(("A", 0.0, 10.0), segments=(segment,))), "A").rate
    assert rate == (pytest.approx(6.0 * units) if units else None)


def test_rate_counts_the_time_that_the_speaker_talks_in_its_segments() -> None:
    segment = Segment(id=0, start=0.0, end=20.0, text="one two three", speaker="A")
    later = Segment(id=1, start=30.0, end=34.0, text="four", speaker="A")
    transcript = heard(("A", 0.0, 4.0), ("B", 5.0, 9.0), ("A", 12.0, 14.0), ("A", 20.0, 25.0))
    assert only(talk_of(replace(transcript, segments=(segment,))), "A").rate == pytest.approx(30.0)
    assert only(talk_of(replace(transcript, segments=(segment, later))), "A").rate == pytest.approx(24.0)
    assert only(talk_of(transcript), "A").rate is None


def test_turns_past_the_end_are_no_negative_silence() -> None:
    talk = talk_of(heard(("A", 0.0, 5.0), ("B", 9.0, 12.0), ("A", 11.0, 13.0), duration=10.0))
    assert (talk.silence, talk.overlap) == (4.0, 0.0)


def test_without_diarization_segments_are_turns() -> None:
    segments = (
        make_segment(0, "So.", start=0.0, seconds=3.0, speaker="Ann"),
        make_segment(1, "We begin.", start=3.4, seconds=2.6, speaker="Ann"),
        make_segment(2, "Yes?", start=6.2, seconds=0.8, speaker="Bob"),
        make_segment(3, "Now.", start=7.3, seconds=1.7, speaker="Ann"),
        make_segment(4, "Nobody knows.", start=9.0, seconds=1.0),
        make_segment(5, "Later.", start=11.0, seconds=1.0, speaker="Ann"),
    )
    transcript = make_transcript(segments=segments, duration=15.0)
    assert speaker_turns(transcript) == turns(
        ("Ann", 0.0, 6.0), ("Bob", 6.2, 7.0), ("Ann", 7.3, 9.0), ("Ann", 11.0, 12.0)
    )
    talk = talk_of(transcript)
    assert [(one.speaker, one.turns, one.longest) for one in talk.speakers] == [("Ann", 3, 9.0), ("Bob", 1, 7.0 - 6.2)]
    assert talk.silence == pytest.approx(15.0 - 9.5)


def test_turns_of_one_speaker_that_overlap_count_once() -> None:
    """A file from elsewhere may have such."""
    talk = talk_of(heard(("A", 0.0, 5.0), ("A", 4.0, 8.0), ("A", 6.0, 7.0), ("B", 9.0, 9.0)))
    assert talk.speakers == (
        SpeakerTalk(speaker="A", seconds=8.0, share=1.0, turns=1, longest=8.0, interruptions=0, rate=None),
    )


SPOKEN = st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 100), st.integers(1, 20)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(SPOKEN)
def test_like_a_count_second_by_second(spoken: list[tuple[str, int, int]]) -> None:
    found = heard(*((speaker, float(at), float(at + seconds)) for speaker, at, seconds in spoken), duration=130.0)
    talk = talk_of(found)
    speaking = [{speaker for speaker, at, seconds in spoken if at <= time < at + seconds} for time in range(130)]
    assert talk.silence == sum(not now for now in speaking)
    assert talk.overlap == sum(len(now) > 1 for now in speaking)
    for one in talk.speakers:
        assert one.seconds == sum(one.speaker in now for now in speaking)
        own = [turn for turn in speaker_turns(found) if turn.speaker == one.speaker]
        long = [turn for turn in speaker_turns(found) if turn.speaker != one.speaker and turn.duration >= 1]
        stretch = best = own[0].duration
        for before, turn in pairwise(own):
            free = all(other.end <= before.end or other.start >= turn.start for other in long)
            bridged = turn.start - before.end < 2 and free
            stretch = (stretch + turn.end - before.end) if bridged else turn.duration
            best = max(best, stretch)
        assert one.longest == best
    assert sum(one.share for one in talk.speakers) == pytest.approx(1.0 if spoken else 0.0)


def test_ten_hours_take_no_time() -> None:
    spoken = [(f"S{i % 40}", i * 1.8, i * 1.8 + 2.5) for i in range(20_000)]
    segments = tuple(make_segment(i, "a b c", start=i * 1.8, seconds=1.5, speaker=f"S{i % 40}") for i in range(20_000))
    transcript = heard(*spoken, duration=36_000.0, segments=segments)
    begun = perf_counter()
    talk = talk_of(transcript)
    assert perf_counter() - begun < 2.0
    assert len(talk.speakers) == 40
