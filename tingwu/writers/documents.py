"""Documents and tables: TXT, TSV, CSV, RTTM and Markdown."""

from collections.abc import Iterator

from tingwu import timecode
from tingwu.domain.notes import ActionItem, Chapter, Claim, Notes, Proof, QuestionAnswer
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Segment
from tingwu.timecode import to_ms
from tingwu.writers.escaping import csv_cell, markdown, one_line
from tingwu.writers.options import WriteOptions
from tingwu.writers.warnings import listed, warnings_of


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
    """NIST speaker lines, a segment with a known speaker a line; blanks in names become `_`."""
    file = _joined(recording.media.name)
    return "".join(
        f"SPEAKER {file} 1 {segment.start:.3f} {segment.duration:.3f} <NA> <NA> {_joined(segment.speaker)} <NA> <NA>\n"
        for segment in recording.transcript.segments
        if segment.speaker
    )


def md(recording: Recording, options: WriteOptions) -> str:
    """Markdown: title, what is missing, the notes with the times that prove each line, the transcript."""
    notes = recording.notes
    blocks = [f"# {markdown(notes.title if notes and notes.title else recording.media.name)}", *_facts(recording)]
    blocks += [f"> **Warning:** {markdown(warning)}" for warning in warnings_of(recording)]
    if notes is not None:
        blocks += _notes(notes)
    blocks += ["## Transcript", *(_spoken(segment) for segment in recording.transcript.segments)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _facts(recording: Recording) -> Iterator[str]:
    transcript = recording.transcript
    facts = [
        f"- File: {markdown(recording.media.name)}",
        f"- Length: {timecode.clock(transcript.duration)}",
        f"- Language: {markdown(transcript.language)}",
        f"- Speech with text: {transcript.coverage.share:.0%}",
        f"- Transcribed by: {markdown(transcript.model)}",
    ]
    if transcript.coverage.suspect:
        facts.append(f"- Better check by ear: {listed(transcript.coverage.suspect)}")
    if transcript.speakers:
        facts.append("- Speakers: " + ", ".join(map(markdown, transcript.speakers)))
    if recording.notes is not None:
        facts.append(f"- Notes by: {markdown(recording.notes.model or 'quotes of the recording, no language model')}")
    yield "\n".join(facts)


def _notes(notes: Notes) -> Iterator[str]:
    yield from _section("Summary", map(_claim, notes.summary))
    if notes.chapters:
        yield "## Chapters"
        for chapter in notes.chapters:
            yield from _chapter(chapter)
    yield from _section("Decisions", map(_claim, notes.decisions))
    yield from _section("Actions", map(_action, notes.actions))
    yield from _section("Questions and answers", map(_question, notes.questions))
    words = ", ".join(markdown(keyword.text) for keyword in notes.keywords)
    yield from _section("Keywords", [words] if words else [])


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
    times = " ".join(f"\\[{timecode.clock(citation.start)}\\]" for citation in claim.citations)
    return f"“{text}” {times}" if claim.proof is Proof.QUOTE else f"{text} {times}"


def _action(action: ActionItem) -> str:
    details = ", ".join(
        f"{label}: {markdown(value)}" for label, value in (("owner", action.owner), ("due", action.due)) if value
    )
    return f"- [ ] {_said(action.task)}" + (f" ({details})" if details else "")


def _question(pair: QuestionAnswer) -> str:
    asked = f"**{markdown(pair.asked_by)}:** " if pair.asked_by else ""
    answered = f"**{markdown(pair.answered_by)}:** " if pair.answered_by else ""
    answer = _said(pair.answer) if pair.answer is not None else "*no answer was given*"
    return f"- {asked}{_said(pair.question)}\n  - {answered}{answer}"


def _spoken(segment: Segment) -> str:
    name = f"**{markdown(segment.speaker)}:** " if segment.speaker else ""
    return f"\\[{timecode.clock(segment.start)}\\] {name}{markdown(segment.text)}"


def _name(segment: Segment) -> str:
    return f"[{one_line(segment.speaker)}]: " if segment.speaker else ""


def _joined(name: str) -> str:
    return "_".join(one_line(name).split()) or "_"


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(char in cell for char in '",\r\n') else cell
