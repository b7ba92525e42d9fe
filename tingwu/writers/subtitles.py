"""Subtitles: SRT, WebVTT, ASS (written by pysubs2) and LRC.

pysubs2 takes `{...}` and backslash codes in a text for commands. What was said is data, so those characters are
shielded on the way in and put back on the way out; the only commands are ours. SRT has no escape: `<i>` said in a
recording is in the file as it was said, and players that read tags may show it as one.
"""

import re
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise

from pysubs2 import Alignment, Color, SSAEvent, SSAFile, SSAStyle
from pysubs2.formats.substation import SubstationFormat

from tingwu.domain.recording import Recording
from tingwu.timecode import to_ms
from tingwu.writers import escaping
from tingwu.writers.cues import Cue, CueWord, cues
from tingwu.writers.options import WriteOptions
from tingwu.writers.warnings import warning_lines

_SHIELD = "\ufdd0"
"""Not a character, and so in no text; if it is in one all the same, it is shielded too."""
_SHIELDED = _SHIELD + "{}\\"
_STYLES = {"Default": (64, 48), "Second": (46, 200)}
"""Name -> size and distance from the bottom, for a picture of 1920 x 1080; the second is for a translation."""


def srt(recording: Recording, options: WriteOptions) -> str:
    """SubRip. `-->` in the text becomes `->`; a marked word is underlined with `<u>`."""
    file = SSAFile()
    for cue, marked in _shown(recording, options):
        lines = ("".join(_mark(tuple(map(_shield, parts)))) for parts in _parts(cue, marked))
        file.append(_event(cue, r"\N".join(map(escaping.no_arrow, lines))))
    text = _unshield(file.to_string("srt")).rstrip("\n")
    return f"{text}\n" if text else ""


def vtt(recording: Recording, options: WriteOptions) -> str:
    """WebVTT with `<v Name>` voices; what is missing in the transcript stands in NOTE blocks at the top."""
    file = SSAFile()
    for cue, marked in _shown(recording, options):
        voice = f"<v {escaping.vtt(_comment(cue.speaker))}>" if cue.speaker else ""
        lines = ("".join(_mark(tuple(map(_vtt_text, parts)))) for parts in _parts(cue, marked))
        file.append(_event(cue, _shield(voice) + r"\N".join(lines)))
    notes = "".join(f"NOTE {_comment(warning)}\n\n" for warning in warning_lines(recording))
    head, cues_text = _unshield(file.to_string("vtt")).split("\n\n", 1)
    return f"{head}\n\n{notes}{cues_text}".rstrip("\n") + "\n"


def ass(recording: Recording, options: WriteOptions) -> str:
    r"""Advanced SubStation with a second style for a translation; `\k` times the words when they are highlighted."""
    file = SSAFile()
    file.info = {"PlayResX": "1920", "PlayResY": "1080", "WrapStyle": "2", "ScaledBorderAndShadow": "yes"}
    file.styles = {name: _style(size, margin) for name, (size, margin) in _STYLES.items()}
    for cue in cues(recording.transcript, options.cues):
        text = _karaoke(cue) if options.cues.highlight_words else r"\N".join(map(escaping.ass, cue.lines))
        file.append(_event(cue, text, name=_comment(cue.speaker or "").replace(",", " ")))
    out = StringIO()
    notice = "\n".join(map(_comment, warning_lines(recording)))
    _LongSubstation.to_file(file, out, "ass", header_notice=notice)
    return out.getvalue()


class _LongSubstation(SubstationFormat):
    """pysubs2 clamps times at 10 h, where its reference program ends; players read more digits."""

    @staticmethod
    def ms_to_timestamp(requested_ms: int) -> str:
        whole, cs = divmod((requested_ms + 5) // 10, 100)
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}.{cs:02d}"


