import pytest

from tingwu.domain.media import TimeRange
from tingwu.speech.asr import WindowText
from tingwu.speech.language import choose_language, likeliest, main_language, next_language, steady_languages


def heard(*languages: str, probability: float = 0.95) -> list[WindowText]:
    """Windows of ten seconds; `en?` is an unsure one, and nothing was heard in an empty one."""
    return [
        WindowText(
            window=TimeRange(start=10.0 * i, end=10.0 * i + 10),
            text="",
            words=(),
            language="xx",
            heard_language=language.rstrip("?"),
            heard_probability=0.5 if language.endswith("?") else probability if language else 0.0,
            avg_logprob=0,
            compression_ratio=1,
            no_speech_prob=0,
        )
        for i, language in enumerate(languages)
    ]


def test_certain_votes_outweigh_many_unsure_ones() -> None:
    assert choose_language([("nn", 0.2), ("zh", 0.9), ("nn", 0.3)]) == ("zh", pytest.approx(0.3))


def test_one_language_everywhere() -> None:
    assert choose_language([("en", 0.9), ("en", 0.8)]) == ("en", pytest.approx(0.85))


def test_the_first_of_equals_and_the_default() -> None:
    assert choose_language([("fr", 0.5), ("de", 0.5)])[0] == "fr"
    assert choose_language([], default="zh") == ("zh", 0.0)


def test_the_likeliest_of_all_and_of_some() -> None:
    row = [("ja", 0.5), ("zh", 0.3), ("en", 0.1)]
    assert likeliest(row) == ("ja", 0.5)
    assert likeliest(row, ("en", "zh")) == ("zh", pytest.approx(0.75))
    assert likeliest(row, ("de",)) == ("de", 0.0)


def test_the_main_language_is_that_of_most_of_the_speech() -> None:
    assert main_language(heard("en", "zh", "zh", "zh?")) == ("zh", pytest.approx((0.95 + 0.95 + 0.5) / 4))
    assert main_language(heard("", "")) == ("xx", 1.0)
    assert main_language([]) == ("en", 0.0)


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ("zh zh zh", "zh zh zh"),
        ("zh en zh zh", "zh zh zh zh"),
        ("zh en en zh zh", "zh en en zh zh"),
        ("zh en en? zh zh", "zh zh zh zh zh"),
        ("zh? zh? en en zh zh", "zh zh en en zh zh"),
        ("zh en ja zh", "zh zh zh zh"),
        ("", ""),
    ],
)
def test_two_sure_windows_in_a_row_make_another_language(spoken: str, expected: str) -> None:
    assert steady_languages(heard(*spoken.split())) == tuple(expected.split())


def test_what_comes_next_is_expected_in_the_language_of_the_last_windows() -> None:
    assert next_language(heard("zh", "zh", "en")) == "zh"
    assert next_language(heard("zh", "zh", "zh", "en", "en")) == "en"
    assert next_language(heard("")) is None
    assert next_language([]) is None
