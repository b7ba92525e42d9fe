"""Scribe: the one who asks the language model, counts, reports progress, and knows when to give up.

After an error that will not pass by itself (not reachable, timeout, refused) no further call is made: the rest of the
notes are quotes. A single senseless answer only costs its own line. `Cancelled` passes through.
"""

import logging
import re
from dataclasses import dataclass

from tingwu.errors import LlmContextExceeded, LlmError, LlmNonsense
from tingwu.progress import Progress, Step
from tingwu.text.llm import LanguageModel, LlmOptions, Prompt
from tingwu.text.prompts import LANGUAGE_NAMES, Prompts, fenced
from tingwu.text.prompts.en import EN
from tingwu.text.prompts.zh import ZH
from tingwu.text.sentences import Sentence
from tingwu.text.terms import HAN

_log = logging.getLogger(__name__)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|https?://\S+|www\.\S+|<[^>]{1,200}>")
_BULLET = re.compile(r"^\s*(?:[-*•·●]+|#+|\(?\d{1,2}[.)、）:：](?!\d)|[（(]\d{1,2}[)）])\s*")
_MARKDOWN = re.compile(r"\*\*|__|`+")
_LABEL = re.compile(
    r"^(?:要点|回答|答|标题|答案|总结|摘要|title|answer|key points?|summary|chapter(?: title)?)\s*\d*\s*[:：]\s*",
    re.IGNORECASE,
)
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST = 400
_SHORT_ANSWER = 80
"""Tokens; one line, which cannot loop for long."""
_PENALTY = 1.05


@dataclass(kw_only=True)
class Scribe:
    """Asks `model` in `language` (ISO 639-1). Without a model every question is answered with nothing."""

    model: LanguageModel | None
    language: str
    progress: Progress
    planned: int = 0
    calls: int = 0
    failed: int = 0
    fallbacks: int = 0
    used: int = 0
    """Answers of which a line was proved and shown; counted, as `fallbacks` are, by who checks the lines."""
    stopped_by: LlmError | None = None

    @property
    def writes(self) -> bool:
        """Whether there is any point in asking."""
        return self.model is not None and self.stopped_by is None

    @property
    def prompts(self) -> Prompts:
        """The texts to fill in."""
        return ZH if self.language == "zh" else EN

    def plan(self, calls: int) -> None:
        """Say how many calls the work will take, before the first one."""
        self.planned = calls if self.writes else 0
        self.progress(Step.UNDERSTAND, 0, max(1, self.planned))

    def chunk(self, sentences: tuple[Sentence, ...]) -> str:
        """The sentences as fenced data, a line for each run of one speaker."""
        lines: list[str] = []
        speaker: str | None = None
        for sentence in sentences:
            if lines and sentence.speaker == speaker:
                lines[-1] += ("" if HAN.search(lines[-1][-2:]) or not lines[-1][-1].isascii() else " ") + sentence.text
            else:
                lines.append(f"{sentence.speaker}: {sentence.text}" if sentence.speaker else sentence.text)
            speaker = sentence.speaker
        return self.prompts.chunk.format(text=fenced("\n".join(lines)))

    def ask(self, chunk: str, task: str, *, max_tokens: int, answer_start: str = "") -> tuple[str, ...]:
        """The clean lines of the answer in the right language; none if the model failed or there is no model.

        A short answer is written without a penalty on repetition: it is to repeat words of the prompt.
        """
        if not self.writes or self.model is None:
            return ()
        self.progress(Step.UNDERSTAND, self.calls, max(self.planned, self.calls + 1))
        prompt = Prompt(
            system=self._fill(self.prompts.system), user=chunk + self._fill(task), answer_start=answer_start
        )
        penalty = 1.0 if max_tokens <= _SHORT_ANSWER else _PENALTY
        options = LlmOptions(max_tokens=max_tokens, repeat_penalty=penalty, stop=("\n\n",))
        self.calls += 1
        try:
            completion = self.model.complete(prompt, options)
        except (LlmNonsense, LlmContextExceeded) as error:
            self._fail(error)
            return ()
        except LlmError as error:
            self._fail(error)
            self.stopped_by = error
            return ()
        lines = clean_lines(completion.text)
        if completion.looped or (completion.truncated and len(lines) > 1):
            lines = lines[:-1]
        fitting = tuple(line for line in lines if in_language(line, self.language))
        self.failed += not fitting
        return fitting

    def finish(self) -> None:
        """Report the end, with the number of calls that it really took."""
        self.progress(Step.UNDERSTAND, max(1, self.calls), max(1, self.calls))

    def _fill(self, text: str) -> str:
        return text.replace("{language}", LANGUAGE_NAMES.get(self.language, "the language of the transcript"))

    def _fail(self, error: LlmError) -> None:
        self.failed += 1
        _log.warning("language model call %d failed: %s", self.calls, type(error).__name__)


def clean_lines(text: str) -> tuple[str, ...]:
    """The different lines of an answer without bullets, markup, links and labels; over-long ones are left out."""
    lines: list[str] = []
    for raw in text.splitlines():
        line = _MARKDOWN.sub("", _LINK.sub(lambda match: match.group(1) or "", raw))
        line = _LABEL.sub("", _BULLET.sub("", line)).strip().strip('"“”「」')
        if any(char.isalnum() for char in line) and len(line) <= _LONGEST and line not in lines:
            lines.append(line)
    return tuple(line for line in lines if not is_looping(line))


def is_looping(line: str) -> bool:
    """Whether the same eight characters (or words) in a row come three times."""
    units = list(line) if HAN.search(line) else line.split()
    size = 8 if HAN.search(line) else 4
    grams = [tuple(units[index : index + size]) for index in range(len(units) - size + 1)]
    return any(grams.count(gram) >= 3 for gram in set(grams))


def in_language(text: str, language: str) -> bool:
    """Whether the letters of `text` are mostly of the script that `language` is written in."""
    letters = len(_LETTER.findall(text))
    if not letters:
        return False
    han = len(HAN.findall(text))
    if language == "zh":
        latin_words = len(re.findall(r"[A-Za-z]+", text))
        return han >= 2 and han >= latin_words and not _KANA.search(text)
    native = {"ja": han + len(_KANA.findall(text)), "ko": len(_HANGUL.findall(text))}
    native |= dict.fromkeys(("ru", "uk", "bg", "sr"), len(_CYRILLIC.findall(text)))
    if language in native:
        return native[language] * 2 >= letters
    return han + len(_KANA.findall(text)) + len(_HANGUL.findall(text)) <= 0.1 * letters
