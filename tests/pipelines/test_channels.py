"""Split channels: each becomes its own transcript, and all of them one, however often the work is interrupted."""

import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.channel_sound import channel_sound, need_channels
from pipelines.channels import GatheredChannels, assemble_channels, gather_channels, name_of
from pipelines.jobs import Jobs
from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.transcribe import assemble, gather
from tests.builders import make_media
from tests.fake_backends import FakeBackends, FakeTranscriber
from tests.media import ffmpeg, make_channels
from tests.pipelines.test_transcribe import keeping
from tingwu.audio.probe import probe
from tingwu.domain.media import AudioStream
from tingwu.domain.notice import NoticeCode
from tingwu.domain.transcript import Transcript
from tingwu.errors import Cancelled, InvalidOption
from tingwu.progress import Step, silent

SAMPLE = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"
SECONDS = 24.0
SPLIT = TranscribeOptions(channels="split")
CALL = (
    "[0]atrim=0:6.9,asetpts=PTS-STARTPTS,apad=whole_dur=24[a];"
    "[0]atrim=33.1:44.9,asetpts=PTS-STARTPTS,adelay=9000,apad=whole_dur=24[b];"
)
"""One speaker from 0.6 to 6.8 s, the other one from 9.1 to 20.7 s."""
LEAKING = CALL + "[a][b]join=inputs=2:channel_layout=stereo,pan=stereo|c0=c0+0.1*c1|c1=c1+0.1*c0[o]"
TOGETHER = (
    "[0]atrim=7.2:21.3,asetpts=PTS-STARTPTS,apad=whole_dur=24[a];"
    "[0]atrim=33.1:44.9,asetpts=PTS-STARTPTS,adelay=2000,apad=whole_dur=24[b];"
    "[a][b]join=inputs=2:channel_layout=stereo[o]"
)


def made(path: Path, graph: str) -> Path:
    """A WAV made of the interview by ffmpeg's filters."""
    ffmpeg("-i", SAMPLE, "-filter_complex", graph, "-map", "[o]", "-t", str(SECONDS), path)
    return path


def sound_of(path: Path, folder: Path) -> Sound:
    return Sound(
        source=path,
        media=probe(path),
        options=SPLIT,
        folder=folder,
        backends=FakeBackends(load_settings(data_dir=folder / "data", offline=True)),
        progress=silent,
    )


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("call") / "call.wav", LEAKING)


@pytest.fixture(scope="module")
def sound(call: Path, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    return sound_of(call, tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="module")
def gathered(sound: Sound) -> GatheredChannels:
    return gather_channels(sound)


@pytest.fixture(scope="module")
def transcript(sound: Sound, gathered: GatheredChannels) -> Transcript:
    return assemble_channels(sound, gathered)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix == ".pcm"
    }


def test_each_channel_is_a_speaker_and_nobody_is_heard_twice(transcript: Transcript) -> None:
    assert transcript.speakers == ("Channel 1", "Channel 2")
    first = [segment for segment in transcript.segments if segment.speaker == "Channel 1"]
    second = [segment for segment in transcript.segments if segment.speaker == "Channel 2"]
    assert max(segment.end for segment in first) < 7.5
    assert min(segment.start for segment in second) > 8.5
    assert transcript.warnings == ()


def test_one_transcript_in_order_with_the_coverage_of_all(
    sound: Sound, gathered: GatheredChannels, transcript: Transcript
) -> None:
    parts = [assemble(channel_sound(sound, one.channel), one.gathered) for one in gathered.channels]
    assert [segment.id for segment in transcript.segments] == list(range(len(transcript.segments)))
    starts = [segment.start for segment in transcript.segments]
    assert starts == sorted(starts)
    assert transcript.coverage.speech_seconds == sum(part.coverage.speech_seconds for part in parts)
    assert transcript.coverage.covered_seconds == sum(part.coverage.covered_seconds for part in parts)
    assert 16 < transcript.coverage.speech_seconds < 20
    assert transcript.duration == pytest.approx(SECONDS)


