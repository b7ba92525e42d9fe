"""Backends: the models that Settings name, fetched when missing, loaded once, and freed together.

The only place where a name becomes a model: `auto` is settled here, files are pulled here, and here the choice of
engine is made. Loading is guarded by a lock, so that two jobs share one model.
"""

import logging
import os
import threading
from pathlib import Path

from pipelines.layouts import Layouts
from pipelines.settings import Settings
from tingwu.audio.limits import MediaLimits
from tingwu.errors import ModelMissing
from tingwu.memory import give_back, keep_small
from tingwu.models.auto import Choice, resolve_asr, resolve_llm
from tingwu.models.hardware import Hardware, detect
from tingwu.models.pull import pull
from tingwu.models.sources import Source, SourceOptions, open_sources
from tingwu.models.store import ModelStore
from tingwu.progress import Progress, Step, silent
from tingwu.speech.asr import ASR_BACKENDS, ASR_LAYOUTS, Transcriber
from tingwu.speech.layout import Layout
from tingwu.text.llm import LLM_BACKENDS, LanguageModel

NO_MODEL = "none"
"""The name that means: write the notes without a language model."""
_log = logging.getLogger(__name__)


class Backends:
    """Everything that is expensive to load. Safe between threads; `close` frees all."""

    def __init__(self, settings: Settings, *, hardware: Hardware | None = None) -> None:
        keep_small()
        self.settings = settings
        self.store = ModelStore(settings.models_dir)
        self.hardware = hardware or detect()
        self._layouts = Layouts(settings.data_dir / "layouts.json")
        self._lock = threading.RLock()
        self._sources: tuple[Source, ...] | None = None
        self._transcribers: dict[str, Transcriber] = {}
        self._language_models: dict[str, LanguageModel] = {}

    def media_limits(self) -> MediaLimits:
        """How much one media file may cost."""
        return MediaLimits(max_seconds=self.settings.max_media_hours * 3600)

    def choose_asr(self, name: str = "auto") -> Choice:
        """The speech model that `name` (or, for `auto`, the settings) stands for, and why. Raises UnknownModel."""
        return resolve_asr(self.settings.asr_model if name == "auto" else name, self.hardware, self.store)

    def choose_llm(self, name: str = "auto") -> Choice:
        """The same for the language model; URLs and `none` stand for themselves."""
        name = self.settings.llm if name == "auto" else name
        if name == NO_MODEL:
            return Choice(name=name, reason="no language model was wanted")
        if is_url(name):
            return Choice(name=name, reason="a server was named")
        return resolve_llm(name, self.hardware, self.store)

    def transcriber(self, name: str, progress: Progress = silent) -> Transcriber:
        """The speech model `name`, fetched and loaded if it is not. Raises ModelError, InvalidOption, Cancelled."""
        with self._lock:
            if name not in self._transcribers:
                path = self.files(name, progress)
                progress(Step.LOAD, 0, 1)
                layout = self._layout(path)
                self._transcribers[name] = ASR_BACKENDS.get(self.settings.asr_backend)(
                    str(path),
                    name=Path(name).name,
                    device=self._device(),
                    device_index=self.settings.device_index,
                    compute_type=self.settings.compute_type,
                    threads=layout.threads,
                    workers=layout.workers,
                )
                give_back()
                progress(Step.LOAD, 1, 1)
            return self._transcribers[name]

    def language_model(self, name: str, progress: Progress = silent) -> LanguageModel:
        """The language model `name` (of the catalogue, a file, a folder, a URL). Raises ModelError, LlmError."""
        with self._lock:
            if name not in self._language_models:
                backend = self._llm_backend(name)
                target = name if backend == "http" else str(self.files(name, progress))
                progress(Step.LOAD, 0, 1)
                self._language_models[name] = LLM_BACKENDS.get(backend)(
                    target,
                    name="" if backend == "http" else Path(name).name,
                    threads=self.threads,
                    context_tokens=self.settings.llm_context_tokens,
                    api_key=self.settings.llm_api_key.get_secret_value(),
                    idle_seconds=self.settings.llm_idle_seconds,
                )
                progress(Step.LOAD, 1, 1)
            return self._language_models[name]

    def pull(self, names: tuple[str, ...], progress: Progress = silent) -> None:
        """Fetch the models `names`. Raises ModelError, OutputError or Cancelled; finished parts are kept."""
        if self._sources is None:
            self._sources = open_sources(
                self.settings.model_sources,
                SourceOptions(
                    hf_endpoint=self.settings.hf_endpoint,
                    modelscope_endpoint=self.settings.modelscope_endpoint,
                    folder=self.settings.model_folder,
                ),
            )
        pull(names, self.store, self._sources, progress=progress, offline=self.settings.offline)

    def files(self, name: str, progress: Progress) -> Path:
        """Where the model `name` is on this machine, fetched if not. Raises ModelError, OutputError, Cancelled."""
        try:
            return self.store.require(name)
        except ModelMissing:
            if self.settings.offline or not self.settings.auto_pull:
                raise
        _log.info("fetching model %s", name)
        self.pull((name,), progress)
        return self.store.require(name)

    def close(self) -> None:
        """Free all models; they load again when they are wanted."""
        with self._lock:
            for model in (*self._transcribers.values(), *self._language_models.values()):
                model.close()
            self._transcribers.clear()
            self._language_models.clear()

    @property
    def threads(self) -> int:
        """CPU threads for one model."""
        return self.settings.threads or len(os.sched_getaffinity(0))

    def _layout(self, path: Path) -> Layout:
        """Workers and threads of the speech model in `path`: the fastest on a CPU, one worker on a GPU."""
        backend, cores = self.settings.asr_backend, self.threads
        if self.settings.asr_workers:
            workers = min(self.settings.asr_workers, cores)
            return Layout(workers=workers, threads=cores // workers)
        if backend not in ASR_LAYOUTS.names() or self._device() != "cpu" or cores == 1:
            return Layout(workers=1, threads=cores)
        find = ASR_LAYOUTS.get(backend)
        compute_type = self.settings.compute_type
        return self._layouts.get(
            f"{path.name}, {compute_type}",
            cores,
            lambda: find(str(path), name=path.name, compute_type=compute_type, cores=cores),
        )

    def _device(self) -> str:
        if self.settings.device != "auto":
            return self.settings.device
        return "cuda" if self.hardware.gpus else "cpu"

    def _llm_backend(self, name: str) -> str:
        if self.settings.llm_backend != "auto":
            return self.settings.llm_backend
        if is_url(name):
            return "http"
        return "transformers" if Path(name).is_dir() else "embedded"


def is_url(name: str) -> bool:
    """Whether a model's name is the address of a server."""
    return name.startswith(("http://", "https://"))
