"""Subtitles: SRT, WebVTT, ASS and LRC.

Written by hand, not by pysubs2: its writers read `{...}` and backslash codes in the text as commands and take them
out, and clamp times at 10 h or 100 h. Its readers are what the tests read these files back with. SRT has no escape:
`<i>` said in a recording is in the file as it was said, and players that read tags may show it as one.
"""

from collections.abc import Iterator
from itertools import pairwise

from tingwu import timecode
from tingwu.domain.recording import Recording
from tingwu.timecode import to_ms
from tingwu.writers import escaping
from tingwu.writers.cues import Cue, CueWord, cues
from tingwu.writers.options import WriteOptions
from tingwu.writers.warnings import warnings_of

_STYLE = (
    "Style: {name},Noto Sans,{size},&H00FFFFFF,&H0000D7FF,&H00000000,&H80000000,"
    "0,0,0,0,100,100,0,0,1,2,1,2,60,60,{margin},1"
)
_ASS_HEADER = f"""[Script Info]
ScriptType: v4.00+
PlayResX: 1920
PlayResY: 1080
WrapStyle: 2
ScaledBorderAndShadow: yes
{{comments}}
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
{_STYLE.format(name="Default", size=64, margin=48)}
{_STYLE.format(name="Second", size=46, margin=200)}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def srt(recording: Recording, options: WriteOptions) -> str:
    """SubRip. `-->` in the text becomes `->`; a marked word is underlined with `<u>`."""
    blocks: list[str] = []
    for number, (cue, marked) in enumerate(_shown(recording, options), 1):
        lines = [escaping.no_arrow("".join(_mark(parts))) for parts in _parts(cue, marked)]
        blocks.append(f"{number}\n{timecode.srt(cue.start)} --> {timecode.srt(cue.end)}\n" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def vtt(recording: Recording, options: WriteOptions) -> str:
    """WebVTT with `<v Name>` voices; what is missing in the transcript stands in NOTE blocks at the top."""
    blocks = ["WEBVTT\n"]
    blocks += [f"NOTE {_comment(warning)}\n" for warning in warnings_of(recording)]
    for cue, marked in _shown(recording, options):
        voice = f"<v {escaping.vtt(_comment(cue.speaker))}>" if cue.speaker else ""
        lines = [
            "".join(_mark(tuple(escaping.vtt(escaping.no_arrow(part)) for part in parts)))
            for parts in _parts(cue, marked)
        ]
        times = f"{timecode.vtt(cue.start)} --> {timecode.vtt(cue.end)}"
        blocks.append(f"{times}\n{voice}" + "\n".join(lines) + "\n")
    return "\n".join(blocks)


def ass(recording: Recording, options: WriteOptions) -> str:
    r"""Advanced SubStation with a second style for a translation; `\k` times the words when they are highlighted."""
    comments = "".join(f"; {_comment(warning)}\n" for warning in warnings_of(recording))
    events: list[str] = []
    for cue in cues(recording.transcript, options.cues):
        text = _karaoke(cue) if options.cues.highlight_words else r"\N".join(map(escaping.ass, cue.lines))
        name = _comment(cue.speaker or "").replace(",", " ")
        events.append(f"Dialogue: 0,{_ass_time(cue.start)},{_ass_time(cue.end)},Default,{name},0,0,0,,{text}\n")
    return _ASS_HEADER.format(comments=comments) + "".join(events)


def lrc(recording: Recording, options: WriteOptions) -> str:
    """Lyrics: `[mm:ss.xx]text`, a segment a line."""
    return "".join(
        f"[{_lrc_time(segment.start)}]{escaping.one_line(segment.text)}\n" for segment in recording.transcript.segments
    )


def _shown(recording: Recording, options: WriteOptions) -> Iterator[tuple[Cue, CueWord | None]]:
    """Each cue with the word that is marked in it; with highlighting, a cue comes once per word and pause."""
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
    return (parts[0], f"<u>{parts[1]}</u>", parts[2]) if len(parts) == 3 else parts


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


def _ass_time(seconds: float) -> str:
    whole, cs = divmod(_cs(seconds), 100)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}.{cs:02d}"


def _lrc_time(seconds: float) -> str:
    whole, cs = divmod(_cs(seconds), 100)
    return f"{whole // 60:02d}:{whole % 60:02d}.{cs:02d}"
