"""CAM++: the network that turns filter-bank features into a voice vector, under the names of its published weights.

A small 2-D convolution in front of densely connected dilated 1-D ones, each weighted by what it hears in the whole and
in the 2 s around (Wang et al., "CAM++: A Fast and Efficient Network for Speaker Verification Using
Context-Aware Masking", Interspeech 2023). Knows nothing of sound, only of features.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

_BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers and dilation of each dense block."""
_GROWTH = 32
_BOTTLENECK = 4 * _GROWTH
_CHANNELS = 128
_STRETCH = 100
"""Frames of 20 ms in a stretch."""


class Campplus(nn.Module):
    """Features `(batch, n_frames, 80)`, with their mean over time taken away, to vectors `(batch, 192)`."""

    def __init__(self, bands: int = 80, dimensions: int = 192) -> None:
        super().__init__()
        self.head = _Head()
        self.xvector = nn.Sequential()
        self.xvector.add_module("tdnn", _Tdnn(_Head.channels * bands // 8))
        channels = _CHANNELS
        for number, (layers, dilation) in enumerate(_BLOCKS, start=1):
            self.xvector.add_module(f"block{number}", _DenseBlock(layers, channels, dilation))
            channels += layers * _GROWTH
            self.xvector.add_module(f"transit{number}", _Transit(channels))
            channels //= 2
        self.xvector.add_module("out_nonlinear", _Normal(channels))
        self.xvector.add_module("stats", _Statistics())
        self.xvector.add_module("dense", _Dense(2 * channels, dimensions))

    def forward(self, features: Tensor) -> Tensor:
        return self.xvector(self.head(features.transpose(1, 2)))


class _Head(nn.Module):
    """(batch, bands, frames) -> (batch, 32 x bands / 8, frames)."""

    channels = 32

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, self.channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(self.channels)
        self.layer1 = nn.Sequential(_Residual(self.channels, 2), _Residual(self.channels, 1))
        self.layer2 = nn.Sequential(_Residual(self.channels, 2), _Residual(self.channels, 1))
        self.conv2 = nn.Conv2d(self.channels, self.channels, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(self.channels)

    def forward(self, x: Tensor) -> Tensor:
        x = functional.relu(self.bn1(self.conv1(x.unsqueeze(1))))
        x = self.layer2(self.layer1(x))
        return functional.relu(self.bn2(self.conv2(x))).flatten(1, 2)


class _Residual(nn.Module):
    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut.append(nn.Conv2d(channels, channels, 1, stride=(stride, 1), bias=False))
            self.shortcut.append(nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(y + self.shortcut(x))


class _Normal(nn.Sequential):
    """Batch normalisation and a rectifier."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.add_module("batchnorm", nn.BatchNorm1d(channels))
        self.add_module("relu", nn.ReLU())


class _Tdnn(nn.Module):
    """Every other frame from here on."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, _CHANNELS, 5, stride=2, padding=2, bias=False)
        self.nonlinear = _Normal(_CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        return self.nonlinear(self.linear(x))


class _DenseBlock(nn.Module):
    """Each layer hears all before it."""

    def __init__(self, layers: int, channels: int, dilation: int) -> None:
        super().__init__()
        for number in range(layers):
            self.add_module(f"tdnnd{number + 1}", _DenseLayer(channels + number * _GROWTH, dilation))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.children():
            x = torch.cat([x, layer(x)], dim=1)
        return x


class _DenseLayer(nn.Module):
    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _Normal(channels)
        self.linear1 = nn.Conv1d(channels, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _Normal(_BOTTLENECK)
        self.cam_layer = _ContextMask(dilation)

    def forward(self, x: Tensor) -> Tensor:
        return self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(x))))


class _ContextMask(nn.Module):
    """A convolution whose channels are weighted by the mean of the whole and of the stretch around each frame."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(_BOTTLENECK, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(_BOTTLENECK, _BOTTLENECK // 2, 1)
        self.linear2 = nn.Conv1d(_BOTTLENECK // 2, _GROWTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        stretches = functional.avg_pool1d(x, _STRETCH, stride=_STRETCH, ceil_mode=True)
        context = x.mean(dim=2, keepdim=True) + stretches
        # All frames of a stretch have one mask, so it is computed once and then spread.
        mask = torch.sigmoid(self.linear2(functional.relu(self.linear1(context))))
        spread = mask.repeat_interleave(_STRETCH, dim=2)[:, :, : x.shape[2]]
        return self.linear_local(x) * spread


class _Transit(nn.Module):
    """Half as many channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = _Normal(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.nonlinear(x))


class _Statistics(nn.Module):
    """Mean and deviation over time: (batch, channels, frames) -> (batch, 2 x channels)."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x.mean(dim=2), x.std(dim=2, unbiased=True)], dim=1)


class _Dense(nn.Module):
    def __init__(self, channels: int, dimensions: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, dimensions, 1, bias=False)
        self.nonlinear = nn.Sequential()
        self.nonlinear.add_module("batchnorm", nn.BatchNorm1d(dimensions, affine=False))

    def forward(self, x: Tensor) -> Tensor:
        return self.nonlinear(self.linear(x.unsqueeze(2)).squeeze(2))
