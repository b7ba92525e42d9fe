"""Transcript to notes: what is remembered, what a missing model means, and what the media file tells."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.settings import load_settings
from pipelines.understand import RememberedModel, UnderstandOptions, stand, understand
from tests.builders import make_media, make_recording, make_transcript
from tests.fake_backends import FakeBackends
from tests.fakes import FakeModel, in_turn
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.progress import silent
from tingwu.text.llm import LlmOptions, Prompt
from tingwu.text.notes import NotesOptions

QUOTES = UnderstandOptions(llm="none")
TASK = ("I'll write the purchase order for the new server by Friday.", "Good, thank you very much for that.")


@pytest.fixture
def backends(tmp_path: Path) -> FakeBackends:
    return FakeBackends(load_settings(data_dir=tmp_path, offline=True))


def due(options: UnderstandOptions, recorded: date | None, backends: FakeBackends, folder: Path) -> str | None:
    recording = make_recording(transcript=make_transcript(TASK), media=make_media(recorded=recorded))
    notes = understand(recording, options, folder, backends, silent).notes
    assert notes is not None
    return notes.actions[0].due


def test_a_due_day_is_counted_from_the_day_of_the_recording(backends: FakeBackends, tmp_path: Path) -> None:
    assert due(QUOTES, date(2026, 5, 12), backends, tmp_path) == "by Friday (2026-05-15)"
    told = replace(QUOTES, notes=NotesOptions(recorded=date(2026, 5, 4)))
    assert due(told, date(2026, 5, 12), backends, tmp_path) == "by Friday (2026-05-08)"
    assert due(QUOTES, None, backends, tmp_path) == "by Friday"


def test_no_question_is_asked_twice(tmp_path: Path) -> None:
    path = tmp_path / "job" / "answers.jsonl"
    prompt, other = Prompt(system="s", user="one"), Prompt(system="s", user="two")
    first = RememberedModel(FakeModel(in_turn(["1", "2"])), path)
    answers = [first.complete(one, LlmOptions()) for one in (prompt, other)]
    silent_model = FakeModel(in_turn([]))
    assert [RememberedModel(silent_model, path).complete(one, LlmOptions()) for one in (prompt, other)] == answers


def test_an_answer_cut_off_by_a_crash_is_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    prompt = Prompt(system="s", user="one")
    RememberedModel(FakeModel(in_turn(["1"])), path).complete(prompt, LlmOptions())
    path.write_bytes(path.read_bytes()[:-20])
    again = RememberedModel(FakeModel(in_turn(["2"])), path)
    assert again.complete(prompt, LlmOptions()).text == "2"


def test_notes_on_two_speakers_who_are_one_now_do_not_stand(backends: FakeBackends, tmp_path: Path) -> None:
    notes = understand(make_recording(transcript=make_transcript(TASK)), QUOTES, tmp_path, backends, silent).notes
    assert notes
    assert stand(notes, QUOTES)
    merged = Notice(code=NoticeCode.SPEAKERS_MERGED, values=("Speaker 2", "Speaker 1"))
    assert not stand(replace(notes, warnings=(*notes.warnings, merged)), QUOTES)
