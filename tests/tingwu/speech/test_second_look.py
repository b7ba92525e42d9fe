"""Holes in the text are found, heard again in other surroundings, and filled with what is believable."""

from collections.abc import Callable, Sequence

import numpy as np

from tests.tingwu.speech.activity import heard
from tingwu.domain.media import TimeRange
from tingwu.domain.transcript import Word
from tingwu.speech.asr import AsrOptions, Samples, WindowText
from tingwu.speech.second_look import Hole, Listen, fill, find_holes, look_again

Answer = Callable[[TimeRange], WindowText]


def words(start: float, *texts: str, each: float = 0.5) -> tuple[Word, ...]:
    return tuple(
        Word(start=start + i * each, end=start + (i + 1) * each, text=text, probability=0.9)
        for i, text in enumerate(texts)
    )


def text(start: float, end: float, spoken: Sequence[Word], *, sure: float = -0.2, looped: bool = False) -> WindowText:
    return WindowText(
        window=TimeRange(start=start, end=end),
        text="".join(word.text for word in spoken).strip(),
        words=tuple(spoken),
        language="en",
        avg_logprob=sure,
        compression_ratio=1.0,
        no_speech_prob=0.0,
        looped=looped,
    )


class Scripted:
    """A recogniser that answers by window and remembers what it was asked."""

    name = "scripted"
    workers = 1

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.asked: list[TimeRange] = []

    def transcribe(
        self,
        windows: Sequence[tuple[TimeRange, Samples]],
        language: str | None,
        options: AsrOptions,
        before: WindowText | None = None,
    ) -> tuple[WindowText, ...]:
        assert options.word_timestamps
        self.asked += [window for window, _ in windows]
        return tuple(self._answer(window) for window, _ in windows)

    def close(self) -> None: ...


def listen(answer: Answer) -> tuple[Listen, Scripted]:
    scripted = Scripted(answer)
    options = AsrOptions(word_timestamps=False)
    return Listen(
        scripted, lambda start, end: np.zeros(round((end - start) * 16_000), np.float32), options, "en"
    ), scripted


HOLE = Hole(start=13.0, end=20.0, window=0)
TALK = heard(60, (10, 20))


def test_speech_behind_the_last_word_is_a_hole() -> None:
    known = [text(10, 20, words(10, " And", " then", " we", " left."))]
    (hole,) = find_holes(known, TALK)
    assert (hole.start, hole.end, hole.window) == (12.0, 20, 0)


def test_silence_and_short_noises_are_no_holes() -> None:
    known = [text(10, 20, words(10, " And", " then", " we", " left."))]
    assert find_holes(known, heard(60, (10, 12), (15, 16.2))) == ()


def test_a_window_without_any_words_is_a_hole_and_a_long_one_comes_in_pieces() -> None:
    holes = find_holes([text(0, 28, ())], heard(60, (0, 28)))
    assert [(hole.start, hole.end) for hole in holes] == [(0, 14), (14, 28)]


def test_text_without_times_has_no_holes() -> None:
    plain = WindowText(
        window=TimeRange(start=0, end=20), text="Hello.", words=(), language="en", avg_logprob=-0.1,
        compression_ratio=1.0, no_speech_prob=0.0,
    )  # fmt: skip
    assert find_holes([plain], heard(60, (0, 20))) == ()


def test_an_hour_of_song_costs_a_third_of_itself_at_most() -> None:
    song = heard(3600, (0, 3600))
    holes = find_holes([text(at, at + 15, ()) for at in range(0, 3600, 15)], song)
    assert 1000 < 28 * len(holes) <= 1080


def test_words_inside_the_hole_are_found_and_no_others() -> None:
    said = words(11, *(f" w{i}" for i in range(24)))
    ears, scripted = listen(lambda window: text(window.start, window.end, said))
    found = look_again(HOLE, ears, TALK)
    assert [word.text for word in found] == [f" w{i}" for i in range(4, 18)]
    assert len(scripted.asked) == 1
    assert scripted.asked[0].duration == 28


def test_other_surroundings_are_tried_until_something_is_heard() -> None:
    def answer(window: TimeRange) -> WindowText:
        found = words(13.2, *["word"] * 13) if window.end == HOLE.end else words(5, " before")
        return text(window.start, window.end, found)

    ears, scripted = listen(answer)
    assert len(look_again(HOLE, ears, TALK)) == 13
    assert [window.end for window in scripted.asked] == [30.5, 20.0]


def test_what_the_model_doubts_repeats_or_draws_out_is_not_taken() -> None:
    spoken = words(13.2, *["word"] * 13)
    drawn_out = words(13.2, " oh", " no", each=3.0)
    for bad in (text(0, 28, spoken, sure=-0.9), text(0, 28, spoken, looped=True), text(0, 28, drawn_out)):
        ears, scripted = listen(lambda window, bad=bad: bad)
        assert look_again(HOLE, ears, TALK) == ()
        assert len(scripted.asked) == 3


def test_surroundings_stay_inside_of_the_recording() -> None:
    ears, scripted = listen(lambda window: text(window.start, window.end, ()))
    look_again(Hole(start=0.0, end=4.0, window=0), ears, heard(4.0, (0, 4)))
    assert scripted.asked == [TimeRange(start=0, end=4)]


def test_found_words_take_their_place_without_echoes_of_their_neighbours() -> None:
    known = text(10, 30, (*words(10, " we", " left."), *words(25, " Then", " rain.")))
    hole = Hole(start=11.0, end=25.0, window=1)
    found = (*words(11.1, " Left,", " he", " said."), *words(24.6, " then", each=0.3))
    (first, second) = fill([text(0, 10, ()), known], [(hole, found)])
    assert first.text == ""
    assert second.text == "we left. he said. Then rain."
    assert [word.start for word in second.words] == sorted(word.start for word in second.words)


def test_nothing_found_changes_nothing() -> None:
    known = (text(10, 20, words(10, " And", " then")),)
    assert fill(known, [(HOLE, ())]) == known


def test_a_word_stretched_over_a_hole_does_not_hide_it() -> None:
    stretched = Word(start=12.0, end=18.0, text=" so", probability=0.9)
    known = text(10, 20, (*words(10, " And", " then", each=1.0), stretched, *words(18, " we", " left.", each=1.0)))
    (hole,) = find_holes([known], TALK)
    assert (hole.start, hole.end) == (12.0, 17.5)
    (filled,) = fill([known], [(hole, words(12.2, " nobody", " said", " a", " thing.", each=1.2))])
    assert filled.text == "And then nobody said a thing. so we left."
    assert filled.words[6].start == filled.words[5].end == 17.0
