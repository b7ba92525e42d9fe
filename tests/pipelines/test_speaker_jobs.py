"""Jobs that tell speakers apart: on top of what is there, nothing twice, nothing lost, whatever stops them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from pipelines.diarize import SpeakerOptions
from pipelines.jobs import Jobs
from pipelines.settings import Settings, load_settings
from pipelines.sound import TranscribeOptions
from pipelines.speakers import rename
from pipelines.understand import UnderstandOptions
from tests.fake_backends import DeafTranscriber, FakeBackends, FakeTranscriber
from tests.fake_lifted_voices import LiftedVoices, lifted_models, make_talk
from tingwu.domain.notes import Citation
from tingwu.domain.notice import NoticeCode
from tingwu.domain.recording import Recording
from tingwu.domain.transcript import Transcript
from tingwu.errors import Cancelled, InvalidOption
from tingwu.speech.redo_ranges import Redo
from tingwu.speech.speakers import SpeakerCount

SAMPLE = Path(__file__).parents[2] / "samples" / "en-interview" / "en-interview.opus"
CHANGES = (24.0, 50.0, 77.0, 101.0)
"""Where somebody else begins to speak, in seconds."""
QUOTES = UnderstandOptions(llm="none")
SPEAKERS = SpeakerOptions()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(data_dir=tmp_path / "data", offline=True)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_talk(tmp_path_factory.mktemp("talk") / "talk.wav", SAMPLE, 130, *CHANGES)


@contextmanager
def running(
    settings: Settings, transcriber: FakeTranscriber | None = None, voices: LiftedVoices | None = None
) -> Iterator[Jobs]:
    backends = FakeBackends(settings, transcriber=transcriber, voices=lifted_models(voices))
    with Jobs(settings, backends=backends) as jobs:
        yield jobs


def submit(
    jobs: Jobs, talk: Path, speakers: SpeakerOptions | None = SPEAKERS, notes: UnderstandOptions | None = None
) -> str:
    return jobs.submit(talk, transcribe=TranscribeOptions(), notes=notes, speakers=speakers)


def exactly(number: int) -> SpeakerOptions:
    return SpeakerOptions(count=SpeakerCount(exact=number))


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def content(recording: Recording) -> Recording:
    """All but the moment of making."""
    return replace(recording, created="")


def who(transcript: Transcript) -> list[str]:
    """Who speaks after whom, whatever the pauses between."""
    assert transcript.diarization
    return [name for name, _ in groupby(turn.speaker for turn in transcript.diarization.turns)]


def words(transcript: Transcript) -> list[str]:
    return [word.text.strip() for segment in transcript.segments for word in segment.words]


def speakers_in(transcript: Transcript, start: float, end: float) -> set[str | None]:
    return {segment.speaker for segment in transcript.segments if start < segment.middle < end}


def letters(*texts: str) -> str:
    return "".join("".join(texts).split())


def cite_every_sentence(recording: Recording) -> Recording:
    assert recording.notes
    claim = recording.notes.summary[0]
    citations = tuple(
        Citation(start=one.start, end=one.end, segment_ids=(one.id,), quote=one.text)
        for one in recording.transcript.segments
    )
    return replace(recording, notes=replace(recording.notes, summary=(replace(claim, citations=citations),)))


def test_a_job_says_who_speaks(settings: Settings, talk: Path) -> None:
    with running(settings) as jobs:
        recording = jobs.wait(submit(jobs, talk))
        assert jobs.library.load(recording.id) == recording
    transcript = recording.transcript
    assert who(transcript) == ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2", "Speaker 1"]
    assert transcript.diarization
    assert transcript.diarization.model == "fake-voice"
    assert transcript.diarization.count_confidence > 0.5
    assert transcript.speakers == ("Speaker 1", "Speaker 2")
    assert all(segment.speaker for segment in transcript.segments)
    changes = [two.start for one, two in pairwise(transcript.diarization.turns) if one.speaker != two.speaker]
    assert changes == pytest.approx(CHANGES, abs=0.6)


def test_a_known_transcript_is_not_made_again(settings: Settings, talk: Path) -> None:
    transcriber = FakeTranscriber()
    with running(settings, transcriber) as jobs:
        plain = jobs.wait(submit(jobs, talk, None))
        asked = len(transcriber.windows_done)
        told = jobs.wait(submit(jobs, talk))
    assert len(transcriber.windows_done) == asked
    assert plain.transcript.speakers == ()
    assert plain.transcript.diarization is None
    assert (told.id, told.created) == (plain.id, plain.created)
    assert told.transcript.speakers == ("Speaker 1", "Speaker 2")
    assert words(told.transcript) == words(plain.transcript)


def test_in_one_job_or_in_two_is_the_same(settings: Settings, talk: Path, tmp_path: Path) -> None:
    with running(settings) as jobs:
        jobs.wait(submit(jobs, talk, None))
        in_two = jobs.wait(submit(jobs, talk))
    with running(load_settings(data_dir=tmp_path / "other", offline=True)) as jobs:
        in_one = jobs.wait(submit(jobs, talk))
    assert content(in_one) == content(in_two)


def test_speakers_that_fit_keep_their_names(settings: Settings, talk: Path) -> None:
    voices = LiftedVoices()
    with running(settings, voices=voices) as jobs:
        first = jobs.wait(submit(jobs, talk))
        renamed = rename(jobs.library, first.id, speaker="Speaker 1", name="Hannah")
        heard = voices.calls
        assert jobs.wait(submit(jobs, talk, exactly(2))) == renamed
        assert voices.calls == heard
        alone = jobs.wait(submit(jobs, talk, exactly(1)))
    assert renamed.transcript.speakers == ("Hannah", "Speaker 2")
    assert alone.transcript.speakers == ("Speaker 1",)
    assert words(alone.transcript) == words(first.transcript)


def test_notes_on_sentences_that_were_cut_cite_all_their_parts(settings: Settings, talk: Path) -> None:
    with running(settings) as jobs:
        recording = jobs.wait(submit(jobs, talk, None, QUOTES))
        noted = jobs.library.update(recording.id, cite_every_sentence)
        told = jobs.wait(submit(jobs, talk))
    assert noted.notes
    assert told.notes
    assert NoticeCode.TRANSCRIPT_CHANGED in [warning.code for warning in told.notes.warnings]
    before, after = (notes.summary[0].citations for notes in (noted.notes, told.notes))
    assert [(one.start, one.end, one.quote) for one in after] == [(one.start, one.end, one.quote) for one in before]
    new = {one.id: one.text for one in told.transcript.segments}
    assert [letters(*(new[number] for number in one.segment_ids)) for one in after] == [
        letters(one.quote) for one in before
    ]
    assert sum(len(one.segment_ids) for one in after) == len(new) > len(before)


def test_notes_of_the_same_job_are_written_on_the_speakers(settings: Settings, talk: Path) -> None:
    with running(settings) as jobs:
        recording = jobs.wait(submit(jobs, talk, SPEAKERS, QUOTES))
    assert recording.transcript.speakers == ("Speaker 1", "Speaker 2")
    assert recording.notes
    assert NoticeCode.TRANSCRIPT_CHANGED not in [warning.code for warning in recording.notes.warnings]
    texts = {one.id: one.text for one in recording.transcript.segments}
    cited = [one for claim in recording.notes.summary for one in claim.citations]
    assert cited
    assert all(letters(one.quote) in letters(*(texts[number] for number in one.segment_ids)) for one in cited)


def test_ranges_that_are_transcribed_again_have_their_speaker(settings: Settings, talk: Path) -> None:
    with running(settings, DeafTranscriber((30, 41), (84, 92))) as jobs:
        first = jobs.wait(submit(jobs, talk))
        rename(jobs.library, first.id, speaker="Speaker 2", name="Martin")
        assert len(first.transcript.coverage.missed) >= 2
        second = jobs.wait(jobs.submit_redo(first.id, Redo(reported="all"), TranscribeOptions())).transcript
    assert second.coverage.missed == ()
    assert second.speakers == ("Speaker 1", "Martin")
    assert who(second) == ["Speaker 1", "Martin", "Speaker 1", "Martin", "Speaker 1"]
    assert speakers_in(second, 30, 41) == speakers_in(second, 84, 92) == {"Martin"}
    assert speakers_in(second, 0, 23) == speakers_in(second, 52, 76) == {"Speaker 1"}


def test_ranges_and_speakers_in_one_job(settings: Settings, talk: Path) -> None:
    redo = Redo(reported="all")
    with running(settings, DeafTranscriber((30, 41))) as jobs:
        jobs.wait(submit(jobs, talk, None))
        job = jobs.submit(talk, transcribe=TranscribeOptions(), notes=None, redo=redo, speakers=SPEAKERS)
        transcript = jobs.wait(job).transcript
    assert transcript.coverage.missed == ()
    assert transcript.speakers == ("Speaker 1", "Speaker 2")


def test_a_job_that_is_stopped_among_its_speakers_ends_the_same(settings: Settings, talk: Path, tmp_path: Path) -> None:
    with running(load_settings(data_dir=tmp_path / "whole", offline=True)) as jobs:
        expected = jobs.wait(submit(jobs, talk))
    voices, transcriber = LiftedVoices(), FakeTranscriber()
    voices.gate.clear()
    with running(settings, transcriber, voices) as jobs:
        job = submit(jobs, talk)
        until(lambda: voices.calls >= 2)
        jobs.cancel(job)
        voices.gate.set()
        with pytest.raises(Cancelled):
            jobs.wait(job)
        assert jobs.library.load(expected.id).transcript.diarization is None, "nothing is half done"
    asked = len(transcriber.windows_done)
    with running(settings, transcriber, voices) as jobs:
        jobs.resume(job)
        assert content(jobs.wait(job)) == content(expected)
    assert len(transcriber.windows_done) == asked


def test_numbers_that_cannot_be_are_refused_at_once(settings: Settings, talk: Path) -> None:
    with running(settings) as jobs:
        with pytest.raises(InvalidOption, match="choose 1 to 100"):
            submit(jobs, talk, exactly(101))
        assert jobs.list() == ()
