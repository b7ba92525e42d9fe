"""The network of voices is the one of the paper, written here once more with its masks spread over every frame."""

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tingwu.speech.asr import Samples
from tingwu.speech.campplus_net import Campplus
from tingwu.speech.voice_campplus import CampplusEmbedder

State = dict[str, Tensor]


def random_network(seed: int) -> Campplus:
    """Random weights of 64 bits, with statistics as after training."""
    torch.manual_seed(seed)
    network = Campplus().double()
    for name, value in network.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 2)
        elif name.endswith(("running_mean", "bias")):
            value.normal_(0, 0.1)
        elif value.dim() == 1:
            value.uniform_(0.5, 1.5)
    return network.eval().requires_grad_(False)


def slow(state: State, features: Tensor) -> Tensor:
    """Features (batch, n_frames, 80) to vectors (batch, 192)."""
    x = slow_head(state, features.transpose(1, 2).unsqueeze(1)).flatten(1, 2)
    x = functional.conv1d(x, state["xvector.tdnn.linear.weight"], stride=2, padding=2)
    x = normal(state, "xvector.tdnn.nonlinear.batchnorm", x).relu()
    for block, (layers, dilation) in enumerate([(12, 1), (24, 2), (16, 2)], start=1):
        for layer in range(1, layers + 1):
            x = torch.cat([x, slow_layer(state, f"xvector.block{block}.tdnnd{layer}", x, dilation)], dim=1)
        x = normal(state, f"xvector.transit{block}.nonlinear.batchnorm", x).relu()
        x = functional.conv1d(x, state[f"xvector.transit{block}.linear.weight"])
    x = normal(state, "xvector.out_nonlinear.batchnorm", x).relu()
    x = torch.cat([x.mean(dim=2), x.std(dim=2)], dim=1)
    x = x @ state["xvector.dense.linear.weight"][:, :, 0].T
    return normal(state, "xvector.dense.nonlinear.batchnorm", x)


def slow_head(state: State, x: Tensor) -> Tensor:
    """(batch, 1, bands, frames) to (batch, 32, bands / 8, frames)."""
    x = normal(state, "head.bn1", functional.conv2d(x, state["head.conv1.weight"], padding=1)).relu()
    for name, stride in (("layer1.0", 2), ("layer1.1", 1), ("layer2.0", 2), ("layer2.1", 1)):
        step, prefix = (stride, 1), f"head.{name}"
        y = functional.conv2d(x, state[f"{prefix}.conv1.weight"], stride=step, padding=1)
        y = functional.conv2d(normal(state, f"{prefix}.bn1", y).relu(), state[f"{prefix}.conv2.weight"], padding=1)
        if stride > 1:
            x = functional.conv2d(x, state[f"{prefix}.shortcut.0.weight"], stride=step)
            x = normal(state, f"{prefix}.shortcut.1", x)
        x = (normal(state, f"{prefix}.bn2", y) + x).relu()
    return normal(state, "head.bn2", functional.conv2d(x, state["head.conv2.weight"], stride=(2, 1), padding=1)).relu()


def slow_layer(state: State, name: str, x: Tensor, dilation: int) -> Tensor:
    x = functional.conv1d(normal(state, f"{name}.nonlinear1.batchnorm", x).relu(), state[f"{name}.linear1.weight"])
    x = normal(state, f"{name}.nonlinear2.batchnorm", x).relu()
    local = functional.conv1d(x, state[f"{name}.cam_layer.linear_local.weight"], padding=dilation, dilation=dilation)
    context = torch.empty_like(x)
    for frame in range(x.shape[2]):
        first = frame // 100 * 100
        context[:, :, frame] = x.mean(dim=2) + x[:, :, first : first + 100].mean(dim=2)
    hidden, mask = (
        (state[f"{name}.cam_layer.{part}.weight"], state[f"{name}.cam_layer.{part}.bias"])
        for part in ("linear1", "linear2")
    )
    return local * functional.conv1d(functional.conv1d(context, *hidden).relu(), *mask).sigmoid()


