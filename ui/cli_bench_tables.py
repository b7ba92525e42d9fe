"""Tables of `tingwu bench speech`: errors by language, then everything else, a column for each engine."""

from collections.abc import Callable

from rich.table import Table

from pipelines.bench.report import EngineScore, SpeechBench
from pipelines.bench.score import Edits

Cell = Callable[[EngineScore], str]


def tables(bench: SpeechBench) -> tuple[Table, ...]:
    """What is printed of a run."""
    return (_errors(bench), _rest(bench)) if any(one.languages for one in bench.engines) else (_rest(bench),)


def _errors(bench: SpeechBench) -> Table:
    table = _table("errors", bench)
    units = {score.language: score.unit for engine in bench.engines for score in engine.languages}
    for language, unit in sorted(units.items()):
        table.add_row(f"{language}, {unit}s", *(_edits(engine, language, mixed=False) for engine in bench.engines))
        if any(one.mixed for engine in bench.engines for one in engine.languages if one.language == language):
            cells = (_edits(engine, language, mixed=True) for engine in bench.engines)
            table.add_row(f"{language}, Han characters and words", *cells)
    table.add_row("mean of languages", *(_share(engine.error) for engine in bench.engines))
    table.caption = "substitutions + insertions + deletions of units said"
    return table


def _rest(bench: SpeechBench) -> Table:
    table = _table("all", bench)
    for label, cell in _ROWS.items():
        cells = [cell(engine) for engine in bench.engines]
        if any(cells):
            table.add_row(label, *(one or "-" for one in cells))
    return table


def _table(first: str, bench: SpeechBench) -> Table:
    table = Table(first, box=None, pad_edge=False, caption_justify="left")
    for engine in bench.engines:
        table.add_column(engine.name, justify="right")
    return table


def _edits(engine: EngineScore, language: str, *, mixed: bool) -> str:
    score = next(one for one in engine.languages if one.language == language)
    edits: Edits = (score.mixed or Edits()) if mixed else score.edits
    parts = f"{edits.substitutions}+{edits.insertions}+{edits.deletions}"
    return f"{_share(edits.rate)} ({parts} of {edits.reference})"


def _share(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.2f} %"


def _number(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _unwritten(engine: EngineScore, seconds: float | None) -> str:
    by_word = all(one.by_word for one in engine.recordings if one.turn_seconds)
    return _number(seconds, "{:.1f} s" if by_word else "{:.1f} s by segments")


def _starts(engine: EngineScore) -> str:
    if engine.word_start_median_ms is None:
        return ""
    errors = f"{engine.word_start_median_ms:.0f} ms, {engine.word_start_p90_ms:.0f} ms"
    return f"{errors} ({engine.matched_words} of {engine.timed_words})"


_ROWS: dict[str, Cell] = {
    "speed, × real time": lambda one: f"{one.speed:.1f}",
    "real-time factor": lambda one: f"{one.real_time_factor:.4f}",
    "CPU per second of sound": lambda one: f"{one.cpu_ms_per_second:.1f} ms",
    "peak memory": lambda one: f"{one.peak_mib:.0f} MiB",
    "coverage of speech": lambda one: _share(one.coverage),
    "missed and reported": lambda one: _number(one.missed_seconds, "{:.1f} s"),
    "reported as doubtful": lambda one: _number(one.suspect_seconds, "{:.1f} s"),
    "speech without words": lambda one: _unwritten(one, one.unwritten_seconds),
    "of it not reported": lambda one: _unwritten(one, one.unreported_seconds),
    "words per hour without speech": lambda one: _number(one.words_per_hour_of_non_speech, "{:.1f}"),
    "word starts off by, median and p90": _starts,
}
