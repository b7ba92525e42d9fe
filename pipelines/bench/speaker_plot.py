"""The picture of a run over speakers: errors by group, then speed, CPU and memory, a colour for each engine."""

from collections.abc import Sequence

from pipelines.bench.bars import GROUPS_HEIGHT, MARGIN, ROW, WIDTH, Group, Measure, heading, lying, standing
from pipelines.bench.speaker_report import ALL, DiarizerScore, SpeakerBench, SpeakerGroup
from pipelines.bench.svg import FAINT, Drawing

_HEAD, _GAP = 118, 66


def plot_speakers(bench: SpeakerBench) -> str:
    """The run as an SVG document."""
    names = [engine.name for engine in bench.engines]
    top = _HEAD + GROUPS_HEIGHT + _GAP
    lower = top + 44 + ROW * len(names) + 30
    drawing = Drawing(width=WIDTH, height=lower + 44 + ROW * len(names) + 30, title="tingwu bench speakers")
    heading(drawing, "Who speaks when: errors, speed and memory", _facts(bench), names)
    drawing.text(MARGIN, _HEAD + 4, "Diarization errors in %", bold=True)
    words = "of the time of speech, no collar, overlap scored; less is better"
    drawing.text(MARGIN + 168, _HEAD + 4, words, size=12, color=FAINT)
    standing(drawing, names, _groups(bench.engines), top=_HEAD, strong=ALL)
    lying(drawing, names, _parts(bench.engines), top=top)
    lying(drawing, names, _costs(bench.engines), top=lower)
    return drawing.render()


def _facts(bench: SpeakerBench) -> tuple[str, ...]:
    return (
        "number of speakers known" if bench.known_count else "number of speakers found by the engines",
        f"{bench.threads} threads on {bench.device}",
        f"median of {bench.rounds} rounds" if bench.rounds > 1 else "one round",
        bench.machine.processor,
    )


def _groups(engines: Sequence[DiarizerScore]) -> list[Group]:
    """Per cent of errors of each engine, by group and in all. Engines have the same groups."""
    found: list[Group] = []
    if len(engines[0].groups) > 1:
        for number, group in enumerate(engines[0].groups):
            found.append((group.name, [100 * engine.groups[number].der for engine in engines]))
    found.append((ALL, [100 * engine.all.der for engine in engines]))
    return found


def _parts(engines: Sequence[DiarizerScore]) -> tuple[Measure, ...]:
    """What the errors in all consist of."""
    return (
        Measure(title="Missed", hint="% of speech", form="{:.1f} %", values=_shares(engines, "missed")),
        Measure(title="False alarms", hint="% of speech", form="{:.1f} %", values=_shares(engines, "false_alarm")),
        Measure(title="Confusion", hint="% of speech", form="{:.1f} %", values=_shares(engines, "confusion")),
        Measure(
            title="Speakers",
            hint="% of recordings, count right",
            form="{:.0f} %",
            values=[100 * engine.all.count_right for engine in engines],
        ),
    )


def _costs(engines: Sequence[DiarizerScore]) -> tuple[Measure, ...]:
    speed, cpu, memory = zip(*((one.speed, one.cpu_ms_per_second, one.peak_mib) for one in engines), strict=True)
    return (
        Measure(title="Speed", hint="× real time, more is better", form="{:.1f} ×", values=speed),
        Measure(title="CPU", hint="ms per second of sound, less is better", form="{:.0f} ms", values=cpu),
        Measure(title="Peak memory", hint="MiB, less is better", form="{:.0f} MiB", values=memory),
    )


def _shares(engines: Sequence[DiarizerScore], part: str) -> list[float]:
    return [_share(engine.all, part) for engine in engines]


def _share(group: SpeakerGroup, part: str) -> float:
    wrong = {
        "missed": group.errors.missed,
        "false_alarm": group.errors.false_alarm,
        "confusion": group.errors.confusion,
    }
    return 100 * wrong[part] / group.errors.speech if group.errors.speech else 0.0
