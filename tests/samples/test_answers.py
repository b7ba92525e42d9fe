"""The answers beside a recording: quotes get the time of whoever says them."""

import json
from pathlib import Path

import numpy as np

from samples.answers import answers, write_answers
from samples.kokoro import Voice
from samples.mixing import Mix
from samples.script import ActionFact, ChapterFact, DecisionFact, Line, QuestionFact, Script, Speaker
from tingwu.domain.media import TimeRange

SCRIPT = Script(
    language="zh",
    title="短会",
    seed=1,
    noise_db=-60.0,
    speakers=(
        Speaker(name="甲", role="主持", voice=Voice(style="x")),
        Speaker(name="乙", role="", voice=Voice(style="y")),
    ),
    lines=(
        Line(speaker="甲", text="开始吧。谁去买票？"),
        Line(speaker="乙", text="我星期五去买票。"),
        Line(speaker="甲", text="那就定星期五。几点走？"),
    ),
    chapters=(ChapterFact(title="买票", begins="开始吧"), ChapterFact(title="决定", begins="那就定")),
    decisions=(DecisionFact(text="星期五买票", evidence=("那就定星期五",)),),
    actions=(ActionFact(text="买票", owner="乙", due="星期五", evidence=("我星期五去买票",)),),
    retracted=(ActionFact(text="走", owner="甲", evidence=("几点走",), withdrawn="那就定"),),
    questions=(QuestionFact(question="谁去买票？", answer="我星期五去买票"), QuestionFact(question="几点走？")),
)
MIX = Mix(
    sound=np.zeros(24_000 * 10, np.float32),
    times=(TimeRange(start=0.5, end=2.0), TimeRange(start=2.5004, end=4.0), TimeRange(start=5.0, end=9.0)),
)


def test_utterances_have_speaker_words_and_milliseconds() -> None:
    told = answers(SCRIPT, MIX, "a.opus")
    second = {"id": 1, "speaker": "乙", "start": 2.5, "end": 4.0, "text": "我星期五去买票。"}
    assert told["utterances"][1] == second
    assert told["duration"] == 10.0


def test_quotes_are_found_where_they_are_said() -> None:
    told = answers(SCRIPT, MIX, "a.opus")
    proof = {"quote": "我星期五去买票", "utterance": 1, "speaker": "乙", "start": 2.5, "end": 4.0}
    assert told["actions"] == [{"text": "买票", "owner": "乙", "due": "星期五", "evidence": [proof]}]
    assert told["questions"][0]["answer"] == proof
    assert told["retracted"][0]["withdrawn"]["utterance"] == 2


def test_a_question_without_an_answer_is_open() -> None:
    answered, unanswered = answers(SCRIPT, MIX, "a.opus")["questions"]
    assert (answered["status"], unanswered["status"]) == ("answered", "open")
    assert unanswered["answer"] is None


def test_chapters_cover_the_recording_end_to_end() -> None:
    chapters = answers(SCRIPT, MIX, "a.opus")["chapters"]
    assert [(row["start"], row["end"]) for row in chapters] == [(0.0, 5.0), (5.0, 10.0)]


def test_the_file_reads_back_as_written(tmp_path: Path) -> None:
    told = answers(SCRIPT, MIX, "a.opus")
    write_answers(told, tmp_path / "transcript.json")
    text = (tmp_path / "transcript.json").read_text(encoding="utf-8")
    assert json.loads(text) == told
    assert "买票" in text
