"""Backends: the models that Settings name, fetched when missing, loaded once, and freed when idle.

The only place where a name becomes a model: `auto` is settled here, files are pulled here, and here the choice of
engine is made. Loading is guarded by a lock, so that two jobs share one model.
"""

import logging
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipelines.layouts import Layouts
from pipelines.lending import Lending
from pipelines.settings import Settings
from pipelines.voices import VoiceModels, load_voices
from tingwu.audio.limits import MediaLimits
from tingwu.errors import ModelMissing
from tingwu.memory import give_back, keep_small
from tingwu.models.auto import Choice, resolve_asr, resolve_llm
from tingwu.models.cuda_libraries import preload
from tingwu.models.hardware import Hardware, detect
from tingwu.models.pull import pull
from tingwu.models.sources import Source, SourceOptions, open_sources
from tingwu.models.store import ModelStore
from tingwu.progress import Progress, Step, silent
from tingwu.speech.asr import (
    ASR_BACKENDS,
    ASR_LAYOUTS,
    DEVICE_CHECKS,
    LANGUAGE_CHECKS,
    AsrOptions,
    Transcriber,
    backend_of,
)
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
        self._transcribers = Lending[Transcriber](settings.asr_idle_seconds)
        self._voices = Lending[VoiceModels](settings.asr_idle_seconds)
        self._language_models: dict[str, LanguageModel] = {}

    def media_limits(self) -> MediaLimits:
        """How much one media file may cost."""
        return MediaLimits(max_seconds=self.settings.max_media_hours * 3600)

    def choose_asr(self, name: str = "auto") -> Choice:
        """The speech model that `name` (or, for `auto`, the settings) stands for, and why.

        Raises UnknownModel, and InvalidOption for a device or number format that cannot work here.
        """
        choice = resolve_asr(self.settings.asr_model if name == "auto" else name, self.hardware, self.store)
        check = DEVICE_CHECKS.get(self._asr_backend(self.store.path(choice.name)))
        check(self._device(), self.settings.device_index, self.settings.compute_type)
        return choice

    def check_languages(self, name: str, options: AsrOptions) -> None:
        """Refuse a language or task that the speech model `name` does not know, as far as its files are here.

        Raises UnknownModel and InvalidOption.
        """
        path = self.store.path(name)
        LANGUAGE_CHECKS.get(self._asr_backend(path))(path, Path(name).name, options)

    def choose_llm(self, name: str = "auto") -> Choice:
        """The same for the language model; URLs and `none` stand for themselves."""
        name = self.settings.llm if name == "auto" else name
        if name == NO_MODEL:
            return Choice(name=name, reason="no language model was wanted")
        if is_url(name):
            return Choice(name=name, reason="a server was named")
        return resolve_llm(name, self.hardware, self.store)

    @contextmanager
    def lease_transcriber(self, name: str, progress: Progress = silent) -> Generator[Transcriber]:
        """The speech model `name` for as long as the context lasts, fetched and loaded if it is not.

        A model that nobody holds is freed when another is wanted and after `asr_idle_seconds`; so hold it over a whole
        job. Entering raises ModelError, InvalidOption, Cancelled.
        """
        self.files(name, progress)  # nobody waits for the files of somebody else's model
        with self._transcribers.lend(name, lambda: self._load_transcriber(name, progress)) as transcriber:
            yield transcriber

    @contextmanager
    def lease_voices(self, progress: Progress = silent) -> Generator[VoiceModels]:
        """The models that tell speakers apart, in the same way. Entering raises ModelError or Cancelled."""
        with self._voices.lend("voices", lambda: self._load_voices(progress)) as models:
            yield models

    def transcriber(self, name: str, progress: Progress = silent) -> Transcriber:
        """The same for somebody who keeps it: it stays loaded until `close`."""
        return self._transcribers.keep(name, lambda: self._load_transcriber(name, progress))

    def loaded_transcribers(self) -> tuple[str, ...]:
        """Names of the speech models that are in memory now."""
        return self._transcribers.loaded()

    def _load_transcriber(self, name: str, progress: Progress) -> Transcriber:
        path = self.files(name, progress)
        progress(Step.LOAD, 0, 1)
        device = self._device()
        if device != "cpu":
            preload()
        layout = self._layout(path)
        transcriber = ASR_BACKENDS.get(self._asr_backend(path))(
            str(path),
            name=Path(name).name,
            device=device,
            device_index=self.settings.device_index,
            compute_type=self.settings.compute_type,
            threads=layout.threads,
            workers=layout.workers,
            gpu_memory_bytes=self._gpu_memory(),
        )
        give_back()
        progress(Step.LOAD, 1, 1)
        return transcriber

    def _load_voices(self, progress: Progress) -> VoiceModels:
        models = load_voices(lambda name: self.files(name, progress), self.threads)
        give_back()
        return models

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
        self._transcribers.close()
        self._voices.close()
        with self._lock:
            for model in self._language_models.values():
                model.close()
            self._language_models.clear()

    @property
    def threads(self) -> int:
        """CPU threads for one model."""
        return self.settings.threads or len(os.sched_getaffinity(0))

    def _layout(self, path: Path) -> Layout:
        """Workers and threads of the speech model in `path`: the fastest on a CPU, a worker for each GPU."""
        backend, cores = self._asr_backend(path), self.threads
        if backend not in ASR_LAYOUTS.names():
            return Layout(workers=1, threads=cores)
        if self._device() != "cpu":
            return Layout(workers=len(self.settings.device_index), threads=cores)
        if self.settings.asr_workers:
            workers = min(self.settings.asr_workers, cores)
            return Layout(workers=workers, threads=cores // workers)
        if cores == 1:
            return Layout(workers=1, threads=1)
        find, compute_type = ASR_LAYOUTS.get(backend), self.settings.compute_type

        def measure() -> Layout:
            return find(str(path), name=path.name, compute_type=compute_type, cores=cores)

        return self._layouts.get(f"{path.name}, {compute_type}", cores, measure)

    def _device(self) -> str:
        """cpu without a card, so that nobody asks the engine for one; else auto, for not every card can be used."""
        if self.settings.device != "auto":
            return self.settings.device
        return "auto" if self.hardware.gpus else "cpu"

    def _gpu_memory(self) -> int:
        """Bytes of the smallest card that was named, 0 if nobody knows."""
        gpus = self.hardware.gpus
        return min((gpus[at].memory_bytes for at in self.settings.device_index if at < len(gpus)), default=0)

    def _asr_backend(self, path: Path) -> str:
        return backend_of(path) if self.settings.asr_backend == "auto" else self.settings.asr_backend

    def _llm_backend(self, name: str) -> str:
        if self.settings.llm_backend != "auto":
            return self.settings.llm_backend
        if is_url(name):
            return "http"
        return "transformers" if Path(name).is_dir() else "embedded"


def is_url(name: str) -> bool:
    """Whether a model's name is the address of a server."""
    return name.startswith(("http://", "https://"))
