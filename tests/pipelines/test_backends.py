"""Which engine a model gets, what is refused before any work, and who holds the speech model."""

import json
from pathlib import Path

import pytest

from pipelines.backends import Backends
from pipelines.jobs import Jobs
from pipelines.settings import Settings, load_settings
from pipelines.sound import TranscribeOptions
from tingwu.errors import InvalidOption, ModelUnusable, UnknownModel
from tingwu.models.hardware import Gpu, Hardware
from tingwu.speech.asr import AsrOptions
from tingwu.speech.whisper_device import CPU_BATCH

CARD = Gpu(name="Card", memory_bytes=24 << 30)


def backends(settings: Settings, *gpus: Gpu) -> Backends:
    return Backends(settings, hardware=Hardware(cores=4, ram_bytes=16 << 30, gpus=gpus))


@pytest.fixture
def fine_tune(tmp_path: Path) -> Path:
    """A folder as people publish it, without its weights."""
    folder = tmp_path / "my-fine-tune"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "whisper"}))
    (folder / "pytorch_model.bin").touch()
    return folder


def test_a_hugging_face_folder_gets_the_engine_that_reads_it(tmp_path: Path, fine_tune: Path) -> None:
    made = backends(load_settings(data_dir=tmp_path, device="cpu"))
    with pytest.raises(ModelUnusable, match="pickle"), made.lease_transcriber(str(fine_tune)):
        pass
    with pytest.raises(ModelUnusable, match="pickle"):
        made.transcriber(str(fine_tune))


def test_an_engine_that_is_named_is_taken(tmp_path: Path, fine_tune: Path) -> None:
    made = backends(load_settings(data_dir=tmp_path, device="cpu", asr_backend="whisper"))
    with pytest.raises(ModelUnusable, match=r"tokenizer\.json"):
        made.transcriber(str(fine_tune))
    made = backends(load_settings(data_dir=tmp_path, device="cpu", asr_backend="kaldi"))
    with pytest.raises(InvalidOption, match="asr_backend"):
        made.choose_asr(str(fine_tune))


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"compute_type": "float8"}, "compute_type"),
        ({"device": "cpu", "compute_type": "float16"}, "compute_type"),
    ],
)
def test_options_that_cannot_work_are_found_before_any_work(tmp_path: Path, given: dict, option: str) -> None:
    made = backends(load_settings(data_dir=tmp_path, **given))
    with pytest.raises(InvalidOption) as caught:
        made.choose_asr("whisper-base")
    assert caught.value.option == option


def test_formats_are_those_of_the_engine(tmp_path: Path, fine_tune: Path) -> None:
    made = backends(load_settings(data_dir=tmp_path, device="cpu", compute_type="int8"))
    assert made.choose_asr("whisper-base").name == "whisper-base"
    with pytest.raises(InvalidOption, match="float32"):
        made.choose_asr(str(fine_tune))


def test_a_model_that_nobody_knows(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel):
        backends(load_settings(data_dir=tmp_path)).choose_asr("nothing-like-this")


@pytest.mark.model
def test_another_model_takes_the_place_of_one_that_nobody_holds(whisper_base: Path, whisper_tiny_en: Path) -> None:
    made = backends(load_settings(device="cpu"))
    with made.lease_transcriber("whisper-tiny.en") as tiny:
        with made.lease_transcriber("whisper-tiny.en") as same:
            assert same is tiny
        assert made.loaded_transcribers() == ("whisper-tiny.en",)
    with made.lease_transcriber("whisper-base") as base:
        assert made.loaded_transcribers() == ("whisper-base",)
        assert (base.name, base.batch_size) == ("whisper-base", CPU_BATCH)
    made.close()
    assert made.loaded_transcribers() == ()


def test_a_language_that_the_model_does_not_know_is_refused_before_the_media_is_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "my-model"
    folder.mkdir()
    names = ("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>")
    tokens = [{"id": 50257 + at, "content": name} for at, name in enumerate(names)]
    (folder / "tokenizer.json").write_text(json.dumps({"added_tokens": tokens}))
    settings = load_settings(data_dir=tmp_path, device="cpu", asr_model=str(folder))
    wanted = TranscribeOptions(asr=AsrOptions(language="yue"))
    with Jobs(settings, backends=backends(settings)) as jobs:
        for refused in (
            lambda: jobs.check(wanted),
            lambda: jobs.submit(tmp_path / "nowhere.mp3", transcribe=wanted, notes=None),
        ):
            with pytest.raises(InvalidOption, match="my-model does not know it; choose another language"):
                refused()
        jobs.check(TranscribeOptions(asr=AsrOptions(language="en")))
        jobs.check(TranscribeOptions())
        assert jobs.list() == ()


def test_a_model_that_is_not_here_yet_is_not_asked(tmp_path: Path) -> None:
    made = backends(load_settings(data_dir=tmp_path, device="cpu"))
    made.check_languages("whisper-base", AsrOptions(language="yue"))
