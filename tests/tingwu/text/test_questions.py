"""Questions find their answers by order; what nobody answers stays without one."""

from tingwu.text.evidence import Source, source_of
from tingwu.text.questions import QuestionSpan, best_answer, find_questions
from tingwu.text.sentences import Sentence

Line = tuple[str | None, str]


def _source(*lines: Line, pause_before: int = -1) -> Source:
    sentences: list[Sentence] = []
    for index, (speaker, text) in enumerate(lines):
        start = index * 5.0 + (60.0 if 0 <= pause_before <= index else 0.0)
        sentences.append(
            Sentence(id=index, start=start, end=start + 4, text=text, segment_ids=(index,), speaker=speaker)
        )
    return source_of(sentences)


def test_others_answer() -> None:
    lines = (
        ("A", "Who pays for the new server?"),
        ("B", "The travel budget pays for it."),
        ("B", "That is twelve thousand."),
        ("A", "Fine, then we go on."),
    )
    assert find_questions(_source(*lines)) == (QuestionSpan(asking=(0,), answering=(1, 2)),)


def test_without_speakers_what_follows_answers() -> None:
    lines = (
        (None, "服务器的费用由谁来承担？"),
        (None, "由差旅预算承担，一共一万二。"),
        (None, "那接下来什么时候上线？"),
    )
    assert find_questions(_source(*lines)) == (
        QuestionSpan(asking=(0,), answering=(1,)),
        QuestionSpan(asking=(2,), answering=()),
    )


def test_a_lecturer_answers_alone() -> None:
    lines = (("A", "So what is a gradient in this setting?"), ("A", "A gradient is the direction of steepest ascent."))
    assert find_questions(_source(*lines)) == (QuestionSpan(asking=(0,), answering=(1,)),)


def test_adjacent_questions_are_one() -> None:
    lines = (
        ("A", "What about the legacy endpoint?"),
        ("A", "Are we deprecating it immediately?"),
        ("B", "We keep it running for two weeks."),
    )
    assert find_questions(_source(*lines)) == (QuestionSpan(asking=(0, 1), answering=(2,)),)


def test_unanswered_after_a_silence_and_at_the_end() -> None:
    lines = (("A", "Who writes the report for the board?"), ("B", "Now the weather report from the north."))
    assert find_questions(_source(*lines, pause_before=1))[0].answering == ()
    assert (
        find_questions(_source(("A", "服务器为什么昨天宕机了？"), ("B", "今天就到这里，谢谢大家。")))[0].answering == ()
    )


def test_tags_and_short_ones_are_no_questions() -> None:
    lines = (("A", "It works now, right?"), ("A", "Okay?"), ("B", "Really?"), ("A", "对吧？"))
    assert [span.asking for span in find_questions(_source(*lines))] == [(0,)]


def test_the_best_answer_is_short_and_skips_empty_words() -> None:
    lines = (
        ("A", "Who pays for the new server?"),
        ("B", "Hm."),
        ("B", "Travel pays for it."),
        ("B", "It is cheap."),
        ("B", "And so on."),
    )
    source = _source(*lines)
    (span,) = find_questions(source)
    assert span.answering == (1, 2, 3, 4)
    assert best_answer(source, span) == (2, 3)
