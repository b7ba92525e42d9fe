"""The made voices: enough of each, in few bytes, and conversations come out of them."""

from pathlib import Path

import numpy as np

from pipelines.bench.conversations import make_conversation
from pipelines.bench.talk_plan import ConversationOptions
from pipelines.bench.voices import read_voices, utterances
from tests.recordings.say_voices import clip
from tingwu.audio.limits import DEFAULT_LIMITS

FOLDER = Path(__file__).parent / "voices"


def test_six_voices_speak_for_long_enough() -> None:
    voices = read_voices(FOLDER, DEFAULT_LIMITS)
    assert len(voices) == 6
    for name, clips in voices.items():
        assert 26 < sum(len(sound) for sound in clips) / 16_000 < 40
        assert sum(len(one.sound) for one in utterances(name, clips)) / 16_000 > 20
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.opus")) < 400_000


def test_they_talk_with_each_other() -> None:
    voices = read_voices(FOLDER, DEFAULT_LIMITS)
    _, turns = make_conversation(voices, ConversationOptions(minutes=2, speakers=6, overlap=0.1))
    assert {turn.speaker for turn in turns} == set(voices)


def test_lines_are_equally_loud_and_apart() -> None:
    soft, loud = (np.full(24_000, level, np.float32) for level in (0.01, 0.2))
    made = clip([soft, loud])
    assert len(made) == 2 * 24_000 + 3 * 12_000
    assert np.allclose(made[12_000:36_000], made[48_000:72_000], atol=1e-6)
    assert not made[36_000:48_000].any()
