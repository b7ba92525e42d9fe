"""Every error that tingwu raises on purpose, on one page.

    TingwuError                    NamedError: base of those about one thing
    ├── MediaError                 something about the file that came in
    │   ├── MediaNotFound          no such file
    │   ├── MediaRefused           not a plain file: a folder, a device, a link
    │   ├── EmptyMedia             zero bytes
    │   ├── UnreadableMedia        no known media format, or damaged beyond reading
    │   ├── PlaylistRefused        a playlist or manifest that points at other files
    │   ├── NoAudioStream          media without sound, or without the chosen stream
    │   ├── MediaTooLong           longer than the limit
    │   └── DecodeFailed           the decoder stopped, stalled or hit a limit
    ├── ModelError                 something about model files
    │   ├── UnknownModel           the catalogue has no such name
    │   ├── ModelMissing           not on this machine, and pulling is not allowed
    │   ├── ModelUnavailable       no source answered
    │   ├── ModelCorrupt           bytes do not match their sha256
    │   └── ModelUnusable          verified, but the engine cannot load it
    ├── LlmError                   something about the language model
    │   ├── LlmUnavailable         cannot be reached or started
    │   ├── LlmTimeout             stopped answering
    │   ├── LlmRejected            answered with an HTTP error
    │   ├── LlmNonsense            answered something that is no answer
    │   └── LlmContextExceeded     the prompt does not fit
    ├── OutputError                something about the files going out
    │   ├── OutputNotWritable      folder or file cannot be written
    │   └── OutputFull             no space left
    ├── JobError
    │   ├── JobNotFound            no such job
    │   └── JobRunningElsewhere    another process is working on it
    ├── RecordingNotFound          the library has no such recording
    ├── ProfileNotFound            nobody's voice is known by this name
    ├── StoredDataInvalid          a stored file does not hold what it should
    ├── InvalidOption              an option's value cannot work
    ├── BackendNotInstalled        needs an optional package
    └── Cancelled                  somebody asked to stop

Fields go to `Exception.__init__`, so that errors survive pickling; `__str__` builds the message from them.
"""

from typing import ClassVar


class TingwuError(Exception):
    """Base of all errors with a meaning to the user. `code` is stable and safe to show to programs."""

    code: ClassVar[str] = "error"


class NamedError(TingwuError):
    """Base of errors about one thing. `name` is what the user calls it; `detail` says more, if there is more."""

    code = "named_error"
    kind: ClassVar[str] = ""
    says: ClassVar[str] = "failed"

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(name, detail)
        self.name = name
        self.detail = detail

    def __str__(self) -> str:
        sentence = f"{self.kind} {self.name!r} {self.says.format(e=self)}".lstrip()
        return f"{sentence}: {self.detail}" if self.detail else sentence


class MediaError(NamedError):
    """Something about one media file. `name` is the file's name as the user gave it."""

    code = "media_error"
    says = "cannot be used"


class MediaNotFound(MediaError):
    code = "media_not_found"
    says = "does not exist"


class MediaRefused(MediaError):
    code = "media_refused"
    says = "is not a plain file, so it was not opened"


class EmptyMedia(MediaError):
    code = "empty_media"
    says = "is empty (0 bytes)"


class UnreadableMedia(MediaError):
    code = "unreadable"
    says = "is no audio or video that can be read"


class PlaylistRefused(MediaError):
    code = "playlist_refused"
    says = "is a playlist or manifest that points at other files; give the recording itself"


class NoAudioStream(MediaError):
    code = "no_audio_stream"
    says = "has no such sound track"


class MediaTooLong(MediaError):
    """`seconds` is the length found, `limit_seconds` the most that is allowed."""

    code = "too_long"

    def __init__(self, name: str, seconds: float, limit_seconds: float) -> None:
        TingwuError.__init__(self, name, seconds, limit_seconds)
        self.name = name
        self.seconds = seconds
        self.limit_seconds = limit_seconds

    def __str__(self) -> str:
        hours = self.limit_seconds / 3600
        return (
            f"{self.name!r} is longer than the limit of {hours:.4g} h "
            f"(at least {self.seconds / 3600:.4g} h); raise max_media_hours or cut the file"
        )


class DecodeFailed(MediaError):
    code = "decode_failed"
    says = "could not be decoded"


