"""Results of single recordings -> scores by language and in all."""

from collections.abc import Callable, Iterable, Sequence
from statistics import mean, median, quantiles

from pipelines.bench.data import Reference
from pipelines.bench.engines import Heard
from pipelines.bench.host import Cost
from pipelines.bench.join import Take
from pipelines.bench.report import EngineScore, LanguageScore, RecordingResult
from pipelines.bench.score import Edits, compare, compare_mixed, unit_of
from pipelines.bench.timing import start_errors, unwritten

_MIXED = frozenset({"zh", "yue"})


def judge(take: Take, heard: Heard, costs: Sequence[Cost], *, with_text: bool = False) -> RecordingResult:
    """One engine's text of one recording against its reference. Raises BackendNotInstalled."""
    reference = take.reference
    coverage = heard.coverage
    reported = (*coverage.missed, *coverage.suspect) if coverage else ()
    lost = unwritten(reference.turns, heard.pieces, reported, by_word=heard.by_word) if reference.turns else None
    timed = reference.words if heard.by_word else ()
    return RecordingResult(
        name=reference.name,
        language=reference.language if reference.is_speech else "",
        seconds=take.seconds,
        work_seconds=tuple(cost.seconds for cost in costs),
        cpu_seconds=median(cost.cpu_seconds for cost in costs),
        edits=_edits(reference, heard.text),
        mixed=compare_mixed(reference.text, heard.text, reference.language)
        if reference.is_speech and reference.language in _MIXED
        else None,
        speech_seconds=coverage and coverage.speech_seconds,
        covered_seconds=coverage and coverage.covered_seconds,
        missed_seconds=coverage and sum(one.duration for one in coverage.missed),
        suspect_seconds=coverage and sum(one.duration for one in coverage.suspect),
        turn_seconds=sum(turn.duration for turn in reference.turns) if reference.turns else None,
        unwritten_seconds=lost and lost.seconds,
        unreported_seconds=lost and lost.unreported_seconds,
        by_word=heard.by_word,
        start_errors=start_errors(timed, heard.pieces, reference.language) if timed else (),
        timed_words=len(timed),
        text=heard.text if with_text else None,
    )


def engine_score(name: str, results: Sequence[RecordingResult], peak_bytes: int) -> EngineScore:
    """All recordings of one engine together."""
    speech = [one for one in results if one.language]
    silent = [one for one in results if not one.language]
    timed = speech or results
    languages = tuple(
        language_score(code, [one for one in speech if one.language == code])
        for code in sorted({one.language for one in speech})
    )
    covered, heard = _sum(results, lambda one: one.covered_seconds), _sum(results, lambda one: one.speech_seconds)
    starts = sorted(error for one in results for error in one.start_errors)
    quiet = sum(one.seconds for one in silent)
    return EngineScore(
        name=name,
        error=mean(one.error for one in languages) if languages else None,
        speed=speed(timed),
        real_time_factor=1 / speed(timed),
        cpu_ms_per_second=1000 * sum(one.cpu_seconds for one in timed) / _seconds(timed),
        peak_mib=peak_bytes / 2**20,
        coverage=covered / heard if covered is not None and heard else None,
        missed_seconds=_sum(results, lambda one: one.missed_seconds),
        suspect_seconds=_sum(results, lambda one: one.suspect_seconds),
        turn_seconds=_sum(results, lambda one: one.turn_seconds),
        unwritten_seconds=_sum(results, lambda one: one.unwritten_seconds),
        unreported_seconds=_sum(results, lambda one: one.unreported_seconds),
        non_speech_seconds=quiet,
        words_per_hour_of_non_speech=3600 * sum(one.edits.insertions for one in silent) / quiet if quiet else None,
        word_start_median_ms=1000 * median(starts) if starts else None,
        word_start_p90_ms=1000 * _p90(starts) if starts else None,
        matched_words=len(starts),
        timed_words=sum(one.timed_words for one in results),
        languages=languages,
        recordings=tuple(results),
    )


def language_score(language: str, results: Sequence[RecordingResult]) -> LanguageScore:
    """The recordings of one language together: errors are added up before they are divided."""
    edits = sum((one.edits for one in results), Edits())
    mixed = [one.mixed for one in results if one.mixed]
    return LanguageScore(
        language=language,
        unit=unit_of(language),
        error=edits.rate,
        edits=edits,
        mixed=sum(mixed, Edits()) if mixed else None,
        seconds=_seconds(results),
        speed=speed(results),
    )


def speed(results: Sequence[RecordingResult]) -> float:
    """Seconds of sound per second of work, of each recording the median round."""
    return _seconds(results) / sum(median(one.work_seconds) for one in results)


def _edits(reference: Reference, text: str) -> Edits:
    if reference.is_speech:
        return compare(reference.text, text, reference.language)
    return compare_mixed("", text, reference.language)


def _seconds(results: Iterable[RecordingResult]) -> float:
    return sum(one.seconds for one in results)


def _sum(results: Iterable[RecordingResult], value: Callable[[RecordingResult], float | None]) -> float | None:
    """The sum of what is known; None when nothing is."""
    known = [found for one in results if (found := value(one)) is not None]
    return sum(known) if known else None


def _p90(ordered: Sequence[float]) -> float:
    return quantiles(ordered, n=10, method="inclusive")[-1] if len(ordered) > 1 else ordered[0]
