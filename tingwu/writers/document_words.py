"""Document words: the headings and labels of documents, in English and Chinese."""

from dataclasses import dataclass

from tingwu.bilingual import is_chinese


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWords:
    """Labels bring their colon; `listing` stands between names, `fact_listing` between labelled facts."""

    warning: str
    file: str
    length: str
    language: str
    coverage: str
    transcribed_by: str
    suspect: str
    speakers: str
    notes_by: str
    no_model: str
    summary: str
    chapters: str
    decisions: str
    actions: str
    questions: str
    keywords: str
    transcript: str
    corrections: str
    corrected: str
    """The template of a change: `{0}` became `{1}`."""
    owner: str
    due: str
    details: str
    """The template of what is known of an action, `{0}`."""
    unanswered: str
    speaker: str
    """The template of who says what follows, `{0}`."""
    beside: str
    """The template of who else speaks meanwhile, `{0}`."""
    who_speaks: str
    columns: tuple[str, str, str, str, str, str]
    """Of the table of speakers: name, time, share, turns, longest monologue, interruptions."""
    words_a_minute: str
    characters_a_minute: str
    silence: str
    overlap: str
    unsure: str
    listing: str
    fact_listing: str


EN = DocumentWords(
    warning="**Warning:** ",
    file="File: ",
    length="Length: ",
    language="Language: ",
    coverage="Speech with text: ",
    transcribed_by="Transcribed by: ",
    suspect="Better check by ear: ",
    speakers="Speakers: ",
    notes_by="Notes by: ",
    no_model="quotes of the recording, no language model",
    summary="Summary",
    chapters="Chapters",
    decisions="Decisions",
    actions="Actions",
    questions="Questions and answers",
    keywords="Keywords",
    transcript="Transcript",
    corrections="Corrected by the glossary",
    corrected="“{0}” → “{1}”",
    owner="owner: ",
    due="due: ",
    details=" ({0})",
    unanswered="no answer was given",
    speaker="**{0}:** ",
    beside=" (at the same time: {0})",
    who_speaks="Who speaks how much",
    columns=("Speaker", "Time", "Share", "Turns", "Longest monologue", "Interruptions"),
    words_a_minute="Words a minute",
    characters_a_minute="Characters a minute",
    silence="Nobody speaks: ",
    overlap="Several speak at once: ",
    unsure="The number of speakers is unsure.",
    listing=", ",
    fact_listing=", ",
)

ZH = DocumentWords(
    warning="**注意：** ",
    file="文件：",
    length="时长：",
    language="语言：",
    coverage="有文字的语音：",
    transcribed_by="转写模型：",
    suspect="建议听一遍核对：",
    speakers="说话人：",
    notes_by="笔记模型：",
    no_model="未使用语言模型，都是录音里的原话",
    summary="全文摘要",
    chapters="章节",
    decisions="决定",
    actions="待办",
    questions="问答回顾",
    keywords="关键词",
    transcript="全文",
    corrections="按词汇表更正",
    corrected="“{0}”→“{1}”",
    owner="负责人：",
    due="时间：",
    details="（{0}）",
    unanswered="录音里没有回答",
    speaker="**{0}：** ",
    beside="（同时说话：{0}）",
    who_speaks="发言统计",
    columns=("说话人", "时长", "占比", "发言次数", "最长一次发言", "打断次数"),
    words_a_minute="每分钟词数",
    characters_a_minute="每分钟字数",
    silence="无人说话：",
    overlap="多人同时说话：",
    unsure="说话人的人数不太确定。",
    listing="、",
    fact_listing="，",
)


def document_words(language: str) -> DocumentWords:
    """The words for the document of a recording in `language`: Chinese ones for Chinese, else English ones."""
    return ZH if is_chinese(language) else EN
