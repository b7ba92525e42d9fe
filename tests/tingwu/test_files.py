"""Files that cannot be written say why."""

from pathlib import Path

import pytest

from tingwu.error_words import error_words
from tingwu.errors import OutputNotWritable
from tingwu.files import write_atomically


@pytest.mark.parametrize("below", ["a.txt", "deep/a.txt"])
def test_a_file_where_a_folder_should_be(tmp_path: Path, below: str) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(OutputNotWritable) as caught:
        write_atomically(out / below, "text")
    assert error_words(caught.value).en == f"'{out}' cannot be written: it is a file, not a folder"
    assert error_words(caught.value).zh == f"“{out}”无法写入：它是文件，不是文件夹"
    assert out.read_text() == "mine"
