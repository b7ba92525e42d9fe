"""The network of local speakers is the one of the papers, written here once more with loops over time."""

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from tingwu.speech.segmentation import FRAME_SAMPLES, FRAMES, LOCAL_SPEAKERS, WINDOW_SAMPLES
from tingwu.speech.segmentation_net import CLASSES, SPEAKERS, Segmentation
from tingwu.speech.segmentation_pyannote import PyannoteSegmenter

Array = NDArray[np.float64]
State = dict[str, Array]


def random_network(seed: int) -> Segmentation:
    """Random weights of 64 bits; filters as the published file has them: a Hamming window, times before the middle."""
    torch.manual_seed(seed)
    network = Segmentation().double()
    with torch.no_grad():
        for value in network.parameters():
            value.normal_(0, 0.3)
        filters = network.get_submodule("sincnet.conv1d.0.filterbank")
        filters.get_parameter("low_hz_").copy_(torch.linspace(30, 7000, 40, dtype=torch.float64)[:, None])
        filters.get_parameter("band_hz_").copy_(-torch.linspace(40, 900, 40, dtype=torch.float64)[:, None])
        filters.get_buffer("window_").copy_(torch.from_numpy(np.hamming(251)[:125]))
        filters.get_buffer("n_").copy_(2 * math.pi * torch.arange(-125, 0).double()[None] / 16000)
    return network.eval().requires_grad_(False)


def slow(state: State, sound: Array) -> Array:
    """Samples (n,) to log-probabilities (n_frames, 7)."""
    x = slow_sincnet(state, sound).T
    for layer in range(4):
        forward, backward = (
            slow_lstm(state, layer, x[::direction], "_reverse" if direction < 0 else "") for direction in (1, -1)
        )
        x = np.concatenate([forward, backward[::-1]], axis=1)
    for layer in range(2):
        x = leaky(x @ state[f"linear.{layer}.weight"].T + state[f"linear.{layer}.bias"])
    x = x @ state["classifier.weight"].T + state["classifier.bias"]
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def slow_sincnet(state: State, sound: Array) -> Array:
    """Samples (n,) to (60, n_frames)."""
    x = normal(state, "sincnet.wav_norm1d", sound[None])
    x = np.abs(correlate(x, band_passes(state), stride=10))
    x = leaky(normal(state, "sincnet.norm1d.0", pool(x)))
    for layer in (1, 2):
        x = correlate(x, state[f"sincnet.conv1d.{layer}.weight"]) + state[f"sincnet.conv1d.{layer}.bias"][:, None]
        x = leaky(normal(state, f"sincnet.norm1d.{layer}", pool(x)))
    return x


def band_passes(state: State) -> Array:
    """(80, 1, 251): even filters first, then odd ones, each the difference of two low-passes under a window."""
    prefix = "sincnet.conv1d.0.filterbank."
    low_hz, band_hz = state[prefix + "low_hz_"][:, 0], state[prefix + "band_hz_"][:, 0]
    evens, odds = np.zeros((40, 251)), np.zeros((40, 251))
    for row in range(40):
        low = 50 + abs(low_hz[row])
        high = min(max(low + 50 + abs(band_hz[row]), 50), 8000)
        for tap in range(251):
            time = 2 * math.pi * (tap - 125) / 16000
            window = 0.54 - 0.46 * math.cos(2 * math.pi * tap / 250)
            if tap == 125:
                evens[row, tap] = 1.0
            else:
                norm = time / 2 * 2 * (high - low)
                evens[row, tap] = window * (math.sin(high * time) - math.sin(low * time)) / norm
                odds[row, tap] = window * (math.cos(low * time) - math.cos(high * time)) / norm
    return np.concatenate([evens, odds])[:, None]


def correlate(x: Array, filters: Array, stride: int = 1) -> Array:
    width = filters.shape[2]
    count = (x.shape[1] - width) // stride + 1
    return np.stack([np.tensordot(filters, x[:, t * stride : t * stride + width], 2) for t in range(count)], axis=1)


