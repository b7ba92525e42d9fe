"""Results of a bench for tests: two languages, as many engines as wanted."""

from pipelines.bench.report import VERSION, EngineScore, LanguageScore, Machine, SpeechBench
from pipelines.bench.score import Edits


def make_engine(
    name: str, *, errors: tuple[float, float] = (0.03, 0.09), speed: float = 20.0, unreported: float | None = 0.0
) -> EngineScore:
    """An engine with these errors in English and Chinese."""
    languages = tuple(
        LanguageScore(
            language=language,
            unit="word" if language == "en" else "character",
            error=error,
            edits=Edits(hits=100 - round(100 * error), substitutions=round(100 * error)),
            mixed=None if language == "en" else Edits(hits=90, insertions=2, deletions=1),
            seconds=60.0,
            speed=speed,
        )
        for language, error in zip(("en", "zh"), errors, strict=True)
    )
    return EngineScore(
        name=name,
        error=sum(errors) / 2,
        speed=speed,
        real_time_factor=1 / speed,
        cpu_ms_per_second=1600 / speed,
        peak_mib=500.0,
        coverage=0.99,
        missed_seconds=1.0,
        suspect_seconds=0.0,
        turn_seconds=100.0,
        unwritten_seconds=1.0,
        unreported_seconds=unreported,
        non_speech_seconds=0.0,
        words_per_hour_of_non_speech=None,
        word_start_median_ms=60.0,
        word_start_p90_ms=140.0,
        matched_words=90,
        timed_words=100,
        languages=languages,
        recordings=(),
    )


def make_bench(*engines: EngineScore) -> SpeechBench:
    """A run; without `engines` ours is twice as fast as its peer."""
    ours, peer = make_engine("tingwu"), make_engine("faster-whisper", speed=10.0, unreported=3.0)
    return SpeechBench(
        version=VERSION,
        tingwu="0.1.0",
        created="2026-01-01T10:00:00+00:00",
        machine=Machine(processor="Example 5000", cores=2, system="Linux x86_64"),
        model="whisper-base",
        device="cpu",
        compute_type="int8",
        threads=2,
        beam_size=5,
        word_timestamps=True,
        peer_words=False,
        rounds=3,
        repeat=1,
        engines=engines or (ours, peer),
    )
