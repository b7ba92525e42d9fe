"""Whisper's way of writing options, translated."""

import pytest

from ui.cli_arguments import translate

BOOLEANS = {"--diarize": "--no_diarize", "--overwrite": "--skip_existing", "--offline": "--no_offline"}


@pytest.mark.parametrize(
    ("args", "kept"),
    [
        ([], []),
        (["a.mp3", "-f", "srt"], ["a.mp3", "-f", "srt"]),
        (["--output-format", "srt"], ["--output_format", "srt"]),
        (["--output-format=s-r-t"], ["--output_format=s-r-t"]),
        (["--diarize", "a.mp3"], ["--diarize", "a.mp3"]),
        (["--diarize", "True", "a.mp3"], ["--diarize", "a.mp3"]),
        (["--diarize", "false", "a.mp3"], ["--no_diarize", "a.mp3"]),
        (["--diarize=False"], ["--no_diarize"]),
        (["--diarize=maybe"], ["--diarize=maybe"]),
        (["--diarize"], ["--diarize"]),
        (["--no-diarize"], ["--no_diarize"]),
        (["--skip-existing"], ["--skip_existing"]),
        (["--overwrite", "False"], ["--skip_existing"]),
        (["--model-directory", "x"], ["--model", "x"]),
        (["--local_files_only", "True", "a.mp3"], ["--offline", "a.mp3"]),
        (["--model_cache_only=False"], ["--no_offline"]),
        (["--", "--diarize", "--fp16"], ["--", "--diarize", "--fp16"]),
        (["a.mp3", "--redo_ranges"], ["a.mp3", "--redo_ranges", "all"]),
        (["--redo-ranges", "a.mp3"], ["--redo_ranges", "all", "a.mp3"]),
        (["--redo_ranges", "talks/", "-f", "srt"], ["--redo_ranges", "all", "talks/", "-f", "srt"]),
        (["--redo_ranges", "-f", "srt", "a.mp3"], ["--redo_ranges", "all", "-f", "srt", "a.mp3"]),
        (["--redo_ranges", "83.5-91,120-133", "a.mp3"], ["--redo_ranges", "83.5-91,120-133", "a.mp3"]),
        (["--redo_ranges", "missed", "a.mp3"], ["--redo_ranges", "missed", "a.mp3"]),
        (["--redo_ranges", "abc", "a.mp3"], ["--redo_ranges", "abc", "a.mp3"]),
        (["--redo_ranges=suspect", "a.mp3"], ["--redo_ranges=suspect", "a.mp3"]),
    ],
)
def test_translation(args: list[str], kept: list[str]) -> None:
    assert translate(args, BOOLEANS) == (kept, [])


@pytest.mark.parametrize(
    ("args", "kept"),
    [
        (["--fp16", "False", "a.mp3"], ["a.mp3"]),
        (["--fp16=False", "a.mp3"], ["a.mp3"]),
        (["--best-of", "5", "--beam-size", "2"], ["--beam_size", "2"]),
        (["--no_align", "a.mp3"], ["a.mp3"]),
        (["--no_align", "True", "a.mp3"], ["a.mp3"]),
        (["--fp16", "--beam_size", "2"], ["--beam_size", "2"]),
        (["a.mp3", "--fp16"], ["a.mp3"]),
    ],
)
def test_foreign_options_take_their_values_with_them(args: list[str], kept: list[str]) -> None:
    translated, said = translate(args, BOOLEANS)
    assert translated == kept
    assert len(said) == 1
    assert "does nothing here: " in said[0]
