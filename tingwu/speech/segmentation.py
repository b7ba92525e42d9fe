"""SpeakerSegmenter: who of up to three local speakers is heard in each frame of a window; one Protocol, one registry.

Windows are 10 s long and have 589 frames of 270 samples (16.875 ms). A local speaker is nobody in particular: the same
number in another window may be somebody else.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tingwu.domain.media import SAMPLE_RATE
from tingwu.registry import Registry

WINDOW_SAMPLES = 10 * SAMPLE_RATE
FRAMES = 589
FRAME_SAMPLES = 270
FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE
LOCAL_SPEAKERS = 3
Activity = NDArray[np.bool_]
"""Shape (n, 589, 3): whether each local speaker is heard."""


class SpeakerSegmenter(Protocol):
    """Hears who speaks, as far as one window goes. Safe between threads."""

    name: str

    def segment(self, windows: NDArray[np.float32]) -> Activity:
        """Activity in `windows` of 16 kHz mono samples in [-1, 1], shape (n, 160000). Raises ModelError."""
        ...

    def close(self) -> None:
        """Free the memory."""
        ...


class SpeakerSegmenterFactory(Protocol):
    """Loads a SpeakerSegmenter."""

    def __call__(self, path: str, *, name: str, threads: int) -> SpeakerSegmenter:
        """The model whose file is at `path`. Raises ModelUnusable for a file that cannot be loaded."""
        ...


SEGMENTATION_BACKENDS: Registry[SpeakerSegmenterFactory] = Registry(
    kind="segmentation_backend", targets={"pyannote": "tingwu.speech.segmentation_pyannote:load_segmentation"}
)