def test_people_who_speak_at_once_are_segments_that_overlap(tmp_path: Path) -> None:
    sound = sound_of(made(tmp_path / "call.wav", TOGETHER), tmp_path / "work")
    transcript = assemble_channels(sound, gather_channels(sound))
    first = [segment for segment in transcript.segments if segment.speaker == "Channel 1"]
    second = [segment for segment in transcript.segments if segment.speaker == "Channel 2"]
    assert any(one.overlap(other) > 1 for one in first for other in second)
    assert sum(segment.duration for segment in first) > 11
    assert sum(segment.duration for segment in second) > 10
    assert transcript.coverage.share == 1


def test_the_sound_that_is_transcribed_has_no_cross_talk(sound: Sound, gathered: GatheredChannels) -> None:
    with channel_sound(sound, 0).spool() as first, channel_sound(sound, 1).spool() as second:
        assert abs(first.read(1.0, 6.0)).max() > 0.1
        assert abs(second.read(1.0, 6.0)).max() < 0.001
        assert abs(first.read(10.0, 20.0)).max() < 0.001
        assert abs(second.read(10.0, 20.0)).max() > 0.1
    assert not (sound.folder / "raw").exists()


STOPS = ["channels", "channel 2 transcribe 0", "channel 1 transcribe 0", "channel 1 find holes"]


@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("lost", ["nothing", "channel-1", "everything"])
def test_what_was_kept_is_not_done_again_and_the_end_is_the_same(
    stop: str, lost: str, sound: Sound, gathered: GatheredChannels, tmp_path: Path
) -> None:
    again = sound_of(sound.source, tmp_path / "work")
    store: dict[str, object] = {}
    first: list[str] = []
    second: list[str] = []
    with pytest.raises(Cancelled):
        gather_channels(again, keeping(store, first, fail_at=stop))
    if lost != "nothing":
        shutil.rmtree(again.folder if lost == "everything" else again.folder / lost, ignore_errors=True)
    assert gather_channels(again, keeping(store, second)) == gathered
    assert stop in second
    assert not set(first) & set(second)
    assert files(again.folder) == files(sound.folder)


def test_work_stopped_while_channels_are_heard_goes_on_with_the_same_end(
    call: Path, gathered: GatheredChannels, tmp_path: Path
) -> None:
    def stop(step: Step, done: float, total: float, result: object = None) -> None:
        if done > total / 2:
            raise Cancelled

    again = sound_of(call, tmp_path / "work")
    with pytest.raises(Cancelled):
        gather_channels(replace(again, progress=stop))
    assert gather_channels(again) == gathered


def test_progress_rises_over_all_channels(call: Path, tmp_path: Path) -> None:
    seen: list[tuple[Step, float]] = []

    def report(step: Step, done: float, total: float, result: object = None) -> None:
        seen.append((step, done / total))

    gather_channels(replace(sound_of(call, tmp_path / "work"), progress=report))
    for step in (Step.DECODE, Step.TRANSCRIBE):
        shares = [share for what, share in seen if what is step]
        assert shares == sorted(shares)
        assert max(shares) <= 1


def test_two_channels_of_the_same_sound_are_one_and_it_is_said(tmp_path: Path) -> None:
    path = made(tmp_path / "dual.wav", "[0]atrim=0:24,pan=stereo|c0=c0|c1=c0[o]")
    split = sound_of(path, tmp_path / "split")
    found = assemble_channels(split, gather_channels(split))
    mixed = replace(sound_of(path, tmp_path / "mix"), options=TranscribeOptions())
    expected = assemble(mixed, gather(mixed))
    assert found.speakers == ()
    assert found.segments == expected.segments
    assert [notice.code for notice in found.warnings] == [NoticeCode.SAME_SOUND]
    assert "Channel 2 " in found.warnings[0].text.en


def test_a_silent_channel_says_nothing_and_is_no_problem(tmp_path: Path) -> None:
    path = made(tmp_path / "half.wav", "[0]atrim=0:24,pan=stereo|c0=0*c0|c1=c0[o]")
    sound = sound_of(path, tmp_path / "work")
    found = assemble_channels(sound, gather_channels(sound))
    assert found.speakers == ("Channel 2",)
    assert found.warnings == ()


def test_voices_that_are_as_loud_in_both_channels_are_named(tmp_path: Path) -> None:
    sound = sound_of(made(tmp_path / "room.wav", LEAKING.replace("0.1*", "0.6*")), tmp_path / "work")
    found = assemble_channels(sound, gather_channels(sound))
    assert [notice.code for notice in found.warnings] == [NoticeCode.INSEPARABLE]


