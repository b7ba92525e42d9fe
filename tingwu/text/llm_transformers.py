"""TransformersModel: a Hugging Face language model in this process, meant for a GPU.

Weights come from a local folder with safetensors (or a GGUF file, where transformers has the packages for it); nothing
is fetched and no code from the folder is run. Decoding is greedy, one call at a time. The keys and values of the last
prompt are kept, so that the next task on the same chunk only reads what is new. A call can be stopped between tokens,
not within one.
"""

import logging
import threading
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import safetensors
import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer, DynamicCache

from tingwu.errors import Cancelled, LlmContextExceeded, LlmUnavailable, ModelMissing, ModelUnusable
from tingwu.text import llm_choice
from tingwu.text.llm import Completion, LlmOptions, Prompt
from tingwu.text.llm_dialect import PENALTY_WINDOW
from tingwu.text.llm_messages import harmless, messages
from tingwu.text.llm_reply import Piece, collect

logger = logging.getLogger(__name__)

# Their types are only partly known.
_MODELS: Any = AutoModelForCausalLM
_TOKENIZERS: Any = AutoTokenizer

READ_TOKENS = 512
"""Prompt tokens read in one step: bounds memory, and a call can be stopped in between."""
TOP_TOKENS = 50
"""Candidates looked at for a first token."""


