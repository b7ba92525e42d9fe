"""VoiceEmbedder on torch: the published weights of CAM++ in a network of our own."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray

from tingwu.speech.asr import Samples
from tingwu.speech.campplus_net import Campplus
from tingwu.speech.fbank import FRAME_SAMPLES, SHIFT_SAMPLES, fbank
from tingwu.speech.torch_weights import load_weights
from tingwu.speech.voice import Vectors, VoiceEmbedder

_FEWEST_SAMPLES = FRAME_SAMPLES + 8 * SHIFT_SAMPLES
_SECONDS_TOGETHER = 12
"""Sound in one batch: more is hardly faster and takes memory."""


def load_campplus(path: str, *, name: str, threads: int) -> VoiceEmbedder:
    """The model in the file `path`. Raises ModelUnusable."""
    network = Campplus()
    load_weights(network, path, name=name)
    return CampplusEmbedder(network, name=name, threads=threads)


class CampplusEmbedder:
    """VoiceEmbedder over one network."""

    dimensions = 192

    def __init__(self, network: Campplus, *, name: str, threads: int) -> None:
        self.name = name
        self._network = network
        self._threads = threads

    def embed(self, pieces: Sequence[Samples]) -> Vectors:
        """A vector for each piece; pieces of one length are worked on together."""
        torch.set_num_threads(self._threads)
        vectors = np.zeros((len(pieces), self.dimensions), np.float32)
        order = sorted(range(len(pieces)), key=lambda i: len(pieces[i]))
        for length, group in groupby(order, key=lambda i: len(pieces[i])):
            rows = list(group)
            most = max(1, _SECONDS_TOGETHER * 16000 // max(length, 1))
            for begin in range(0, len(rows), most):
                some = rows[begin : begin + most]
                vectors[some] = self._vectors([_features(pieces[i]) for i in some])
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)

    def close(self) -> None:
        """Nothing is held beyond this object."""

    def _vectors(self, features: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        with torch.inference_mode():
            return self._network(torch.as_tensor(np.stack(features))).numpy()


def _features(samples: Samples) -> NDArray[np.float32]:
    """Features without the mean, which is the microphone's; very short pieces are repeated."""
    if len(samples) < _FEWEST_SAMPLES:
        samples = np.resize(samples, _FEWEST_SAMPLES)
    features = fbank(np.ascontiguousarray(samples, np.float32))
    return features - features.mean(axis=0)
