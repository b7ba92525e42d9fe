"""The truth of made conversations is exact: who hums is heard in their turns and nowhere else."""

from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipelines.bench.acoustics import impulse_response
from pipelines.bench.conversations import conversation_blocks, make_conversation, write_conversation
from pipelines.bench.rttm import read_rttm
from pipelines.bench.talk_plan import ConversationOptions, Pool
from pipelines.bench.voices import Utterance, read_clip
from tests.builders_humming import TONES, voices
from tingwu.audio.limits import DEFAULT_LIMITS
from tingwu.domain.media import SAMPLE_RATE
from tingwu.domain.speakers import SpeakerTurn
from tingwu.errors import InvalidOption, OutputNotWritable
from tingwu.speech.asr import Samples

STEP = 160


def active(turns: tuple[SpeakerTurn, ...], minutes: float) -> NDArray[np.int_]:
    """How often each speaker has a turn in each 10 ms, shape `(speakers, steps)`; rows in order of names."""
    names = sorted({turn.speaker for turn in turns})
    found = np.zeros((len(names), round(6000 * minutes)), np.int_)
    for turn in turns:
        found[names.index(turn.speaker), round(100 * turn.start) : round(100 * turn.end)] += 1
    return found


def loudness(sound: Samples) -> NDArray[np.float64]:
    """RMS of each 10 ms."""
    return np.sqrt(np.mean(sound.reshape(-1, STEP).astype(np.float64) ** 2, axis=1))


