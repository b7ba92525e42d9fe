"""Window texts to segments: sentences by punctuation and pauses, in any script.

Where windows overlap, each word goes to the window that holds its middle. Works on words with times; windows without
words (none were asked for) become one segment each.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tingwu.domain.transcript import Segment, Word
from tingwu.speech.asr import WindowText

_FULL_STOPS = "。！？!?…｡"
_PAUSES = ",，、;；:："
_CLOSERS = "\"'”’」』）)》]】"
_ABBREVIATION = re.compile(
    r"(?:^|\s)(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|jr|sr|z\.b|bzw|ca|nr|sra?|[a-zà-ÿ])\.$", re.IGNORECASE
)
_CLOSED = re.compile(
    r"(?:です|ます|ました|ません|でした|でしょう|ましょう|ください)[かねよ]{0,2}$"
    r"|(?:니다|니까|[아-힣]요|[지하했]죠|네요)$"
    r"|[吗嗎吧呢嘛]$"
)
"""How spoken sentences end in Japanese, Korean and Chinese, where the recogniser often leaves the full stop out."""
_CLOSED_LETTERS = 6
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceOptions:
    """When a segment ends. Times in seconds."""

    short_pause: float = 0.25
    """A longer pause ends a segment that ends as Japanese, Korean or Chinese sentences do."""
    pause: float = 0.5
    """A longer pause ends a segment that ends in a comma or has gone on for `breath`."""
    long_pause: float = 1.0
    """A longer pause always ends a segment."""
    breath: float = 4.0
    """From this length on any pause may end a segment."""
    max_seconds: float = 20.0
    """No segment of more than one word is longer."""
    max_width: int = 180
    """Longest text in columns: a Chinese character takes two, so 90 characters or about 30 English words."""


def to_segments(
    texts: Sequence[WindowText], *, duration: float, options: SentenceOptions | None = None
) -> tuple[Segment, ...]:
    """Segments in order of time, with ids from 0.

    Starts do not decrease, ends do not pass the next start, and all lies in `[0, duration]`. The words of a segment
    spell its text exactly.
    """
    options = options or SentenceOptions()
    segments: list[Segment] = []
    for run in _runs(_own_words(texts)):
        sources = iter(run)
        for sentence in _split([word for _, word in run], options):
            origins = [next(sources)[0] for _ in sentence]
            segments.append(_segment(sentence, origins[0]))
    segments += [_wordless(text) for text in texts if text.text.strip() and not text.words]
    ordered = sorted(segments, key=lambda segment: segment.start)
    return tuple(replace(segment, id=i) for i, segment in enumerate(_clamp(ordered, duration)))


def _own_words(texts: Sequence[WindowText]) -> list[tuple[WindowText, Word]]:
    """All words with their windows. Windows share their overlap half and half, by the middle of each word."""
    borders = [0.0, *(_border(first, second) for first, second in pairwise(texts)), float("inf")]
    owned = [
        (text, word)
        for i, text in enumerate(texts)
        for word in text.words
        if word.text.strip() and not _belongs_to_neighbour(word, texts, i, borders)
    ]
    return list(zip((text for text, _ in owned), _timely(word for _, word in owned), strict=True))


def _border(first: WindowText, second: WindowText) -> float:
    return (first.window.end + second.window.start) / 2


def _belongs_to_neighbour(word: Word, texts: Sequence[WindowText], i: int, borders: Sequence[float]) -> bool:
    """Whether a neighbour that overlaps, and has words at all, holds the middle of this word."""
    window = texts[i].window
    before = i > 0 and bool(texts[i - 1].words) and texts[i - 1].window.end > window.start
    after = i + 1 < len(texts) and bool(texts[i + 1].words) and texts[i + 1].window.start < window.end
    return (before and word.middle < borders[i]) or (after and word.middle >= borders[i + 1])


def _timely(words: Iterable[Word]) -> Iterable[Word]:
    """Words whose times do not go back."""
    now = 0.0
    for word in words:
        start = max(word.start, now)
        end = max(word.end, start)
        yield word if (start, end) == (word.start, word.end) else replace(word, start=start, end=end)
        now = start


def _runs(words: Sequence[tuple[WindowText, Word]]) -> list[list[tuple[WindowText, Word]]]:
    """Words of one language after each other: a segment has one language."""
    runs: list[list[tuple[WindowText, Word]]] = []
    for item in words:
        if runs and runs[-1][-1][0].language == item[0].language:
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs


def _split(words: Sequence[Word], options: SentenceOptions) -> Iterable[list[Word]]:
    """Cut after sentences and at pauses, then cut what is still too long at its best place."""
    sentence: list[Word] = []
    for word, follower in zip(words, [*words[1:], None], strict=True):
        sentence.append(word)
        if follower is None or _ends(sentence, follower, options):
            yield from _shorten(sentence, options)
            sentence = []


def _ends(sentence: Sequence[Word], follower: Word, options: SentenceOptions) -> bool:
    last = sentence[-1]
    pause = follower.start - last.end
    if pause > options.long_pause or is_sentence_end(last.text, follower.text):
        return True
    if pause > options.short_pause and _CLOSED.search(_tail(sentence)):
        return True
    long_enough = last.end - sentence[0].start >= options.breath
    return pause > options.pause and (long_enough or last.text.rstrip()[-1:] in _PAUSES)


def _tail(sentence: Sequence[Word]) -> str:
    """The last letters of a sentence: Japanese words come in pieces."""
    return "".join(word.text for word in sentence[-_CLOSED_LETTERS:]).rstrip()


def is_sentence_end(text: str, follower: str) -> bool:
    """Whether `text` (a word with its punctuation) ends a sentence when `follower` comes next.

    A full stop counts unless it belongs to a number, an abbreviation or a name with dots in it.
    """
    bare = text.rstrip().rstrip(_CLOSERS)
    if bare.endswith(tuple(_FULL_STOPS)):
        return True
    if not bare.endswith(".") or _ABBREVIATION.search(bare):
        return False
    start = follower.lstrip()[:1]
    return bool(_WIDE.match(start)) or (follower[:1].isspace() and not start.islower())


def _shorten(words: list[Word], options: SentenceOptions) -> Iterable[list[Word]]:
    """Halve a sentence that is too long at the comma or the longest pause nearest its middle."""
    too_long = words[-1].end - words[0].start > options.max_seconds
    if len(words) < 2 or not (too_long or width("".join(word.text for word in words)) > options.max_width):
        yield words
        return
    cut = max(range(1, len(words)), key=lambda i: _cut_quality(words, i))
    yield from _shorten(words[:cut], options)
    yield from _shorten(words[cut:], options)


def _cut_quality(words: Sequence[Word], i: int) -> float:
    """How good a cut before word `i` is: a comma or a pause counts for much, the distance from the middle against."""
    pause = max(words[i].start - words[i - 1].end, 0.0)
    comma = 1.0 if words[i - 1].text.rstrip()[-1:] in _PAUSES else 0.0
    off_centre = abs(2 * i / len(words) - 1)
    return comma + min(pause, 2.0) - 1.5 * off_centre


def width(text: str) -> int:
    """Columns of `text` in a fixed-width font: East Asian characters take two."""
    return len(text) + len(_WIDE.findall(text))


def _segment(words: Sequence[Word], source: WindowText) -> Segment:
    first = replace(words[0], text=words[0].text.lstrip())
    own = (first, *words[1:])
    own = (*own[:-1], replace(own[-1], text=own[-1].text.rstrip()))
    return Segment(
        id=0,
        start=own[0].start,
        end=max(word.end for word in own),
        text="".join(word.text for word in own),
        words=own,
        language=source.language,
        avg_logprob=source.avg_logprob,
        compression_ratio=source.compression_ratio,
        no_speech_prob=source.no_speech_prob,
    )


def _wordless(text: WindowText) -> Segment:
    return Segment(
        id=0,
        start=text.window.start,
        end=text.window.end,
        text=text.text.strip(),
        language=text.language,
        avg_logprob=text.avg_logprob,
        compression_ratio=text.compression_ratio,
        no_speech_prob=text.no_speech_prob,
    )


def _clamp(segments: Sequence[Segment], duration: float) -> Iterable[Segment]:
    """Keep segments apart and inside the recording. Wordless segments of overlapping windows give up their end."""
    for segment, follower in zip(segments, [*segments[1:], None], strict=False):
        limit = min(duration, follower.start) if follower else duration
        words = tuple(_within(word, limit) for word in segment.words)
        yield replace(segment, start=min(segment.start, limit), end=min(segment.end, limit), words=words)


def _within(word: Word, limit: float) -> Word:
    return word if word.end <= limit else replace(word, start=min(word.start, limit), end=limit)
