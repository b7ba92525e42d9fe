"""What every LanguageModel promises, asked of each backend."""

import json
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tests import llm_server
from tests.llm_server import Script, serving
from tingwu.errors import LlmContextExceeded, LlmUnavailable
from tingwu.text.llm import LLM_BACKENDS, LanguageModel, LlmOptions, Prompt
from tingwu.text.llm_http import load_http
from tingwu.text.llm_local import LocalModel
from tingwu.text.llm_process import EmbeddedOptions
from tingwu.text.llm_transformers import TransformersModel

PROMPT = Prompt(system="You write notes.", user="We met. Sum up.")
TEMPLATE = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}<|assistant|>"


def tiny_transformer() -> TransformersModel:
    """Random weights over single ASCII letters: what it says means nothing, but it keeps the promises."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: at for at, letter in enumerate(letters)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    fast.chat_template = TEMPLATE
    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=len(letters), hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2,
        max_position_embeddings=1024, eos_token_id=None, bos_token_id=None, initializer_range=1.0,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        # Only plain letters can be said.
        for token in set(range(len(letters))) - set(fast.encode("abcdefghijklmnopqrstuvwxyz")):
            model.lm_head.weight[token] = 0.0
        model.model.norm.weight.fill_(20.0)
    return TransformersModel(model.eval(), fast, name="tiny", context_tokens=1024)


@pytest.fixture(params=["llamacpp", "vllm", "ollama", "plain", "embedded", "transformers"])
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[LanguageModel]:
    if request.param == "transformers":
        made: LanguageModel = tiny_transformer()
        yield made
        made.close()
    elif request.param == "embedded":
        gguf = tmp_path / "tiny.gguf"
        gguf.write_bytes(b"GGUF\x03\0\0\0")
        command = (sys.executable, llm_server.__file__, json.dumps({}))
        made = LocalModel(gguf, options=EmbeddedOptions(context_tokens=1024, command=command))
        yield made
        made.close()
    else:
        with serving(Script(kind=request.param, context_tokens=1024)) as url:
            made = load_http(url, name="", threads=0, context_tokens=1024, api_key="")
            yield made
            made.close()


def test_it_answers_with_text_and_counts(model: LanguageModel) -> None:
    completion = model.complete(PROMPT, LlmOptions(max_tokens=4))
    assert completion.text.strip()
    assert completion.prompt_tokens is not None
    assert completion.completion_tokens == 4
    assert not completion.looped


def test_the_same_prompt_gives_the_same_answer(model: LanguageModel) -> None:
    options = LlmOptions(max_tokens=4)
    assert model.complete(PROMPT, options) == model.complete(PROMPT, options)


def test_a_begun_answer_is_not_repeated(model: LanguageModel) -> None:
    begun = Prompt(system="", user="Sum up.", answer_start="Summary:")
    assert "Summary" not in model.complete(begun, LlmOptions(max_tokens=4)).text


def test_longer_texts_have_more_tokens(model: LanguageModel) -> None:
    assert 0 == model.count_tokens("") < model.count_tokens("预算") < model.count_tokens("预算已经批准了")


def test_the_chances_of_choices_sum_to_one(model: LanguageModel) -> None:
    chances = model.choose(PROMPT, ("yes", "no"))
    assert set(chances) == {"yes", "no"}
    assert sum(chances.values()) == pytest.approx(1.0)


def test_a_prompt_that_cannot_fit_is_refused(model: LanguageModel) -> None:
    with pytest.raises(LlmContextExceeded):
        model.complete(Prompt(system="", user="预算 " * 3000), LlmOptions())


def test_a_closed_model_says_so_and_can_be_closed_twice(model: LanguageModel) -> None:
    model.close()
    model.close()
    with pytest.raises(LlmUnavailable):
        model.complete(PROMPT, LlmOptions())


@pytest.mark.parametrize("name", LLM_BACKENDS.names())
def test_each_name_in_the_registry_is_a_factory(name: str) -> None:
    assert callable(LLM_BACKENDS.get(name))
