"""SpeakerSegmenter on torch: the published weights of segmentation-3.0 in a network of our own."""

import numpy as np
import torch
from numpy.typing import NDArray

from tingwu.speech.segmentation import FRAMES, LOCAL_SPEAKERS, Activity, SpeakerSegmenter
from tingwu.speech.segmentation_net import CLASSES, Segmentation
from tingwu.speech.torch_weights import load_weights

_TOGETHER = 4
"""Windows in one batch: one at a time is slower, more take memory."""


def load_segmentation(path: str, *, name: str, threads: int) -> SpeakerSegmenter:
    """The model in the file `path`. Raises ModelUnusable."""
    network = Segmentation()
    load_weights(network, path, name=name, part="state_dict")
    return PyannoteSegmenter(network, name=name, threads=threads)


class PyannoteSegmenter:
    """SpeakerSegmenter over one network."""

    def __init__(self, network: Segmentation, *, name: str, threads: int) -> None:
        self.name = name
        self._network = network
        self._threads = threads
        self._sets = np.array([[speaker in together for speaker in range(LOCAL_SPEAKERS)] for together in CLASSES])

    def segment(self, windows: NDArray[np.float32]) -> Activity:
        """The likeliest set of speakers in each frame."""
        torch.set_num_threads(self._threads)
        with torch.inference_mode():
            batches = [
                self._network(torch.as_tensor(windows[begin : begin + _TOGETHER])).argmax(dim=-1).numpy()
                for begin in range(0, len(windows), _TOGETHER)
            ]
        return self._sets[np.concatenate(batches)] if batches else np.zeros((0, FRAMES, LOCAL_SPEAKERS), np.bool_)

    def close(self) -> None:
        """Nothing is held beyond this object."""
