"""Timeline: a picture of who speaks when, as one SVG file that needs nothing else.

A row for each speaker, its turns as bars over a common axis of time, and a row for the times at which several speak.
Colours have a contrast of about 3:1 and more on white and on black, differ for colour-blind readers too, and are never
all that tells speakers apart. Names are data: they are escaped. This module does not know how pictures are shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tingwu import timecode
from tingwu.bilingual import Bilingual
from tingwu.domain.media import TimeRange
from tingwu.domain.recording import Recording
from tingwu.domain.speakers import SpeakerTurn
from tingwu.domain.talk import Talk, speaker_turns, talk_of
from tingwu.domain.transcript import Transcript
from tingwu.writers.escaping import one_line, xml
from tingwu.writers.options import WriteOptions
from tingwu.writers.phrases import is_wide, is_zero_width
from tingwu.writers.speaker_table import count_is_unsure

_WIDTH, _EDGE, _LEFT, _RIGHT = 1000.0, 24.0, 220.0, 970.0
"""Of the picture; where names begin, where time begins and where it ends. Lengths are in units of the picture."""
_TOP, _ROW, _BAR, _BOTTOM = 64.0, 30.0, 14.0, 40.0
_DENSE_ROW, _DENSE_BAR, _MANY = 22.0, 11.0, 12
"""From so many rows on they are less high."""
_ROUND = 2.0
"""Bars have a line of this thickness around them whose corners are round; none is narrower."""
_NEAR = 1.0
_FULL = 0.9
"""Bars that are that full are drawn as full."""
_LOWEST = 0.25
_MOST_ROWS = 20
_NAME_COLUMNS = 16
_MOST_TICKS = 10
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
_COLOURS = ("#0072b2", "#d55e00", "#00956d", "#b5589a", "#a87400", "#5b7fd6")
"""Okabe's and Ito's, the light ones darkened for white paper."""
_GREY = "#767676"
_FONT = "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
"""As an attribute, and so are colours: rules in a style element would reach into a page that the picture is part of."""

_TITLE = Bilingual(en="Who speaks when", zh="谁在什么时候说话")
_NOBODY = Bilingual(en="No speakers are known in this transcript.", zh="这份转写没有区分说话人。")
_OTHERS = Bilingual(en="{0} others", zh="另外 {0} 人")
_AT_ONCE = Bilingual(en="Several at once", zh="多人同时说话")
_SILENCE = Bilingual(en="nobody speaks for {0}", zh="无人说话 {0}")
_UNSURE = Bilingual(en="the number of speakers is unsure", zh="说话人的人数不太确定")
_HINT = Bilingual(en="{0}: {1}, {2}", zh="{0}：{1}，{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """`share` of what, in [0, 1]: of all talk for speakers, of the recording for times at which several speak."""

    name: str
    seconds: float
    share: float
    colour: str
    ranges: Sequence[TimeRange]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Seconds to places in the picture; `end` is the last second."""

    end: float

    def place(self, seconds: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min(seconds / self.end, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    """From place to place; `share` of its time is spoken in."""

    first: float
    last: float
    share: float


def timeline(recording: Recording, options: WriteOptions) -> str:
    """The picture as a file, in Chinese when the transcript is, else in English."""
    return timeline_svg(recording.transcript, recording.transcript.language)


def timeline_svg(transcript: Transcript, language: str) -> str:
    """SVG with words in `language` (Chinese, else English), as wide as what it is put in.

    At most twenty speakers have a row of their own. Where no speakers are known, the picture says so. Turns nearer to
    each other than a unit of the picture share bars, the higher the more is spoken in their time; so ten hours of forty
    speakers take less than 300 kB.
    """
    turns = speaker_turns(transcript)
    title = _TITLE.in_language(language)
    if not turns:
        nobody = f'<text x="{_EDGE:g}" y="{_TOP:g}">{_NOBODY.in_language(language)}</text>'
        return _picture(title, _TOP + _BOTTOM / 2, [_heading(title), nobody])
    talk = talk_of(transcript)
    axis = _Axis(end=max(transcript.duration, turns[-1].start, 1.0))
    rows = _speaker_rows(talk, turns, language)
    together = _overlaps(turns)
    if together:
        name, share = _AT_ONCE.in_language(language), min(1.0, talk.overlap / axis.end)
        rows.append(_Row(name=name, seconds=talk.overlap, share=share, colour=_GREY, ranges=together))
    height, bar = (_ROW, _BAR) if len(rows) < _MANY else (_DENSE_ROW, _DENSE_BAR)
    bottom = _TOP + height * len(rows)
    facts = [timecode.clock(transcript.duration), _SILENCE.in_language(language).format(timecode.clock(talk.silence))]
    facts += [_UNSURE.in_language(language)] if count_is_unsure(transcript) else []
    drawn = (_drawn(row, axis, _TOP + height * (at + 0.5), bar, language) for at, row in enumerate(rows))
    return _picture(title, bottom + _BOTTOM, [_heading(title, *facts), *_ticks(axis, bottom), *drawn])


def _speaker_rows(talk: Talk, turns: Sequence[SpeakerTurn], language: str) -> list[_Row]:
    """In the order in which they first speak; those who speak least of too many share the last row."""
    most = sorted(talk.speakers, key=lambda one: -one.seconds)
    kept = {one.speaker for one in most[: _MOST_ROWS if len(most) <= _MOST_ROWS else _MOST_ROWS - 1]}
    own: dict[str | None, list[SpeakerTurn]] = {}
    for turn in turns:
        own.setdefault(turn.speaker if turn.speaker in kept else None, []).append(turn)
    rows = [
        _Row(
            name=one_line(one.speaker) or "–",
            seconds=one.seconds,
            share=one.share,
            colour=_COLOURS[at % len(_COLOURS)],
            ranges=own[one.speaker],
        )
        for at, one in enumerate(one for one in talk.speakers if one.speaker in kept)
    ]
    rest = most[len(kept) :]
    if rest:
        name = _OTHERS.in_language(language).format(len(rest))
        seconds, share = sum(one.seconds for one in rest), sum(one.share for one in rest)
        rows.append(_Row(name=name, seconds=seconds, share=share, colour=_GREY, ranges=own[None]))
    return rows


def _overlaps(turns: Iterable[SpeakerTurn]) -> list[TimeRange]:
    """The times at which more than one speaks."""
    found: list[TimeRange] = []
    until = 0.0
    for turn in turns:
        if turn.start < until:
            found.append(TimeRange(start=turn.start, end=min(turn.end, until)))
        until = max(until, turn.end)
    return found


def _heading(title: str, *facts: str) -> str:
    said = xml(" · ".join(facts))
    return (
        f'<text font-size="17" font-weight="600" x="{_EDGE:g}" y="34">{title}</text>'
        f'<text x="{_RIGHT:g}" y="34" text-anchor="end">{said}</text>'
    )


def _ticks(axis: _Axis, bottom: float) -> Iterator[str]:
    """Lines at round times, each with its time below the rows."""
    step = next((step for step in _STEPS if axis.end / step <= _MOST_TICKS), axis.end / _MOST_TICKS)
    places = [(number * step, axis.place(number * step)) for number in range(int(axis.end / step) + 1)]
    lines = "".join(f"M{place:.1f} {_TOP:g}V{bottom + 6:g}" for _, place in places)
    yield f'<path d="{lines}" stroke="{_GREY}" stroke-opacity=".25"/>'
    for seconds, place in places:
        yield f'<text x="{place:.1f}" y="{bottom + 22:g}" text-anchor="middle">{timecode.clock(seconds)}</text>'


def _drawn(row: _Row, axis: _Axis, middle: float, thickness: float, language: str) -> str:
    share = f"{row.share:.0%}"
    hint = xml(_HINT.in_language(language).format(row.name, timecode.clock(row.seconds), share))
    name = f'x="{_EDGE:g}" y="{middle + 4.5:g}">{xml(_shortened(row.name))}</text>'
    track = f'd="M{_LEFT:g} {middle:g}H{_RIGHT:g}" stroke="{_GREY}" stroke-opacity=".12"'
    bars = "".join(_outline(bar, middle, thickness) for bar in _bars(row.ranges, axis))
    return (
        f'<g><title>{hint}</title><text font-size="13" font-weight="600" {name}'
        f'<text x="{_LEFT - 16:g}" y="{middle + 4.5:g}" text-anchor="end">{share}</text>'
        f'<path {track} stroke-width="{thickness:g}"/>'
        f'<path d="{bars}" fill="{row.colour}" stroke="{row.colour}" stroke-width="{_ROUND:g}"/></g>'
    )


def _outline(bar: _Bar, middle: float, thickness: float) -> str:
    """A rectangle, less the line that is drawn around it."""
    height = max(0.0, round(thickness * max(_LOWEST, bar.share) - _ROUND, 1))
    width = round(bar.last - bar.first - _ROUND, 1)
    left, top = round(bar.first + _ROUND / 2, 1), round(middle - height / 2, 1)
    return f"M{left:g} {top:g}h{width:g}v{height:g}h{-width:g}z"


def _bars(ranges: Iterable[TimeRange], axis: _Axis) -> Iterator[_Bar]:
    """A bar for each of `ranges`; for those nearer to each other than a unit, bars that tell how much they cover."""
    together: list[tuple[float, float]] = []
    ended = 0.0
    for one in ranges:
        first, last = axis.place(one.start), axis.place(one.end)
        if together and first - ended >= _NEAR:
            yield from _cluster(together)
            together = []
        together.append((first, last))
        ended = max(ended, last, first + _ROUND) if len(together) > 1 else max(last, first + _ROUND)
    if together:
        yield from _cluster(together)


def _cluster(parts: Sequence[tuple[float, float]]) -> Iterator[_Bar]:
    """One bar where `parts` leave next to nothing free, else one for each column."""
    begun = parts[0][0]
    ended = max(begun + _ROUND, *(last for _, last in parts))
    columns = max(1, int((ended - begun) / _ROUND))
    width = (ended - begun) / columns
    covered = [0.0] * columns
    for first, last in parts:
        for at in range(int((first - begun) / width), min(columns, int((last - begun) / width) + 1)):
            left = begun + at * width
            covered[at] += max(0.0, min(last, left + width) - max(first, left))
    if sum(covered) >= _FULL * (ended - begun):
        yield _Bar(first=begun, last=ended, share=1.0)
        return
    for at, seconds in enumerate(covered):
        if seconds > 0 or columns == 1:
            left = begun + at * width
            yield _Bar(first=left, last=left + width, share=min(1.0, seconds / width))


def _shortened(name: str) -> str:
    """As much of `name` as fits before the bars, with `…` where it ends early."""
    columns = 0
    for at, char in enumerate(name):
        columns += 0 if is_zero_width(char) else 2 if is_wide(char) else 1
        if columns > _NAME_COLUMNS or at >= 2 * _NAME_COLUMNS:
            return name[: max(1, at - 1)].rstrip() + "…"
    return name


def _picture(title: str, height: float, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" '
        f'aria-label="{title}">\n<title>{title}</title>\n'
        f'<g font-family="{_FONT}" font-size="12" stroke-linejoin="round" fill="{_GREY}">\n{body}\n</g>\n</svg>\n'
    )