class TransformersModel:
    """LanguageModel on a loaded model and its tokenizer; threads take turns.

    Closing it from another thread stops the running call after its current token, which then raises Cancelled.
    """

    def __init__(self, model: Any, tokenizer: Any, *, name: str, context_tokens: int) -> None:
        self.name = name
        self.context_tokens = min(context_tokens, int(model.config.max_position_embeddings))
        self._model: Any = model
        self._tokenizer = tokenizer
        self._ends = _end_tokens(model, tokenizer)
        self._seen: list[int] = []
        self._cache = DynamicCache()
        self._turn = threading.Lock()
        self._closed = threading.Event()

    def complete(self, prompt: Prompt, options: LlmOptions) -> Completion:
        """Write the answer. Raises LlmContextExceeded, LlmNonsense, LlmUnavailable (closed, no memory), Cancelled."""
        with self._turn:
            ids = self._encode(prompt)
            with closing(self._pieces(ids, options)) as pieces:
                return collect(self.name, pieces, answer_start=prompt.answer_start, beat=self._check_open)

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, exact."""
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def choose(self, prompt: Prompt, choices: tuple[str, ...]) -> dict[str, float]:
        """Probability of each choice from the scores of the first token; equal when none is among the likely ones."""
        llm_choice.check_choices(choices)
        with self._turn:
            logits = self._read(self._encode(prompt))
        top = torch.log_softmax(logits, dim=-1).topk(min(TOP_TOKENS, logits.shape[-1]))
        scores = [
            (str(self._tokenizer.decode([int(index)])), float(value))
            for index, value in zip(top.indices, top.values, strict=True)
        ]
        chances = llm_choice.from_scores(scores, choices)
        return chances or dict.fromkeys(choices, 1 / len(choices))

    def close(self) -> None:
        """Stop the running call and free the model's memory."""
        self._closed.set()
        with self._turn:
            self._forget()
            self._model = None
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _encode(self, prompt: Prompt) -> list[int]:
        if self._closed.is_set():
            raise LlmUnavailable(self.name, "it has been closed")
        chat = [{"role": role, "content": text} for role, text in messages(prompt, begun=False)]
        text = self._tokenizer.apply_chat_template(
            chat, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        ids: list[int] = self._tokenizer.encode(text + harmless(prompt.answer_start), add_special_tokens=False)
        if len(ids) >= self.context_tokens:
            raise LlmContextExceeded(self.name, len(ids), self.context_tokens)
        return ids

    def _pieces(self, prompt_ids: list[int], options: LlmOptions) -> Generator[Piece]:
        """The answer as it grows, greedily."""
        written: list[int] = []
        shown = ""
        finish = "length"
        logits = self._read(prompt_ids)
        for _ in range(min(options.max_tokens, self.context_tokens - len(prompt_ids))):
            token = _best(logits, (prompt_ids + written)[-PENALTY_WINDOW:], options.repeat_penalty)
            if token in self._ends:
                finish = "stop"
                break
            written.append(token)
            text, stopped = _until_stop(self._tokenizer.decode(written, skip_special_tokens=True), options.stop)
            if stopped or not text.endswith("\ufffd"):
                # A character may take several tokens; half of one decodes to U+FFFD.
                yield Piece(text=text[len(shown) :])
                shown = text
            if stopped:
                finish = "stop"
                break
            logits = self._read(prompt_ids + written)
        yield Piece(finish=finish, prompt_tokens=len(prompt_ids), completion_tokens=len(written))

    def _read(self, ids: list[int]) -> torch.Tensor:
        """Logits `(vocabulary,)`, float32, of what follows `ids`; what the last call began with is not read again."""
        same = _common(self._seen, ids[:-1])
        if same < len(self._seen):
            self._cache.crop(same - len(self._seen))
        self._seen = ids[:same]
        logits = torch.empty(0)
        for start in range(same, len(ids), READ_TOKENS):
            self._check_open()
            part = ids[start : start + READ_TOKENS]
            batch = torch.tensor([part], device=self._model.device)
            logits = self._forward(batch)
            self._seen = ids[: start + len(part)]
        return logits

    def _forward(self, batch: torch.Tensor) -> torch.Tensor:
        try:
            with torch.inference_mode():
                output = self._model(input_ids=batch, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
        except torch.OutOfMemoryError as error:
            # Some layers have kept what others have not.
            self._forget()
            raise LlmUnavailable(self.name, "not enough memory on the device") from error
        return output.logits[0, -1].float()

    def _check_open(self) -> None:
        if self._closed.is_set():
            raise Cancelled

    def _forget(self) -> None:
        self._seen = []
        self._cache = DynamicCache()


def _best(logits: torch.Tensor, recent: list[int], penalty: float) -> int:
    """The likeliest token after the repetition penalty of CTRL (Keskar et al., arXiv 1909.05858)."""
    index = torch.tensor(sorted(set(recent)), device=logits.device)
    scores = logits[index]
    logits = logits.clone()
    logits[index] = torch.where(scores > 0, scores / penalty, scores * penalty)
    return int(logits.argmax())


def _until_stop(text: str, stops: tuple[str, ...]) -> tuple[str, bool]:
    found = [at for at in (text.find(stop) for stop in stops if stop) if at >= 0]
    return (text[: min(found)], True) if found else (text, False)


def _common(one: list[int], other: list[int]) -> int:
    """Length of the longest common prefix."""
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return at
    return min(len(one), len(other))


def _end_tokens(model: Any, tokenizer: Any) -> set[int]:
    named: Any = model.generation_config.eos_token_id
    several = cast(list[Any], named) if isinstance(named, list) else [named]
    return {int(token) for token in (*several, tokenizer.eos_token_id) if token is not None}


def load_transformers(
    target: str, *, name: str, threads: int, context_tokens: int, api_key: str, idle_seconds: float = 0.0
) -> TransformersModel:
    """The model in the folder (or GGUF file) `target`: bfloat16 on a GPU if there is one, else float32 on the CPU.

    `threads` > 0 sets torch's number for the whole process; `api_key` and `idle_seconds` have no use here.
    Raises ModelMissing and ModelUnusable.
    """
    path = Path(target)
    if not path.exists():
        raise ModelMissing(target)
    folder, extra = (path.parent, {"gguf_file": path.name}) if path.is_file() else (path, {})
    on_gpu = torch.cuda.is_available()
    if threads > 0:
        torch.set_num_threads(threads)
    fixed: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False, **extra}
    try:
        tokenizer = _TOKENIZERS.from_pretrained(folder, **fixed)
        model = _MODELS.from_pretrained(
            folder, dtype=torch.bfloat16 if on_gpu else torch.float32, use_safetensors=True, **fixed
        )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, safetensors.SafetensorError) as error:
        raise ModelUnusable(target, f"{type(error).__name__}: {error}"[:300]) from error
    if tokenizer.chat_template is None:
        raise ModelUnusable(target, "has no chat template")
    model = model.to("cuda" if on_gpu else "cpu").eval()
    logger.info("model %s loaded by transformers %s on %s", path.name, transformers.__version__, model.device)
    return TransformersModel(model, tokenizer, name=name or path.stem, context_tokens=context_tokens)
