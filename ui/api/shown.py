"""Shown: a stored recording as the JSON that the page reads."""

from fastapi.responses import Response

from tingwu.domain.corrections import placed_corrections
from tingwu.domain.recording import Recording
from tingwu.domain.talk import talk_of
from tingwu.domain.timeline import timeline
from tingwu.domain.transcript import Transcript
from ui.api.schemas import CorrectionOut, RecordingOut
from ui.api.speaker_schemas import SpeakerOut, SpeakersOut, SuggestionOut


def shown(recording: Recording) -> Response:
    """All of it. Written here rather than by the framework, which would check 10,000 segments a second time."""
    corrections = tuple(CorrectionOut.model_validate(one) for one in placed_corrections(recording.transcript))
    made = {"corrections": corrections, "speakers": shown_speakers(recording.transcript)}
    answer = RecordingOut.model_validate(recording).model_copy(update=made)
    return Response(answer.model_dump_json(), media_type="application/json")


def shown_speakers(transcript: Transcript) -> SpeakersOut:
    """Its speakers; nobody where nobody was told apart."""
    talk = talk_of(transcript)
    diarization = transcript.diarization
    lanes = {lane.speaker: lane.ranges for lane in timeline(transcript)}
    return SpeakersOut(
        speakers=tuple(
            SpeakerOut.model_validate(one).model_copy(
                update={
                    "lane": tuple((round(time.start, 2), round(time.end, 2)) for time in lanes.get(one.speaker, ()))
                }
            )
            for one in talk.speakers
        ),
        silence=talk.silence,
        overlap=talk.overlap,
        suggestions=tuple(
            SuggestionOut.model_validate(one) for one in (diarization.suggestions if diarization else ())
        ),
        count_confidence=diarization.count_confidence if diarization else None,
    )