def pool(x: Array) -> Array:
    return np.stack([x[:, 3 * t : 3 * t + 3].max(axis=1) for t in range(x.shape[1] // 3)], axis=1)


def normal(state: State, name: str, x: Array) -> Array:
    found = (x - x.mean(axis=1, keepdims=True)) / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    return found * state[f"{name}.weight"][:, None] + state[f"{name}.bias"][:, None]


def leaky(x: Array) -> Array:
    return np.where(x > 0, x, 0.01 * x)


def slow_lstm(state: State, layer: int, x: Array, direction: str) -> Array:
    """(n, channels) to (n, 128), one moment after the other."""
    of_input, of_hidden, bias, more = (
        state[f"lstm.{name}_l{layer}{direction}"] for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    hidden, cell, found = np.zeros(128), np.zeros(128), []
    for moment in x:
        gates = of_input @ moment + bias + of_hidden @ hidden + more
        enter, forget, new, leave = np.split(gates, 4)
        cell = sigmoid(forget) * cell + sigmoid(enter) * np.tanh(new)
        hidden = sigmoid(leave) * np.tanh(cell)
        found.append(hidden)
    return np.array(found)


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def sounds(count: int, n_samples: int) -> NDArray[np.float32]:
    return (0.1 * np.random.default_rng(count).standard_normal((count, n_samples))).astype(np.float32)


def test_every_number_is_that_of_the_slow_network() -> None:
    network = random_network(1)
    state = {name: value.numpy() for name, value in network.state_dict().items()}
    sound = sounds(2, 11_000)
    with torch.inference_mode():
        found = network(torch.from_numpy(sound).double()).numpy()
    np.testing.assert_allclose(found, [slow(state, one.astype(np.float64)) for one in sound], atol=1e-7)
    assert np.ptp(found, axis=1).max() > 0.1


def test_ten_seconds_make_589_frames_of_270_samples() -> None:
    assert FRAMES * FRAME_SAMPLES <= WINDOW_SAMPLES < (FRAMES + 5) * FRAME_SAMPLES
    with torch.inference_mode():
        found = random_network(2).float()(torch.from_numpy(sounds(2, WINDOW_SAMPLES)))
    assert found.shape == (2, FRAMES, len(CLASSES))
    np.testing.assert_allclose(found.exp().sum(dim=2).numpy(), 1, atol=1e-5)


def test_a_class_for_each_set_of_at_most_two_of_three() -> None:
    assert (SPEAKERS, LOCAL_SPEAKERS) == (3, 3)
    assert CLASSES == ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))


class Scripted(nn.Module):
    """The class of every frame is the first sample of its window; remembers how many windows came at once."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        self.batches.append(len(samples))
        return nn.functional.one_hot(samples[:, :1].long().expand(-1, FRAMES), len(CLASSES)).float()


def test_the_likeliest_class_says_who_is_heard_in_batches_of_four() -> None:
    network = Scripted()
    segmenter = PyannoteSegmenter(network, name="scripted", threads=1)  # pyright: ignore[reportArgumentType]
    windows = np.zeros((17, 40), np.float32)
    windows[:, 0] = np.arange(17) % 7
    active = segmenter.segment(windows)
    assert (active.shape, active.dtype) == ((17, FRAMES, 3), np.bool_)
    for row in range(17):
        assert [tuple(np.flatnonzero(frame)) for frame in active[row]] == [CLASSES[row % 7]] * FRAMES
    assert network.batches == [4, 4, 4, 4, 1]


def test_no_windows_have_no_activity() -> None:
    segmenter = PyannoteSegmenter(random_network(1).float(), name="random", threads=1)
    assert segmenter.segment(np.zeros((0, WINDOW_SAMPLES), np.float32)).shape == (0, FRAMES, 3)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_sound_that_does_not_move_is_no_error(level: float) -> None:
    segmenter = PyannoteSegmenter(random_network(3).float(), name="random", threads=1)
    assert segmenter.segment(np.full((1, WINDOW_SAMPLES), level, np.float32)).shape == (1, FRAMES, 3)
