"""Sound to who speaks when: made conversations of voices that hum, heard by fakes that know the tones."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.bench.conversations import write_conversation
from pipelines.bench.talk_plan import ConversationOptions
from pipelines.diarize import HeardSpeakers, diarize, speaker_name, with_speakers
from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.transcribe import Keep
from tests.builders import make_transcript
from tests.builders_humming import voices
from tests.fake_backends import FakeBackends
from tests.fake_voices import HummingEmbedder, HummingSegmenter, humming_models
from tests.media import ffmpeg
from tingwu.audio.probe import probe
from tingwu.domain.speakers import Diarization, SpeakerTurn
from tingwu.errors import Cancelled, ModelUnusable
from tingwu.progress import Progress, Step, silent
from tingwu.speech.pieces import PackedPieces, window_count
from tingwu.speech.speakers import SpeakerCount
from tingwu.store.codec import from_json, to_json

MINUTES = 3.0
WINDOWS = window_count(60 * MINUTES)


@dataclass(frozen=True, slots=True)
class Talk:
    """A made conversation and who really speaks when."""

    path: Path
    turns: tuple[SpeakerTurn, ...]

    def sound(self, folder: Path, progress: Progress = silent, failure: Exception | None = None) -> Sound:
        """A job on it, with models of its own."""
        folder.mkdir(exist_ok=True)
        settings = load_settings(data_dir=folder, offline=True)
        return Sound(
            source=self.path,
            media=probe(self.path),
            options=TranscribeOptions(),
            folder=folder,
            backends=FakeBackends(settings, voices=humming_models(failure)),
            progress=progress,
        )


def make_talk(folder: Path, speakers: int, overlap: float = 0.0, seed: int = 3) -> Talk:
    options = ConversationOptions(minutes=MINUTES, speakers=speakers, overlap=overlap, seed=seed)
    path = folder / f"talk-{speakers}-{overlap}.wav"
    return Talk(path, write_conversation(voices(speakers), options, path))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return make_talk(tmp_path_factory.mktemp("talk"), 3, overlap=0.05)


@pytest.fixture(scope="module")
def diarization(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> Diarization:
    return diarize(talk.sound(tmp_path_factory.mktemp("work")), SpeakerCount()).diarization


def models(sound: Sound) -> tuple[HummingSegmenter, HummingEmbedder]:
    with sound.backends.lease_voices() as both:
        assert isinstance(both.segmenter, HummingSegmenter)
        assert isinstance(both.embedder, HummingEmbedder)
        return both.segmenter, both.embedder


def keeping(store: dict[str, str], done: list[str], fail_at: str = "") -> Keep:
    """Keeps results in `store` as a job does, lists what was really done, and fails before `fail_at`."""

    def keep(name: str, work: Callable[[], Any], kind: Any) -> Any:
        if name == fail_at:
            raise Cancelled
        if name not in store:
            done.append(name)
            store[name] = to_json(work(), kind)
        return from_json(kind, store[name])

    return keep


def grid(turns: tuple[SpeakerTurn, ...], order: list[str]) -> NDArray[np.bool_]:
    """Whether each speaker is heard in each hundredth of a second."""
    heard = np.zeros((len(order), round(6000 * MINUTES)), np.bool_)
    for turn in turns:
        heard[order.index(turn.speaker), round(100 * turn.start) : round(100 * turn.end)] = True
    return heard


def in_order(turns: tuple[SpeakerTurn, ...]) -> list[str]:
    return list(dict.fromkeys(turn.speaker for turn in turns))


@pytest.mark.parametrize(("speakers", "overlap"), [(1, 0.0), (2, 0.0), (3, 0.1), (5, 0.0)])
def test_turns_are_those_of_the_conversation(speakers: int, overlap: float, tmp_path: Path) -> None:
    talk = make_talk(tmp_path, speakers, overlap)
    found = diarize(talk.sound(tmp_path / "work"), SpeakerCount()).diarization
    assert found.speakers == tuple(str(number + 1) for number in range(speakers))
    truth, heard = grid(talk.turns, in_order(talk.turns)), grid(found.turns, list(found.speakers))
    assert (truth == heard).all(axis=0).mean() >= 0.95
    for row, other in zip(truth, heard, strict=True):
        assert (row & other).sum() >= 0.95 * row.sum()
        for one, two in ((row, other), (other, row)):
            near = np.convolve(two, np.ones(101), "same") > 0
            assert (one & near).sum() >= 0.95 * one.sum()
    assert (found.model, found.suggestions) == ("fake-humming", ())
    assert found.count_confidence > 0.9


def test_a_known_number_is_kept_and_sure(talk: Talk, tmp_path: Path) -> None:
    found = diarize(talk.sound(tmp_path), SpeakerCount(exact=2)).diarization
    assert (found.speakers, found.count_confidence) == (("1", "2"), 1.0)


@pytest.mark.parametrize("source", ["anullsrc=d=7", "anullsrc=d=0.1", "anullsrc=d=31"])
def test_silence_has_no_turns(source: str, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    ffmpeg("-f", "lavfi", "-i", source, path)
    found = diarize(Talk(path, ()).sound(tmp_path / "work"), SpeakerCount(exact=3)).diarization
    assert (found.turns, found.speakers) == ((), ())


@pytest.mark.parametrize("stop", ["speakers 0", "speakers 1", "speakers 2"])
@pytest.mark.parametrize("lost", [False, True])
def test_what_was_kept_is_not_done_again_and_the_end_is_the_same(
    stop: str, lost: bool, talk: Talk, diarization: Diarization, tmp_path: Path
) -> None:
    store: dict[str, str] = {}
    first: list[str] = []
    second: list[str] = []
    with pytest.raises(Cancelled):
        diarize(talk.sound(tmp_path), SpeakerCount(), keeping(store, first, fail_at=stop))
    if lost:
        for file in tmp_path.iterdir():
            if file.is_file():
                file.unlink()
    again = talk.sound(tmp_path)
    found = diarize(again, SpeakerCount(), keeping(store, second)).diarization
    assert to_json(found, Diarization) == to_json(diarization, Diarization)
    assert first + second == ["speakers 0", "speakers 1", "speakers 2"]
    left = WINDOWS - 12 * len(first)
    assert models(again)[0].windows == left if lost else models(again)[0].windows <= left


def test_what_was_finished_out_of_turn_is_not_heard_again(talk: Talk, tmp_path: Path) -> None:
    diarize(talk.sound(tmp_path), SpeakerCount())
    again = talk.sound(tmp_path)
    assert diarize(again, SpeakerCount(exact=2)).diarization.speakers == ("1", "2")
    segmenter, embedder = models(again)
    assert (segmenter.windows, embedder.pieces) == (0, 0)


def test_each_window_is_heard_once(talk: Talk, tmp_path: Path) -> None:
    sound = talk.sound(tmp_path)
    store: dict[str, str] = {}
    diarize(sound, SpeakerCount(), keeping(store, []))
    kept = [from_json(PackedPieces, one) for one in store.values()]
    segmenter, embedder = models(sound)
    assert [one.windows for one in kept] == [12, 12, WINDOWS - 24]
    assert segmenter.windows == WINDOWS
    assert embedder.pieces == sum(one.pieces for one in kept)


def test_progress_rises_to_the_end(talk: Talk, tmp_path: Path) -> None:
    told: list[tuple[float, float]] = []

    def watch(step: Step, done: float, total: float, result: object = None) -> None:
        if step is Step.SPEAKERS:
            told.append((done, total))

    diarize(talk.sound(tmp_path, watch), SpeakerCount())
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert {total for _, total in told} == {60 * MINUTES}
    assert (told[0][0], told[-1][0]) == (0, 60 * MINUTES)


def test_progress_reaches_the_end_of_a_last_window_that_is_nearly_full(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    ffmpeg("-f", "lavfi", "-i", "anullsrc=d=64.9", path)
    told: list[tuple[float, float]] = []

    def watch(step: Step, done: float, total: float, result: object = None) -> None:
        if step is Step.SPEAKERS:
            told.append((done, total))

    diarize(Talk(path, ()).sound(tmp_path / "work", watch), SpeakerCount())
    assert told[-1][0] == told[-1][1] == pytest.approx(64.9, abs=0.1)


def test_it_can_be_stopped(talk: Talk, tmp_path: Path) -> None:
    def stop(step: Step, done: float, total: float, result: object = None) -> None:
        if step is Step.SPEAKERS:
            raise Cancelled

    with pytest.raises(Cancelled):
        diarize(talk.sound(tmp_path, stop), SpeakerCount())


def test_a_model_that_fails_ends_it(talk: Talk, tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable):
        diarize(talk.sound(tmp_path, failure=ModelUnusable("fake", "it is broken")), SpeakerCount())


def two_speakers() -> HeardSpeakers:
    turns = (
        SpeakerTurn(start=0.0, end=6.0, speaker="1"),
        SpeakerTurn(start=6.0, end=12.0, speaker="2"),
        SpeakerTurn(start=12.0, end=15.0, speaker="1"),
    )
    return HeardSpeakers(Diarization(turns=turns, count_confidence=0.8, model="fake"), {})


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ("Speaker 1", "Speaker 2")), ("zh", ("说话人 1", "说话人 2")), ("de", ("Speaker 1", "Speaker 2"))],
)
def test_speakers_have_names_in_the_language_of_the_talk(language: str, names: tuple[str, str]) -> None:
    one, two = names
    transcript = with_speakers(make_transcript(language=language), two_speakers())
    assert [segment.speaker for segment in transcript.segments] == [one, one, two, two, one]
    heard = two_speakers().diarization
    assert transcript.diarization == replace(
        heard,
        turns=tuple(replace(turn, speaker=name) for turn, name in zip(heard.turns, (one, two, one), strict=True)),
    )
    assert speaker_name("1", language) == one


def test_the_text_stays_and_a_second_time_changes_nothing() -> None:
    plain = make_transcript()
    once = with_speakers(plain, two_speakers())
    assert once.text == plain.text
    assert [word for segment in once.segments for word in segment.words] == [
        word for segment in plain.segments for word in segment.words
    ]
    assert with_speakers(once, two_speakers()) == once


def test_nobody_heard_is_nobody_named() -> None:
    nobody = HeardSpeakers(Diarization(turns=(), count_confidence=1.0, model="fake"), {})
    transcript = with_speakers(make_transcript(), nobody)
    assert [segment.speaker for segment in transcript.segments] == [None] * 5
    assert transcript.diarization == nobody.diarization
