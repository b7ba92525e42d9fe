"""Which language is spoken, window by window: what was heard in each, made steady over its neighbours.

One window may be a greeting in another language, a song or noise, so a single one decides nothing: the recording has
one language until two windows in a row are surely in another. Within a window there is one language; names and terms
of another are written all the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tingwu.speech.asr import WindowText

CODES = frozenset({
    "af", "am", "ar", "as", "az", "ba", "be", "bg", "bn", "bo", "br", "bs", "ca", "cs", "cy", "da", "de", "el",
    "en", "es", "et", "eu", "fa", "fi", "fo", "fr", "gl", "gu", "ha", "haw", "he", "hi", "hr", "ht", "hu", "hy",
    "id", "is", "it", "ja", "jw", "ka", "kk", "km", "kn", "ko", "la", "lb", "ln", "lo", "lt", "lv", "mg", "mi",
    "mk", "ml", "mn", "mr", "ms", "mt", "my", "ne", "nl", "nn", "no", "oc", "pa", "pl", "ps", "pt", "ro", "ru",
    "sa", "sd", "si", "sk", "sl", "sn", "so", "sq", "sr", "su", "sv", "sw", "ta", "te", "tg", "th", "tk", "tl",
    "tr", "tt", "uk", "ur", "uz", "vi", "yi", "yo", "yue", "zh",
})  # fmt: skip
"""The languages that Whisper knows, by their codes; Cantonese only since large-v3."""
SURE = 0.8
"""From this probability on a window's own language counts against that of its neighbours."""
_IN_A_ROW = 2
"""So many sure windows in another language make it the language."""


def likeliest(row: Sequence[tuple[str, float]], among: Sequence[str] = ()) -> tuple[str, float]:
    """The likeliest language of `row`, (code, probability) pairs in falling order, and its share of `among`."""
    candidates = [(language, probability) for language, probability in row if not among or language in among]
    total = sum(probability for _, probability in candidates) if among else 1.0
    if not candidates or not total:
        return among[0] if among else row[0][0], 0.0
    return candidates[0][0], candidates[0][1] / total


def choose_language(votes: Iterable[tuple[str, float]], default: str = "en") -> tuple[str, float]:
    """The language with the highest sum of probabilities as (ISO 639-1 code, mean probability over all votes).

    Ties go to the language that was heard first; no votes give `default` with probability 0.
    """
    heard = list(votes)
    sums: dict[str, float] = defaultdict(float)
    for language, probability in heard:
        sums[language] += probability
    if not sums:
        return default, 0.0
    best = max(sums, key=lambda language: sums[language])
    return best, sums[best] / len(heard)


def main_language(texts: Sequence[WindowText]) -> tuple[str, float]:
    """The language of most of what was said, and how sure that is in [0, 1]; English and 0 for no texts.

    Where no language was listened for it is the one that was asked for.
    """
    if texts and not any(text.heard_language for text in texts):
        return texts[0].language, 1.0
    heard = [text for text in texts if text.heard_language]
    language, _ = choose_language(
        (text.heard_language, text.heard_probability * text.window.duration) for text in heard
    )
    sure = sum(text.heard_probability * text.window.duration for text in heard if text.heard_language == language)
    return language, sure / sum(text.window.duration for text in heard) if heard else 0.0


def steady_languages(texts: Sequence[WindowText]) -> tuple[str, ...]:
    """The language of each window, given what was heard in all: `texts` in order of time.

    It is the main language except for runs of windows that are each surely in one other language.
    """
    main, _ = main_language(texts)
    languages = [main] * len(texts)
    begin = 0
    while begin < len(texts):
        end = begin + 1
        other = _surely(texts[begin])
        while end < len(texts) and _surely(texts[end]) == other:
            end += 1
        if other and end - begin >= _IN_A_ROW:
            languages[begin:end] = [other] * (end - begin)
        begin = end
    return tuple(languages)


def next_language(texts: Sequence[WindowText]) -> str | None:
    """The language to expect behind `texts`; None as long as nothing was heard."""
    if not any(text.heard_language for text in texts):
        return None
    return steady_languages(texts)[-1]


def _surely(text: WindowText) -> str:
    return text.heard_language if text.heard_probability > SURE else ""
