"""Scripts: what is read, and which mistakes of their writer are refused."""

import tomllib
from pathlib import Path

import pytest

from samples.kokoro import Voice
from samples.script import ActionFact, Line, QuestionFact, parse_line, parse_script, read_script
from tingwu.errors import StoredDataInvalid

SMALL = """
language = "en"
title = "Small talk"
seed = 1
noise_db = -60.0
[speakers."Ann Lee"]
role = "host"
style = "jf_alpha"
pitch = 0.9
[speakers.Bo]
role = "guest"
style = "jm_kumo"
[dialogue]
text = '''
Ann Lee: Will you call Max?

Bo [-0.1]: Yes: by Friday.
Ann Lee: And who pays?
'''
[[actions]]
text = "Call Max"
owner = "Bo"
due = "Friday"
evidence = ["by Friday"]
[[questions]]
question = "Will you call Max?"
answer = "Yes"
[[questions]]
question = "who pays?"
"""


def test_a_script_is_read_whole() -> None:
    script = parse_script(tomllib.loads(SMALL))
    assert script.lines[1] == Line(speaker="Bo", text="Yes: by Friday.", gap=-0.1)
    assert [line.speaker for line in script.lines] == ["Ann Lee", "Bo", "Ann Lee"]
    assert script.speakers[0].voice == Voice(style="jf_alpha", pitch=0.9)
    assert script.actions == (ActionFact(text="Call Max", owner="Bo", due="Friday", evidence=("by Friday",)),)
    assert script.questions[1] == QuestionFact(question="who pays?", answer=None)
    assert script.place("by Friday") == 1


@pytest.mark.parametrize("row", ["no speaker here", "Ann [soon]: hello", "Ann:", ": hello"])
def test_rows_that_are_no_line_of_dialogue_are_refused(row: str) -> None:
    with pytest.raises(ValueError, match="not a line"):
        parse_line(row)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("Bo [-0.1]: Yes", "Bob: Yes", "no voice for Bob"),
        ('evidence = ["by Friday"]', 'evidence = ["by Monday"]', "said in 0 lines"),
        ("And who pays?", "Who pays? Yes. And who pays?", "said in 2 lines"),
    ],
)
def test_scripts_that_contradict_themselves_are_refused(old: str, new: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_script(tomllib.loads(SMALL.replace(old, new)))


@pytest.mark.parametrize("content", ["language = ", 'language = "en"', SMALL.replace('owner = "Bo"', "")])
def test_files_that_hold_no_script_are_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "script.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(StoredDataInvalid, match=r"script\.toml"):
        read_script(path)
