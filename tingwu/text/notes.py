"""write_notes: a transcript -> notes in which every line is proved or a quote.

Structure comes from the words alone; a language model, if there is one, puts spans into short lines. The same
transcript, options and completions give the same notes, so a caller who remembers completions can continue an
interrupted run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tingwu.domain.notes import ActionItem, Chapter, Claim, Notes, QuestionAnswer, Reading
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.domain.transcript import Transcript
from tingwu.error_words import error_words
from tingwu.errors import LlmError
from tingwu.progress import Progress, silent
from tingwu.text.actions import FoundAction, find_actions
from tingwu.text.chapters import Granularity, Span, chapter_spans
from tingwu.text.decisions import find_decisions
from tingwu.text.dues import resolve
from tingwu.text.evidence import Refusal, Source, prove, source_of
from tingwu.text.keywords import term_table
from tingwu.text.llm import LanguageModel
from tingwu.text.points import quoted_points, without_twins, written_points
from tingwu.text.questions import QuestionSpan, best_answer, find_questions
from tingwu.text.quotes import quote
from tingwu.text.scribe import Scribe
from tingwu.text.sentences import sentences_of, weight
from tingwu.text.summary import summary_of
from tingwu.text.titles import Titler
from tingwu.text.windows import WINDOW_TOKENS, Window, windows_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesOptions:
    """What may be chosen about notes."""

    language: str | None = None
    """ISO 639-1 code of the notes; None is the recording's. Another one is refused with a warning: lines in another
    language than the recording's could not be checked against it."""
    granularity: Granularity = Granularity.NORMAL
    """How finely the recording is cut into chapters."""
    recorded: date | None = None
    """Day of the recording: turns "Friday" into a date. None takes what the media file says."""
    max_summary: int = 6
    max_keywords: int = 12
    max_questions: int = 40
    max_actions: int = 40
    max_decisions: int = 20
    max_answers_written: int = 12
    """Answers that the model may put into its own words; the rest are quotes."""


def write_notes(
    transcript: Transcript, model: LanguageModel | None, options: NotesOptions, progress: Progress = silent
) -> Notes:
    """The notes on `transcript`; all quotes when `model` is None.

    Errors of the model (LlmError) turn what is left into quotes and are said in `warnings`. Raises Cancelled when
    `progress` does.
    """
    sentences = sentences_of(transcript)
    source = source_of(sentences)
    scribe = Scribe(model=model, language=transcript.language, progress=progress)
    actions = find_actions(source)[: options.max_actions]
    asked = {action.position for action in actions}
    questions = [span for span in find_questions(source) if not asked.intersection(span.asking)]
    spans = chapter_spans(sentences, source.vectors, options.granularity)
    plan = [(span, _windows(source, span, scribe)) for span in spans]
    answers_left = min(options.max_answers_written, sum(_is_long(source, span) for span in questions))
    scribe.plan(sum(len(windows) for _, windows in plan) + len(spans) + answers_left + bool(spans))
    terms = term_table(sentences)
    titler = Titler(source=source, terms=terms, scribe=scribe)
    written = _Written(
        source=source, scribe=scribe, titler=titler, questions=questions[: options.max_questions], left=answers_left
    )
    chapters = written.chapters(plan)
    summary = summary_of(chapters, options.max_summary)
    title = titler.recording(chapters, summary) if sentences else ""
    scribe.finish()
    return Notes(
        title=title,
        language=transcript.language,
        summary=summary,
        chapters=chapters,
        questions=tuple(written.answered),
        actions=tuple(_action(source, action, options.recorded) for action in actions),
        decisions=tuple(
            quote(*(sentences[index] for index in stated)) for stated in find_decisions(source)[: options.max_decisions]
        ),
        keywords=terms.top(options.max_keywords),
        reading=Reading(
            sentences=len(sentences),
            sentences_read=sum(span.last - span.first for span in spans),
            calls=scribe.calls,
            failed_calls=scribe.failed,
            fallbacks=scribe.fallbacks,
        ),
        model=model.name if model is not None and scribe.used else None,
        warnings=_warnings(transcript, options, scribe),
    )


