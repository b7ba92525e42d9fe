"""The two models of voices are found, loaded by their names and freed together."""

from pathlib import Path

import pytest
import torch

from pipelines.voices import SEGMENTATION_MODEL, VOICE_MODEL, load_voices
from tests.fake_voices import HummingEmbedder, HummingSegmenter, humming_models
from tingwu.errors import ModelUnusable
from tingwu.models.catalog import load_catalog
from tingwu.speech.campplus_net import Campplus
from tingwu.speech.segmentation_net import Segmentation


def weights(folder: Path) -> dict[str, Path]:
    """Files as they are published, with weights of nobody."""
    files = {name: folder / f"{name}.pt" for name in (SEGMENTATION_MODEL, VOICE_MODEL)}
    torch.save({"state_dict": Segmentation().state_dict(), "epoch": 1}, files[SEGMENTATION_MODEL])
    torch.save(Campplus().state_dict(), files[VOICE_MODEL])
    return files


def test_both_are_loaded_by_their_names(tmp_path: Path) -> None:
    models = load_voices(weights(tmp_path).__getitem__, 3)
    assert (models.segmenter.name, models.embedder.name) == ("segmentation-3.0", "campplus-zh-en")
    assert (models.embedder.dimensions, models.workers) == (192, 3)
    models.close()


def test_both_are_in_the_catalogue() -> None:
    assert {SEGMENTATION_MODEL, VOICE_MODEL} <= {model.name for model in load_catalog().models}


@pytest.mark.parametrize("damaged", [SEGMENTATION_MODEL, VOICE_MODEL])
def test_the_one_that_is_damaged_is_named(tmp_path: Path, damaged: str) -> None:
    files = weights(tmp_path)
    files[damaged].write_bytes(files[damaged].read_bytes()[:1000])
    with pytest.raises(ModelUnusable, match=damaged):
        load_voices(files.__getitem__, 1)


def test_closing_frees_both() -> None:
    closed: list[str] = []

    class Segmenter(HummingSegmenter):
        def close(self) -> None:
            closed.append("segmenter")

    class Embedder(HummingEmbedder):
        def close(self) -> None:
            closed.append("embedder")

    type(humming_models())(Segmenter(), Embedder(), 1).close()
    assert closed == ["segmenter", "embedder"]
