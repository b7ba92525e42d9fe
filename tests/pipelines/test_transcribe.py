"""Media to transcript: pieces, what is done again, and how it all becomes one transcript."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.in_order import AHEAD_PER_WORKER
from pipelines.packed_texts import PackedTexts
from pipelines.recognition import Piece
from pipelines.settings import load_settings
from pipelines.sound import Sound, TranscribeOptions
from pipelines.transcribe import Gathered, Keep, assemble, gather
from tests.fake_backends import FakeBackends, FakeTranscriber
from tests.media import ffmpeg
from tingwu.audio.probe import probe
from tingwu.bilingual import Bilingual
from tingwu.domain.corrections import undo
from tingwu.domain.notice import Notice, NoticeCode
from tingwu.errors import Cancelled, MediaNotFound
from tingwu.progress import Step, silent
from tingwu.speech.asr import AsrOptions, WindowText
from tingwu.speech.glossary import Entry, Glossary
from tingwu.speech.windows import plan_windows
from tingwu.store.codec import from_json, to_json

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
def gathered(sound: Sound) -> Gathered:
    return gather(sound)


def keeping(store: dict[str, object], done: list[str], fail_at: str = "") -> Keep:
    """Keeps results in `store`, lists what was really done, and fails before `fail_at`."""

    def keep(name: str, work: Callable[[], Any], kind: Any) -> Any:
        if name == fail_at:
            raise Cancelled
        if name not in store:
            done.append(name)
            store[name] = work()
        return store[name]

    return keep


def test_every_window_is_in_one_piece_and_in_order(sound: Sound, gathered: Gathered) -> None:
    assert [text.window for text in gathered.texts] == list(plan_windows(sound.activity()))
    assert gathered.end.complete


def test_the_first_piece_is_one_window_and_the_last_says_how_it_ended(sound: Sound) -> None:
    store: dict[str, object] = {}
    gather(sound, keeping(store, []))
    pieces = [piece for piece in store.values() if isinstance(piece, Piece)]
    sizes = [len(piece.texts) for piece in pieces]
    assert sizes[:4] == [1, 2, 4, 8]
    assert sizes[-1] == 0
    assert [piece.end is not None for piece in pieces] == [False] * (len(pieces) - 1) + [True]


@pytest.mark.parametrize("stop", ["transcribe 0", "transcribe 2", "find holes"])
@pytest.mark.parametrize("lost", [False, True])
def test_what_was_kept_is_not_done_again_and_the_end_is_the_same(
    stop: str, lost: bool, gathered: Gathered, tmp_path: Path
) -> None:
    sound = sound_of(SAMPLE, tmp_path)
    store: dict[str, object] = {}
    first: list[str] = []
    second: list[str] = []
    with pytest.raises(Cancelled):
        gather(sound, keeping(store, first, fail_at=stop))
    if lost:
        for file in tmp_path.iterdir():
            file.unlink()
    assert gather(sound, keeping(store, second)) == gathered
    assert stop in second
    assert not set(first) & set(second)


class Stopping(FakeTranscriber):
    """Breaks down at the first window, once the other worker has done all that it may do beside it."""

    def __init__(self) -> None:
        super().__init__()
        self._first = threading.Lock()
        self._units_done = threading.Semaphore(0)

    def transcribe(self, windows, language, options, before=None):
        if self._first.acquire(blocking=False):
            for _ in range(AHEAD_PER_WORKER):
                assert self._units_done.acquire(timeout=10)
            raise Cancelled
        texts = super().transcribe(windows, language, options, before)
        self._units_done.release()
        return texts


def test_what_was_finished_out_of_turn_is_not_done_again(gathered: Gathered, tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, offline=True)
    first, second = Stopping(), FakeTranscriber()
    with pytest.raises(Cancelled):
        gather(replace(sound_of(SAMPLE, tmp_path), backends=FakeBackends(settings, transcriber=first)))
    again = gather(replace(sound_of(SAMPLE, tmp_path), backends=FakeBackends(settings, transcriber=second)))
    assert again == gathered
    assert len(first.windows_done) == 2 + 8
    done = [*first.windows_done, *second.windows_done]
    assert sorted(done, key=lambda one: one.start) == [text.window for text in gathered.texts]


class Told(FakeTranscriber):
    """Writes down what it was told."""

    batch_size = 1

    def transcribe(self, windows, language, options, before=None):
        texts = super().transcribe(windows, language, options, before)
        told = f"{before.window.start:.2f}, {before.text}" if before else "nothing"
        return tuple(replace(text, text=f"{text.window.start:.2f}, told {told}"[:200]) for text in texts)


def test_a_worker_is_told_what_it_heard_before_also_after_a_crash(tmp_path: Path) -> None:
    def sound(name: str) -> Sound:
        folder = tmp_path / name
        folder.mkdir()
        settings = load_settings(data_dir=folder, offline=True)
        return replace(sound_of(SAMPLE, folder), backends=FakeBackends(settings, transcriber=Told()))

    texts = gather(sound("whole")).texts
    said = ["nothing", "nothing", *(f"{text.window.start:.2f}, {text.text}" for text in texts)]
    for text, before in zip(texts, said, strict=False):
        assert text.text == f"{text.window.start:.2f}, told {before}"[:200]

    stopped = sound("stopped")
    store: dict[str, object] = {}
    with pytest.raises(Cancelled):
        gather(stopped, keeping(store, [], fail_at="transcribe 5"))
    for file in stopped.folder.glob("finished-*"):
        file.unlink()
    assert gather(stopped, keeping(store, [])).texts == texts


def test_words_begin_and_end_where_speech_is_heard(sound: Sound, gathered: Gathered) -> None:
    activity = sound.activity()
    words = [word for segment in assemble(sound, gathered).segments for word in segment.words]
    before = [word for text in gathered.texts for word in text.words]
    assert sum(word.duration for word in words) < sum(word.duration for word in before)
    assert all(activity.loudest_probability(word) > 0 for word in words)


def test_what_went_wrong_with_the_device_is_told_once(sound: Sound, gathered: Gathered) -> None:
    on_cpu = Notice(code=NoticeCode.ON_CPU, values=(Bilingual(en="it has too little memory", zh="显存不足"),))
    small = Notice(code=NoticeCode.SMALL_BATCHES, values=("4",))
    told = tuple(replace(text, notices=(on_cpu,) if at else (small, on_cpu)) for at, text in enumerate(gathered.texts))
    assert from_json(tuple[WindowText, ...], to_json(told, tuple[WindowText, ...])) == told
    assert set(assemble(sound, replace(gathered, texts=PackedTexts().with_more(told))).warnings) == {small, on_cpu}
    assert assemble(sound, gathered).warnings == ()


@pytest.mark.parametrize("source", ["anullsrc=d=3", "sine=d=3", "sine=d=0.1"])
def test_sound_without_speech_has_a_transcript_that_says_so(source: str, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    ffmpeg("-f", "lavfi", "-i", source, path)
    sound = sound_of(path, tmp_path / "work")
    gathered = gather(sound)
    transcript = assemble(sound, gathered)
    assert gathered.texts == PackedTexts()
    assert transcript.segments == ()
    assert len(transcript.warnings) == 1


def test_media_that_cannot_be_decoded_fails_as_it_does_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    ffmpeg("-f", "lavfi", "-i", "sine=d=3", path)
    sound = sound_of(path, tmp_path / "work")
    path.unlink()
    with pytest.raises(MediaNotFound):
        gather(sound)


class TwoTongues(FakeTranscriber):
    """Hears Chinese in the middle third of five minutes, and remembers in which language it was told to write."""

    def transcribe(self, windows, language, options, before=None):
        texts = super().transcribe(windows, language, options, before)
        return tuple(
            replace(text, heard_language="zh" if 100 < text.window.start < 200 else "en", heard_probability=0.95)
            for text in texts
        )


def test_windows_in_another_language_than_expected_are_written_again_in_theirs(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, offline=True)
    sound = replace(sound_of(SAMPLE, tmp_path), backends=FakeBackends(settings, transcriber=TwoTongues()))
    store: dict[str, object] = {}
    gathered = gather(sound, keeping(store, []))
    assert any(name.startswith("language") for name in store)
    assert {text.language for text in gathered.texts if 100 < text.window.start < 200} == {"zh"}
    assert {text.language for text in gathered.texts if not 100 < text.window.start < 200} == {"en"}
    assert assemble(sound, gathered).language == "en"


def test_what_was_written_can_be_read_piece_by_piece(tmp_path: Path) -> None:
    latest: list[str] = []
    positions: list[float] = []

    def watch(step: Step, done: float, total: float, result: object = None) -> None:
        assert step is Step.TRANSCRIBE
        assert total == pytest.approx(296, abs=1)
        positions.append(done)
        if isinstance(result, str):
            latest.append(result)

    gathered = gather(replace(sound_of(SAMPLE, tmp_path), progress=watch))
    texts = [text.text for text in gathered.texts]
    assert (latest[0], latest[-1]) == (texts[0], texts[-1])
    assert positions == sorted(positions)


def test_work_can_be_stopped_while_it_waits(tmp_path: Path) -> None:
    def stop(step: Step, done: float, total: float, result: object = None) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        gather(replace(sound_of(SAMPLE, tmp_path), progress=stop))


def test_the_glossary_corrects_and_all_can_be_taken_back(sound: Sound, gathered: Gathered) -> None:
    plain = assemble(sound, gathered)
    glossary = Glossary(entries=(Entry(canonical="Since", aliases=("From",)),))
    transcript = assemble(replace(sound, options=TranscribeOptions(glossary=glossary)), gathered)
    assert transcript.text == plain.text.replace("From", "Since")
    assert len(transcript.corrections) == plain.text.count("From") > 0
    for correction in transcript.corrections:
        transcript = undo(transcript, correction)
    assert replace(transcript, model=plain.model) == plain


def test_hot_words_and_terms_are_told_and_are_terms() -> None:
    glossary = Glossary(entries=(Entry(canonical="Tingwu"),))
    options = TranscribeOptions(asr=AsrOptions(hotwords="Whisper CTranslate2"), glossary=glossary)
    assert options.prompted.hotwords == "Whisper, CTranslate2, Tingwu."
    assert [entry.canonical for entry in options.terms.entries] == ["Tingwu", "Whisper", "CTranslate2"]
    assert TranscribeOptions().prompted == AsrOptions()
