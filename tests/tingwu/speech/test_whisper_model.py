"""The adapter to CTranslate2 around a scripted engine: what lies on a GPU stays there, and errors are ours."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tokenizers

from tingwu.domain.media import SAMPLE_RATE
from tingwu.errors import ModelUnusable
from tingwu.speech.device_guard import Placement
from tingwu.speech.whisper_model import WhisperModel

CPU = Placement(device="cpu", compute_type="int8", batch_size=8)
CARD = Placement(device="cuda", compute_type="float16", batch_size=32)
CARDS = Placement(device="cuda", device_index=(0, 2), compute_type="float16", batch_size=32)


class View:
    """A StorageView: an array that knows where it lies."""

    def __init__(self, array: np.ndarray, device: str, dtype: str = "float16") -> None:
        self.array = array
        self.device = device
        self.dtype = dtype
        self.shape = array.shape

    @classmethod
    def from_array(cls, array: np.ndarray) -> "View":
        return cls(array, "cpu")

    def to_device(self, device: str) -> "View":
        return View(self.array, device, self.dtype)

    def to(self, dtype: str) -> "View":
        return View(self.array, self.device, dtype)

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        assert self.device == "cpu", "NumPy cannot read a GPU"
        assert self.dtype != "bfloat16", "NumPy does not know it"
        return self.array


class Loaded:
    """A model whose encoder output of a window is its mean; notes what it was given."""

    def __init__(self, path: str, **options) -> None:
        self.options = options
        self.n_mels, self.is_multilingual, self.compute_type = 80, True, options["compute_type"]
        self.encodes: list[tuple[int, bool]] = []
        self.given: list[View] = []
        self.unloaded = False

    def encode(self, features: View, to_cpu: bool) -> View:
        self.encodes.append((features.shape[0], to_cpu))
        out = np.stack([np.full((4, 2), number, np.float32) for number in range(features.shape[0])])
        return View(out, "cpu" if to_cpu else "cuda", "bfloat16" if self.compute_type == "bfloat16" else "float16")

    def align(self, view: View, *rest) -> list:
        self.given.append(view)
        return [SimpleNamespace(alignments=[(0, 0)], text_token_probs=[0.5]) for _ in range(view.shape[0])]

    def unload_model(self) -> None:
        self.unloaded = True


class Engine:
    """CTranslate2 with scripted models; `fails` is what loading a place says."""

    StorageView = View
    Device = SimpleNamespace(cpu="cpu")
    DataType = SimpleNamespace(bfloat16="bfloat16", float32="float32")

    def __init__(self, fails: Exception | None = None) -> None:
        self.fails = fails
        self.loaded: list[Loaded] = []
        self.models = SimpleNamespace(Whisper=self._load)

    def _load(self, path: str, **options) -> Loaded:
        if self.fails:
            raise self.fails
        self.loaded.append(Loaded(path, **options))
        return self.loaded[-1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizers.Tokenizer(tokenizers.models.WordLevel({"a": 0}, unk_token="a")).save(str(tmp_path / "tokenizer.json"))
    return tmp_path


def model(folder: Path, place: Placement, engine: Engine) -> WhisperModel:
    made = WhisperModel(folder, name="m", threads=3, engine=engine)
    made.move(place)
    return made


def windows(count: int) -> list[np.ndarray]:
    return [np.zeros(SAMPLE_RATE, np.float32)] * count


TOKENIZER = SimpleNamespace(sot_sequence=[1])


def aligned(one: WhisperModel, rows: list) -> View:
    one.align(rows, TOKENIZER, [[0]] * len(rows), [2] * len(rows))
    return one._model.given[-1]


def test_a_cpu_encodes_one_by_one(folder: Path) -> None:
    engine = Engine()
    one = model(folder, CPU, engine)
    rows = one.encode_all(windows(3), 16)
    assert engine.loaded[0].encodes == [(1, True)] * 3
    assert engine.loaded[0].options == {
        "device": "cpu", "device_index": 0, "compute_type": "int8", "intra_threads": 3, "inter_threads": 1,
    }  # fmt: skip
    assert aligned(one, rows).shape == (3, 4, 2)


def test_a_card_encodes_at_once_and_keeps_the_output(folder: Path) -> None:
    engine = Engine()
    one = model(folder, CARD, engine)
    rows = one.encode_all(windows(3), 16)
    assert engine.loaded[0].encodes == [(3, False)]
    assert [row.shape for row in rows] == [(1, 4, 2)] * 3
    assert aligned(one, rows).device == "cuda", "the whole batch goes on as it is"
    picked = aligned(one, [rows[2], rows[0]])
    assert picked.device == "cpu"
    assert picked.array[:, 0, 0].tolist() == [2.0, 0.0]


def test_numbers_that_numpy_does_not_know_are_widened(folder: Path) -> None:
    one = model(folder, Placement(device="cuda", compute_type="bfloat16", batch_size=8), Engine())
    rows = one.encode_all(windows(2), 16)
    assert aligned(one, rows[1:]).array[:, 0, 0].tolist() == [1.0]


def test_several_cards_pass_outputs_through_the_cpu(folder: Path) -> None:
    engine = Engine()
    one = model(folder, CARDS, engine)
    rows = one.encode_all(windows(2), 16)
    assert engine.loaded[0].encodes == [(2, True)]
    assert engine.loaded[0].options["device_index"] == [0, 2]
    assert aligned(one, rows).device == "cpu"


def test_moving_frees_what_was_loaded_before(folder: Path) -> None:
    engine = Engine()
    one = model(folder, CARD, engine)
    one.move(CPU)
    assert [loaded.unloaded for loaded in engine.loaded] == [True, False]
    one.close()
    assert engine.loaded[1].unloaded


@pytest.mark.parametrize("error", [RuntimeError("CUDA failed"), ValueError("no such type"), MemoryError("bad_alloc")])
def test_errors_of_loading_are_ours(folder: Path, error: Exception) -> None:
    with pytest.raises(ModelUnusable, match=str(error)):
        model(folder, CARD, Engine(error))
