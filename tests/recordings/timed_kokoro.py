"""Kokoro with times: the same voices as in samples/, asked how long they mean to hold each phoneme.

The model works with a length in frames of 25 ms for every phoneme and makes exactly so much sound. Those lengths are a
value inside of its graph; naming them as a second output shows them. Mandarin comes with a time for each character.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnxruntime as ort

from samples.kokoro import Kokoro, Voice, load_kokoro, shifted
from samples.phonemes import CHINESE_MARKS, espeak_ipa, kokoro_letters, phoneme_ids, split_marks
from tests.recordings.spoken import Spoken, SpokenWord

FRAME_SECONDS = 0.025
LEAD_SECONDS = 0.03
"""Sounds begin so much before their first frame: the median of the words after a pause, whose onsets can be seen."""
LENGTHS = b"/encoder/Clip_output_0"
"""The model's name for the lengths of its phonemes."""
_GRAPH, _OUTPUT, _NAME = 7, 12, 1
"""Field numbers of ONNX: ModelProto.graph, GraphProto.output, ValueInfoProto.name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some phonemes; `text` is the word they are, empty for spaces and punctuation."""

    text: str
    phonemes: str


def load(folder: Path) -> Kokoro:
    """The model in `folder`, as `samples.weights` leaves it, with the lengths as its second output."""
    model = load_kokoro(folder)
    # Two messages of Protocol Buffers after each other are one message with the lists of both.
    graph = (folder / "kokoro.onnx").read_bytes() + _field(_GRAPH, _field(_OUTPUT, _field(_NAME, LENGTHS)))
    options = ort.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a busy machine pays for spinning
    return replace(model, session=ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"]))


def _field(number: int, content: bytes) -> bytes:
    """One length-delimited field of less than 128 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def say(model: Kokoro, pieces: Sequence[Piece], voice: Voice) -> Spoken:
    """The pieces by one voice. The time of a space is shared by the words around it; that of a mark is a pause."""
    ids = [phoneme_ids(piece.phonemes, model.vocabulary) for piece in pieces]
    count = sum(len(row) for row in ids)
    inputs = {
        "tokens": np.array([[0, *(number for row in ids for number in row), 0]], np.int64),
        "style": model.styles[voice.style][count].reshape(1, -1),
        "speed": np.array([voice.speed / voice.pitch], np.float32),
    }
    sound, lengths = (np.asarray(value, np.float32).reshape(-1) for value in model.session.run(None, inputs))
    ends = np.cumsum(lengths) * FRAME_SECONDS / voice.pitch
    bounds = np.maximum(ends[np.cumsum([0, *(len(row) for row in ids)])] - LEAD_SECONDS, 0)
    return Spoken(sound=shifted(sound, voice.pitch), words=tuple(_words(pieces, bounds.tolist())))


def _words(pieces: Sequence[Piece], bounds: Sequence[float]) -> list[SpokenWord]:
    words: list[SpokenWord] = []
    for piece, (start, end) in zip(pieces, pairwise(bounds), strict=True):
        if piece.text:
            words.append(SpokenWord(text=piece.text, start=start, end=end))
    spaces = [(a, b) for piece, (a, b) in zip(pieces, pairwise(bounds), strict=True) if piece.phonemes == " "]
    middles = {edge: (a + b) / 2 for a, b in spaces for edge in (a, b)}
    return [replace(w, start=middles.get(w.start, w.start), end=middles.get(w.end, w.end)) for w in words]


def english(text: str) -> list[Piece]:
    """`text` as words and marks. Numbers must be spelled out."""
    pieces: list[Piece] = []
    for phrase in split_marks(text):
        if phrase[0] in ",.!?;:":
            pieces.append(Piece(text="", phonemes=phrase))
            continue
        words = phrase.split()
        spoken = espeak_ipa(phrase).split()
        if len(spoken) != len(words):  # it says "of the" as one
            spoken = [espeak_ipa(word) for word in words]
        for word, sounds in zip(words, spoken, strict=True):
            pieces += [Piece(text="", phonemes=" ")] if pieces else []
            pieces.append(Piece(text=word, phonemes=kokoro_letters(sounds)))
    return pieces


def mandarin(text: str) -> list[Piece]:
    """`text` as characters and marks, words by jieba, tones with sandhi."""
    import jieba
    from misaki.zh import ZHG2P
    from pypinyin import Style, lazy_pinyin

    pieces: list[Piece] = []
    for run in re.findall(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+", text):
        if not re.match(r"[\u4e00-\u9fff]", run):
            pieces.append(Piece(text="", phonemes=run.translate(CHINESE_MARKS)))
            continue
        for i, word in enumerate(jieba.lcut(run)):
            pieces += [Piece(text="", phonemes=" ")] if i else []
            pinyin = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True)
            for character, syllable in zip(word, pinyin, strict=True):
                pieces.append(Piece(text=character, phonemes=ZHG2P.py2ipa(syllable).replace("\u032f", "")))
    return pieces
