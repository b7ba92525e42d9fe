"""Pull: fetch models from the first sources that can give them, continue what was interrupted, trust only sha256.

One model is fetched by one process at a time; a second one waits and then finds it done. A model's files move to
their place when all of them are there and verified, so a model is never half-present.
"""

import logging
import shutil
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from tingwu.errors import ModelCorrupt, ModelError, ModelMissing, ModelUnavailable
from tingwu.files import output_error
from tingwu.models.catalog import Model, ModelFile
from tingwu.models.partial import check_room, join, sweep
from tingwu.models.sources import Meter, Piece, Source, whole_path
from tingwu.models.stamps import bytes_under, sha256_of
from tingwu.models.store import ModelStore
from tingwu.progress import Progress, Step, silent

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.1


def pull(
    names: Sequence[str],
    store: ModelStore,
    sources: Sequence[Source],
    *,
    progress: Progress = silent,
    offline: bool = False,
    parallel: int = 4,
) -> None:
    """Make the models called `names` present in `store`, asking `sources` in their order, `parallel` pieces at a time.

    Progress is in bytes of all models together. Offline, only sources without a network are asked.
    Raises UnknownModel, ModelMissing (offline), ModelUnavailable, ModelCorrupt, OutputError, Cancelled; finished parts
    are kept.
    """
    models = [store.catalog.get(name) for name in dict.fromkeys(names)]
    total = sum(model.size for model in models)
    done = 0
    forward = _Forward(progress)
    allowed = tuple(source for source in sources if not (offline and source.network))
    for model in models:
        run = _Run(
            model=model, store=store, progress=forward, parallel=parallel, before=done, total=total, offline=offline
        )
        run.report(0)
        if store.missing(model.name):
            _make_present(run, allowed)
        done += model.size
        forward(Step.PULL, done, total, model.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """One model on its way; `before` of `total` bytes belong to models that are done."""

    model: Model
    store: ModelStore
    progress: Progress
    parallel: int
    before: int
    total: int
    offline: bool

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def folder(self) -> Path:
        return self.store.partial_folder(self.name)

    def report(self, done: float) -> None:
        """Tell of `done` bytes of this model. May raise Cancelled."""
        self.progress(Step.PULL, self.before + min(done, self.model.size), self.total)


class _Forward:
    """Progress that never goes back, even when wrong bytes are dropped or a round size turns out too large."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._most = 0.0

    def __call__(self, step: Step, done: float, total: float, result: object = None) -> None:
        self._most = max(self._most, done)
        self._progress(step, self._most, total, result)


def _make_present(run: _Run, sources: Sequence[Source]) -> None:
    try:
        run.store.lock_path(run.name).parent.mkdir(parents=True, exist_ok=True)
        with _locked(run):
            _fetch(run, sources)
    except OSError as error:
        raise output_error(run.folder, error) from error


@contextmanager
def _locked(run: _Run) -> Generator[None]:
    """The model's lock, held until the block ends. Waits for another process, and can be cancelled meanwhile."""
    lock = FileLock(run.store.lock_path(run.name))
    while not lock.is_locked:
        try:
            lock.acquire(timeout=_POLL_SECONDS, poll_interval=_POLL_SECONDS / 2)
        except Timeout:
            run.report(bytes_under(run.folder))
    try:
        yield
    finally:
        lock.release()


def _fetch(run: _Run, sources: Sequence[Source]) -> None:
    missing = run.store.missing(run.name)
    if not missing:
        return  # another process was faster
    sweep(run.folder)
    verified: dict[ModelFile, str] = {}
    troubles = _verify(run, missing, verified)
    check_room(run.folder, missing, run.parallel)
    for source in sources:
        lacking = [file for file in missing if file not in verified]
        if all(file.optional for file in lacking):
            break
        troubles += _ask(run, source, lacking, sum(file.size for file in verified))
        troubles += _verify(run, lacking, verified)
    if any(not file.optional and file not in verified for file in missing):
        raise _explain(run, troubles)
    for file, sha256 in verified.items():
        run.store.accept(run.name, file, whole_path(run.folder, file), sha256)
    shutil.rmtree(run.folder, ignore_errors=True)


def _ask(run: _Run, source: Source, files: Sequence[ModelFile], kept: int) -> list[ModelError]:
    """Fetch what `source` has of `files`; returns what went wrong. `kept` bytes are here already."""
    pieces = source.pieces(run.model, files, run.folder)
    if not pieces:
        return []
    if why := source.unusable():
        _log.info("source %s is left alone: %s", source.name, why)
        return [ModelUnavailable(run.name, f"{source.name}: {why}")]
    _log.info("fetching %s from %s in %d pieces", run.name, source.name, len(pieces))
    return _run_pieces(run, pieces, kept)


def _run_pieces(run: _Run, pieces: Sequence[Piece], kept: int) -> list[ModelError]:
    """Run `pieces`, a few at a time. After one could not be had no new ones are begun; wrong bytes stop only one."""
    meter = Meter()
    waiting = list(pieces)
    running: set[Future[None]] = set()
    troubles: list[ModelError] = []
    with ThreadPoolExecutor(run.parallel, thread_name_prefix="pull") as pool:
        try:
            while running or (waiting and not _is_dead(troubles)):
                while waiting and len(running) < run.parallel and not _is_dead(troubles):
                    running.add(pool.submit(waiting.pop(0).run, meter))
                finished, running = wait(running, _POLL_SECONDS, FIRST_COMPLETED)
                troubles += [trouble for future in finished if (trouble := _trouble(future))]
                run.report(kept + meter.total())
        finally:
            meter.stop()
    return troubles


def _trouble(future: Future[None]) -> ModelError | None:
    """What kept a piece from its end, if another source may help; anything else is raised."""
    error = future.exception()
    if error is None or isinstance(error, ModelError):
        return error
    raise error


def _is_dead(troubles: Sequence[ModelError]) -> bool:
    return any(isinstance(trouble, ModelUnavailable) for trouble in troubles)


def _verify(run: _Run, files: Sequence[ModelFile], verified: dict[ModelFile, str]) -> list[ModelError]:
    """Join what is complete, add the sha256 of the files that are right to `verified`, delete those that are wrong."""
    troubles: list[ModelError] = []

    def watch(_: int = 0) -> None:
        run.report(bytes_under(run.folder))

    for file in files:
        whole = join(run.folder, file, watch)
        if whole is None:
            continue
        sha256 = sha256_of(whole, watch)
        if sha256 == (file.sha256 or run.store.pinned_sha256(run.name, file) or sha256):
            verified[file] = sha256
        else:
            whole.unlink()
            troubles.append(ModelCorrupt(run.name, file.name))
    return troubles


def _explain(run: _Run, troubles: Sequence[ModelError]) -> ModelError:
    """The error to raise when some file could not be had: wrong bytes weigh more than no bytes."""
    details = "; ".join(dict.fromkeys(trouble.detail for trouble in troubles if trouble.detail))
    if any(isinstance(trouble, ModelCorrupt) for trouble in troubles):
        return ModelCorrupt(run.name, details)
    if run.offline:
        return ModelMissing(run.name, f"offline; {details}".removesuffix("; "))
    return ModelUnavailable(run.name, details or "no source has it")
