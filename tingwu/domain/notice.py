"""Notice: something that the reader of a result must know, as a code with values, worded in two languages."""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tingwu.bilingual import Bilingual
from tingwu.domain.media import DecodeReport
from tingwu.timecode import clock


class NoticeCode(StrEnum):
    """What the notice is about, and which values belong to it, in order."""

    DAMAGED = "damaged"
    """Sound is missing: the length that was decoded, the length that was declared."""
    DAMAGED_SOMEWHERE = "damaged_somewhere"
    """Sound is missing and nobody knows how much: the length that was decoded."""
    NO_SPEECH = "no_speech"
    """Nobody was heard."""
    SAME_SOUND = "same_sound"
    """Channels that repeat another one were left out: their numbers, from 1."""
    INSEPARABLE = "inseparable"
    """Two channels hear the same voices almost equally loud."""
    SPEECH_WITHOUT_TEXT = "speech_without_text"
    """Speech was heard, no word was written: the times."""
    LANGUAGE_REFUSED = "language_refused"
    """The notes are not in the language that was asked for: the recording's language, the other one."""
    MODEL_STOPPED = "model_stopped"
    """The language model failed half-way: calls made, calls planned, what it failed with."""
    MODEL_NEVER_BEGAN = "model_never_began"
    """The language model failed before its first answer: what it failed with."""
    NO_USABLE_ANSWER = "no_usable_answer"
    """The language model answered, and nothing of it could be used: calls made."""
    NO_MODEL = "no_model"
    """The language model could not be loaded: what it failed with."""
    SMALL_BATCHES = "small_batches"
    """The device ran out of memory, so less was decoded at once: how many windows."""
    LESS_PRECISION = "less_precision"
    """The graphics card has too little memory for the speech model's numbers: their format, the one taken instead."""
    ON_CPU = "on_cpu"
    """The graphics card failed and speech was recognised on the CPU: why."""
    TRANSCRIPT_CHANGED = "transcript_changed"
    """The notes are older than parts of the transcript: the times of those parts."""
    SPEAKERS_MERGED = "speakers_merged"
    """The notes were written when these were two speakers: the one that is no more, the one that both are now."""
    FOREIGN = "foreign"
    """A sentence that came with a transcript from elsewhere."""


NOTICE_WORDS: Mapping[NoticeCode, Bilingual] = MappingProxyType(
    {
        NoticeCode.DAMAGED: Bilingual(
            en="The file is damaged: {0} of {1} could be decoded.",
            zh="文件已损坏：应有 {1}，实际解码出 {0}。",
        ),
        NoticeCode.DAMAGED_SOMEWHERE: Bilingual(
            en="The file is damaged: {0} could be decoded.",
            zh="文件已损坏：实际解码出 {0}。",
        ),
        NoticeCode.NO_SPEECH: Bilingual(
            en="No speech was found in this recording.",
            zh="这段录音里没有听到有人说话。",
        ),
        NoticeCode.SAME_SOUND: Bilingual(
            en="Channel {0} carries the same sound as another one and was left out: "
            "who speaks in these cannot be told by the channel.",
            zh="第 {0} 声道与另一声道的声音相同，没有重复转写：无法根据声道区分其中的说话人。",
        ),
        NoticeCode.INSEPARABLE: Bilingual(
            en="Some channels hear the same voices almost equally loud: "
            "words may come twice, or with the wrong speaker.",
            zh="有些声道里同样的声音几乎一样响：文字可能重复，或者说话人有误。",
        ),
        NoticeCode.SPEECH_WITHOUT_TEXT: Bilingual(
            en="Speech was heard but no text was found at {0}.",
            zh="以下时间有人说话，但没有识别出文字：{0}。",
        ),
        NoticeCode.LANGUAGE_REFUSED: Bilingual(
            en="The notes are in the recording's language ({0}), not in {1}: "
            "lines in another language could not be checked against what was said.",
            zh="笔记使用录音的语言（{0}），而不是 {1}：用另一种语言写的内容无法与原话核对。",
        ),
        NoticeCode.MODEL_STOPPED: Bilingual(
            en="The language model stopped after {0} of {1} calls, so the rest of the notes are quotes: {2}.",
            zh="语言模型在 {1} 次调用中的第 {0} 次后停止，其余的笔记都是原话：{2}。",
        ),
        NoticeCode.MODEL_NEVER_BEGAN: Bilingual(
            en="The language model stopped before the first call, so the notes are quotes: {0}.",
            zh="语言模型在第一次调用之前就停止了，笔记都是原话：{0}。",
        ),
        NoticeCode.NO_USABLE_ANSWER: Bilingual(
            en="The language model gave nothing usable in any of its calls ({0}), so the notes are quotes.",
            zh="语言模型的所有调用（{0} 次）都没有给出可用的内容，笔记都是原话。",
        ),
        NoticeCode.NO_MODEL: Bilingual(
            en="The notes are quotes, because {0}.",
            zh="笔记都是原话，原因：{0}。",
        ),
        NoticeCode.SMALL_BATCHES: Bilingual(
            en="Memory ran out, so only {0} pieces of sound were recognised at once, which takes longer.",
            zh="内存或显存不足，每次只能识别 {0} 段声音，因此耗时更长。",
        ),
        NoticeCode.LESS_PRECISION: Bilingual(
            en="The graphics card has too little memory for {0}, so the speech model ran as {1}, "
            "which may cost a little accuracy.",
            zh="显存不足以使用 {0}，语音模型改用 {1} 运行，准确率可能略有下降。",
        ),
        NoticeCode.ON_CPU: Bilingual(
            en="The graphics card could not be used, so speech was recognised on the CPU, which takes longer: {0}.",
            zh="显卡无法使用，语音改由 CPU 识别，因此耗时更长：{0}。",
        ),
        NoticeCode.TRANSCRIPT_CHANGED: Bilingual(
            en="The transcript was changed at {0} after these notes were written.",
            zh="这些笔记写成之后，以下时间的文字有改动：{0}。",
        ),
        NoticeCode.SPEAKERS_MERGED: Bilingual(
            en="{0} became the same speaker as {1} after these notes were written.",
            zh="这些笔记写成之后，说话人“{0}”与“{1}”合并了。",
        ),
        NoticeCode.FOREIGN: Bilingual(en="{0}", zh="{0}"),
    }
)
"""The sentences; a place `{0}` is for the first of a notice's values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`values` fill the places of the code's sentence; one that is worded differently in Chinese is Bilingual."""

    code: NoticeCode
    values: tuple[str | Bilingual, ...] = ()

    def __post_init__(self) -> None:
        if len(self.values) != len(places(NOTICE_WORDS[self.code].en)):
            raise ValueError(f"{len(self.values)} values do not fit {self.code}")

    @property
    def text(self) -> Bilingual:
        """The notice as a full sentence."""
        return NOTICE_WORDS[self.code].filled(*self.values)


def damage(decode: DecodeReport) -> Notice | None:
    """The notice about sound that did not come out, None if all of it did."""
    if decode.complete:
        return None
    if not decode.declared_duration:
        return Notice(code=NoticeCode.DAMAGED_SOMEWHERE, values=(clock(decode.duration),))
    return Notice(code=NoticeCode.DAMAGED, values=(clock(decode.duration), clock(decode.declared_duration)))


def places(template: str) -> frozenset[str]:
    """The names of the places in a template: `{"0", "1"}`."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)
