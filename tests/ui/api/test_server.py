"""The server as a program: its token, its address, its port."""

import stat
from pathlib import Path

import pytest

from pipelines.settings import load_settings
from tingwu.errors import OutputNotWritable
from ui.api.server import address, listen, reachable, stored_token


def test_the_token_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "data" / "token"
    token = stored_token(path)
    assert len(token) >= 43, "256 bits"
    assert stored_token(path) == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stored_token(tmp_path / "other" / "token") != token


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputNotWritable):
        stored_token(tmp_path / "file" / "token")


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:7860/?token=t"),
        ("0.0.0.0", "http://127.0.0.1:7860/?token=t"),
        ("::", "http://[::1]:7860/?token=t"),
        ("::1", "http://[::1]:7860/?token=t"),
        ("box.lan", "http://box.lan:7860/?token=t"),
    ],
)
def test_what_is_printed_can_be_opened(host: str, shown: str) -> None:
    assert address(host, 7860, "t") == shown


def test_a_host_that_was_asked_for_is_allowed(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert reachable(settings, "127.0.0.1") is settings
    assert reachable(settings, "0.0.0.0").allowed_hosts == settings.allowed_hosts, "every name must be given by hand"
    assert reachable(settings, "192.168.1.5").allowed_hosts == (*settings.allowed_hosts, "192.168.1.5")


def test_a_port_that_is_taken() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(OutputNotWritable, match="in use"):
        listen("127.0.0.1", first.getsockname()[1])
