"""Tables of `tingwu bench speakers`: every recording, then groups of them, then the cost; columns for each engine."""

from collections.abc import Callable

from rich.table import Table

from pipelines.bench.speaker_report import DiarizerScore, SpeakerBench, SpeakerGroup

Cell = Callable[[SpeakerGroup], str]


def speaker_tables(bench: SpeakerBench) -> tuple[Table, ...]:
    """What is printed of a run."""
    return (_recordings(bench), *(_groups(engine) for engine in bench.engines), _costs(bench))


def _recordings(bench: SpeakerBench) -> Table:
    table = _table("recordings")
    table.add_column("speakers", justify="right")
    for engine in bench.engines:
        for head in (f"{engine.name}: DER", "collar", "JER", "found", "RTF"):
            table.add_column(head, justify="right")
    for number, one in enumerate(bench.engines[0].recordings):
        cells: list[str] = []
        for engine in bench.engines:
            its = engine.recordings[number]
            factor = sorted(its.work_seconds)[len(its.work_seconds) // 2] / its.seconds
            cells += [_share(its.der), _share(its.der_collar), _share(its.jer), str(its.found), f"{factor:.3f}"]
        table.add_row(f"{one.group}: {one.name}", str(one.speakers), *cells)
    return table


def _groups(engine: DiarizerScore) -> Table:
    """A row for each measure, a column for each group."""
    table = _table(engine.name)
    groups = (*engine.groups, engine.all) if len(engine.groups) > 1 else (engine.all,)
    for group in groups:
        table.add_column(group.name, justify="right")
    for label, cell in _ROWS.items():
        cells = [cell(group) for group in groups]
        if any(cells):
            table.add_row(label, *(one or "-" for one in cells))
    return table


def _costs(bench: SpeakerBench) -> Table:
    table = _table("cost")
    for engine in bench.engines:
        table.add_column(engine.name, justify="right")
    table.add_row("speed, × real time", *(f"{engine.speed:.1f}" for engine in bench.engines))
    table.add_row("real-time factor", *(f"{engine.all.real_time_factor:.4f}" for engine in bench.engines))
    table.add_row("CPU per second of sound", *(f"{engine.cpu_ms_per_second:.1f} ms" for engine in bench.engines))
    table.add_row("peak memory", *(f"{engine.peak_mib:.0f} MiB" for engine in bench.engines))
    return table


def _table(first: str) -> Table:
    return Table(first, box=None, pad_edge=False)


def _share(value: float) -> str:
    return f"{100 * value:.2f} %"


def _of_speech(group: SpeakerGroup, seconds: float) -> str:
    return _share(seconds / group.errors.speech) if group.errors.speech else ""


_ROWS: dict[str, Cell] = {
    "DER, no collar": lambda one: _share(one.der),
    "DER, collar 0.25 s": lambda one: _share(one.der_collar),
    "JER": lambda one: _share(one.jer),
    "missed": lambda one: _of_speech(one, one.errors.missed),
    "false alarms": lambda one: _of_speech(one, one.errors.false_alarm),
    "confusion": lambda one: _of_speech(one, one.errors.confusion),
    "speaker count right": lambda one: f"{round(one.count_right * one.recordings)} of {one.recordings}",
    "count off by, mean": lambda one: f"{one.count_error:+.2f} (± {one.count_distance:.2f})",
    "cpWER": lambda one: "" if one.cpwer is None else _share(one.cpwer),
    "real-time factor": lambda one: f"{one.real_time_factor:.4f}",
}
