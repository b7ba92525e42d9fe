"""Error words: what each error says to people, in English and in Chinese.

The English sentence is the error's own; an error without a Chinese one of its own has that of its nearest ancestor.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tingwu import errors
from tingwu.bilingual import Bilingual
from tingwu.detail_words import chinese_detail
from tingwu.errors import TingwuError

CHINESE: Mapping[type[TingwuError], str] = MappingProxyType(
    {
        errors.TingwuError: "出错了",
        errors.NamedError: "“{e.name}”出错了{detail}",
        errors.MediaError: "文件“{e.name}”无法使用{detail}",
        errors.MediaNotFound: "文件“{e.name}”不存在{detail}",
        errors.MediaRefused: "“{e.name}”不是普通文件，因此没有打开{detail}",
        errors.EmptyMedia: "文件“{e.name}”是空的（0 字节）{detail}",
        errors.UnreadableMedia: "文件“{e.name}”不是可读取的音频或视频{detail}",
        errors.PlaylistRefused: "“{e.name}”是指向其他文件的播放列表，请直接提供录音文件{detail}",
        errors.NoAudioStream: "文件“{e.name}”中没有所选的音轨{detail}",
        errors.MediaTooLong: (
            "文件“{e.name}”超过了 {e.limit_seconds:.0f} 秒的时长上限；请调高 max_media_hours 或剪短文件"
        ),
        errors.DecodeFailed: "文件“{e.name}”解码失败{detail}",
        errors.ModelError: "模型“{e.name}”无法使用{detail}",
        errors.UnknownModel: "没有名为“{e.name}”的模型，可用 tingwu models list 查看{detail}",
        errors.ModelMissing: "本机没有模型“{e.name}”，可用 tingwu models pull 下载{detail}",
        errors.ModelUnavailable: "所有来源都无法提供模型“{e.name}”；已下载的部分会保留{detail}",
        errors.ModelCorrupt: (
            "模型“{e.name}”与 sha256 校验值不符，已拒绝使用；请用 tingwu models pull {e.name} 重新下载{detail}"
        ),
        errors.ModelUnusable: "模型“{e.name}”无法加载{detail}",
        errors.LlmError: "语言模型“{e.name}”出错{detail}",
        errors.LlmUnavailable: "语言模型“{e.name}”无法连接或启动{detail}",
        errors.LlmTimeout: "语言模型“{e.name}”没有响应{detail}",
        errors.LlmRejected: "语言模型“{e.name}”拒绝了请求（状态码 {e.status}）{detail}",
        errors.LlmNonsense: "语言模型“{e.name}”没有给出可用的回答{detail}",
        errors.LlmContextExceeded: (
            "语言模型“{e.name}”最多接受 {e.context_tokens} 个 token，而提示有 {e.prompt_tokens} 个"
        ),
        errors.OutputError: "“{e.name}”无法用于保存结果{detail}",
        errors.OutputNotWritable: "“{e.name}”无法写入{detail}",
        errors.OutputFull: "磁盘空间不足，“{e.name}”没有写成；腾出空间后重新运行同一命令即可{detail}",
        errors.JobError: "任务 {e.name} 失败{detail}",
        errors.JobNotFound: "没有任务 {e.name}{detail}",
        errors.JobRunningElsewhere: "任务 {e.name} 正由另一个进程处理{detail}",
        errors.RecordingNotFound: "库中没有录音 {e.name}{detail}",
        errors.ProfileNotFound: "没有名为“{e.name}”的声纹{detail}",
        errors.StoredDataInvalid: "“{e.name}”中的数据无效{detail}",
        errors.InvalidOption: "{e.option} 不能是“{e.value}”{detail}",
        errors.BackendNotInstalled: "“{e.name}”需要一个尚未安装的可选组件",
        errors.Cancelled: "已取消；完成的部分已保留，用同样的命令可以继续",
    }
)
"""Templates in which `e` is the error and `detail` its detail behind a colon, or nothing."""


def error_words(error: BaseException) -> Bilingual:
    """What to tell people about `error`. One that nobody foresaw shows its kind only: its text may hold anything."""
    if not isinstance(error, TingwuError):
        kind = type(error).__name__
        return Bilingual(en=f"unexpected error ({kind}); the log has the details", zh=f"意外错误（{kind}），详情见日志")
    template = next(CHINESE[kind] for kind in type(error).__mro__ if kind in CHINESE)
    detail = chinese_detail(getattr(error, "detail", ""))
    return Bilingual(en=str(error), zh=template.format(e=error, detail=f"：{detail}" if detail else ""))
