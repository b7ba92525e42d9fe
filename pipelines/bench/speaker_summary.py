"""Results of single recordings -> scores of a diarizer by group and in all."""

from collections.abc import Sequence
from statistics import mean, median

from pipelines.bench.diarizers import Attribution
from pipelines.bench.host import Cost
from pipelines.bench.speaker_data import SpokenRecording
from pipelines.bench.speaker_report import ALL, DiarizerScore, SpeakerGroup, SpeakerResult
from pipelines.bench.speaker_score import (
    COLLAR,
    JaccardErrors,
    SpeakerErrors,
    WordErrors,
    jaccard_errors,
    speaker_errors,
    word_errors,
)


def judge_speakers(
    recording: SpokenRecording, seconds: float, found: Attribution, costs: Sequence[Cost]
) -> SpeakerResult:
    """One engine's turns in one recording of `seconds` against its reference. Raises BackendNotInstalled."""
    errors = speaker_errors(recording.turns, found.turns, seconds)
    forgiven = speaker_errors(recording.turns, found.turns, seconds, collar=COLLAR)
    jaccard = jaccard_errors(recording.turns, found.turns, seconds)
    both = recording.texts and found.texts
    return SpeakerResult(
        name=recording.name,
        group=recording.group,
        seconds=seconds,
        work_seconds=tuple(cost.seconds for cost in costs),
        cpu_seconds=median(cost.cpu_seconds for cost in costs),
        speakers=recording.speakers,
        found=len({turn.speaker for turn in found.turns}),
        count_confidence=found.count_confidence,
        der=errors.rate,
        errors=errors,
        der_collar=forgiven.rate,
        errors_collar=forgiven,
        jer=jaccard.rate,
        jaccard=jaccard,
        words=word_errors(dict(recording.texts), dict(found.texts), recording.language) if both else None,
    )


def diarizer_score(name: str, results: Sequence[SpeakerResult], peak_bytes: int) -> DiarizerScore:
    """All recordings of one engine together."""
    whole = speaker_group(ALL, results)
    return DiarizerScore(
        name=name,
        speed=1 / whole.real_time_factor,
        cpu_ms_per_second=1000 * sum(one.cpu_seconds for one in results) / whole.seconds,
        peak_mib=peak_bytes / 2**20,
        all=whole,
        groups=tuple(
            speaker_group(group, [one for one in results if one.group == group])
            for group in dict.fromkeys(one.group for one in results)
        ),
        recordings=tuple(results),
    )


def speaker_group(name: str, results: Sequence[SpeakerResult]) -> SpeakerGroup:
    """The recordings of one group together."""
    errors = sum((one.errors for one in results), SpeakerErrors())
    forgiven = sum((one.errors_collar for one in results), SpeakerErrors())
    words = [one.words for one in results if one.words]
    seconds = sum(one.seconds for one in results)
    return SpeakerGroup(
        name=name,
        recordings=len(results),
        seconds=seconds,
        der=errors.rate,
        errors=errors,
        der_collar=forgiven.rate,
        errors_collar=forgiven,
        jer=sum((one.jaccard for one in results), JaccardErrors()).rate,
        count_right=mean(one.found == one.speakers for one in results),
        count_error=mean(one.found - one.speakers for one in results),
        count_distance=mean(abs(one.found - one.speakers) for one in results),
        real_time_factor=sum(median(one.work_seconds) for one in results) / seconds,
        cpwer=sum(words, WordErrors()).rate if words else None,
    )
