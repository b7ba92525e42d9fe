"""Who speaks when in made conversations, with real weights."""

from pathlib import Path

import numpy as np
import pytest

from pipelines.backends import Backends
from pipelines.bench.conversations import write_conversation
from pipelines.bench.speaker_score import speaker_errors
from pipelines.bench.talk_plan import ConversationOptions
from pipelines.bench.voices import Voices, read_voices
from pipelines.diarize import diarize
from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from tests.media import ffmpeg
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.audio.probe import probe
from tingwu.domain.speakers import Diarization
from tingwu.progress import silent
from tingwu.speech.speakers import SpeakerCount

pytestmark = [pytest.mark.model, pytest.mark.usefixtures("segmentation", "campplus")]

FOLDER = Path(__file__).parents[1] / "recordings" / "voices"


@pytest.fixture(scope="module")
def voices() -> Voices:
    return read_voices(FOLDER, DEFAULT_LIMITS)


def heard(path: Path, folder: Path, count: SpeakerCount | None = None) -> Diarization:
    folder.mkdir()
    backends = Backends(load_settings())
    sound = Sound(
        source=path,
        media=probe(path),
        options=TranscribeOptions(),
        folder=folder,
        backends=backends,
        progress=silent,
    )
    try:
        return diarize(sound, count or SpeakerCount()).diarization
    finally:
        backends.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_three_people_in_two_minutes(seed: int, voices: Voices, tmp_path: Path) -> None:
    options = ConversationOptions(minutes=2, speakers=3, overlap=0.05, snr_db=25, rt60=0.3, seed=seed)
    path = tmp_path / "talk.wav"
    turns = write_conversation(voices, options, path)
    found = heard(path, tmp_path / "work")
    assert found.speakers == ("1", "2", "3")
    assert speaker_errors(turns, found.turns, 120.0, collar=0.0).rate <= 0.2


def test_one_person_is_one_speaker(voices: Voices, tmp_path: Path) -> None:
    options = ConversationOptions(minutes=1, speakers=1, snr_db=25)
    path = tmp_path / "talk.wav"
    turns = write_conversation(voices, options, path)
    found = heard(path, tmp_path / "work")
    assert found.speakers == ("1",)
    errors = speaker_errors(turns, found.turns, 60.0, collar=0.0)
    assert errors.missed <= 0.05 * errors.speech
    assert errors.false_alarm <= 0.3 * errors.speech  # pauses of half a second are bridged


@pytest.mark.parametrize("source", ["anoisesrc=d=30:c=white:a=0.05", "anoisesrc=d=30:c=pink:a=0.05", "anullsrc=d=3"])
def test_noise_is_nobody(source: str, tmp_path: Path) -> None:
    path = tmp_path / "noise.wav"
    ffmpeg("-f", "lavfi", "-i", source, "-ar", "16000", path)
    assert heard(path, tmp_path / "work").turns == ()


def test_twice_is_the_same(voices: Voices, tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    write_conversation(voices, ConversationOptions(minutes=1.2, speakers=2, seed=3), path)
    one, again = (heard(path, tmp_path / name) for name in ("one", "again"))
    assert one.speakers == again.speakers
    assert one == again
    assert np.isfinite(one.count_confidence)
