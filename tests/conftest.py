"""Fixtures for tests with real weights: the models, fetched once into the user's own model folder."""

from pathlib import Path

import pytest

from pipelines.backends import Backends
from pipelines.settings import load_settings


def _model(name: str) -> Path:
    backends = Backends(load_settings())
    backends.pull((name,))
    return backends.store.require(name)


@pytest.fixture(scope="session")
def whisper_base() -> Path:
    """Folder of the multilingual base model (145 MB)."""
    return _model("whisper-base")


@pytest.fixture(scope="session")
def whisper_tiny_en() -> Path:
    """Folder of the English tiny model (75 MB)."""
    return _model("whisper-tiny.en")


@pytest.fixture(scope="session")
def qwen_small() -> Path:
    """The GGUF file of the 0.5B language model (491 MB)."""
    return _model("qwen2.5-coder-0.5b-instruct-q4_k_m")


@pytest.fixture(scope="session")
def qwen() -> Path:
    """The GGUF file of the 1.5B language model (1.1 GB)."""
    return _model("qwen2.5-coder-1.5b-instruct-q4_k_m")


@pytest.fixture(scope="session")
def segmentation() -> Path:
    """The file of the model that hears who speaks in each frame (6 MB)."""
    return _model("segmentation-3.0")


@pytest.fixture(scope="session")
def campplus() -> Path:
    """The file of the model of voice vectors (28 MB)."""
    return _model("campplus-zh-en")
