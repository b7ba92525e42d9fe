"""Failures: what each error is to the outside: an exit code and an HTTP status.

An error without a row of its own has the row of its nearest ancestor. Exit codes group errors by what mends them:

    0  done                          5  the language model
    1  an error nobody foresaw       6  writing results or data
    2  a wrong option                7  a job
    3  the media file                8  something stored is missing or damaged
    4  a model file                  9  a package is missing
    130  stopped by Ctrl-C
"""

from dataclasses import dataclass

from tingwu import errors
from tingwu.error_words import error_words
from tingwu.errors import TingwuError

UNFORESEEN = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """One row."""

    exit_code: int
    http_status: int


FAILURES: dict[type[TingwuError], Failure] = {
    errors.TingwuError: Failure(UNFORESEEN, 500),
    errors.NamedError: Failure(UNFORESEEN, 500),
    errors.MediaError: Failure(3, 422),
    errors.MediaNotFound: Failure(3, 404),
    errors.MediaRefused: Failure(3, 422),
    errors.EmptyMedia: Failure(3, 422),
    errors.UnreadableMedia: Failure(3, 415),
    errors.PlaylistRefused: Failure(3, 415),
    errors.NoAudioStream: Failure(3, 422),
    errors.MediaTooLong: Failure(3, 413),
    errors.DecodeFailed: Failure(3, 422),
    errors.ModelError: Failure(4, 503),
    errors.UnknownModel: Failure(4, 422),
    errors.ModelMissing: Failure(4, 503),
    errors.ModelUnavailable: Failure(4, 503),
    errors.ModelCorrupt: Failure(4, 503),
    errors.ModelUnusable: Failure(4, 503),
    errors.LlmError: Failure(5, 502),
    errors.LlmUnavailable: Failure(5, 503),
    errors.LlmTimeout: Failure(5, 504),
    errors.LlmRejected: Failure(5, 502),
    errors.LlmNonsense: Failure(5, 502),
    errors.LlmContextExceeded: Failure(5, 422),
    errors.OutputError: Failure(6, 500),
    errors.OutputNotWritable: Failure(6, 500),
    errors.OutputFull: Failure(6, 507),
    errors.JobError: Failure(7, 500),
    errors.JobNotFound: Failure(7, 404),
    errors.JobRunningElsewhere: Failure(7, 409),
    errors.RecordingNotFound: Failure(8, 404),
    errors.ProfileNotFound: Failure(8, 404),
    errors.StoredDataInvalid: Failure(8, 500),
    errors.InvalidOption: Failure(2, 422),
    errors.BackendNotInstalled: Failure(9, 501),
    errors.Cancelled: Failure(130, 409),
}


def exit_code(error: BaseException) -> int:
    """What the program ends with after `error`."""
    if isinstance(error, KeyboardInterrupt):
        return FAILURES[errors.Cancelled].exit_code
    return _failure(error).exit_code


def error_code(error: BaseException) -> str:
    """What programs know `error` by; `error` is one that nobody foresaw."""
    return error.code if isinstance(error, TingwuError) else TingwuError.code


def http_status(error: BaseException) -> int:
    """What an HTTP answer about `error` has as its status."""
    return _failure(error).http_status


def message(error: BaseException, language: str = "en") -> str:
    """What to tell a user who reads `language` (`zh`, `zh-CN` ...; anything but Chinese is English)."""
    return error_words(error).in_language(language)


def _failure(error: BaseException) -> Failure:
    known = (FAILURES[kind] for kind in type(error).__mro__ if kind in FAILURES)
    return next(known, FAILURES[TingwuError])
