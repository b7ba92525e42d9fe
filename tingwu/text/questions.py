"""Who asked what, and what was answered: pairs found by order and words; unanswered questions stay listed.

A question's answer is what others say next, or the same speaker where nobody else is known, until the next question, a
long silence or ten sentences. Rhetorical questions are not told from real ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tingwu.text.cues import CLOSING, DEFERRED, is_question, is_tag
from tingwu.text.evidence import Source
from tingwu.text.quotes import clean
from tingwu.text.sentences import Sentence, weight

MAX_ANSWER_SENTENCES = 10
MAX_SILENCE = 15.0
"""Seconds without speech after which nobody answers any more."""
_LEAST_WORDS = 3.0
_LEAST_ANSWER = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSpan:
    """Positions of the sentences that ask and of those that answer (none when nobody did), both in order."""

    asking: tuple[int, ...]
    answering: tuple[int, ...]


def find_questions(source: Source) -> tuple[QuestionSpan, ...]:
    """Every real question of the recording with the sentences that answer it."""
    sentences = source.sentences
    asks = [is_question(sentence.text) for sentence in sentences]
    spans: list[QuestionSpan] = []
    position = 0
    while position < len(sentences):
        if not asks[position] or not _is_real(sentences[position].text):
            position += 1
            continue
        last = _last_of_run(sentences, asks, position)
        asking = tuple(range(position, last + 1))
        spans.append(QuestionSpan(asking=asking, answering=_answer(sentences, asks, last)))
        position = last + 1
    return tuple(spans)


def _is_real(text: str) -> bool:
    return not is_tag(text) and weight(clean(text)) >= _LEAST_WORDS


def _last_of_run(sentences: Sequence[Sentence], asks: Sequence[bool], first: int) -> int:
    """Adjacent questions of one speaker are one question; at most three."""
    last = first
    while (
        last + 1 < min(len(sentences), first + 3)
        and asks[last + 1]
        and not is_tag(sentences[last + 1].text)
        and sentences[last + 1].speaker == sentences[first].speaker
        and sentences[last + 1].start - sentences[last].end < 2.0
    ):
        last += 1
    return last


def _answer(sentences: Sequence[Sentence], asks: Sequence[bool], asked: int) -> tuple[int, ...]:
    asker = sentences[asked].speaker
    follows = range(asked + 1, min(len(sentences), asked + 1 + MAX_ANSWER_SENTENCES))
    dialogue = asker is not None and any(sentences[index].speaker != asker for index in list(follows)[:4])
    answer: list[int] = []
    for index in follows:
        sentence = sentences[index]
        silent = sentence.start - sentences[index - 1].end > MAX_SILENCE
        if (
            silent
            or CLOSING.search(sentence.text)
            or (asks[index] and not is_tag(sentence.text) and _is_real(sentence.text))
        ):
            break
        if dialogue and sentence.speaker == asker:
            if answer:
                break
            continue
        if dialogue and answer and sentence.speaker != sentences[answer[0]].speaker and len(answer) > 1:
            break
        answer.append(index)
    if any(DEFERRED.search(sentences[index].text) for index in answer[:2]):
        return ()
    return tuple(answer) if sum(weight(sentences[index].text) for index in answer) >= _LEAST_ANSWER else ()


def best_answer(source: Source, span: QuestionSpan, limit: int = 3) -> tuple[int, ...]:
    """The `limit` sentences of the answer to quote: the first one that says something, and what follows it."""
    said = [index for index in span.answering if weight(clean(source.sentences[index].text)) >= _LEAST_ANSWER]
    return tuple(said[:limit] or span.answering[:limit])
