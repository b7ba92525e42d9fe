"""Languages by their English names, as whisper takes them beside codes; several of them for mixed talk."""

from tingwu.errors import InvalidOption
from tingwu.speech.language import CODES

_MIXED = ("zh", "en")
_NAMES = {
    "arabic": "ar", "bulgarian": "bg", "burmese": "my", "cantonese": "yue", "castilian": "es", "catalan": "ca",
    "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "estonian": "et", "finnish": "fi", "flemish": "nl", "french": "fr", "german": "de", "greek": "el",
    "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja",
    "khmer": "km", "korean": "ko", "lao": "lo", "latvian": "lv", "lithuanian": "lt", "malay": "ms",
    "mandarin": "zh", "mongolian": "mn", "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt",
    "romanian": "ro", "russian": "ru", "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es",
    "swahili": "sw", "swedish": "sv", "tagalog": "tl", "tamil": "ta", "thai": "th", "tibetan": "bo",
    "turkish": "tr", "ukrainian": "uk", "urdu": "ur", "vietnamese": "vi", "welsh": "cy",
}  # fmt: skip


def language_code(text: str | None) -> str | None:
    """The ISO 639 code for a code or an English name; None and `auto` mean that it is to be heard.

    Raises InvalidOption for what is neither.
    """
    if text is None or text.lower() == "auto":
        return None
    lowered = text.strip().lower()
    code = _NAMES.get(lowered, lowered)
    if code not in CODES:
        raise InvalidOption("language", text, "give auto, mixed, a code such as zh or en, or a comma list of codes")
    return code


def spoken_languages(text: str | None) -> tuple[str | None, tuple[str, ...]]:
    """(the language that is spoken, those that it is one of): at most one of the two says something.

    `mixed` is Chinese and English; a comma list is any other mixture. Raises InvalidOption.
    """
    if text is not None and text.strip().lower() == "mixed":
        return None, _MIXED
    parts = [part for part in (text or "").split(",") if part.strip()]
    if len(parts) < 2:
        return language_code(parts[0] if parts else text), ()
    codes = dict.fromkeys(code for code in map(language_code, parts) if code)
    if len(codes) < len(parts):
        raise InvalidOption("language", str(text), "name each language of a mixture once, and no auto")
    return None, tuple(codes)
