"""Documents and tables: TXT, TSV, CSV, RTTM and Markdown."""

from collections.abc import Iterator, Sequence

from tingwu import timecode
from tingwu.domain.notes import ActionItem, Chapter, Claim, Notes, Proof, QuestionAnswer
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Correction, Segment
from tingwu.timecode import to_ms
from tingwu.writers.document_words import DocumentWords, document_words
from tingwu.writers.escaping import csv_cell, markdown, one_line
from tingwu.writers.options import WriteOptions
from tingwu.writers.phrases import is_wide
from tingwu.writers.speaker_table import speaker_section
from tingwu.writers.warnings import listed, warning_lines

_FULL_STOPS = (".", "!", "?", "。", "！", "？", "…", "｡")
_CLOSERS = "\"'”’」』）)》]】 "
_PARAGRAPH_SECONDS = 30.0
_MOST_TIMES = 5
_SHORTEST = 0.001
"""Programs that read RTTM refuse turns without length."""


def txt(recording: Recording, options: WriteOptions) -> str:
    """A segment a line, `[Name]: ` before it when the speaker is known."""
    return "".join(f"{_name(segment)}{one_line(segment.text)}\n" for segment in recording.transcript.segments)


def tsv(recording: Recording, options: WriteOptions) -> str:
    """`start`, `end` in milliseconds and `text`, parted by tabs, a segment a line."""
    rows = [
        f"{to_ms(segment.start)}\t{to_ms(segment.end)}\t{one_line(segment.text)}\n"
        for segment in recording.transcript.segments
    ]
    return "start\tend\ttext\n" + "".join(rows)


def csv(recording: Recording, options: WriteOptions) -> str:
    """RFC 4180 with CRLF line ends: times in milliseconds, speaker and text. No cell is a formula."""
    rows = [("start_ms", "end_ms", "speaker", "text")]
    rows += [
        (str(to_ms(segment.start)), str(to_ms(segment.end)), csv_cell(segment.speaker or ""), csv_cell(segment.text))
        for segment in recording.transcript.segments
    ]
    return "".join(",".join(map(_quoted, row)) + "\r\n" for row in rows)


def rttm(recording: Recording, options: WriteOptions) -> str:
    """NIST speaker lines: a turn of the diarization a line, else a segment with a known speaker a line.

    Blanks in names become `_`. Where nobody is known there is a comment that says so.
    """
    transcript = recording.transcript
    heard = transcript.diarization.turns if transcript.diarization else ()
    spoken = [(one, one.speaker) for one in heard or transcript.segments if one.speaker]
    file = _joined(recording.media.name)
    lines = (
        f"SPEAKER {file} 1 {one.start:.3f} {one.duration:.3f} <NA> <NA> {_joined(speaker)} <NA> <NA>\n"
        for one, speaker in spoken
        if one.duration >= _SHORTEST
    )
    return "".join(lines) or ";; no speakers are known\n"


def md(recording: Recording, options: WriteOptions) -> str:
    """Markdown: title, what is missing, notes with the times that prove each line, speakers, transcript, corrections.

    Headings and labels are in Chinese when the transcript is, else in English.
    """
    notes = recording.notes
    words = document_words(recording.transcript.language)
    blocks = [
        f"# {markdown(notes.title if notes and notes.title else recording.media.name)}",
        *_facts(recording, words),
    ]
    blocks += [f"> {words.warning}{markdown(warning)}" for warning in warning_lines(recording)]
    if notes is not None:
        blocks += _notes(notes, words)
    blocks += speaker_section(recording.transcript, words)
    blocks.append(f"## {words.transcript}")
    blocks += [_spoken(paragraph, words) for paragraph in _paragraphs(recording.transcript.segments)]
    blocks += _section(words.corrections, _corrections(recording.transcript.corrections, words))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _facts(recording: Recording, words: DocumentWords) -> Iterator[str]:
    transcript = recording.transcript
    facts = [
        f"- {words.file}{markdown(recording.media.name)}",
        f"- {words.length}{timecode.clock(transcript.duration)}",
        f"- {words.language}{markdown(transcript.language)}",
        f"- {words.coverage}{transcript.coverage.share:.0%}",
        f"- {words.transcribed_by}{markdown(transcript.model)}",
    ]
    if transcript.coverage.suspect:
        times = listed(transcript.coverage.suspect).in_language(transcript.language)
        facts.append(f"- {words.suspect}{times}")
    if transcript.speakers:
        facts.append(f"- {words.speakers}{words.listing.join(map(markdown, transcript.speakers))}")
    if recording.notes is not None:
        facts.append(f"- {words.notes_by}{markdown(recording.notes.model or words.no_model)}")
    yield "\n".join(facts)


