"""The picture of a run: errors by language, then speed, CPU and memory, a colour for each engine."""

from collections.abc import Sequence

from pipelines.bench.bars import GROUPS_HEIGHT, MARGIN, ROW, WIDTH, Group, Measure, heading, lying, standing
from pipelines.bench.report import EngineScore, SpeechBench
from pipelines.bench.svg import FAINT, Drawing

_HEAD, _GAP = 118, 66


def plot(bench: SpeechBench) -> str:
    """The run as an SVG document."""
    names = [engine.name for engine in bench.engines]
    groups = _groups(bench.engines)
    top = _HEAD + (GROUPS_HEIGHT + _GAP if groups else 0)
    drawing = Drawing(width=WIDTH, height=top + 44 + ROW * len(names) + 30, title="tingwu bench speech")
    heading(drawing, "Speech to text: errors, speed and memory", _facts(bench), names)
    if groups:
        drawing.text(MARGIN, _HEAD + 4, "Errors in %", bold=True)
        words = "of words, of characters where marked CER; less is better"
        drawing.text(MARGIN + 84, _HEAD + 4, words, size=12, color=FAINT)
        standing(drawing, names, groups, top=_HEAD, strong="mean")
    lying(drawing, names, _measures(bench.engines), top=top)
    return drawing.render()


def _facts(bench: SpeechBench) -> tuple[str, ...]:
    return (
        bench.model,
        f"{bench.compute_type} on {bench.device}",
        f"{bench.threads} threads",
        f"beam {bench.beam_size}",
        f"median of {bench.rounds} rounds" if bench.rounds > 1 else "one round",
        bench.machine.processor,
    )


def _groups(engines: Sequence[EngineScore]) -> list[Group]:
    """Per cent of errors of each engine, by language and in the mean of the languages."""
    found: list[Group] = []
    units = {score.language: score.unit for engine in engines for score in engine.languages}
    for language, unit in sorted(units.items()):
        rates = [{one.language: 100 * one.error for one in engine.languages}.get(language) for engine in engines]
        found.append((f"{language} (CER)" if unit == "character" else language, rates))
    if len(found) > 1:
        found.append(("mean", [None if one.error is None else 100 * one.error for one in engines]))
    return found


def _measures(engines: Sequence[EngineScore]) -> tuple[Measure, ...]:
    speed, cpu, memory = zip(*((one.speed, one.cpu_ms_per_second, one.peak_mib) for one in engines), strict=True)
    return (
        Measure(title="Speed", hint="× real time, more is better", form="{:.1f} ×", values=speed),
        Measure(title="CPU", hint="ms per second of sound, less is better", form="{:.0f} ms", values=cpu),
        Measure(title="Peak memory", hint="MiB, less is better", form="{:.0f} MiB", values=memory),
    )