def lrc(recording: Recording, options: WriteOptions) -> str:
    """Lyrics: `[mm:ss.xx]text`, a segment a line."""
    return "".join(
        f"[{_lrc_time(segment.start)}]{escaping.one_line(segment.text)}\n" for segment in recording.transcript.segments
    )


def _shown(recording: Recording, options: WriteOptions) -> Iterator[tuple[Cue, CueWord | None]]:
    """Each cue with the word that is marked in it, in order; with highlighting, a cue comes once per word and pause."""
    yield from sorted(_marked(recording, options), key=lambda shown: shown[0].start)


def _marked(recording: Recording, options: WriteOptions) -> Iterator[tuple[Cue, CueWord | None]]:
    for cue in cues(recording.transcript, options.cues):
        if not options.cues.highlight_words or not cue.words:
            yield cue, None
            continue
        starts = [max(cue.start, min(word.start, cue.end)) for word in cue.words]
        marks: list[CueWord | None] = [None, *cue.words]
        for mark, (start, end) in zip(marks, pairwise([cue.start, *starts, cue.end]), strict=True):
            if to_ms(end) > to_ms(start):
                yield Cue(start=start, end=end, lines=cue.lines, speaker=cue.speaker, words=cue.words), mark


def _parts(cue: Cue, marked: CueWord | None) -> Iterator[tuple[str, ...]]:
    """Each line as (text,) or, where the marked word is in it, as (before, word, after)."""
    for number, line in enumerate(cue.lines):
        if marked is not None and marked.line == number:
            yield line[: marked.begin], line[marked.begin : marked.stop], line[marked.stop :]
        else:
            yield (line,)


def _mark(parts: tuple[str, ...]) -> tuple[str, ...]:
    return (parts[0], rf"{{\u1}}{parts[1]}{{\u0}}", parts[2]) if len(parts) == 3 else parts


def _event(cue: Cue, text: str, name: str = "") -> SSAEvent:
    return SSAEvent(start=to_ms(cue.start), end=to_ms(cue.end), text=text, name=name)


def _style(size: float, margin: int) -> SSAStyle:
    return SSAStyle(
        fontname="Noto Sans",
        fontsize=size,
        secondarycolor=Color(255, 215, 0),
        backcolor=Color(0, 0, 0, 128),
        outline=2,
        shadow=1,
        alignment=Alignment.BOTTOM_CENTER,
        marginl=60,
        marginr=60,
        marginv=margin,
    )


def _vtt_text(text: str) -> str:
    return _shield(escaping.vtt(escaping.no_arrow(text)))


def _shield(text: str) -> str:
    return re.sub(f"[{re.escape(_SHIELDED)}]", lambda match: f"{_SHIELD}{_SHIELDED.index(match[0])}", text)


def _unshield(text: str) -> str:
    return re.sub(f"{_SHIELD}([0-3])", lambda match: _SHIELDED[int(match[1])], text)


def _karaoke(cue: Cue) -> str:
    """Text in which every word follows its length in hundredths; pauses are silent syllables."""
    text = ""
    now_cs = _cs(cue.start)
    for number, line in enumerate(cue.lines):
        text += r"\N" if number else ""
        written = 0
        for word in (word for word in cue.words if word.line == number):
            start_cs, end_cs = max(now_cs, _cs(word.start)), max(now_cs, _cs(word.end))
            text += rf"{{\k{start_cs - now_cs}}}" if start_cs > now_cs else ""
            text += rf"{{\k{end_cs - start_cs}}}" + escaping.ass(line[written : word.stop])
            written, now_cs = word.stop, end_cs
        text += escaping.ass(line[written:])
    return text


def _comment(text: str) -> str:
    return escaping.no_arrow(escaping.one_line(text))


def _cs(seconds: float) -> int:
    return (to_ms(seconds) + 5) // 10


def _lrc_time(seconds: float) -> str:
    whole, cs = divmod(_cs(seconds), 100)
    return f"{whole // 60:02d}:{whole % 60:02d}.{cs:02d}"
