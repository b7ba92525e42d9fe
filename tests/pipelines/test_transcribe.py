"""Media to transcript: the plan, and how the windows' texts become one transcript."""

from pathlib import Path

import pytest

from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.transcribe import Plan, assemble, prepare, transcribe_batch
from tests.fake_backends import FakeBackends
from tests.media import ffmpeg
from tingwu.audio.probe import probe
from tingwu.progress import silent

SAMPLE = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"


def sound_of(path: Path, folder: Path) -> Sound:
    return Sound(
        source=path,
        media=probe(path),
        options=TranscribeOptions(),
        folder=folder,
        backends=FakeBackends(load_settings(data_dir=folder, offline=True)),
        progress=silent,
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Sound:
    return sound_of(SAMPLE, tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def plan(sound: Sound) -> Plan:
    return prepare(sound)


def test_every_window_is_in_one_batch(plan: Plan) -> None:
    assert sorted(at for batch in plan.batches for at in batch) == list(range(len(plan.windows)))
    assert max(map(len, plan.batches)) == TranscribeOptions().asr.batch_size
    assert plan.seconds_in([]) == 0
    assert plan.decode.complete


def test_the_order_of_batches_does_not_matter(sound: Sound, plan: Plan) -> None:
    done = [text for batch in plan.batches for text in transcribe_batch(sound, plan, batch)]
    transcript = assemble(sound, plan, tuple(done))
    assert assemble(sound, plan, tuple(reversed(done))) == transcript
    assert transcript.duration == plan.decode.duration


def test_words_begin_and_end_where_speech_is_heard(sound: Sound, plan: Plan) -> None:
    done = [text for batch in plan.batches for text in transcribe_batch(sound, plan, batch)]
    activity = sound.activity()
    words = [word for segment in assemble(sound, plan, tuple(done)).segments for word in segment.words]
    before = [word for text in done for word in text.words]
    assert sum(word.duration for word in words) < sum(word.duration for word in before)
    assert all(activity.loudest_probability(word) > 0 for word in words)


@pytest.mark.parametrize("source", ["anullsrc=d=3", "sine=d=3", "sine=d=0.1"])
def test_sound_without_speech_has_a_transcript_that_says_so(source: str, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    ffmpeg("-f", "lavfi", "-i", source, path)
    sound = sound_of(path, tmp_path / "work")
    plan = prepare(sound)
    transcript = assemble(sound, plan, ())
    assert plan.windows == ()
    assert transcript.segments == ()
    assert len(transcript.warnings) == 1


def test_lost_sound_is_decoded_again(sound: Sound, plan: Plan) -> None:
    before = transcribe_batch(sound, plan, plan.batches[0])
    (sound.folder / "sound.pcm").unlink()
    assert transcribe_batch(sound, plan, plan.batches[0]) == before
