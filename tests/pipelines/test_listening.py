"""Listening goes on beside transcribing, behind it."""

import os
import threading
from pathlib import Path

import pytest

from pipelines.listening import Heard, Listening
from tingwu.audio.decode import Decoding
from tingwu.errors import MediaNotFound


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def test_listening_leaves_the_cores_to_those_who_transcribe(tmp_path: Path) -> None:
    seen: list[int] = []

    def decode() -> Decoding:
        seen.append(niceness())
        raise MediaNotFound("a.wav")

    listening = Listening(Heard(tmp_path), decode, idle=lambda: None)
    with pytest.raises(MediaNotFound), listening:
        list(listening.windows())
    assert niceness() < seen[0] <= 19
