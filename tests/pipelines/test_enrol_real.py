"""Enrolling and recognising made voices with real weights."""

import json
from pathlib import Path

import numpy as np
import pytest
from faster_whisper import decode_audio

from pipelines.backends import Backends
from pipelines.enrol import VOICE_MODEL, Enrolment, alone, enrol_clip, enrol_speaker, voice_embedder
from pipelines.settings import load_settings
from tests.builders import make_recording, make_transcript
from tests.media import ffmpeg
from tingwu.domain.media import SAMPLE_RATE
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.errors import InvalidOption
from tingwu.speech.profiles import match
from tingwu.speech.voice import Vectors, VoiceEmbedder
from tingwu.store.profiles import ProfileStore

pytestmark = pytest.mark.model

SAMPLES = Path(__file__).parents[2] / "samples"
CONSENT = "made voices, nobody to ask"


def diarization(name: str, start: float, end: float) -> Diarization:
    """Who speaks in a part of the sample, by its script."""
    script = json.loads((SAMPLES / name / "transcript.json").read_text("utf-8"))
    inside = [one for one in script["utterances"] if start <= one["start"] and one["end"] <= end]
    turns = tuple(SpeakerTurn(speaker=one["speaker"], start=one["start"], end=one["end"]) for one in inside)
    return Diarization(turns=turns, count_confidence=1.0, model="script")


def voices(embedder: VoiceEmbedder, name: str, start: float, end: float) -> dict[str, Vectors]:
    """Vectors of all speakers in a part of the sample."""
    sound = decode_audio(str(SAMPLES / name / f"{name}.opus"))
    told = diarization(name, start, end)
    found: dict[str, Vectors] = {}
    for speaker in told.speakers:
        enrolment = Enrolment(name="x", consent="x", embedder=embedder, store=ProfileStore(Path()))
        parts = alone(told, speaker, enrolment.options)
        speech = [sound[int(part.start * SAMPLE_RATE) : int(part.end * SAMPLE_RATE)] for part in parts]
        found[speaker] = embedder.embed(np.array_split(np.concatenate(speech), 4))
    return found


def test_voices_are_known_again_and_strangers_are_not(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    with voice_embedder(Backends(load_settings())) as embedder:
        made = make_recording(transcript=make_transcript(diarization=diarization("en-interview", 0, 150)))
        for name in ("Hannah Price", "Martin Cole"):
            enrolment = Enrolment(name=name, consent=CONSENT, embedder=embedder, store=store)
            enrolled = enrol_speaker(made, SAMPLES / "en-interview" / "en-interview.opus", name, enrolment)
            assert enrolled.seconds > 20
            assert enrolled.alike is None
        later = match(voices(embedder, "en-interview", 150, 300), VOICE_MODEL, store.list())
        assert {one.speaker: one.name for one in later} == {name: name for name in ("Hannah Price", "Martin Cole")}
        assert min(one.score for one in later) > 0.9
        others = voices(embedder, "zh-meeting", 0, 400)
        strangers = {name: others[name] for name in ("周敏", "苏晴", "韩磊")}
        assert match(strangers, VOICE_MODEL, store.list()) == ()


def test_two_voices_in_a_clip_are_refused(tmp_path: Path) -> None:
    talk = SAMPLES / "en-interview" / "en-interview.opus"
    ffmpeg("-ss", "14", "-t", "30", "-i", talk, tmp_path / "both.wav")
    ffmpeg("-ss", "0.5", "-t", "20", "-i", talk, tmp_path / "hannah.wav")
    store = ProfileStore(tmp_path / "profiles")
    with voice_embedder(Backends(load_settings())) as embedder:
        enrolment = Enrolment(name="Hannah", consent=CONSENT, embedder=embedder, store=store)
        with pytest.raises(InvalidOption, match="more than one person"):
            enrol_clip(tmp_path / "both.wav", enrolment)
        assert enrol_clip(tmp_path / "hannah.wav", enrolment).profile.name == "Hannah"
