"""Listening: a media file is decoded and searched for speech in a thread of its own, while its first windows are
already being transcribed.

Sound goes to a file on disk, what the voice detector heard to another, windows to a queue that holds a few minutes of
work: nothing grows with the length of the recording but some numbers per frame. All is made again when it is missing,
and the windows are then the same ones.
"""

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from tingwu.audio.decode import Decoding
from tingwu.audio.spool import PcmSpool
from tingwu.domain.media import DecodeReport, SpeechRegion, TimeRange
from tingwu.files import open_atomically, write_atomically
from tingwu.speech.regions import SpeechActivity, SpeechDetector
from tingwu.speech.windows import WindowPlanner, plan_windows
from tingwu.store.codec import from_json, to_json

_AHEAD_WINDOWS = 64
"""Listening waits when so many windows wait to be transcribed."""
_NICENESS = 10
"""The windows that are there already come first: whoever waits for the first words waits for them alone."""
_LOOK_SECONDS = 0.2


class Heard:
    """The folder in which the sound of one recording and what was heard in it are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def spool(self) -> PcmSpool | None:
        """The whole decoded sound, to be closed by the caller; None unless all is here."""
        return PcmSpool.reopen(self._sound) if self._report.exists() else None

    def activity(self) -> SpeechActivity | None:
        """What the voice detector heard in the whole recording; None unless all is here."""
        return _load(self._activity) if self._report.exists() and self._activity.exists() else None

    def report(self) -> DecodeReport | None:
        """How decoding ended; None unless all is here."""
        return from_json(DecodeReport, self._report.read_text("utf-8")) if self._report.exists() else None

    def begin(self) -> PcmSpool:
        """An empty spool; what was kept before is not valid any more. Raises OutputError."""
        self._report.unlink(missing_ok=True)
        return PcmSpool.create(self._sound)

    def finish(self, spool: PcmSpool, activity: SpeechActivity, report: DecodeReport) -> None:
        """Keep all of it. Raises OutputError."""
        spool.finish()
        _save(activity, self._activity)
        write_atomically(self._report, to_json(report))

    @property
    def _sound(self) -> Path:
        return self._folder / "sound.pcm"

    @property
    def _activity(self) -> Path:
        return self._folder / "activity.npz"

    @property
    def _report(self) -> Path:
        return self._folder / "report.json"


class Listening:
    """One pass over the sound of a recording; use it as a context manager, which ends the pass when it is left early.

    `decode` opens the media. `idle` is called a few times a second while somebody waits for windows, and may raise.
    """

    def __init__(self, heard: Heard, decode: Callable[[], Decoding], idle: Callable[[], None]) -> None:
        self._heard = heard
        self._decode = decode
        self._idle = idle
        self._queue: queue.Queue[TimeRange | BaseException | None] = queue.Queue(_AHEAD_WINDOWS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)
        self.seconds = 0.0
        """How much was heard so far."""

    def __enter__(self) -> Self:
        """Begin to listen, unless all was heard before. Raises OutputError."""
        spool, activity = self._heard.spool(), self._heard.activity()
        if spool is not None and activity is not None:
            self.spool, self.seconds, self._known = spool, activity.duration, plan_windows(activity)
        else:
            self.spool, self._known = self._heard.begin(), None
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        self.spool.close()

    def windows(self) -> Iterator[TimeRange]:
        """All windows in order of time, as they are found. Raises MediaError, ModelError or OutputError."""
        if self._known is not None:
            yield from self._known
            return
        while (found := self._next()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found

    def _next(self) -> TimeRange | BaseException | None:
        while True:
            self._idle()
            try:
                return self._queue.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                continue

    def _run(self) -> None:
        if sys.platform == "linux":  # where it is this thread's alone, and that of ffmpeg, which it begins
            with suppress(OSError):
                os.nice(_NICENESS)
        try:
            self._listen()
            self._put(None)
        except BaseException as error:  # noqa: BLE001  # whoever waits for windows gets it
            self._put(error)

    def _listen(self) -> None:
        detector, planner = SpeechDetector(), WindowPlanner()
        with self._decode() as decoding:
            for block in decoding:
                self.spool.append(block)
                more = detector.feed(block)
                self.seconds = self.spool.seconds
                for window in planner.feed(detector.so_far()) if more else ():
                    self._put(window)
                if self._stop.is_set():
                    return
        activity = detector.finish()
        self._heard.finish(self.spool, activity, decoding.report)
        for window in planner.finish(activity):
            self._put(window)

    def _put(self, found: TimeRange | BaseException | None) -> None:
        while not self._stop.is_set():
            try:
                self._queue.put(found, timeout=_LOOK_SECONDS)
            except queue.Full:
                continue
            return


def everything(listening: Listening) -> None:
    """Listen to the end without doing anything with the windows. Raises as `windows` does."""
    with listening:
        for _ in listening.windows():
            pass


def _save(activity: SpeechActivity, path: Path) -> None:
    with open_atomically(path) as file:
        np.savez(
            file,
            regions=np.array([(region.start, region.end) for region in activity.regions], np.float64).reshape(-1, 2),
            frame_seconds=np.float64(activity.frame_seconds),
            probabilities=activity.probabilities,
            energy_dbfs=activity.energy_dbfs,
            duration=np.float64(activity.duration),
        )


def _load(path: Path) -> SpeechActivity:
    with np.load(path, allow_pickle=False) as stored:
        return SpeechActivity(
            regions=tuple(SpeechRegion(start=float(start), end=float(end)) for start, end in stored["regions"]),
            frame_seconds=float(stored["frame_seconds"]),
            probabilities=stored["probabilities"],
            energy_dbfs=stored["energy_dbfs"],
            duration=float(stored["duration"]),
        )