def _notes(notes: Notes, words: DocumentWords) -> Iterator[str]:
    yield from _section(words.summary, map(_claim, notes.summary))
    if notes.chapters:
        yield f"## {words.chapters}"
        for chapter in notes.chapters:
            yield from _chapter(chapter)
    yield from _section(words.decisions, map(_claim, notes.decisions))
    yield from _section(words.actions, (_action(action, words) for action in notes.actions))
    yield from _section(words.questions, (_question(pair, words) for pair in notes.questions))
    keywords = words.listing.join(markdown(keyword.text) for keyword in notes.keywords)
    yield from _section(words.keywords, [keywords] if keywords else [])


def _section(title: str, lines: Iterator[str] | list[str]) -> Iterator[str]:
    text = "\n".join(lines)
    if text:
        yield f"## {title}"
        yield text


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield f"### {timecode.clock(chapter.start)} {markdown(chapter.title)}"
    yield "\n".join(map(_claim, chapter.points))


def _claim(claim: Claim) -> str:
    return f"- {_said(claim)}"


def _said(claim: Claim) -> str:
    """The claim, in quotation marks where it is a quote, and the times of the sentences that prove it."""
    text = markdown(claim.text)
    times = " ".join(f"[{timecode.clock(citation.start)}]" for citation in claim.citations)
    return f"“{text}” {times}" if claim.proof is Proof.QUOTE else f"{text} {times}"


def _action(action: ActionItem, words: DocumentWords) -> str:
    known = ((words.owner, action.owner), (words.due, action.due))
    details = words.fact_listing.join(f"{label}{markdown(value)}" for label, value in known if value)
    return f"- [ ] {_said(action.task)}" + (words.details.format(details) if details else "")


def _question(pair: QuestionAnswer, words: DocumentWords) -> str:
    asked, answered = _speaker(pair.asked_by, words), _speaker(pair.answered_by, words)
    answer = _said(pair.answer) if pair.answer is not None else f"*{words.unanswered}*"
    return f"- {asked}{_said(pair.question)}\n  - {answered}{answer}"


def _paragraphs(segments: Sequence[Segment]) -> Iterator[list[Segment]]:
    """Segments of one sentence together: pauses cut sentences where a reader would not."""
    paragraph: list[Segment] = []
    for segment in segments:
        if paragraph and not _goes_on(paragraph, segment):
            yield paragraph
            paragraph = []
        paragraph.append(segment)
    if paragraph:
        yield paragraph


def _goes_on(paragraph: Sequence[Segment], segment: Segment) -> bool:
    last = paragraph[-1]
    return (
        last.speaker == segment.speaker
        and not last.text.rstrip(_CLOSERS).endswith(_FULL_STOPS)
        and segment.end - paragraph[0].start <= _PARAGRAPH_SECONDS
    )


def _spoken(paragraph: Sequence[Segment], words: DocumentWords) -> str:
    first = paragraph[0]
    parts = [text for segment in paragraph if (text := one_line(segment.text))] or [""]
    text = parts[0]
    for part in parts[1:]:
        text += part if is_wide(text[-1]) or is_wide(part[0]) else f" {part}"
    others = dict.fromkeys(other for segment in paragraph for other in segment.beside)
    beside = words.beside.format(words.listing.join(map(markdown, others))) if others else ""
    return f"[{timecode.clock(first.start)}] {_speaker(first.speaker, words)}{markdown(text)}{beside}"


def _corrections(corrections: Sequence[Correction], words: DocumentWords) -> Iterator[str]:
    """A line for each kind of change, with the first times at which it was made."""
    made: dict[tuple[str, str], list[str]] = {}
    for one in corrections:
        made.setdefault((one.before, one.after), []).append(f"[{timecode.clock(one.start)}]")
    for (before, after), times in made.items():
        shown = " ".join(times[:_MOST_TIMES]) + (" …" if len(times) > _MOST_TIMES else "")
        yield f"- {words.corrected.format(markdown(before), markdown(after))} {shown}"


def _speaker(name: str | None, words: DocumentWords) -> str:
    return words.speaker.format(markdown(name)) if name else ""


def _name(segment: Segment) -> str:
    return f"[{one_line(segment.speaker)}]: " if segment.speaker else ""


def _joined(name: str) -> str:
    return "_".join(one_line(name).split()) or "_"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(char in cell for char in '",\r\n') else cell
