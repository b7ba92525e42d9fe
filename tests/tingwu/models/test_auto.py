"""Which model a machine gets when nobody names one."""

from pathlib import Path

import pytest

from tingwu.errors import UnknownModel
from tingwu.models.auto import resolve_asr, resolve_llm
from tingwu.models.hardware import Gpu, Hardware
from tingwu.models.stamps import sha256_of, stamp_of, write_stamp
from tingwu.models.store import ModelStore

GB = 1_000_000_000
BASE = "whisper-base"
CODER = "qwen2.5-coder-1.5b-instruct-q4_k_m"
SMALL_CODER = "qwen2.5-coder-0.5b-instruct-q4_k_m"
LAPTOP = Hardware(cores=8, ram_bytes=16 * GB)
SMALL = Hardware(cores=2, ram_bytes=3 * GB)
TINY = Hardware(cores=1, ram_bytes=GB // 4)
H100 = Hardware(cores=16, ram_bytes=128 * GB, gpus=(Gpu(name="NVIDIA H100", memory_bytes=80 * GB),))
OLD_CARD = Hardware(cores=2, ram_bytes=8 * GB, gpus=(Gpu(name="GTX 1650", memory_bytes=4 * GB),))


def store_with(root: Path, *names: str) -> ModelStore:
    """A store in which `names` are present; only models without a sha256 can be made up."""
    store = ModelStore(root)
    for name in names:
        folder = store.folder(name)
        folder.mkdir(parents=True)
        for file in store.catalog.get(name).files:
            path = folder / file.name
            path.write_bytes(b"made up")
            write_stamp(folder, file.name, stamp_of(path, file.sha256 or sha256_of(path)))
    return store


@pytest.mark.parametrize(
    ("hardware", "here", "chosen"),
    [
        (LAPTOP, (), BASE),
        (SMALL, (), BASE),
        (TINY, (), BASE),
        (H100, (), BASE),
        (LAPTOP, (BASE,), BASE),
        (LAPTOP, (BASE, "whisper-small"), "whisper-small"),
        (LAPTOP, (BASE, "whisper-large-v3"), BASE),
        (SMALL, (BASE, "whisper-small"), BASE),
        (H100, (BASE,), BASE),
        (H100, (BASE, "whisper-large-v3-turbo"), "whisper-large-v3-turbo"),
        (H100, ("whisper-large-v3", "whisper-large-v3-turbo"), "whisper-large-v3"),
        (OLD_CARD, ("whisper-large-v3", "whisper-large-v3-turbo"), "whisper-large-v3-turbo"),
        (LAPTOP, ("whisper-tiny.en", "whisper-distil-large-v3"), BASE),
        (LAPTOP, ("whisper-tiny",), "whisper-tiny"),
    ],
)
def test_auto_asr(tmp_path: Path, hardware: Hardware, here: tuple[str, ...], chosen: str) -> None:
    assert resolve_asr("auto", hardware, store_with(tmp_path, *here)).name == chosen


@pytest.mark.parametrize(
    ("hardware", "here", "chosen"),
    [
        (LAPTOP, (), CODER),
        (SMALL, (), SMALL_CODER),
        (TINY, (), SMALL_CODER),
        (H100, (), CODER),
        (LAPTOP, (SMALL_CODER,), SMALL_CODER),
        (LAPTOP, (CODER, "qwen3-4b-instruct-2507-q4_k_m"), "qwen3-4b-instruct-2507-q4_k_m"),
        (LAPTOP, (CODER, "qwen2.5-7b-instruct-q4_k_m"), CODER),
        (SMALL, (CODER, SMALL_CODER), SMALL_CODER),
        (H100, (CODER, "qwen2.5-7b-instruct-q4_k_m"), "qwen2.5-7b-instruct-q4_k_m"),
        (LAPTOP, ("gemma-3-1b-it-q4_k_m",), CODER),
    ],
)
def test_auto_llm(tmp_path: Path, hardware: Hardware, here: tuple[str, ...], chosen: str) -> None:
    assert resolve_llm("auto", hardware, store_with(tmp_path, *here)).name == chosen


def test_the_reason_says_what_and_why(tmp_path: Path) -> None:
    store = store_with(tmp_path, BASE)
    assert resolve_asr("auto", H100, store).reason == (
        "whisper-base is on this machine and suits it (NVIDIA H100, 80 GB); "
        "whisper-large-v3 would be better (`tingwu models pull whisper-large-v3`)."
    )
    assert resolve_llm("auto", SMALL, store).reason == (
        "qwen2.5-coder-0.5b-instruct-q4_k_m suits this machine "
        "(2 CPU cores, 3.0 GB of memory, no GPU) and needs no hub; "
        "qwen3-0.6b-q4_k_m would be better (`tingwu models pull qwen3-0.6b-q4_k_m`)."
    )
    assert resolve_asr("auto", TINY, store).reason == (
        "whisper-base is the smallest that needs no hub, "
        "though it asks for more than 1 CPU cores, 0.2 GB of memory, no GPU."
    )


def test_a_named_model_is_not_second_guessed(tmp_path: Path) -> None:
    choice = resolve_asr("whisper-large-v3", TINY, ModelStore(tmp_path))
    assert (choice.name, choice.reason) == ("whisper-large-v3", "whisper-large-v3 was asked for by name.")


def test_a_folder_is_not_second_guessed(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    assert resolve_asr(str(own), TINY, ModelStore(tmp_path)).name == str(own)


def test_an_unknown_name_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel):
        resolve_llm("gpt-9", LAPTOP, ModelStore(tmp_path))
