"""What was said, and taking corrections back."""

from dataclasses import replace

import pytest

from tests.builders import make_segment, make_transcript
from tingwu.domain.transcript import Correction, CorrectionReason, Transcript, Word, undo
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
