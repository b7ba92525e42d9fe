"""Profiles on disk: read by their owner only, changed by one at a time, and gone when they are deleted."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.builders_voices import make_profile, ray
from tingwu.errors import InvalidOption, OutputNotWritable, ProfileNotFound, StoredDataInvalid
from tingwu.store.profiles import ProfileStore


def names(store: ProfileStore) -> list[str]:
    return [profile.name for profile in store.list()]


def files(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if path.name != ".lock"]


def test_round_trip(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "profiles")
    assert store.list() == ()
    anna = make_profile()
    assert store.add(anna) == anna
    assert store.get("Anna") == anna
    assert ProfileStore(tmp_path / "profiles").list() == (anna,)


@pytest.mark.parametrize("name", ["anna", "ANNA", "Ａｎｎａ", " Anna "])
def test_a_name_in_other_letters_is_the_same(tmp_path: Path, name: str) -> None:
    store = ProfileStore(tmp_path)
    store.add(make_profile())
    assert store.get(name).name == "Anna"


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    root = tmp_path / "profiles"
    ProfileStore(root).add(make_profile())
    assert root.stat().st_mode & 0o777 == 0o700
    assert [path.stat().st_mode & 0o777 for path in files(root)] == [0o600]


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "a" * 100, "con", ".lock", "李娜", "x.json"])
def test_names_are_data(tmp_path: Path, name: str) -> None:
    store = ProfileStore(tmp_path / "in" / "profiles")
    store.add(make_profile(name=name))
    (file,) = files(store.root)
    assert file.parent == store.root
    assert file.suffix == ".json"
    assert file.stem.isalnum()
    assert len(list(tmp_path.rglob("*"))) == 4
    assert store.get(name).name == name
    store.delete(name)
    assert files(store.root) == []


def test_adding_again_adds_speech(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.add(make_profile(vectors=(ray(0),), seconds=10.0))
    both = store.add(make_profile(name="anna", vectors=(ray(40),), seconds=5.0, consents=("again, Friday",)))
    assert both == store.get("Anna")
    assert (both.name, both.vectors, both.seconds) == ("Anna", (ray(0), ray(40)), 15.0)
    assert both.consents == ("Anna herself, 1 January", "again, Friday")
    assert len(files(tmp_path)) == 1


def test_adding_with_another_model_is_refused(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    anna = store.add(make_profile())
    with pytest.raises(InvalidOption, match="another voice model"):
        store.add(make_profile(model="newer"))
    assert store.list() == (anna,)


def test_rename(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.add(make_profile())
    store.add(make_profile(name="Bob"))
    assert store.rename("anna", " Anna\nLi ").name == "Anna Li"
    assert names(store) == ["Anna Li", "Bob"]
    assert store.rename("Anna Li", "anna li").name == "anna li"
    with pytest.raises(InvalidOption, match="merge"):
        store.rename("Bob", "ANNA LI")
    with pytest.raises(InvalidOption):
        store.rename("Bob", "b" * 101)
    assert names(store) == ["anna li", "Bob"]
    assert len(files(tmp_path)) == 2


def test_merge(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.add(make_profile(vectors=(ray(0),), seconds=10.0))
    store.add(make_profile(name="Ann", vectors=(ray(30),), seconds=5.0))
    merged = store.merge("ann", "Anna")
    assert store.list() == (merged,)
    assert (merged.name, merged.vectors, merged.seconds) == ("Anna", (ray(0), ray(30)), 15.0)
    assert store.merge("Anna", "anna") == merged
    assert len(files(tmp_path)) == 1


def test_what_is_not_there(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.add(make_profile())
    for act in (store.get, store.delete, lambda name: store.rename(name, "x"), lambda name: store.merge(name, "Anna")):
        with pytest.raises(ProfileNotFound) as caught:
            act("Nobody")
        assert caught.value.name == "Nobody"
    with pytest.raises(ProfileNotFound):
        store.merge("Anna", "Nobody")
    assert names(store) == ["Anna"]


def test_what_is_deleted_leaves_nothing(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.add(make_profile())
    (tmp_path / "copy.json").write_bytes(files(tmp_path)[0].read_bytes())
    (tmp_path / ".tingwu-0123456789abcdef.tmp").write_text("left by a process that was killed")
    store.delete("anna")
    assert files(tmp_path) == []
    assert names(store) == []
    with pytest.raises(ProfileNotFound):
        store.delete("anna")


@pytest.mark.parametrize("text", ["", "{", '{"name": 3}', "[]", "\x00", '{"name": "Anna"}'])
def test_a_damaged_file_hides_nobody(tmp_path: Path, text: str) -> None:
    store = ProfileStore(tmp_path)
    (tmp_path / "00bad.json").write_text(text)
    store.add(make_profile())
    store.add(make_profile(name="Bob"))
    assert names(store) == ["Anna", "Bob"]
    assert store.damaged() == ("00bad",)
    with pytest.raises(StoredDataInvalid):
        store.get("00bad")
    store.rename("Bob", "Ben")
    store.delete("00bad")
    assert store.damaged() == ()
    assert names(store) == ["Anna", "Ben"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputNotWritable):
        ProfileStore(tmp_path / "file" / "profiles").add(make_profile())


def add(root: str, number: int) -> None:
    ProfileStore(Path(root)).add(make_profile(vectors=(ray(number * 30),), seconds=1.0, consents=(str(number),)))


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(add, [str(tmp_path)] * 8, range(8)))
    (profile,) = ProfileStore(tmp_path).list()
    assert sorted(profile.consents) == [str(number) for number in range(8)]
    assert profile.seconds == 8.0
