"""Kokoro: phonemes to speech with the 82M-parameter int8 voice model, on ONNX Runtime.

The model is deterministic: the same phonemes, voice and speed give the same samples on the same machine; other
processors may differ in the last bits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as engine
from scipy.signal import resample_poly

from samples.phonemes import phoneme_ids
from tingwu.errors import InvalidOption, ModelUnusable

SAMPLE_RATE = 24_000
"""Of everything that the model says, in Hz."""
MAX_PHONEMES = 509
"""The style table has a row for each length up to this."""
REFUSALS = (engine.Fail, engine.InvalidArgument, engine.InvalidGraph, engine.InvalidProtobuf, engine.RuntimeException)
"""What ONNX Runtime raises for a model that it does not like; these share no base class but Exception."""

Sound = NDArray[np.float32]
"""Mono, shape `(n_samples,)`, in [-1, 1], at SAMPLE_RATE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One made speaker: a row table of the model, and what is done to it.

    `speed` is 1.0 for the voice's own pace. `pitch` is a factor on all frequencies, formants included, so that one
    row table makes several people; the pace stays. `gain_db` is relative to the other speakers.
    """

    style: str
    speed: float = 1.0
    pitch: float = 1.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kokoro:
    """A loaded model: the session, the phoneme vocabulary, and the style rows, shape `(510, 1, 256)` per voice."""

    session: ort.InferenceSession
    vocabulary: Mapping[str, int]
    styles: Mapping[str, NDArray[np.float32]]

    def say(self, phonemes: str, voice: Voice) -> Sound:
        """Speech for at most MAX_PHONEMES phonemes. Raises InvalidOption for unknown voices, letters, or too many."""
        if voice.style not in self.styles:
            raise InvalidOption("voice", voice.style, f"the model has {', '.join(self.styles)}")
        ids = phoneme_ids(phonemes, self.vocabulary)
        if not 0 < len(ids) <= MAX_PHONEMES:
            raise InvalidOption("phonemes", phonemes, f"{len(ids)} letters; 1 to {MAX_PHONEMES} fit")
        inputs = {
            "tokens": np.array([[0, *ids, 0]], np.int64),
            "style": self.styles[voice.style][len(ids)].reshape(1, -1),
            "speed": np.array([voice.speed / voice.pitch], np.float32),
        }
        (spoken,) = self.session.run(None, inputs)
        return shifted(np.asarray(spoken, np.float32).reshape(-1), voice.pitch)


def shifted(sound: Sound, pitch: float) -> Sound:
    """`sound` with every frequency times `pitch`, and so 1 / `pitch` times as long."""
    ratio = Fraction(1 / pitch).limit_denominator(40)
    if ratio == 1:
        return sound
    return resample_poly(sound, ratio.numerator, ratio.denominator).astype(np.float32)


def load_kokoro(folder: Path, threads: int = 2) -> Kokoro:
    """The model in `folder`, as `samples.weights` leaves it. Raises ModelUnusable when it cannot be loaded."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a busy machine pays for spinning
    try:
        graph = (folder / "kokoro.onnx").read_bytes()
        session = ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with np.load(folder / "voices.npz", allow_pickle=False) as table:
            styles = {name: table[name].astype(np.float32) for name in table.files}
    except (OSError, ValueError, KeyError, *REFUSALS) as broken:
        raise ModelUnusable("kokoro", str(broken)) from broken
    return Kokoro(session=session, vocabulary=vocabulary, styles=styles)
