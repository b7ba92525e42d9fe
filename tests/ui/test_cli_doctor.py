"""Doctor: findings on a machine that is made up."""

from pathlib import Path

import pytest

from pipelines.backends import Backends
from pipelines.settings import Settings, load_settings
from tingwu.models.hardware import Gpu, Hardware
from ui.cli_doctor import doctor, examine
from ui.cli_doctor_gpu import Cuda


def backends(settings: Settings, ram_gb: float = 16.0, gpus: tuple[Gpu, ...] = ()) -> Backends:
    return Backends(settings, hardware=Hardware(cores=4, ram_bytes=int(ram_gb * 1e9), gpus=gpus))


def test_an_empty_machine_is_told_what_to_pull(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = load_settings(data_dir=tmp_path, llm="none", auto_pull=False)
    assert doctor(settings, backends=backends(settings)) == 4
    text = capsys.readouterr().out
    assert "ok   ffmpeg: " in text
    assert "BAD  speech model: " in text
    assert "     -> tingwu models pull " in text
    assert "ok   language model: none wanted, notes are quotes" in text


def test_small_memory_and_a_gpu_are_seen(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, llm="http://127.0.0.1:1/v1")
    gpus = (Gpu(name="Card", memory_bytes=24_000_000_000),)
    cuda = Cuda(devices=lambda: 1, libraries=lambda: ())
    findings = {one.what: one for one in examine(settings, backends(settings, 2.0, gpus), engines=False, cuda=cuda)}
    assert not findings["memory"].ok
    assert findings["GPU"].says == "Card (24 GB)"
    assert findings["language model"].says == "http://127.0.0.1:1/v1"


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = load_settings(data_dir=tmp_path / "file" / "data", llm="none")
    findings = [one for one in examine(settings, backends(settings), engines=False) if one.what == "folder"]
    assert [(one.ok, one.code) for one in findings] == [(False, 6), (False, 6)]
    assert all(one.mend for one in findings)


def test_a_model_that_cannot_be_loaded(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    settings = load_settings(data_dir=tmp_path / "data", asr_model=str(model), llm="none")
    findings = [one for one in examine(settings, backends(settings), engines=True) if one.what == "speech model"]
    assert not findings[-1].ok
    assert findings[-1].code == 4
