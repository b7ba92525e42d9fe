"""HttpModel against a scripted server, in every fault mode."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from tests.llm_server import Script, serving
from tingwu.errors import (
    Cancelled,
    InvalidOption,
    LlmContextExceeded,
    LlmError,
    LlmNonsense,
    LlmRejected,
    LlmTimeout,
    LlmUnavailable,
)
from tingwu.text.llm import LlmOptions, Prompt
from tingwu.text.llm_dialect import Address
from tingwu.text.llm_http import HttpModel, Retries, load_http

QUICK = Retries(attempts=3, first_delay=0.001, longest_delay=0.01)
OPTIONS = LlmOptions(max_tokens=64, timeout=5.0)
PROMPT = Prompt(system="You write notes.", user="We approved the budget. Sum up.")
KINDS = ("llamacpp", "vllm", "ollama", "plain")


@contextmanager
def model_of(script: Script, fragment: str = "", context_tokens: int = 2048) -> Generator[HttpModel]:
    with serving(script) as url:
        model = load_http(
            f"{url}/v1{fragment}", name="", threads=0, context_tokens=context_tokens, api_key="", retries=QUICK
        )
        try:
            yield model
        finally:
            model.close()


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_comes_with_the_servers_counts(kind: str) -> None:
    with model_of(Script(kind=kind)) as model:
        completion = model.complete(PROMPT, OPTIONS)
    assert completion.text == "The budget was approved."
    assert (completion.prompt_tokens, completion.completion_tokens) == (9, 4)
    assert (completion.truncated, completion.looped) == (False, False)


@pytest.mark.parametrize("kind", KINDS)
def test_max_tokens_marks_the_answer_as_truncated(kind: str) -> None:
    with model_of(Script(kind=kind)) as model:
        completion = model.complete(PROMPT, LlmOptions(max_tokens=2))
    assert completion.text == "The budget"
    assert completion.truncated


@pytest.mark.parametrize("kind", KINDS)
def test_a_loop_is_cut_and_the_server_is_left(kind: str) -> None:
    script = Script(kind=kind, always="endless")
    with model_of(script) as model:
        completion = model.complete(PROMPT, OPTIONS)
        assert script.cut.wait(5)
    assert completion.looped
    assert not completion.truncated
    assert completion.text == "and then we talked about the plan for the new office again"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("empty", LlmNonsense),
        ("half", LlmNonsense),
        ("broken_off", LlmNonsense),
        ("html", LlmNonsense),
        ("500", LlmRejected),
        ("401", LlmRejected),
        ("context", LlmContextExceeded),
        ("context_words", LlmContextExceeded),
    ],
)
def test_each_fault_has_its_error(kind: str, fault: str, error: type[LlmError]) -> None:
    with model_of(Script(kind=kind, faults=[fault] * 9)) as model, pytest.raises(error):
        model.complete(PROMPT, OPTIONS)


def test_a_busy_server_is_asked_again() -> None:
    script = Script(faults=["429", "500"])
    with model_of(script) as model:
        assert model.complete(PROMPT, OPTIONS).text == "The budget was approved."
    assert len(script.requests) == 3


def test_a_failing_server_is_given_up_after_the_last_attempt() -> None:
    script = Script(always="500")
    with model_of(script) as model, pytest.raises(LlmRejected) as caught:
        model.complete(PROMPT, OPTIONS)
    assert caught.value.status == 500
    assert len(script.requests) == QUICK.attempts


def test_a_wrong_key_is_not_tried_again() -> None:
    script = Script(always="401")
    with model_of(script) as model, pytest.raises(LlmRejected) as caught:
        model.complete(PROMPT, OPTIONS)
    assert (caught.value.status, caught.value.detail) == (401, "wrong key")
    assert len(script.requests) == 1


@pytest.mark.parametrize("kind", ["llamacpp", "ollama"])
@pytest.mark.parametrize("fault", ["stall", "silent"])
def test_a_stall_ends_in_a_timeout_though_the_connection_lives(kind: str, fault: str) -> None:
    with model_of(Script(kind=kind, always=fault)) as model, pytest.raises(LlmTimeout):
        model.complete(PROMPT, LlmOptions(timeout=0.05))


@pytest.mark.parametrize("fault", ["stall", "silent"])
def test_closing_from_another_thread_breaks_the_running_call(fault: str) -> None:
    script = Script(always=fault)
    with model_of(script) as model:

        def close_when_it_hangs() -> None:
            script.hanging.wait(5)
            model.close()

        closer = threading.Thread(target=close_when_it_hangs)
        closer.start()
        with pytest.raises(Cancelled):
            model.complete(PROMPT, LlmOptions(timeout=5.0))
        closer.join()
        with pytest.raises(LlmUnavailable, match="closed"):
            model.complete(PROMPT, OPTIONS)


def test_nobody_at_the_address() -> None:
    with serving(Script()) as url:
        pass
    with pytest.raises(LlmUnavailable, match="nothing answers"):
        load_http(f"{url}/v1", name="", threads=0, context_tokens=2048, api_key="")


def test_a_server_that_goes_away_is_unavailable() -> None:
    with model_of(Script()) as model:
        pass
    with serving(Script()) as url:
        model = load_http(url, name="", threads=0, context_tokens=2048, api_key="")
    with pytest.raises(LlmUnavailable, match="nothing answers"):
        model.complete(PROMPT, OPTIONS)


def test_a_web_page_is_no_model_server() -> None:
    with pytest.raises(LlmNonsense), model_of(Script(always="html")):
        pass


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("continues", [True, False])
def test_a_begun_answer_is_not_repeated(kind: str, continues: bool) -> None:
    script = Script(kind=kind, continues=continues)
    with model_of(script) as model:
        prompt = Prompt(system="", user="Sum up.", answer_start="Summary:")
        assert model.complete(prompt, OPTIONS).text.strip() == "The budget was approved."
    roles = [message["role"] for message in script.requests[0]["messages"]]
    assert roles == (["user"] if kind == "plain" else ["user", "assistant"])


def test_llama_cpp_is_told_to_keep_its_cache_and_to_penalise_repetition() -> None:
    script = Script()
    with model_of(script) as model:
        model.complete(PROMPT, LlmOptions(repeat_penalty=1.12, stop=("\n\n",)))
    sent = script.requests[0]
    assert (sent["cache_prompt"], sent["repeat_penalty"], sent["repeat_last_n"]) == (True, 1.12, 256)
    assert (sent["temperature"], sent["stop"], sent["stream"]) == (0.0, ["\n\n"], True)


def test_a_vendor_is_sent_nothing_beyond_the_api() -> None:
    script = Script(kind="plain")
    with model_of(script) as model:
        model.complete(PROMPT, OPTIONS)
    assert set(script.requests[0]) == {"model", "messages", "max_tokens", "temperature", "stream", "stream_options"}


def test_ollama_is_spoken_to_natively_with_its_context_set() -> None:
    script = Script(kind="ollama")
    with model_of(script, context_tokens=1500) as model:
        model.complete(PROMPT, OPTIONS)
    assert script.paths[-1] == "/api/chat"
    assert script.requests[0]["options"]["num_ctx"] == 1500


@pytest.mark.parametrize("kind", ["vllm", "ollama", "plain"])
def test_a_prompt_that_may_not_fit_is_not_sent_to_a_server_that_could_cut_it(kind: str) -> None:
    script = Script(kind=kind)
    with model_of(script) as model, pytest.raises(LlmContextExceeded):
        model.complete(Prompt(system="", user="预算" * 1200), OPTIONS)
    assert script.requests == []


def test_a_prompt_cut_in_silence_is_noticed() -> None:
    with model_of(Script(kind="ollama", prompt_tokens=40)) as model, pytest.raises(LlmContextExceeded) as caught:
        model.complete(Prompt(system="", user="预算" * 200), OPTIONS)
    assert (caught.value.prompt_tokens, caught.value.context_tokens) == (180, 40)


def test_the_servers_context_limits_the_asked_one() -> None:
    with model_of(Script(context_tokens=512)) as model:
        assert model.context_tokens == 512


def test_a_refused_prompt_brings_the_servers_numbers() -> None:
    with model_of(Script(always="context")) as model, pytest.raises(LlmContextExceeded) as caught:
        model.complete(PROMPT, OPTIONS)
    assert (caught.value.prompt_tokens, caught.value.context_tokens) == (9000, 4096)


@pytest.mark.parametrize("kind", KINDS)
def test_choices_by_the_scores_of_the_first_token(kind: str) -> None:
    script = Script(kind=kind, scores={"Yes": -0.5, " no": -1.5, "Maybe": -0.9, "Yes,": -3.0})
    with model_of(script) as model:
        chances = model.choose(PROMPT, ("yes", "no"))
    assert chances == pytest.approx({"yes": 0.7465, "no": 0.2535}, abs=1e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_choices_by_asking_where_there_are_no_scores(kind: str) -> None:
    with model_of(Script(kind=kind, reply="No, it was not.")) as model:
        assert model.choose(PROMPT, ("yes", "no")) == {"yes": 0.0, "no": 1.0}


def test_a_choice_needs_two_that_differ() -> None:
    with model_of(Script()) as model, pytest.raises(InvalidOption):
        model.choose(PROMPT, ("yes", "Yes"))


def test_tokens_are_counted_by_llama_cpp_and_estimated_elsewhere() -> None:
    with model_of(Script(kind="llamacpp")) as model:
        assert model.count_tokens("预算已经批准") == 6
    with model_of(Script(kind="plain")) as model:
        assert model.count_tokens("预算已经批准") >= 6


@pytest.mark.parametrize(
    ("fragment", "name"), [("", "scripted"), ("#other", "other"), ("?model=other", "other"), ("#unlisted", "unlisted")]
)
def test_the_model_is_named_in_the_url_or_the_servers_first(fragment: str, name: str) -> None:
    with model_of(Script(), fragment) as model:
        assert model.name == name


@pytest.mark.parametrize(
    ("url", "root", "base"),
    [
        ("http://host:11434/v1", "http://host:11434", "http://host:11434/v1"),
        ("http://host:11434/", "http://host:11434", "http://host:11434/v1"),
        ("https://host/api/v3", "https://host/api", "https://host/api/v3"),
        ("https://host/openai", "https://host/openai", "https://host/openai/v1"),
    ],
)
def test_an_address_has_a_root_and_a_base(url: str, root: str, base: str) -> None:
    assert Address.parse(url) == Address(root=root, base=base, model="")


@pytest.mark.parametrize("url", ["host:11434", "file:///etc/passwd", ""])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(InvalidOption):
        Address.parse(url)
