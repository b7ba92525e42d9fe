"""Failures: what each error is to the outside: an exit code, an HTTP status and a sentence in two languages.

An error without a row of its own has the row of its nearest ancestor. Exit codes group errors by what mends them:

    0  done                          5  the language model
    1  an error nobody foresaw       6  writing results or data
    2  a wrong option                7  a job
    3  the media file                8  something stored is missing or damaged
    4  a model file                  9  a package is missing
    130  stopped by Ctrl-C
"""

from dataclasses import dataclass

from tingwu import errors
from tingwu.errors import TingwuError

UNFORESEEN = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """`chinese` is a template in which `e` is the error and `detail` its detail behind a colon, or nothing."""

    exit_code: int
    http_status: int
    chinese: str


FAILURES: dict[type[TingwuError], Failure] = {
    errors.TingwuError: Failure(UNFORESEEN, 500, "出错了"),
    errors.NamedError: Failure(UNFORESEEN, 500, "“{e.name}”出错了{detail}"),
    errors.MediaError: Failure(3, 422, "文件“{e.name}”无法使用{detail}"),
    errors.MediaNotFound: Failure(3, 404, "文件“{e.name}”不存在{detail}"),
    errors.MediaRefused: Failure(3, 422, "“{e.name}”不是普通文件，因此没有打开{detail}"),
    errors.EmptyMedia: Failure(3, 422, "文件“{e.name}”是空的（0 字节）{detail}"),
    errors.UnreadableMedia: Failure(3, 415, "文件“{e.name}”不是可读取的音频或视频{detail}"),
    errors.PlaylistRefused: Failure(3, 415, "“{e.name}”是指向其他文件的播放列表，请直接提供录音文件{detail}"),
    errors.NoAudioStream: Failure(3, 422, "文件“{e.name}”中没有所选的音轨{detail}"),
    errors.MediaTooLong: Failure(
        3, 413, "文件“{e.name}”超过了 {e.limit_seconds:.0f} 秒的时长上限；请调高 max_media_hours 或剪短文件"
    ),
    errors.DecodeFailed: Failure(3, 422, "文件“{e.name}”解码失败{detail}"),
    errors.ModelError: Failure(4, 503, "模型“{e.name}”无法使用{detail}"),
    errors.UnknownModel: Failure(4, 422, "没有名为“{e.name}”的模型，可用 tingwu models list 查看{detail}"),
    errors.ModelMissing: Failure(4, 503, "本机没有模型“{e.name}”，可用 tingwu models pull 下载{detail}"),
    errors.ModelUnavailable: Failure(4, 503, "所有来源都无法提供模型“{e.name}”；已下载的部分会保留{detail}"),
    errors.ModelCorrupt: Failure(4, 503, "模型“{e.name}”与 sha256 校验值不符，已拒绝使用{detail}"),
    errors.ModelUnusable: Failure(4, 503, "模型“{e.name}”无法加载{detail}"),
    errors.LlmError: Failure(5, 502, "语言模型“{e.name}”出错{detail}"),
    errors.LlmUnavailable: Failure(5, 503, "语言模型“{e.name}”无法连接或启动{detail}"),
    errors.LlmTimeout: Failure(5, 504, "语言模型“{e.name}”没有响应{detail}"),
    errors.LlmRejected: Failure(5, 502, "语言模型“{e.name}”拒绝了请求（状态码 {e.status}）{detail}"),
    errors.LlmNonsense: Failure(5, 502, "语言模型“{e.name}”没有给出可用的回答{detail}"),
    errors.LlmContextExceeded: Failure(
        5, 422, "语言模型“{e.name}”最多接受 {e.context_tokens} 个 token，而提示有 {e.prompt_tokens} 个"
    ),
    errors.OutputError: Failure(6, 500, "“{e.name}”无法用于保存结果{detail}"),
    errors.OutputNotWritable: Failure(6, 500, "“{e.name}”无法写入{detail}"),
    errors.OutputFull: Failure(6, 507, "磁盘空间不足，“{e.name}”没有写成；腾出空间后重新运行同一命令即可{detail}"),
    errors.JobError: Failure(7, 500, "任务 {e.name} 失败{detail}"),
    errors.JobNotFound: Failure(7, 404, "没有任务 {e.name}{detail}"),
    errors.JobRunningElsewhere: Failure(7, 409, "任务 {e.name} 正由另一个进程处理{detail}"),
    errors.RecordingNotFound: Failure(8, 404, "库中没有录音 {e.name}{detail}"),
    errors.StoredDataInvalid: Failure(8, 500, "“{e.name}”中的数据无效{detail}"),
    errors.InvalidOption: Failure(2, 422, "{e.option} 不能是“{e.value}”{detail}"),
    errors.BackendNotInstalled: Failure(9, 501, "“{e.name}”需要一个尚未安装的可选组件"),
    errors.Cancelled: Failure(130, 409, "已取消；完成的部分已保留，用同样的命令可以继续"),
}


def exit_code(error: BaseException) -> int:
    """What the program ends with after `error`."""
    if isinstance(error, KeyboardInterrupt):
        return FAILURES[errors.Cancelled].exit_code
    return _failure(error).exit_code


def http_status(error: BaseException) -> int:
    """What an HTTP answer about `error` has as its status."""
    return _failure(error).http_status


def message(error: BaseException, language: str = "en") -> str:
    """What to tell a user whose language is `language` (`zh`, `zh-CN` ...; anything else is English).

    An error nobody foresaw shows its kind only: its text may hold anything.
    """
    chinese = language.lower().startswith("zh")
    if not isinstance(error, TingwuError):
        kind = type(error).__name__
        return f"意外错误（{kind}），详情见日志" if chinese else f"unexpected error ({kind}); the log has the details"
    if not chinese:
        return str(error)
    detail = getattr(error, "detail", "")
    return _failure(error).chinese.format(e=error, detail=f"：{detail}" if detail else "")


def _failure(error: BaseException) -> Failure:
    known = (FAILURES[kind] for kind in type(error).__mro__ if kind in FAILURES)
    return next(known, FAILURES[TingwuError])
