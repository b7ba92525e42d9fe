"""Many channels to one, without losing whoever speaks in only one of them.

Averaging all channels, as `ffmpeg -ac 1` does, makes a voice in one channel of eight 18 dB quieter, and two channels of
opposite sign cancel to silence. So only channels that carry sound are averaged, and if they cancel, one is taken.
"""

import numpy as np
from numpy.typing import NDArray

AUDIBLE = 1e-4
"""Power relative to the loudest channel so far (-40 dB) from which on a channel counts as carrying sound."""
CANCELLED = 0.05
"""Power of the average relative to the channels' mean power (-13 dB) below which they are taken to cancel.

Eight unrelated channels keep 1/8 of it, so only opposite signs fall below.
"""


class Downmix:
    """Mixes consecutive blocks of one sound track. `channel` picks one channel instead.

    A channel that has carried sound once stays in the mix, so that the level changes at most once per channel.
    """

    def __init__(self, channels: int, channel: int | None = None) -> None:
        self._channel = channel
        self._loudest = 0.0
        self._heard = np.zeros(channels, dtype=bool)

    def __call__(self, block: NDArray[np.int16]) -> NDArray[np.int16]:
        """`block` has shape `(n, channels)`; n > 0; the result `(n,)`."""
        if self._channel is not None:
            return np.ascontiguousarray(block[:, self._channel])
        if block.shape[1] == 1:
            return block[:, 0]
        sound = block.astype(np.float32)
        power = np.mean(np.square(sound), axis=0)
        self._listen(power)
        if not self._heard.any():
            return np.zeros(len(block), np.int16)
        mixed = sound[:, self._heard].mean(axis=1)
        if np.mean(np.square(mixed)) < CANCELLED * np.mean(power[self._heard]):
            mixed = sound[:, int(np.argmax(power))]
        return np.rint(mixed).astype(np.int16)

    def _listen(self, power: NDArray[np.float32]) -> None:
        self._loudest = max(self._loudest, float(power.max()))
        if self._loudest > 0:
            self._heard |= power >= AUDIBLE * self._loudest