class ModelError(NamedError):
    """Something about the files of one model. `name` is its name in the catalogue, or a path."""

    code = "model_error"
    kind = "model"
    says = "cannot be used"


class UnknownModel(ModelError):
    code = "unknown_model"
    says = "is neither in the catalogue nor a folder or file (see `tingwu models list`)"


class ModelMissing(ModelError):
    code = "model_missing"
    says = "is not on this machine (`tingwu models pull` fetches it)"


class ModelUnavailable(ModelError):
    code = "model_unavailable"
    says = "could not be had from any source; finished parts are kept for the next try"


class ModelCorrupt(ModelError):
    code = "model_corrupt"
    says = "does not match its sha256 and was refused; pull it again with `tingwu models pull {e.name}`"


class ModelUnusable(ModelError):
    code = "model_unusable"
    says = "could not be loaded"


class LlmError(NamedError):
    """Something about the language model. `name` is its name or URL."""

    code = "llm_error"
    kind = "language model"
    says = "failed"


class LlmUnavailable(LlmError):
    code = "llm_unavailable"
    says = "cannot be reached or started"


class LlmTimeout(LlmError):
    code = "llm_timeout"
    says = "stopped answering"


class LlmRejected(LlmError):
    code = "llm_rejected"

    def __init__(self, model: str, status: int, detail: str = "") -> None:
        TingwuError.__init__(self, model, status, detail)
        self.name = model
        self.status = status
        self.detail = detail

    def __str__(self) -> str:
        return f"language model {self.name!r} refused with status {self.status}: {self.detail}"


class LlmNonsense(LlmError):
    code = "llm_nonsense"
    says = "gave no usable answer"


class LlmContextExceeded(LlmError):
    code = "llm_context_exceeded"

    def __init__(self, model: str, prompt_tokens: int, context_tokens: int) -> None:
        TingwuError.__init__(self, model, prompt_tokens, context_tokens)
        self.name = model
        self.prompt_tokens = prompt_tokens
        self.context_tokens = context_tokens

    def __str__(self) -> str:
        return f"language model {self.name!r} takes {self.context_tokens} tokens, the prompt has {self.prompt_tokens}"


class OutputError(NamedError):
    """Something about a result file or folder. `name` is its path."""

    code = "output_error"
    says = "cannot be used for results"


class OutputNotWritable(OutputError):
    code = "output_not_writable"
    says = "cannot be written"


class OutputFull(OutputError):
    code = "output_full"
    says = "could not be written, no space is left; make room and run the same command again"


class JobError(NamedError):
    """Something about one job. `name` is its id."""

    code = "job_error"
    kind = "job"
    says = "failed"


class JobNotFound(JobError):
    code = "job_not_found"
    says = "does not exist"


class JobRunningElsewhere(JobError):
    code = "job_running_elsewhere"
    says = "is being worked on by another process"


class RecordingNotFound(NamedError):
    code = "recording_not_found"
    kind = "recording"
    says = "does not exist"


class ProfileNotFound(NamedError):
    code = "profile_not_found"
    kind = "voice profile"
    says = "does not exist"


class StoredDataInvalid(NamedError):
    """The stored file `name` does not hold what it should: edited by hand, cut, or of a newer version."""

    code = "stored_data_invalid"
    says = "does not hold valid data"


class InvalidOption(TingwuError):
    code = "invalid_option"

    def __init__(self, option: str, value: str, detail: str = "") -> None:
        super().__init__(option, value, detail)
        self.option = option
        self.value = value
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.option} cannot be {self.value!r}" + (f": {self.detail}" if self.detail else "")


class BackendNotInstalled(TingwuError):
    """The backend `name` needs a package that is not installed; `extra` is the extra that brings it, if any."""

    code = "backend_not_installed"

    def __init__(self, name: str, extra: str) -> None:
        super().__init__(name, extra)
        self.name = name
        self.extra = extra

    def __str__(self) -> str:
        if not self.extra:
            return f"{self.name!r} is needed and not on this machine"
        return f"{self.name!r} needs an optional package: pip install 'tingwu[{self.extra}]'"


class Cancelled(TingwuError):
    """Somebody asked to stop. Raised out of a progress callback; finished work is kept."""

    code = "cancelled"

    def __str__(self) -> str:
        return "cancelled; finished work is kept, and the same command continues it"
