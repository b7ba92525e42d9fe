import numpy as np
import pytest

from tingwu.domain.media import SAMPLE_RATE
from tingwu.speech.whisper_features import LENGTHS_SECONDS, LogMel, padded_seconds


@pytest.mark.parametrize(("seconds", "padded"), [(0.1, 16), (15, 16), (15.01, 20), (24.5, 30), (30, 30)])
def test_windows_get_the_next_length_with_silence_at_their_end(seconds: float, padded: int) -> None:
    assert padded_seconds(int(seconds * SAMPLE_RATE)) == padded


def test_more_than_whisper_hears_is_refused() -> None:
    with pytest.raises(ValueError, match=r"30\.50 s"):
        padded_seconds(int(30.5 * SAMPLE_RATE))


@pytest.mark.parametrize("bands", [80, 128])
def test_features_have_the_padded_length(bands: int) -> None:
    features = LogMel(bands)(np.zeros(SAMPLE_RATE, np.float32), LENGTHS_SECONDS[0])
    assert features.shape == (1, bands, 1600)
    assert features.dtype == np.float32
    assert features.flags["C_CONTIGUOUS"]


def test_a_tone_is_loudest_in_its_band_and_the_rest_is_clamped_8_decades_below() -> None:
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    features = LogMel(80)(np.sin(2 * np.pi * 1000 * time).astype(np.float32), 10)[0]
    # Slaney's mel scale is linear up to 1 kHz: 200/3 Hz a step, and 81 steps of 45.2456 / 81 mel reach 8 kHz.
    expected = round(1000 / (200 / 3) / (45.245640471924965 / 81)) - 1
    assert abs(int(features[:, 50].argmax()) - expected) <= 1
    assert features.max() - features.min() == pytest.approx(2.0, abs=1e-5)