def normal(state: State, name: str, x: Tensor) -> Tensor:
    """Normalised by what was seen in training."""
    shape = [1, -1] + [1] * (x.dim() - 2)
    mean, var = (state[f"{name}.running_{part}"].view(shape) for part in ("mean", "var"))
    x = (x - mean) / (var + 1e-5).sqrt()
    if f"{name}.weight" in state:
        x = x * state[f"{name}.weight"].view(shape) + state[f"{name}.bias"].view(shape)
    return x


def features(batch: int, frames: int) -> Tensor:
    return torch.from_numpy(np.random.default_rng(frames).standard_normal((batch, frames, 80)))


@pytest.mark.parametrize("frames", [9, 200, 331])
def test_every_number_is_that_of_the_slow_network(frames: int) -> None:
    network = random_network(frames)
    x = features(2, frames)
    found = network(x)
    assert found.shape == (2, 192)
    assert found.std() > 0.01
    torch.testing.assert_close(found, slow(network.state_dict(), x), rtol=1e-7, atol=1e-9)


def test_the_names_are_those_of_the_published_weights() -> None:
    state = Campplus().state_dict()
    assert len(state) == 937
    shapes = {
        "head.conv1.weight": (32, 1, 3, 3),
        "head.layer1.0.shortcut.0.weight": (32, 32, 1, 1),
        "head.layer2.1.bn2.running_var": (32,),
        "xvector.tdnn.linear.weight": (128, 320, 5),
        "xvector.tdnn.nonlinear.batchnorm.weight": (128,),
        "xvector.block1.tdnnd1.nonlinear1.batchnorm.weight": (128,),
        "xvector.block1.tdnnd12.linear1.weight": (128, 480, 1),
        "xvector.block2.tdnnd24.cam_layer.linear_local.weight": (32, 128, 3),
        "xvector.block3.tdnnd16.cam_layer.linear1.bias": (64,),
        "xvector.block3.tdnnd16.cam_layer.linear2.weight": (32, 64, 1),
        "xvector.transit2.linear.weight": (512, 1024, 1),
        "xvector.out_nonlinear.batchnorm.bias": (512,),
        "xvector.dense.linear.weight": (192, 1024, 1),
        "xvector.dense.nonlinear.batchnorm.num_batches_tracked": (),
    }
    assert {name: tuple(state[name].shape) for name in shapes} == shapes
    assert "xvector.dense.nonlinear.batchnorm.weight" not in state


def embedder() -> CampplusEmbedder:
    return CampplusEmbedder(random_network(7).float(), name="random", threads=1)


def voice(n_samples: int, seed: int) -> Samples:
    """A buzz on a tone of its own."""
    times = np.arange(n_samples) / 16000
    noise = np.random.default_rng(seed).standard_normal(n_samples)
    return (0.05 * np.sign(np.sin(2 * np.pi * (100 + 70 * seed) * times)) + 0.01 * noise).astype(np.float32)


def test_pieces_of_any_lengths_have_the_vectors_that_they_have_alone() -> None:
    model = embedder()
    lengths = (24_000, 8_000, 24_000, 1_600, 50_003, 24_000, 8_000)
    pieces = [voice(length, seed) for seed, length in enumerate(lengths)]
    vectors = model.embed(pieces)
    assert (vectors.shape, vectors.dtype, model.dimensions) == ((7, 192), np.float32, 192)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors, np.concatenate([model.embed([piece]) for piece in pieces]), atol=1e-6)
    assert np.abs(vectors[0] - vectors[2]).max() > 10 * np.abs(vectors[0] - model.embed(pieces[:1])[0]).max()


def test_a_voice_is_as_much_like_itself_when_it_is_louder() -> None:
    model, piece = embedder(), voice(24_000, 1)
    soft, loud = model.embed([piece, 4 * piece])
    assert soft @ loud == pytest.approx(1, abs=1e-4)


def test_nothing_and_almost_nothing() -> None:
    model = embedder()
    assert model.embed([]).shape == (0, 192)
    for short in (0, 1, 399, 1_600):
        vectors = model.embed([voice(short, 3), np.zeros(short, np.float32)])
        assert np.isfinite(vectors).all()


def test_more_sound_than_fits_one_batch_is_worked_on_in_several() -> None:
    model = embedder()
    pieces = [voice(320_000, seed) for seed in range(2)]
    np.testing.assert_allclose(model.embed(pieces)[1], model.embed(pieces[1:])[0], atol=1e-4)
