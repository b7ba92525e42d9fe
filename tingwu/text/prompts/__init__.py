"""Every text that is said to a language model, named and versioned; Chinese and English each in a module.

A prompt is the fenced chunk first and the task last, so that all tasks on one chunk share its prefix. `VERSION` changes
whenever a text does: completions remembered under another version are not reused.
"""

from dataclasses import dataclass

VERSION = 1

LANGUAGE_NAMES = {
    "ar": "Arabic", "de": "German", "en": "English", "es": "Spanish", "fr": "French", "hi": "Hindi", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "ru": "Russian",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""ISO 639-1 codes by the names that models know them under."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Texts for one language; words in braces are filled in by the task that uses them."""

    system: str
    chunk: str
    """`{text}`: the transcript as data between marks that are taken out of it."""
    points: str
    """`{number}` lines are wanted."""
    points_again: str
    """The same after an answer that could not be proved."""
    answer: str
    """`{question}` is to be answered from the chunk."""
    chapter_title: str
    """`{points}` of a chapter and `{previous}`, the title before it."""
    title: str
    """`{points}` are the titles of the chapters, or the points where there is one chapter only."""


def fenced(text: str) -> str:
    """`text` without the marks that fence it off."""
    return text.replace("<", "‹").replace(">", "›")