def tone(sound: Samples, hz: float) -> float:
    """Amplitude of a tone, the median of pieces of 0.1 s."""
    pieces = sound[: len(sound) // 1600 * 1600].reshape(-1, 1600)
    phase = np.exp(-2j * np.pi * hz * np.arange(1600) / SAMPLE_RATE)
    return float(np.median(2 * abs(pieces @ phase) / 1600))


def test_sound_is_where_the_turns_are() -> None:
    sound, turns = make_conversation(voices(3), ConversationOptions(seed=3, minutes=2, speakers=3, overlap=0.1))
    anybody = active(turns, 2).sum(axis=0) > 0
    breaths = np.abs(sound.reshape(-1, STEP)).max(axis=1) == 0
    assert len(sound) == 2 * 60 * SAMPLE_RATE
    assert breaths[~anybody].all()
    assert not breaths[anybody].all()
    for turn in turns:
        edges = (round(100 * turn.start), round(100 * turn.end) - 1)
        assert not breaths[list(edges)].any()


def test_every_turn_has_the_voice_of_its_speaker() -> None:
    sound, turns = make_conversation(voices(4), ConversationOptions(seed=1, minutes=2, speakers=4, overlap=0.2))
    for turn in turns:
        said = sound[round(turn.start * SAMPLE_RATE) : round(turn.end * SAMPLE_RATE)]
        heard = {name: tone(said, hz) for name, hz in zip(("v1", "v2", "v3", "v4"), TONES, strict=False)}
        assert heard[turn.speaker] > 0.06


def test_outside_of_turns_there_is_noise_of_the_level_asked_for() -> None:
    options = ConversationOptions(seed=5, minutes=2, speakers=2, snr_db=20)
    sound, turns = make_conversation(voices(2), options)
    quiet = loudness(sound)[active(turns, 2).sum(axis=0) == 0]
    assert 20 * np.log10(np.sqrt(np.mean(quiet**2))) == pytest.approx(-26 - 20, abs=0.5)


@pytest.mark.parametrize("speakers", range(1, 9))
def test_as_many_speakers_as_asked_for(speakers: int) -> None:
    _, turns = make_conversation(voices(8), ConversationOptions(seed=speakers, minutes=3, speakers=speakers))
    found = active(turns, 3)
    assert len(found) == speakers
    assert found.sum(axis=1).min() > 0.4 * found.sum() / speakers


@pytest.mark.parametrize("overlap", [0.0, 0.05, 0.1, 0.2, 0.3])
def test_overlap_is_of_two_and_near_its_share(overlap: float) -> None:
    _, turns = make_conversation(voices(4), ConversationOptions(seed=7, minutes=6, speakers=4, overlap=overlap))
    found = active(turns, 6)
    together = found.sum(axis=0)
    assert (found.max(), together.max()) == (1, 2 if overlap else 1)
    assert (together == 2).sum() / (together > 0).sum() == pytest.approx(overlap, abs=0.02 if overlap else 0)


def test_turns_are_ordered_and_of_lengths_that_people_have() -> None:
    _, turns = make_conversation(voices(3), ConversationOptions(seed=2, minutes=5, speakers=3, overlap=0.1))
    lengths = [turn.duration for turn in turns]
    assert all(before.start <= after.start for before, after in pairwise(turns))
    assert min(lengths) >= 0.5
    assert max(lengths) <= 20
    assert 0.5 < np.median(lengths) < 5


def test_one_seed_is_one_conversation() -> None:
    options = ConversationOptions(seed=11, minutes=1, speakers=2, overlap=0.1, snr_db=15, rt60=0.3, level_spread_db=6)
    (one, its_turns), (again, their_turns) = (make_conversation(voices(3), options) for _ in range(2))
    assert np.array_equal(one, again)
    assert its_turns == their_turns
    assert make_conversation(voices(3), replace(options, seed=12))[1] != its_turns


def test_rooms_and_noise_move_nothing() -> None:
    dry = ConversationOptions(seed=4, minutes=1, speakers=2, overlap=0.1)
    wet = replace(dry, rt60=0.5, snr_db=10, level_spread_db=10)
    (sound, turns), (echo, same) = (make_conversation(voices(2), options) for options in (dry, wet))
    assert turns == same
    assert not np.array_equal(sound, echo)


def test_levels_differ_as_asked_for() -> None:
    options = ConversationOptions(seed=4, minutes=2, speakers=3, level_spread_db=12)
    sound, turns = make_conversation(voices(8), options)
    found = active(turns, 2) > 0
    level = [20 * np.log10(np.median(loudness(sound)[row])) for row in found]
    assert max(level) - min(level) == pytest.approx(12, abs=0.5)


def test_a_room_loses_60_db_in_its_time() -> None:
    response = impulse_response(0.4, np.random.default_rng(1)).astype(np.float64)
    left = 10 * np.log10(np.cumsum(response[::-1] ** 2)[::-1] / np.sum(response[1:] ** 2))
    at_5, at_25 = (int(np.argmax(left < -fall)) for fall in (5, 25))
    assert 3 * (at_25 - at_5) / SAMPLE_RATE == pytest.approx(0.4, rel=0.1)
    assert response[0] == 1
    assert np.sum(response[1:] ** 2) == pytest.approx(10**-0.3, rel=0.01)


def test_utterances_come_again_late() -> None:
    said = [Utterance(np.full(16_000, number, np.float32), ((0, 16_000),)) for number in range(10)]
    pool = Pool(said, np.random.default_rng(1))
    order = [float(piece[0]) for _ in range(100) for piece in pool.take(16_000)]
    assert set(order) == set(range(10))
    for number, one in enumerate(order):
        assert one not in order[number + 1 : number + 6]


def test_blocks_are_never_long() -> None:
    options = ConversationOptions(seed=1, minutes=1.25, speakers=2, rt60=0.4)
    blocks = list(conversation_blocks(voices(2), options))
    assert [len(block.sound) / SAMPLE_RATE for block in blocks] == [30, 30, 15]
    for number, block in enumerate(blocks):
        assert all(30 * number <= turn.start < 30 * (number + 1) for turn in block.turns)


@pytest.mark.parametrize("ending", ["wav", "flac", "opus"])
def test_files_hold_the_sound_and_the_turns(tmp_path: Path, ending: str) -> None:
    options = ConversationOptions(seed=6, minutes=0.75, speakers=2, overlap=0.1)
    path = tmp_path / "new" / f"talk.{ending}"
    turns = write_conversation(voices(2), options, path)
    sound, same = make_conversation(voices(2), options)
    heard = read_clip(path, DEFAULT_LIMITS)
    written = read_rttm(path.with_suffix(".rttm"))["talk"]
    assert turns == same
    assert [(turn.start, turn.speaker) for turn in written] == [(turn.start, turn.speaker) for turn in turns]
    assert [turn.end for turn in written] == pytest.approx([turn.end for turn in turns])
    assert len(heard) == len(sound)
    if ending != "opus":
        assert np.abs(heard - sound).max() < 1e-4


def test_what_cannot_be_made() -> None:
    for wrong in ({"overlap": 0.5}, {"speakers": 0}, {"speakers": 1, "overlap": 0.1}, {"minutes": 0}, {"rt60": 9}):
        with pytest.raises(InvalidOption):
            ConversationOptions(**wrong)
    with pytest.raises(InvalidOption, match="there are 2 voices"):
        make_conversation(voices(2), ConversationOptions(speakers=3))
    with pytest.raises(InvalidOption, match="too short for so many speakers"):
        make_conversation(voices(8), ConversationOptions(speakers=8, minutes=0.1))


def test_a_format_that_is_none_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OutputNotWritable):
        write_conversation(voices(2), ConversationOptions(minutes=0.5), tmp_path / "talk.nonsense")
    assert not list(tmp_path.iterdir())


def test_three_never_meet() -> None:
    for seed in range(5):
        _, turns = make_conversation(voices(5), ConversationOptions(seed=seed, minutes=3, speakers=5, overlap=0.3))
        for one, two, three in combinations(turns, 3):
            start, end = max(one.start, two.start, three.start), min(one.end, two.end, three.end)
            assert end <= start
