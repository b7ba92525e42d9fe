"""Speaker table: who speaks how much, as a section of a Markdown document."""

from collections.abc import Iterator

from tingwu import timecode
from tingwu.domain.talk import SpeakerTalk, rate_in_characters, talk_of
from tingwu.domain.transcript import Transcript
from tingwu.writers.document_words import DocumentWords
from tingwu.writers.escaping import markdown

_SURE = 0.5
_UNKNOWN = "–"


def speaker_section(transcript: Transcript, words: DocumentWords) -> Iterator[str]:
    """The blocks of the section: heading, table, what is left to say. None where no speakers are known."""
    talk = talk_of(transcript)
    if not talk.speakers:
        return
    yield f"## {words.who_speaks}"
    rate = words.characters_a_minute if rate_in_characters(transcript.language) else words.words_a_minute
    titles = (*words.columns, rate)
    rows = [titles, ("---", *("---:" for _ in titles[1:])), *map(_cells, talk.speakers)]
    yield "\n".join(f"| {' | '.join(row)} |" for row in rows)
    facts = [f"- {words.silence}{timecode.clock(talk.silence)}", f"- {words.overlap}{timecode.clock(talk.overlap)}"]
    if count_is_unsure(transcript):
        facts.append(f"- {words.unsure}")
    yield "\n".join(facts)


def count_is_unsure(transcript: Transcript) -> bool:
    """Whether a reader must be told that there may be more or fewer speakers."""
    return transcript.diarization is not None and transcript.diarization.count_confidence < _SURE


def _cells(one: SpeakerTalk) -> tuple[str, ...]:
    return (
        markdown(one.speaker) or _UNKNOWN,
        timecode.clock(one.seconds),
        f"{one.share:.0%}",
        str(one.turns),
        timecode.clock(one.longest),
        str(one.interruptions),
        _UNKNOWN if one.rate is None else f"{one.rate:.0f}",
    )
