"""What is finished is not done again, whatever became of the file that says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.finished import Finished
from pipelines.recognition import Unit
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word

WORDS = (Word(start=1 / 3, end=0.7, text=" 听悟", probability=0.1 + 0.2),)


def unit(start: float, language: str | None = "en") -> Unit:
    return Unit(windows=(TimeRange(start=start, end=start + 1 / 3),), language=language)


def counting(folder: Path, done: list[Unit], name: str = "transcribe") -> Finished[Unit, tuple[Word, ...]]:
    def work(item: Unit) -> tuple[Word, ...]:
        done.append(item)
        return WORDS

    return Finished(folder, name, work, tuple[Word, ...])


def test_another_process_reads_exactly_what_was_finished(tmp_path: Path) -> None:
    done: list[Unit] = []
    assert counting(tmp_path, done)(unit(0)) == WORDS
    assert counting(tmp_path, done)(unit(0)) == WORDS
    assert done == [unit(0)]
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_only_the_same_work_on_the_same_item_is_the_same(tmp_path: Path) -> None:
    done: list[Unit] = []
    others = (unit(0), unit(0.1), unit(0, "zh"), unit(0, None))
    for item in others:
        counting(tmp_path, done)(item)
    counting(tmp_path, done, name="language")(unit(0))
    assert done == [*others, unit(0)]


def test_work_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(item: Unit) -> tuple[Word, ...]:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        Finished(tmp_path, "transcribe", fail, tuple[Word, ...])(unit(0))
    assert list(tmp_path.iterdir()) == []


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def zeros(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def other(file: Path) -> None:
    file.write_text('{"start": 0}', "utf-8")


def folder(file: Path) -> None:
    """Can neither be read nor written."""
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [cut, zeros, other, folder, Path.unlink])
def test_a_damaged_file_is_none_and_one_that_cannot_be_written_is_no_error(
    damage: Callable[[Path], None], tmp_path: Path
) -> None:
    done: list[Unit] = []
    counting(tmp_path, done)(unit(0))
    (file,) = tmp_path.iterdir()
    damage(file)
    assert counting(tmp_path, done)(unit(0)) == WORDS
    assert done == [unit(0), unit(0)]
    assert list(tmp_path.iterdir()) == [file]


def test_the_folder_of_a_deleted_job_does_not_come_back(tmp_path: Path) -> None:
    assert counting(tmp_path / "job", [])(unit(0)) == WORDS
    assert list(tmp_path.iterdir()) == []
