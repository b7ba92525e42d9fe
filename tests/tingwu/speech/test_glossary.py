"""The glossary file: what is read, what is refused and why; hot words and the prompt."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tingwu.errors import InvalidOption
from tingwu.speech.glossary import (
    MAX_BYTES,
    MAX_ENTRIES,
    MAX_TERM_CHARACTERS,
    PROMPT_TOKENS,
    Entry,
    Glossary,
    estimated_tokens,
    parse_glossary,
    prompt_terms,
    read_glossary,
    split_hotwords,
)


def parsed(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(entry.canonical, entry.aliases) for entry in parse_glossary(text.encode(), "terms.txt").entries]


def refusal(data: bytes) -> str:
    with pytest.raises(InvalidOption) as refused:
        parse_glossary(data, "terms.txt")
    assert (refused.value.option, refused.value.value) == ("glossary", "terms.txt")
    return refused.value.detail


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("CTranslate2", ("CTranslate2", ())),
        ("CTranslate2: c translate two, see translate 2", ("CTranslate2", ("c translate two", "see translate 2"))),
        ("  苏晴 ： 苏情、书琴，苏清 # 市场部", ("苏晴", ("苏情", "书琴", "苏清"))),
        ("std::vector\tstandard vector\tS T D vector", ("std::vector", ("standard vector", "S T D vector"))),
        ("CTranslate2  引擎", ("CTranslate2 引擎", ())),
        ("C#: c sharp", ("C#", ("c sharp",))),
        (".*(a|b)[: a.*", (".*(a|b)[", ("a.*",))),
        ("GPU: gpu, GPU, gpu", ("GPU", ("gpu",))),
        ("term:", ("term", ())),
    ],
)  # fmt: skip
def test_lines(line: str, entry: tuple[str, tuple[str, ...]]) -> None:
    assert parsed(line) == [entry]


def test_a_whole_file() -> None:
    text = "\ufeff# people\r\n\r\n周敏: 周明\r\n林浩\r\n周敏: 州敏\r\n"
    assert parsed(text) == [("周敏", ("周明", "州敏")), ("林浩", ())]


def test_composed_characters_are_one() -> None:
    assert parsed("Zu\u0308rich") == [("Zürich", ())]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("A: B\nB: A", "lines 1 and 2 both claim 'B'"),
        ("x1\nA: B\nB: C\nC: A", "lines 2 and 3 both claim 'B'"),
        ("周敏: 周明\n\n周铭: 周明", "lines 1 and 3 both claim '周明'"),
        ("Anna: hannah\nHANNAH", "lines 1 and 2 both claim 'hannah'"),
        ("Apple\napple", "lines 1 and 2 differ in capitals only"),
        ("张三, 李四", "line 1: put one term on a line"),
        (": alias", "line 1: the term before the aliases is missing"),
        ("ok\n!!!", "line 2: a term needs a letter or a digit"),
        ("a" * (MAX_TERM_CHARACTERS + 1), "line 1: a term has at most"),
        ("bell\a", "line 1: a term has control characters"),
        ("", "it has no terms"),
        ("# nothing\n\n", "it has no terms"),
        ("\n".join(f"term{number}" for number in range(MAX_ENTRIES + 1)), f"it has more than {MAX_ENTRIES} entries"),
    ],
)  # fmt: skip
def test_refusals_name_the_lines(text: str, reason: str) -> None:
    assert reason in refusal(text.encode())


def test_bytes_that_are_no_text() -> None:
    assert "line 2 is not UTF-8" in refusal("好\n周敏".encode().replace("周".encode(), "周".encode("gbk")))
    assert "not UTF-8" in refusal("周敏".encode("utf-16"))
    assert "not a text file" in refusal(b"RIFF\0\0\0\0WAVE")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        glossary = parse_glossary(data, "terms.txt")
    except InvalidOption:
        return
    assert glossary.entries


def test_ten_thousand_entries() -> None:
    assert len(parsed("\n".join(f"name {number}: alias {number}" for number in range(10_000)))) == 10_000


def test_files_that_are_none(tmp_path: Path) -> None:
    huge, pipe = tmp_path / "huge.txt", tmp_path / "pipe"
    with huge.open("wb") as file:
        file.truncate(1024**3)
    os.mkfifo(pipe)
    for path, reason in (
        (tmp_path / "missing.txt", "No such file"),
        (tmp_path, "not a plain file"),
        (pipe, "not a plain file"),
        (huge, f"larger than {MAX_BYTES // 1024**2} MiB"),
        (Path("a\0b"), "null"),
    ):
        with pytest.raises(InvalidOption, match=reason):
            read_glossary(path)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "terms.txt"
    path.write_text("苏晴: 苏情\n", encoding="utf-8-sig")
    assert read_glossary(path) == Glossary(entries=(Entry(canonical="苏晴", aliases=("苏情",)),))


@pytest.mark.parametrize(
    ("hotwords", "words"),
    [
        ("周敏 林浩", ("周敏", "林浩")),
        ("Hannah Price, Martin  Cole,", ("Hannah Price", "Martin Cole")),
        ("周敏、林浩，周敏", ("周敏", "林浩")),
        ("  ", ()),
        (None, ()),
    ],
)
def test_hot_words_are_parted(hotwords: str | None, words: tuple[str, ...]) -> None:
    assert split_hotwords(hotwords) == words


def test_hot_words_are_terms_unless_they_are_known() -> None:
    glossary = Glossary(entries=(Entry(canonical="GPU", aliases=("gee pee you",)),))
    more = glossary.with_hotwords("gpu, Gee Pee You, Tingwu")
    assert [entry.canonical for entry in more.entries] == ["GPU", "Tingwu"]
    assert glossary.with_hotwords(None) is glossary


def test_the_prompt_takes_hot_words_first_and_ends_in_time() -> None:
    glossary = Glossary(entries=tuple(Entry(canonical=f"Term{number}") for number in range(1000)))
    told = prompt_terms(glossary, "Tingwu Whisper")
    assert told.startswith("Tingwu, Whisper, Term0, ")
    assert told.endswith(".")
    assert sum(map(estimated_tokens, told.split(", "))) <= PROMPT_TOKENS + 1


def test_chinese_terms_are_told_with_chinese_marks() -> None:
    assert prompt_terms(Glossary(), "周敏 林浩") == "周敏、林浩。"
    assert prompt_terms(Glossary(), "") == ""