class _Written:
    """Chapters and answers as they come about, window after window."""

    def __init__(
        self, *, source: Source, scribe: Scribe, titler: Titler, questions: Sequence[QuestionSpan], left: int
    ) -> None:
        self.source = source
        self.scribe = scribe
        self.titler = titler
        self.waiting = list(questions)
        self.answers_left = left
        self.answered: list[QuestionAnswer] = []

    def chapters(self, plan: Sequence[tuple[Span, tuple[Window, ...]]]) -> tuple[Chapter, ...]:
        done: list[Chapter] = []
        for span, windows in plan:
            done.append(self._chapter(span, windows, done[-1].title if done else ""))
        return tuple(done)

    def _chapter(self, span: Span, windows: tuple[Window, ...], previous: str) -> Chapter:
        points: list[Claim] = []
        chunk = ""
        for window in windows:
            chunk = self.scribe.chunk(self.source.sentences[window.first : window.last])
            if self.scribe.writes:
                points.extend(written_points(self.source, window, chunk, self.scribe))
            else:
                points.extend(quoted_points(self.source, window.first, window.last))
            self._answer_until(window.last, chunk)
        different = without_twins(points)
        title, proof = self.titler.chapter(Window(first=span.first, last=span.last), different, chunk, previous)
        return Chapter(start=span.start, end=span.end, title=title, title_proof=proof, points=different)

    def _answer_until(self, last: int, chunk: str) -> None:
        while self.waiting and self.waiting[0].asking[0] < last:
            self.answered.append(self._answer(self.waiting.pop(0), chunk))

    def _answer(self, span: QuestionSpan, chunk: str) -> QuestionAnswer:
        sentences = self.source.sentences
        question = quote(*(sentences[index] for index in span.asking))
        answer: Claim | None = None
        if span.answering:
            answer = self._written_answer(span, question.text, chunk) or quote(
                *(sentences[index] for index in best_answer(self.source, span))
            )
        return QuestionAnswer(
            question=question,
            answer=answer,
            asked_by=sentences[span.asking[0]].speaker,
            answered_by=sentences[span.answering[0]].speaker if span.answering else None,
        )

    def _written_answer(self, span: QuestionSpan, question: str, chunk: str) -> Claim | None:
        if not self.answers_left or not self.scribe.writes or not _is_long(self.source, span):
            return None
        self.answers_left -= 1
        task = self.scribe.prompts.answer.replace("{question}", question)
        evidence = self.source.part(span.answering[0], span.answering[-1] + 1)
        for line in self.scribe.ask(chunk, task, max_tokens=80)[:1]:
            proof = prove(line, evidence)
            if not isinstance(proof, Refusal):
                self.scribe.used += 1
                return proof
        self.scribe.fallbacks += 1
        return None


def _windows(source: Source, span: Span, scribe: Scribe) -> tuple[Window, ...]:
    whole = (Window(first=span.first, last=span.last),)
    if scribe.model is None or not scribe.writes:
        return whole
    budget = min(WINDOW_TOKENS, max(100, scribe.model.context_tokens // 2))
    try:
        return windows_of(source.sentences, span.first, span.last, scribe.model.count_tokens, budget)
    except LlmError as error:
        scribe.stopped_by = error
        return whole


def _is_long(source: Source, span: QuestionSpan) -> bool:
    """Whether an answer is long enough that a line in other words helps."""
    return sum(weight(source.sentences[index].text) for index in span.answering) > 25


def _action(source: Source, action: FoundAction, recorded: date | None) -> ActionItem:
    day = resolve(action.due, recorded) if action.due and recorded else None
    due = f"{action.due} ({day.isoformat()})" if action.due and day else action.due
    return ActionItem(task=quote(source.sentences[action.position]), owner=action.owner, due=due)


def _warnings(transcript: Transcript, options: NotesOptions, scribe: Scribe) -> tuple[Notice, ...]:
    found: list[Notice] = []
    if options.language and options.language != transcript.language:
        found.append(Notice(code=NoticeCode.LANGUAGE_REFUSED, values=(transcript.language, options.language)))
    if scribe.stopped_by is not None:
        reason = error_words(scribe.stopped_by)
        found.append(
            Notice(code=NoticeCode.MODEL_STOPPED, values=(str(scribe.calls), str(scribe.planned), reason))
            if scribe.calls
            else Notice(code=NoticeCode.MODEL_NEVER_BEGAN, values=(reason,))
        )
    elif scribe.calls and not scribe.used:
        found.append(Notice(code=NoticeCode.NO_USABLE_ANSWER, values=(str(scribe.calls),)))
    return tuple(found)
