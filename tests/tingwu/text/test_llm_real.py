"""The embedded server with real weights."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tingwu.errors import LlmContextExceeded, ModelUnusable
from tingwu.text.llm import LlmOptions, Prompt
from tingwu.text.llm_guard import script_share
from tingwu.text.llm_local import LocalModel, load_embedded
from tingwu.text.llm_process import EmbeddedOptions

pytestmark = pytest.mark.model

TALK = "张三：市场部需要二十五万元推广新产品。李四：太多了，去年只用了十八万。张三：那么先批二十万，月底再看。\n"


@pytest.fixture(scope="module")
def model(qwen_small: Path) -> Generator[LocalModel]:
    made = load_embedded(str(qwen_small), name="", threads=2, context_tokens=2048, api_key="")
    yield made
    made.close()


def test_it_answers_in_chinese(model: LocalModel) -> None:
    completion = model.complete(
        Prompt(system="你是会议记录助手。", user=f"{TALK}用一句话总结。"), LlmOptions(max_tokens=48)
    )
    assert script_share(completion.text, "zh") > 0.9
    assert any(number in completion.text for number in ("二十", "20", "十八", "18"))


def test_it_goes_on_with_a_begun_english_answer(model: LocalModel) -> None:
    prompt = Prompt(
        system="You write meeting notes.",
        user="Bob: I will send the report by Friday.\nWho does what?",
        answer_start="Bob will send the",
    )
    completion = model.complete(prompt, LlmOptions(max_tokens=16))
    assert "report" in completion.text
    assert script_share(completion.text, "en") == 1.0


def test_the_second_task_on_a_chunk_reads_only_its_own_words(model: LocalModel) -> None:
    seconds: list[float] = []
    for task in ("总结。", "列出数字。"):
        started = time.monotonic()
        model.complete(Prompt(system="", user=TALK * 12 + task), LlmOptions(max_tokens=1))
        seconds.append(time.monotonic() - started)
    assert seconds[1] < seconds[0] / 3


def test_tokens_are_those_of_its_tokenizer(model: LocalModel) -> None:
    assert model.count_tokens("今天的会议讨论了新的产品计划。") == 8


def test_a_closed_question(model: LocalModel) -> None:
    chances = model.choose(Prompt(system="", user="Is Paris a city? Answer yes or no."), ("yes", "no"))
    assert chances["yes"] > 0.6


def test_a_prompt_beyond_the_context(model: LocalModel) -> None:
    with pytest.raises(LlmContextExceeded) as caught:
        model.complete(Prompt(system="", user=TALK * 100), LlmOptions())
    assert caught.value.context_tokens == 2048
    assert caught.value.prompt_tokens > 2048


def test_a_killed_server_is_started_again(model: LocalModel) -> None:
    model.start()
    first = model.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert model.complete(Prompt(system="", user="Say yes."), LlmOptions(max_tokens=4)).text
    assert model.pid != first


def test_the_server_dies_with_a_parent_that_is_killed(qwen_small: Path) -> None:
    program = (
        "import sys, time; from tingwu.text.llm_local import load_embedded\n"
        "model = load_embedded(sys.argv[1], name='', threads=1, context_tokens=256, api_key='')\n"
        "print(model.pid, flush=True); time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(qwen_small)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(child)


def test_a_file_cut_short_is_unusable(qwen_small: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    with qwen_small.open("rb") as whole:
        cut.write_bytes(whole.read(20_000_000))
    with pytest.raises(ModelUnusable):
        LocalModel(cut, options=EmbeddedOptions(context_tokens=256)).start()


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
