"""Text to phonemes: written Mandarin or English to the letters that the Kokoro voices were trained on.

Mandarin goes through jieba and pypinyin (with tone sandhi) and misaki's pinyin table; English through `espeak-ng`.
Numbers must be spelled out in the text: neither path is trusted with digits. Knows nothing of voices and sound.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Mapping

from tingwu.errors import BackendNotInstalled, InvalidOption

Pronounce = Callable[[str], str]
"""Written text in, phonemes out."""

CHINESE_MARKS = str.maketrans(
    {"，": ", ", "、": ", ", "。": ". ", "！": "! ", "？": "? ", "：": ": ", "；": "; "} | dict.fromkeys("“”「」", '"')
)
LETTERS = (
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("oʊ", "O"),
    ("ɔɪ", "Y"),
    ("dʒ", "ʤ"),
    ("tʃ", "ʧ"),
    ("ɜː", "ɜɹ"),
    ("ɚ", "əɹ"),
    ("oː", "ɔ"),
    ("n̩", "ᵊn"),
    ("əl", "ᵊl"),
    ("ɾ", "T"),
    ("ɐ", "ə"),
    ("e", "A"),
    ("o", "ɔ"),
    ("r", "ɹ"),
    ("ː", ""),
)
"""espeak's IPA to the voices' letters, in the order in which they are replaced: longer ones first."""


def kokoro_letters(ipa: str) -> str:
    """`ipa` as espeak-ng writes American English, in the one-letter diphthongs that the voices know."""
    for written, letter in LETTERS:
        ipa = ipa.replace(written, letter)
    return ipa


def split_marks(text: str) -> tuple[str, ...]:
    """`text` cut into phrases and punctuation marks, in order, without empty pieces."""
    pieces = re.split(r"([,.!?;:]+(?=\s|$))", text)
    return tuple(piece.strip() for piece in pieces if piece.strip())


def english(text: str, say: Pronounce | None = None) -> str:
    """Phonemes of English `text`, with its punctuation. `say` turns one phrase into IPA (default: espeak-ng)."""
    say = say or espeak_ipa
    spoken = ""
    for piece in split_marks(text):
        spoken += piece if piece[0] in ",.!?;:" else " " + kokoro_letters(say(piece))
    return spoken.strip()


def espeak_ipa(phrase: str) -> str:
    """IPA of one phrase by espeak-ng's American voice. Raises BackendNotInstalled without the program."""
    program = shutil.which("espeak-ng")
    if program is None:
        raise BackendNotInstalled("espeak-ng (a system package)", "samples")
    command = [program, "-q", "--ipa", "-v", "en-us", "--", phrase]
    written = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return " ".join(written.split())


def mandarin(text: str, say: Pronounce | None = None) -> str:
    """Phonemes of simplified Chinese `text`; runs of Latin letters are spoken as English.

    `say` turns a run of Chinese characters into phonemes (default: jieba, pypinyin and misaki).
    """
    say = say or chinese_words
    pieces = re.findall(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z' ]*|[^A-Za-z\u4e00-\u9fff]+", text.translate(CHINESE_MARKS))
    return re.sub(r" +", " ", "".join(mandarin_piece(piece, say) for piece in pieces)).strip()


def mandarin_piece(piece: str, say: Pronounce) -> str:
    """Phonemes of a run that is all Chinese, all Latin, or all punctuation."""
    if re.match(r"[\u4e00-\u9fff]", piece):
        return say(piece)
    return f" {english(piece)} " if piece[0].isalpha() else piece


def chinese_words(run: str) -> str:
    """Phonemes of a run of Chinese characters: words by jieba, tones with sandhi by pypinyin, letters by misaki."""
    try:
        import jieba  # noqa: PLC0415 - only this function needs the extra
        from misaki.zh import ZHG2P  # noqa: PLC0415
        from pypinyin import Style, lazy_pinyin  # noqa: PLC0415
    except ImportError as missing:
        raise BackendNotInstalled("misaki", "samples") from missing
    words: list[str] = []
    for word in jieba.lcut(run):
        pinyin = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
        words.append("".join(ZHG2P.py2ipa(syllable) for syllable in pinyin))
    return " ".join(words).replace("\u032f", "")


def phoneme_ids(phonemes: str, vocabulary: Mapping[str, int]) -> tuple[int, ...]:
    """The vocabulary's number of each phoneme. Raises InvalidOption for letters that the voices do not know."""
    unknown = sorted(set(phonemes) - set(vocabulary))
    if unknown:
        raise InvalidOption("phonemes", phonemes, f"the voices do not know {' '.join(unknown)!r}")
    return tuple(vocabulary[letter] for letter in phonemes)


LANGUAGES: Mapping[str, Pronounce] = {"en": english, "zh": mandarin}
"""How the text of each language is spoken."""
