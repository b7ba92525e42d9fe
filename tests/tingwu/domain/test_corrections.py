"""Where corrections stand in a transcript, and taking them back."""

from dataclasses import replace

import pytest

from tests.builders import make_segment, make_transcript
from tingwu.domain.corrections import placed_corrections, undo
from tingwu.domain.transcript import Correction, CorrectionReason, Transcript, Word
from tingwu.errors import InvalidOption

SPOKEN = (
    Word(start=1.4, end=2.0, text=" c", probability=0.4),
    Word(start=2.0, end=2.4, text=" translate,", probability=0.8),
)
CORRECTION = Correction(
    start=1.4, end=2.8, before="c translate", after="CTranslate2", reason=CorrectionReason.GLOSSARY_SOUND, words=SPOKEN
)


def corrected(*corrections: Correction) -> Transcript:
    segments = (make_segment(0, "Use CTranslate2,"), make_segment(1, "CTranslate2 again"))
    return make_transcript(segments=segments, corrections=corrections)


def placed(*corrections: Correction) -> list[tuple[int, int]]:
    return [(one.segment_id, one.offset) for one in placed_corrections(corrected(*corrections))]


def test_corrections_are_placed_by_characters_of_their_segment() -> None:
    second = replace(CORRECTION, start=3.0, end=4.4)
    assert placed(CORRECTION, second) == [(0, 4), (1, 0)]
    (one,) = placed_corrections(corrected(CORRECTION))
    text = corrected().segments[0].text
    assert text[one.offset : one.offset + len(one.after)] == "CTranslate2"
    assert (one.before, one.words) == (CORRECTION.before, CORRECTION.words)


def test_what_is_no_longer_there_has_no_place() -> None:
    assert placed(replace(CORRECTION, start=0.5), replace(CORRECTION, after="CUDA")) == []


def test_a_segment_without_words_is_one_place() -> None:
    whole = Correction(start=0, end=2.8, before="hanna", after="Hannah", reason=CorrectionReason.GLOSSARY_ALIAS)
    segments = (replace(make_segment(0, "Hannah"), words=()), make_segment(1, "Hannah"))
    later = replace(whole, start=3.0, end=5.8)
    (one,) = placed_corrections(make_transcript(segments=segments, corrections=(whole, later)))
    assert (one.segment_id, one.offset) == (0, 0)


def test_undo_restores_words_and_text() -> None:
    transcript = undo(corrected(CORRECTION), CORRECTION)
    assert transcript.corrections == ()
    assert transcript.segments[0].text == "Use c translate,"
    assert transcript.segments[0].words[1:] == SPOKEN
    assert transcript.segments[1] == corrected().segments[1]


def test_restored_words_stay_in_the_time_and_the_spaces_of_their_place() -> None:
    early = Word(start=2.0, end=3.1, text=" see", probability=0.5)
    late = Word(start=3.1, end=9.0, text=" two ", probability=0.5)
    correction = replace(CORRECTION, start=3.0, end=4.4, words=(early, late))
    (_, segment) = undo(corrected(correction), correction).segments
    assert segment.text == "see two again"
    assert [(word.start, word.end) for word in segment.words[:2]] == [(3.0, 3.1), (3.1, 4.4)]


def test_undo_restores_a_segment_without_words() -> None:
    correction = Correction(start=0, end=2.8, before="hanna", after="Hannah", reason=CorrectionReason.GLOSSARY_ALIAS)
    segment = replace(make_segment(0, "Hannah"), words=())
    transcript = make_transcript(segments=(segment,), corrections=(correction,))
    assert undo(transcript, correction).text == "hanna"


@pytest.mark.parametrize("listed", [(), (replace(CORRECTION, start=0.5),)])
def test_what_was_not_corrected_cannot_be_undone(listed: tuple[Correction, ...]) -> None:
    with pytest.raises(InvalidOption):
        undo(corrected(*listed), listed[0] if listed else CORRECTION)
