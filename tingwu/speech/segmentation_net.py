"""The network that hears who speaks in each frame of 10 s, under the names of its published weights.

Learned band-pass filters, recurrent layers in both directions and a class for each set of at most two of three speakers
(SincNet: Ravanelli & Bengio, SLT 2018; powerset classes: Plaquet & Bredin, Interspeech 2023).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

SPEAKERS = 3
CLASSES: tuple[tuple[int, ...], ...] = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
"""The speakers that each class stands for."""
_FILTERS = 80
_LOWEST_HZ = _NARROWEST_HZ = 50.0
_HIGHEST_HZ = 8000.0
_HIDDEN = 128


class Segmentation(nn.Module):
    """Samples `(batch, n_samples)` to the log-probability of each class, `(batch, n_frames, 7)`.

    10 s of 16 kHz make 589 frames.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sincnet = _SincNet()
        self.lstm = nn.LSTM(60, _HIDDEN, num_layers=4, bidirectional=True, batch_first=True)
        self.linear = nn.ModuleList([nn.Linear(2 * _HIDDEN, _HIDDEN), nn.Linear(_HIDDEN, _HIDDEN)])
        self.classifier = nn.Linear(_HIDDEN, len(CLASSES))

    def forward(self, samples: Tensor) -> Tensor:
        x, _ = self.lstm(self.sincnet(samples.unsqueeze(1)).transpose(1, 2))
        for layer in self.linear:
            x = functional.leaky_relu(layer(x))
        return functional.log_softmax(self.classifier(x), dim=-1)


class _SincNet(nn.Module):
    """(batch, 1, n_samples) -> (batch, 60, n_frames)."""

    def __init__(self) -> None:
        super().__init__()
        self.wav_norm1d = nn.InstanceNorm1d(1, affine=True)
        self.conv1d = nn.ModuleList([_BandPass(), nn.Conv1d(_FILTERS, 60, 5), nn.Conv1d(60, 60, 5)])
        self.norm1d = nn.ModuleList([nn.InstanceNorm1d(channels, affine=True) for channels in (_FILTERS, 60, 60)])

    def forward(self, x: Tensor) -> Tensor:
        x = self.wav_norm1d(x)
        for number, (filters, norm) in enumerate(zip(self.conv1d, self.norm1d, strict=True)):
            x = filters(x)
            x = x.abs() if number == 0 else x
            x = functional.leaky_relu(norm(functional.max_pool1d(x, 3)))
        return x


class _BandPass(nn.Module):
    """40 pairs of band-pass filters, each even and odd, of which only the edges were learned."""

    def __init__(self) -> None:
        super().__init__()
        self.filterbank = _Edges()

    def forward(self, x: Tensor) -> Tensor:
        return functional.conv1d(x, self.filterbank.filters(), stride=10)


class _Edges(nn.Module):
    """Lower edges and widths of the bands in Hz; half a window; angles per Hz of the left half of the filters."""

    low_hz_: Tensor
    band_hz_: Tensor
    window_: Tensor
    n_: Tensor

    def __init__(self, half: int = 125) -> None:
        super().__init__()
        self.register_parameter("low_hz_", nn.Parameter(torch.zeros(_FILTERS // 2, 1)))
        self.register_parameter("band_hz_", nn.Parameter(torch.zeros(_FILTERS // 2, 1)))
        self.register_buffer("window_", torch.zeros(half))
        self.register_buffer("n_", torch.zeros(1, half))

    def filters(self) -> Tensor:
        """Impulse responses, shape (80, 1, 251)."""
        low = _LOWEST_HZ + self.low_hz_.abs()
        high = (low + _NARROWEST_HZ + self.band_hz_.abs()).clamp(_LOWEST_HZ, _HIGHEST_HZ)
        width = 2 * (high - low)
        even = (torch.sin(high @ self.n_) - torch.sin(low @ self.n_)) / (self.n_ / 2) * self.window_
        odd = (torch.cos(low @ self.n_) - torch.cos(high @ self.n_)) / (self.n_ / 2) * self.window_
        evens = torch.cat([even, width, even.flip(1)], dim=1)
        odds = torch.cat([odd, torch.zeros_like(width), -odd.flip(1)], dim=1)
        return torch.cat([evens / width, odds / width]).unsqueeze(1)
