"""Languages by their English names, as whisper takes them beside codes."""

import re

from tingwu.errors import InvalidOption

_CODE = re.compile(r"[a-z]{2,3}")
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
    if not _CODE.fullmatch(code):
        raise InvalidOption("language", text, "give a code such as zh or en")
    return code
