"""Flite: English by the system's Flite voices, with the time at which each word begins.

The voices say how long each sound lasts before they make it, and keep to it within one frame of 5 ms. Flite is called
through its C library, because its command shows no times. A token of the text ("25") is one word however it is spoken.
"""

import ctypes
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from scipy.signal import resample_poly

from samples.kokoro import SAMPLE_RATE
from tests.recordings.spoken import Spoken, SpokenWord

VOICES = ("slt", "rms", "awb")
"""A woman and two men. The diphone voices are left out: their times drift from their sound."""
Pointer = ctypes.c_void_p
SIGNATURES = {
    "flite_synth_text": (Pointer, ctypes.c_char_p, Pointer),
    "utt_relation": (Pointer, Pointer, ctypes.c_char_p),
    "relation_head": (Pointer, Pointer),
    "item_next": (Pointer, Pointer),
    "item_as": (Pointer, Pointer, ctypes.c_char_p),
    "item_parent": (Pointer, Pointer),
    "item_feat_float": (ctypes.c_float, Pointer, ctypes.c_char_p),
    "item_feat_string": (ctypes.c_char_p, Pointer, ctypes.c_char_p),
    "delete_utterance": (None, Pointer),
}


class _Wave(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_char_p),
        ("sample_rate", ctypes.c_int),
        ("num_samples", ctypes.c_int),
        ("num_channels", ctypes.c_int),
        ("samples", ctypes.POINTER(ctypes.c_short)),
    )


def say(text: str, voice: str) -> Spoken:
    """`text` in English by one of VOICES."""
    lib = library()
    utterance = lib.flite_synth_text(text.encode("ascii"), load_voice(voice))
    wave = lib.utt_wave(utterance).contents
    sound = np.ctypeslib.as_array(wave.samples, (wave.num_samples,)).astype(np.float32) / 32768
    words = tuple(_words(lib, utterance))
    rate = wave.sample_rate
    lib.delete_utterance(utterance)
    return Spoken(sound=resample_poly(sound, SAMPLE_RATE // 1000, rate // 1000).astype(np.float32), words=words)


def _words(lib: Any, utterance: int) -> Iterator[SpokenWord]:
    """The sounds of the utterance, put together to the tokens that they belong to."""
    token, start, end = None, 0.0, 0.0
    segment = lib.relation_head(lib.utt_relation(utterance, b"Segment"))
    while segment:
        owner, until = _token(lib, segment), lib.item_feat_float(segment, b"end")
        if owner != token:
            if token:
                yield SpokenWord(text=lib.item_feat_string(token, b"name").decode(), start=start, end=end)
            token, start = owner, end
        end = until
        segment = lib.item_next(segment)
    if token:
        yield SpokenWord(text=lib.item_feat_string(token, b"name").decode(), start=start, end=end)


def _token(lib: Any, segment: int) -> int | None:
    """The token that a sound belongs to; None for a pause."""
    syllable = lib.item_parent(lib.item_as(segment, b"SylStructure"))
    word = lib.item_parent(syllable) if syllable else None
    return lib.item_parent(lib.item_as(word, b"Token")) if word else None


@cache
def library() -> Any:
    """Flite's C library with the types of what is used of it. Raises OSError where it is not installed."""
    for name in ("libflite_usenglish.so.1", "libflite_cmulex.so.1"):
        ctypes.CDLL(name)
    lib = ctypes.CDLL("libflite.so.1")
    lib.flite_init()
    for name, (result, *arguments) in SIGNATURES.items():
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    lib.utt_wave.restype, lib.utt_wave.argtypes = ctypes.POINTER(_Wave), [Pointer]
    return lib


@cache
def load_voice(name: str) -> int:
    """The voice called `name`, loaded once."""
    library()
    register = getattr(ctypes.CDLL(f"libflite_cmu_us_{name}.so.1"), f"register_cmu_us_{name}")
    register.restype, register.argtypes = Pointer, [ctypes.c_char_p]
    return register(None)
