"""Words that nobody said: found by evidence from the voice detector, taken out, and logged.

Whisper fills silence, music and noise with sentences from its training data: thanks for watching, subtitle credits.
The rule before all others: where the voice detector is confident of speech, nothing is ever dropped, however odd.
Known phrases only count as a whole window or a whole sentence, since people do say "thank you".
"""

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.asr import WindowText
from tingwu.speech.regions import SpeechActivity

_log = logging.getLogger(__name__)

_PHRASES = re.compile(
    "|".join(
        (
            r"(thank(s| you)( (so|very) much)?( for (watching|listening))?|bye( bye)*|you)",
            r"(please |dont forget to )?(like and )?subscribe.*|see you (in the )?next (time|video)",
            r"(subtitles|captions|transcri(bed|ption)) by .*|.*amara ?org.*",
            r"untertitel.*|sous ?titr.*|subt[íi]tulos.*|legendas? .*|sottotitoli .*",
            r".*(请|請)不吝(点赞|點贊|點讚).*|.*明(镜|鏡)(与|與)(点点|點點).*",
            r"(谢谢|謝謝)(大家|观看|觀看|收看|您的观看)*|.*字幕(by|由|志愿者|志願者|提供|製作|制作).*",
            r"ご(視聴|清聴)ありがとうございました|시청해 ?주셔서 ?감사합니다",
        )
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhantomOptions:
    """Evidence needed. Probabilities are Silero's."""

    confident: float = 0.6
    """Nothing is dropped where the mean speech probability is at least this."""
    unheard: float = 0.15
    """Words are unheard if no frame within `margin` reaches this."""
    margin: float = 0.25
    """Seconds around words that still count as theirs, since word times are inexact."""
    unsure: float = -0.7
    """Log-probability below which the recogniser itself doubts a phrase."""
    repeats: int = 3
    """A known phrase as a whole window so often in one recording is invented."""
    stacked: int = 4
    """So many words at one instant were not said there."""


def drop_phantoms(
    texts: Sequence[WindowText], activity: SpeechActivity, options: PhantomOptions | None = None
) -> tuple[WindowText, ...]:
    """The same windows without words that were not said. Every drop is logged with its evidence, never its text."""
    options = options or PhantomOptions()
    phrases = [_letters(text.text) for text in texts]
    return tuple(
        _without(text, activity, options, phrases.count(phrase) if is_known_phrase(text.text) else 0)
        for text, phrase in zip(texts, phrases, strict=True)
    )


def is_known_phrase(text: str) -> bool:
    """Whether all of `text` is a sentence that Whisper is known to invent."""
    return bool(_PHRASES.fullmatch(_letters(text)))


def _without(text: WindowText, activity: SpeechActivity, options: PhantomOptions, times: int) -> WindowText:
    if times and _invented(text, activity, options, times):
        _log.info("dropped a known phrase at %.2f s, log-probability %.2f", text.window.start, text.avg_logprob)
        return replace(text, text="", words=())
    words = tuple(word for word in text.words if not _unheard(word, text.words, activity, options))
    if len(words) == len(text.words):
        return text
    _log.info("dropped %d unheard words at %.2f s", len(text.words) - len(words), text.window.start)
    return replace(text, words=words, text="".join(word.text for word in words).strip())


def _invented(text: WindowText, activity: SpeechActivity, options: PhantomOptions, times: int) -> bool:
    spoken = TimeRange(start=text.words[0].start, end=text.words[-1].end) if text.words else text.window
    if activity.mean_probability(spoken) >= options.confident:
        return False
    return text.avg_logprob < options.unsure or times >= options.repeats or _silent(spoken, activity, options)


def _unheard(word: Word, words: Sequence[Word], activity: SpeechActivity, options: PhantomOptions) -> bool:
    """A word in silence is dropped if the model was unsure of it or many words sit at the same instant."""
    if not _silent(word, activity, options):
        return False
    together = sum(1 for other in words if abs(other.start - word.start) < 0.02 and other.duration < 0.05)
    return together >= options.stacked or word.probability < 0.5


def _silent(part: TimeRange, activity: SpeechActivity, options: PhantomOptions) -> bool:
    around = TimeRange(start=max(0.0, part.start - options.margin), end=part.end + options.margin)
    return activity.loudest_probability(around) < options.unheard


def _letters(text: str) -> str:
    """Lower case, with one space in place of whatever is no letter or number."""
    normal = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return " ".join("".join(c if c.isalnum() else " " for c in normal).split())
