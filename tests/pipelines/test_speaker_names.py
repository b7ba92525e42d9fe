"""Names in notes: those that came from the transcript's speakers follow them, words of the recording stay."""

from dataclasses import replace

from pipelines.speaker_names import with_speaker_renamed
from tests.builders import SENTENCES, make_claim, make_notes, make_transcript
from tingwu.domain.notes import ActionItem, Chapter, Notes, Proof, QuestionAnswer


def renamed(notes: Notes, speaker: str, name: str) -> Notes:
    return with_speaker_renamed(notes, make_transcript(), speaker, name)


def test_who_asked_answered_and_acts() -> None:
    pair = QuestionAnswer(
        question=make_claim("Who pays?", 1), answer=make_claim("The budget.", 2), asked_by="A", answered_by="B"
    )
    action = ActionItem(task=make_claim("Buy the server.", 3), owner="B", due="March")
    notes = renamed(make_notes(questions=(pair, replace(pair, asked_by=None)), actions=(action,)), "B", "Li Na")
    assert [(one.asked_by, one.answered_by) for one in notes.questions] == [("A", "Li Na"), (None, "Li Na")]
    assert [(one.owner, one.due) for one in notes.actions] == [("Li Na", "March")]


def test_an_owner_whom_somebody_named_stays() -> None:
    """The builders' action is Anna's, because the sentence says so."""
    assert "Anna" in SENTENCES[4]
    assert renamed(make_notes(), "Anna", "Hannah") == make_notes()


def test_lines_name_the_speaker() -> None:
    chapter = Chapter(
        start=0,
        end=15,
        title="What Speaker 1 wants",
        title_proof=Proof.VERIFIED,
        points=(make_claim("Speaker 1 asks Speaker 12, not Speaker 1's team.", 1),),
    )
    notes = renamed(make_notes(chapters=(chapter,), title="Speaker 1"), "Speaker 1", r"Li \1 Na")
    assert notes.title == r"Li \1 Na"
    assert notes.chapters[0].title == r"What Li \1 Na wants"
    assert notes.points[0].text == r"Li \1 Na asks Speaker 12, not Li \1 Na's team."
    assert notes.points[0].citations == chapter.points[0].citations


def test_a_name_in_the_sentence_is_a_word_of_the_recording() -> None:
    lines = (make_claim("Anna writes the order.", 4), make_claim("Anna pays.", 2))
    notes = renamed(make_notes(summary=lines, title="Anna's order"), "Anna", "Hannah")
    assert [one.text for one in notes.summary] == ["Anna writes the order.", "Hannah pays."]
    assert notes.title == "Anna's order"


def test_chinese_has_no_spaces() -> None:
    lines = (make_claim("说话人 1认为可以，说话人 12不同意。", 1), make_claim("由说话人 1负责", 2))
    notes = renamed(make_notes(summary=lines), "说话人 1", "李娜")
    assert [one.text for one in notes.summary] == ["李娜认为可以，说话人 12不同意。", "由李娜负责"]
    assert [one.text for one in renamed(notes, "李娜", "Li Na").summary][1] == "由Li Na负责"
    korean = make_notes(summary=(make_claim("Kim이 말했다", 1),))
    assert renamed(korean, "Kim", "Lee").summary[0].text == "Lee이 말했다"


def test_notes_without_the_name_stay() -> None:
    assert renamed(make_notes(), "Speaker 3", "Li Na") == make_notes()
