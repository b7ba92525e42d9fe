"""Notes on a transcript that has changed: they stay, cite what is there now, and say when it changed."""

from dataclasses import replace

from pipelines.outdated import changed_ranges, outdated
from tests.builders import SENTENCES, make_notes, make_segment, make_transcript
from tingwu.domain.notes import Citation, Notes
from tingwu.domain.notice import Notice, NoticeCode

BEFORE = make_transcript()
AFTER = replace(
    BEFORE,
    segments=(
        BEFORE.segments[0],
        make_segment(1, "Who pays", start=3.0, seconds=1.4),
        make_segment(2, "for the server?", start=4.4, seconds=1.4),
        *(replace(segment, id=segment.id + 1) for segment in BEFORE.segments[2:]),
    ),
)


def citations(notes: Notes | None) -> list[Citation]:
    assert notes
    claims = [*notes.summary, *notes.points, *notes.decisions, *(action.task for action in notes.actions)]
    claims += [claim for pair in notes.questions for claim in (pair.question, pair.answer) if claim]
    return [citation for claim in claims for citation in claim.citations]


def test_where_the_words_changed() -> None:
    assert [(one.start, round(one.end, 6)) for one in changed_ranges(BEFORE.segments, AFTER.segments)] == [(3.0, 5.8)]
    renumbered = tuple(replace(segment, id=segment.id + 7) for segment in BEFORE.segments)
    assert changed_ranges(BEFORE.segments, renumbered) == ()
    assert len(changed_ranges(BEFORE.segments, ())) == 5


def test_notes_follow_their_sentences_and_say_what_changed() -> None:
    notes = outdated(make_notes(), BEFORE, AFTER)
    said = {segment.id: segment.text for segment in AFTER.segments}
    for citation in citations(notes):
        if citation.quote == SENTENCES[1]:
            assert citation.segment_ids == (1, 2)
        else:
            assert [said[number] for number in citation.segment_ids] == [citation.quote]
    assert notes
    (warning,) = notes.warnings
    assert warning.code is NoticeCode.TRANSCRIPT_CHANGED
    assert warning.text.en == "The transcript was changed at 00:03-00:05 after these notes were written."
    assert warning.text.zh == "这些笔记写成之后，以下时间的文字有改动：00:03-00:05。"
    assert replace(notes, warnings=()).title == make_notes().title


def test_notes_stay_as_they_are_if_nothing_changed() -> None:
    notes = make_notes(warnings=(Notice(code=NoticeCode.NO_SPEECH),))
    assert outdated(notes, BEFORE, replace(BEFORE, language="de")) is notes
    assert outdated(None, BEFORE, AFTER) is None


def test_the_same_change_is_said_once() -> None:
    once = outdated(make_notes(), BEFORE, AFTER)
    twice = outdated(once, BEFORE, AFTER)
    assert twice
    assert len(twice.warnings) == 1