def test_silence_in_all_channels_is_said_once(tmp_path: Path) -> None:
    sound = sound_of(make_channels(tmp_path / "a.wav", "0", "0", "0", seconds=3), tmp_path / "work")
    found = assemble_channels(sound, gather_channels(sound))
    assert found.segments == ()
    assert [notice.code for notice in found.warnings] == [NoticeCode.NO_SPEECH]


WORKER = """
import sys
from pathlib import Path
from pipelines.jobs import Jobs
from pipelines.settings import load_settings
from pipelines.sound import TranscribeOptions
from tests.fake_backends import FakeBackends, FakeTranscriber
settings = load_settings(data_dir=sys.argv[1], offline=True)
backends = FakeBackends(settings, transcriber=FakeTranscriber(seconds_per_batch=0.2))
with Jobs(settings, backends=backends) as jobs:
    job = jobs.submit(Path(sys.argv[2]), transcribe=TranscribeOptions(channels="split"), notes=None)
    print("submitted", flush=True)
    jobs.wait(job)
"""


def test_kill_9_at_any_moment_changes_nothing(call: Path, transcript: Transcript, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", offline=True)
    kills = 0
    for delay in (0.0, 0.15, 0.3, 0.45):
        command = [sys.executable, "-c", WORKER, str(settings.data_dir), str(call)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=SAMPLE.parents[2]) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                process.wait(delay)
            kills += process.poll() is None
            process.kill()
    with Jobs(settings, backends=FakeBackends(settings)) as jobs:
        recording = jobs.wait(jobs.submit(call, transcribe=SPLIT, notes=None))
    assert kills >= 3
    assert recording.transcript.segments == transcript.segments
    assert recording.transcript.coverage == transcript.coverage


class Listener(FakeTranscriber):
    """Takes the few words of the second speaker for Welsh, unless it is told the language."""

    def transcribe(self, windows, language, options, before=None):
        texts = super().transcribe(windows, language, options, before)
        return tuple(
            replace(text, heard_language=language or ("cy" if text.window.start > 8 else "de"), heard_probability=0.99)
            for text in texts
        )


def test_a_channel_with_few_words_is_in_the_language_of_the_other(tmp_path: Path) -> None:
    graph = (
        "[0]atrim=0:21.3,asetpts=PTS-STARTPTS,asplit[x][y];[x]atrim=0:7,apad=whole_dur=24[a];"
        "[y]atrim=10:13,asetpts=PTS-STARTPTS,adelay=10000,apad=whole_dur=24[b];"
        "[a][b]join=inputs=2:channel_layout=stereo[o]"
    )
    sound = sound_of(made(tmp_path / "a.wav", graph), tmp_path / "work")
    backends = FakeBackends(load_settings(data_dir=tmp_path, offline=True), transcriber=Listener())
    found = assemble_channels(replace(sound, backends=backends), gather_channels(replace(sound, backends=backends)))
    assert found.speakers == ("Channel 1", "Channel 2")
    assert {segment.language for segment in found.segments} == {"de"}


@pytest.mark.parametrize(("language", "name"), [("en", "Channel 2"), ("zh", "声道 2"), ("de", "Channel 2")])
def test_channels_have_names_in_the_language_of_the_recording(language: str, name: str) -> None:
    assert name_of(1, language) == name


@pytest.mark.parametrize(("channels", "fine"), [(1, False), (2, True), (8, True), (9, False)])
def test_two_to_eight_channels_can_be_split(channels: int, fine: bool) -> None:
    media = make_media(audio=(AudioStream(position=0, codec="flac", sample_rate=48_000, channels=channels),))
    if fine:
        assert need_channels(media, SPLIT) == channels
    else:
        with pytest.raises(InvalidOption, match="channel"):
            need_channels(media, SPLIT)


def test_a_job_with_split_channels(call: Path, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", offline=True)
    with Jobs(settings, backends=FakeBackends(settings)) as jobs:
        with pytest.raises(InvalidOption):
            jobs.submit(SAMPLE, transcribe=SPLIT, notes=None)
        assert jobs.list() == ()
        recording = jobs.wait(jobs.submit(call, transcribe=SPLIT, notes=None))
        again = jobs.library.load(recording.id)
    assert again.transcript.speakers == ("Channel 1", "Channel 2")
    assert again.decode.complete
