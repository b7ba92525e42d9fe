"""PcmSpool: what goes in comes out, at any place, and only a whole spool is taken up again."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest

from tingwu.audio.spool import PcmSpool
from tingwu.errors import OutputFull, OutputNotWritable, StoredDataInvalid
from tingwu.files import output_error


def fill(path: Path, n_samples: int = 40_000) -> np.ndarray:
    sound = np.random.default_rng(1).integers(-32768, 32768, n_samples).astype(np.int16)
    with PcmSpool.create(path) as spool:
        for first in range(0, n_samples, 7000):
            spool.append(sound[first : first + 7000])
        spool.finish()
    return sound


def test_windows_come_back_as_floats(tmp_path: Path) -> None:
    sound = fill(tmp_path / "sound.pcm")
    spool = PcmSpool.reopen(tmp_path / "sound.pcm")
    assert spool is not None
    with spool:
        assert (spool.n_samples, spool.seconds) == (40_000, 2.5)
        for start, end in ((0, 2.5), (0.25, 0.5), (2.4999375, 2.5), (1, 1)):
            window = spool.read(start, end)
            assert window.dtype == np.float32
            expected = sound[round(start * 16000) : round(end * 16000)] / 32768
            np.testing.assert_array_equal(window, expected.astype(np.float32))


def test_a_window_outside_is_cut_to_what_exists(tmp_path: Path) -> None:
    fill(tmp_path / "sound.pcm", 16_000)
    spool = PcmSpool.reopen(tmp_path / "sound.pcm")
    assert spool is not None
    with spool:
        assert len(spool.read(-1, 0.5)) == 8000
        assert len(spool.read(0.5, 99)) == 8000
        assert len(spool.read(50, 99)) == 0


def test_sound_can_be_read_while_more_is_appended(tmp_path: Path) -> None:
    with PcmSpool.create(tmp_path / "sound.pcm") as spool:
        spool.append(np.full(16000, 16384, np.int16))
        assert spool.read(0, 1).mean() == 0.5
        spool.append(np.zeros(16000, np.int16))
        assert spool.read(1, 2).mean() == 0


def test_an_unfinished_spool_is_not_taken_up(tmp_path: Path) -> None:
    path = tmp_path / "sound.pcm"
    with PcmSpool.create(path) as spool:
        spool.append(np.zeros(100, np.int16))
    assert PcmSpool.reopen(path) is None


@pytest.mark.parametrize("harm", ["cut", "grown", "gone", "marker"])
def test_a_damaged_spool_is_not_taken_up(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "sound.pcm"
    fill(path)
    if harm == "gone":
        path.unlink()
    elif harm == "marker":
        (tmp_path / "sound.pcm.complete").write_text("many\n")
    else:
        os.truncate(path, 79_998 if harm == "cut" else 80_002)
    assert PcmSpool.reopen(path) is None


def test_creating_anew_forgets_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "sound.pcm"
    fill(path)
    PcmSpool.create(path).close()
    assert PcmSpool.reopen(path) is None


def test_sound_that_vanished_under_a_reader_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "sound.pcm"
    fill(path)
    spool = PcmSpool.reopen(path)
    assert spool is not None
    with spool:
        os.truncate(path, 100)
        with pytest.raises(StoredDataInvalid):
            spool.read(1, 2)


def test_a_full_disk_is_typed_and_leaves_the_spool_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "sound.pcm"
    full = Path("/dev/full")
    spool = PcmSpool(path, os.open(full, os.O_RDWR), 0)
    with spool, pytest.raises(OutputFull):
        spool.append(np.zeros(10, np.int16))
    assert spool.n_samples == 0
    assert isinstance(output_error(path, OSError(errno.EACCES, "no")), OutputNotWritable)


def test_a_folder_that_cannot_be_written_is_typed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputNotWritable):
        PcmSpool.create(tmp_path / "file" / "sound.pcm")


def test_delete_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sound.pcm"
    fill(path)
    spool = PcmSpool.reopen(path)
    assert spool is not None
    spool.delete()
    spool.close()
    assert list(tmp_path.iterdir()) == []
