"""CUDA libraries in made-up folders, with a loader that is made up too."""

from pathlib import Path

import pytest

from tingwu.models.cuda_libraries import (
    Library,
    LibraryState,
    examine_libraries,
    preload,
    wanted,
    wheel_folders,
)


class Loader:
    """The system's loader: knows the names in `system`, and files; `bad` files cannot be loaded.

    As the real one it finds a library by name once it was loaded from a file.
    """

    def __init__(self, system: tuple[str, ...] = (), bad: tuple[str, ...] = ()) -> None:
        self.known = set(system)
        self.bad = bad
        self.opened: list[str] = []

    def __call__(self, name: str) -> object:
        base = name.rpartition("/")[2]
        if base in self.bad:
            raise OSError(f"{base}: undefined symbol: x")
        if "/" not in name and name not in self.known:
            raise OSError(f"{name}: cannot open shared object file: No such file or directory")
        self.opened.append(base)
        self.known.add(base)
        return Cublas() if "cublas" in base else Cudnn()


class Cublas:
    def cublasGetProperty(self, part: int, value) -> int:  # noqa: N802
        value._obj.value = (12, 9, 1)[part]
        return 0


class Cudnn:
    def __init__(self) -> None:
        self.cudnnGetVersion = Version()


class Version:
    restype: object = None

    def __call__(self) -> int:
        return 91_301


def wheel(root: Path, package: str, *names: str) -> Path:
    folder = root / "nvidia" / package / "lib"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()
    return folder


BLAS = ("libcublas.so.12",)


def test_a_library_of_the_system() -> None:
    (found,) = examine_libraries(BLAS, (), Loader(system=BLAS))
    assert found == Library(name="libcublas.so.12", state=LibraryState.LOADS, version="12.9.1")


def test_a_library_in_a_wheel_is_loaded_from_there(tmp_path: Path) -> None:
    folder = wheel(tmp_path, "cublas", "libcublas.so.12", "libcublasLt.so.12")
    loader = Loader()
    (found,) = examine_libraries(BLAS, wheel_folders([str(tmp_path)]), loader)
    assert found == Library(name="libcublas.so.12", state=LibraryState.IN_WHEEL, version="12.9.1", detail=str(folder))
    assert loader.opened[:2] == ["libcublasLt.so.12", "libcublas.so.12"]


def test_a_library_that_cannot_be_loaded(tmp_path: Path) -> None:
    wheel(tmp_path, "cublas", "libcublas.so.12")
    for folders in (wheel_folders([str(tmp_path)]), ()):
        (found,) = examine_libraries(BLAS, folders, Loader(bad=BLAS))
        assert (found.state, found.usable) == (LibraryState.BROKEN, False)
        assert "undefined symbol" in found.detail


def test_another_version_is_no_substitute(tmp_path: Path) -> None:
    wheel(tmp_path, "cu13", "libcublas.so.13", "libcublasLt.so.13")
    (found,) = examine_libraries(BLAS, wheel_folders([str(tmp_path)]), Loader())
    assert found == Library(name="libcublas.so.12", state=LibraryState.OTHER_VERSION, detail="libcublas.so.13")


def test_nothing_of_it(tmp_path: Path) -> None:
    (found,) = examine_libraries(BLAS, wheel_folders([str(tmp_path)]), Loader())
    assert (found.state, found.detail, found.usable) == (LibraryState.MISSING, "", False)


def test_cudnn_says_its_version() -> None:
    (found,) = examine_libraries(("libcudnn.so.9",), (), Loader(system=("libcudnn.so.9",)))
    assert found.version == "9.13.1"


def test_what_is_wanted_is_loaded_with_its_family_and_in_order(tmp_path: Path) -> None:
    wheel(tmp_path, "cu13", "libcublas.so.13", "libcublasLt.so.13")
    wheel(tmp_path, "cublas", "libcublas.so.12", "libcublasLt.so.12", "libnvblas.so.12")
    wheel(tmp_path, "cudnn", "libcudnn.so.9", "libcudnn_ops.so.9", "libcudnn_graph.so.9")
    folders = wheel_folders([str(tmp_path)])
    assert preload(BLAS, folders, Loader()) == ("libcublasLt.so.12", "libcublas.so.12")
    assert preload((*BLAS, "libcudnn.so.9"), folders, Loader(bad=("libcublas.so.12",))) == (
        "libcublasLt.so.12", "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn.so.9",
    )  # fmt: skip


@pytest.mark.parametrize("padding", [0, (1 << 22) - 8, 1 << 22])
def test_the_engine_s_file_says_what_it_wants(tmp_path: Path, padding: int) -> None:
    file = tmp_path / "libengine.so"
    file.write_bytes(b"x" * padding + b"\0libcublas.so.12\0 about libcudnn.so.9 in a sentence\0libcudnn.so.9\0")
    assert wanted(file) == ("libcublas.so.12", "libcudnn.so.9")


def test_the_engine_that_is_installed_wants_cublas() -> None:
    assert [name for name in wanted() if name.startswith("libcublas.so.")]
