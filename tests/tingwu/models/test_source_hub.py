"""Model files over HTTP: a hub on loopback that knows Range, hangs up, lies, or is not there."""

import socket
import time
from pathlib import Path

import pytest

from tests.tingwu.models.makers import CONFIG, WEIGHTS, Bench, Hub, sha256
from tingwu.errors import Cancelled, InvalidOption, ModelCorrupt, ModelUnavailable
from tingwu.models.source_hub import HubSource, open_hugging_face, open_modelscope
from tingwu.models.sources import Meter, SourceOptions, open_sources


def run_all(source: HubSource, bench: Bench, name: str, folder: Path, meter: Meter | None = None) -> None:
    folder.mkdir(exist_ok=True)
    model = bench.store.catalog.get(name)
    for piece in source.pieces(model, model.files, folder):
        piece.run(meter or Meter())


def hugging_face(hub: Hub) -> HubSource:
    return open_hugging_face(SourceOptions(hf_endpoint=hub.url + "/", retry_seconds=0.0))


def serve_tiny(hub: Hub) -> None:
    hub.files["/people/tiny/resolve/main/model.bin"] = WEIGHTS
    hub.files["/people/tiny/resolve/main/config.json"] = CONFIG


def serve_loose(hub: Hub, data: bytes) -> None:
    hub.files["/people/loose/resolve/main/model.gguf"] = data


