"""A timeline has a lane for each speaker, and never more ranges than a picture can show."""

from tests.builders import make_segment, make_transcript
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.domain.timeline import timeline
from tingwu.domain.transcript import Transcript


def heard(*turns: tuple[str, float, float], duration: float = 100.0) -> Transcript:
    made = tuple(SpeakerTurn(speaker=speaker, start=start, end=end) for speaker, start, end in turns)
    return make_transcript(duration=duration, diarization=Diarization(turns=made, count_confidence=1.0, model="fake"))


def lanes(transcript: Transcript, pieces: int = 1000) -> list[tuple[str, list[tuple[float, float]]]]:
    return [(lane.speaker, [(one.start, one.end) for one in lane.ranges]) for lane in timeline(transcript, pieces)]


def test_lanes_are_in_the_order_of_first_turns() -> None:
    found = lanes(heard(("B", 0, 10), ("A", 8, 20), ("B", 30, 40)))
    assert found == [("B", [(0, 10), (30, 40)]), ("A", [(8, 20)])]


def test_pauses_that_nobody_would_see_are_left_out() -> None:
    turns = (("A", 0.0, 10.0), ("A", 10.9, 20.0), ("A", 21.0, 30.0))
    assert lanes(heard(*turns), pieces=100) == [("A", [(0, 20), (21, 30)])]
    assert len(lanes(heard(*turns), pieces=1000)[0][1]) == 3


def test_ten_hours_of_short_turns_stay_few() -> None:
    turns = [("AB"[number % 2], number * 1.0, number + 0.5) for number in range(36_000)]
    found = lanes(heard(*turns, duration=36_000.0))
    assert [speaker for speaker, _ in found] == ["A", "B"]
    assert all(len(ranges) <= 1000 for _, ranges in found)


def test_sentences_of_speakers_where_voices_were_not_told_apart() -> None:
    """Sentences of one speaker overlap after a merge."""
    segments = (
        make_segment(0, "One.", speaker="A", start=0, seconds=5),
        make_segment(1, "Two.", speaker="A", start=4, seconds=4),
        make_segment(2, "Three.", start=8, seconds=4),
        make_segment(3, "Four.", speaker="B", start=12, seconds=3),
    )
    assert lanes(make_transcript(segments=segments)) == [("A", [(0, 8)]), ("B", [(12, 15)])]
    assert lanes(make_transcript()) == []