def test_whole_files(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    meter = Meter()
    run_all(hugging_face(hub), bench, "tiny", tmp_path / "p", meter)
    left = {path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()}
    assert left == {"model.bin.whole": WEIGHTS, "config.json.whole": CONFIG}
    assert meter.total() == len(WEIGHTS) + len(CONFIG)


def test_modelscope_addresses(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    hub.files["/models/people/tiny/resolve/master/model.bin"] = WEIGHTS
    hub.files["/models/people/tiny/resolve/master/config.json"] = CONFIG
    run_all(open_modelscope(SourceOptions(modelscope_endpoint=hub.url)), bench, "tiny", tmp_path / "p")
    assert (tmp_path / "p" / "model.bin.whole").read_bytes() == WEIGHTS


def test_a_lost_connection_goes_on_by_range(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    hub.cuts = [50_000, 60_000]
    run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert (tmp_path / "p" / "model.bin.whole").read_bytes() == WEIGHTS
    assert hub.ranges == ["", "bytes=50000-", "bytes=110000-", ""]


def test_another_run_goes_on_by_range(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "model.bin.huggingface").write_bytes(WEIGHTS[:70_000])
    run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert (tmp_path / "p" / "model.bin.whole").read_bytes() == WEIGHTS
    assert hub.ranges[0] == "bytes=70000-"


def test_a_hub_that_sends_a_little_each_time_is_good_enough(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    hub.cuts = [10_000] * 8
    run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert (tmp_path / "p" / "model.bin.whole").read_bytes() == WEIGHTS


def test_a_hub_that_only_hangs_up_is_given_up_and_what_came_is_kept(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    hub.cuts = [10] + [0] * 20
    with pytest.raises(ModelUnavailable):
        run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert (tmp_path / "p" / "model.bin.huggingface").stat().st_size == 10


def test_an_unpinned_file_is_not_mixed_from_two_versions(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_loose(hub, b"new version")
    hub.headers["ETag"] = '"new"'
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "model.gguf.huggingface").write_bytes(b"old")
    (tmp_path / "p" / "model.gguf.huggingface.etag").write_text('"old"')
    run_all(hugging_face(hub), bench, "loose", tmp_path / "p")
    assert (tmp_path / "p" / "model.gguf.whole").read_bytes() == b"new version"


def test_an_unpinned_file_goes_on_in_the_same_version(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_loose(hub, b"new version")
    hub.headers["ETag"] = '"new"'
    hub.cuts = [4]
    run_all(hugging_face(hub), bench, "loose", tmp_path / "p")
    assert (tmp_path / "p" / "model.gguf.whole").read_bytes() == b"new version"
    assert hub.ranges == ["", "bytes=4-"]


def test_an_optional_file_may_be_absent(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_loose(hub, b"weights")
    run_all(hugging_face(hub), bench, "loose", tmp_path / "p")
    assert [path.name for path in (tmp_path / "p").iterdir()] == ["model.gguf.whole"]


def test_a_required_file_may_not(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"huggingface: there is no model\.bin"):
        run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")


def test_a_hub_in_trouble_is_asked_a_few_times_only(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    hub.status = 503
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "model.bin.huggingface").write_bytes(WEIGHTS[:70_000])
    with pytest.raises(ModelUnavailable, match="status 503"):
        run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert (tmp_path / "p" / "model.bin.huggingface").stat().st_size == 70_000


def test_all_bytes_of_a_killed_run_are_not_fetched_again(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "model.bin.huggingface").write_bytes(WEIGHTS)
    run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert (tmp_path / "p" / "model.bin.whole").read_bytes() == WEIGHTS
    assert hub.ranges == [""]  # the other file


@pytest.mark.parametrize(("promise", "ranges"), [(b"weights", ["bytes=7-"]), (None, ["bytes=7-", ""])])
def test_all_bytes_of_an_unpinned_file(
    bench: Bench, hub: Hub, tmp_path: Path, promise: bytes | None, ranges: list[str]
) -> None:
    serve_loose(hub, b"weights")
    if promise:
        hub.headers["X-Linked-Etag"] = f'"{sha256(promise)}"'
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "model.gguf.huggingface").write_bytes(b"weights")
    run_all(hugging_face(hub), bench, "loose", tmp_path / "p")
    assert (tmp_path / "p" / "model.gguf.whole").read_bytes() == b"weights"
    assert hub.ranges == ranges


def test_another_file_is_refused_before_its_bytes_are_fetched(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    hub.headers["X-Linked-Etag"] = f'"{sha256(b"something else")}"'
    with pytest.raises(ModelCorrupt, match="another file"):
        run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert list((tmp_path / "p").iterdir()) == []


def test_a_promise_holds_for_an_unpinned_file(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_loose(hub, b"tampered")
    hub.headers["X-Linked-Etag"] = f'"{sha256(b"original")}"'
    with pytest.raises(ModelCorrupt):
        run_all(hugging_face(hub), bench, "loose", tmp_path / "p")
    assert list((tmp_path / "p").iterdir()) == []


def test_more_bytes_than_declared_are_refused(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    hub.files["/people/tiny/resolve/main/model.bin"] = WEIGHTS + b"!"
    with pytest.raises(ModelCorrupt, match="larger"):
        run_all(hugging_face(hub), bench, "tiny", tmp_path / "p")
    assert list((tmp_path / "p").iterdir()) == []


def test_stopping(bench: Bench, hub: Hub, tmp_path: Path) -> None:
    serve_tiny(hub)
    meter = Meter()
    meter.stop()
    with pytest.raises(Cancelled):
        run_all(hugging_face(hub), bench, "tiny", tmp_path / "p", meter)


def test_a_hub_that_answers_is_usable(hub: Hub) -> None:
    assert hugging_face(hub).unusable() == ""


def test_a_closed_port_is_found_out_once_and_fast() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    source = open_hugging_face(SourceOptions(hf_endpoint=endpoint))
    begun = time.monotonic()
    why = source.unusable()
    assert endpoint in why
    assert source.unusable() == why
    assert time.monotonic() - begun < 3


def test_a_hub_that_is_silent_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        source = open_hugging_face(SourceOptions(hf_endpoint=endpoint, connect_seconds=0.05))
        assert "cannot be reached" in source.unusable()


def test_no_address_at_all() -> None:
    assert "cannot be reached" in open_hugging_face(SourceOptions(hf_endpoint="nonsense")).unusable()


def test_sources_by_name() -> None:
    sources = open_sources(("wheels", "modelscope", "folder", "huggingface"), SourceOptions())
    assert [(source.name, source.network) for source in sources] == [
        ("wheels", True),
        ("modelscope", True),
        ("folder", False),
        ("huggingface", True),
    ]
    with pytest.raises(InvalidOption):
        open_sources(("torrent",), SourceOptions())
