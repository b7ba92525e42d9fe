"""Detail words: the details of errors in Chinese.

An error's detail is English where it is made. What is not listed here (a path, a message of another program) is data
and stays as it is.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "it is text": "它是文本",
        "it is a folder": "它是文件夹",
        "its path is not valid UTF-8; rename it": "路径不是有效的 UTF-8，请改名",
        "less than {} MB are free": "剩余空间不足 {0} MB",
        "it is a file, not a folder": "它是文件，不是文件夹",
        "it is a pipe": "它是管道",
        "it is a socket": "它是套接字",
        "it is a device": "它是设备",
        "it is a symbolic link": "它是符号链接",
        "it is a socket or a device": "它是套接字或设备",
        "it is not UTF-8": "它不是 UTF-8 文本",
        "no folder in it has refs.tsv or transcript.json": "里面没有带 refs.tsv 或 transcript.json 的文件夹",
        "the engine's process died": "引擎的进程意外结束",
        "reading it failed: {}": "读取失败：{0}",
        "it changed while it was read; try again when it is finished": "读取时文件还在变化，写完后再试",
        "it has changed since it was looked at": "检查之后文件又变了",
        "it cannot be opened: {}": "打不开：{0}",
        "its index is missing, so the file was cut off or is not finished": "缺少索引，文件被截断或还没有写完",
        "its format is unknown or not supported": "格式未知或不受支持",
        "its sound is in a codec that is not supported, or is damaged": "声音的编码不受支持，或已损坏",
        "it holds no sound at all": "里面没有声音",
        "its sound track is empty": "音轨是空的",
        "there is no sound track {}": "没有第 {0} 条音轨",
        "looking at it was stopped by signal {}": "检查时被信号 {0} 终止",
        "the decoder could not be started": "无法启动解码器",
        "the decoder made no progress for {} s": "解码器 {0} 秒没有进展",
        "decoded sound is missing; it must be decoded again": "解码后的声音不见了，需要重新解码",
        "the decoded sound vanished": "解码后的声音不见了",
        "what was heard vanished": "语音检测的结果不见了",
        "what was decoded vanished": "解码的报告不见了",
        "The end of the file is missing; it was cut off.": "文件被截断，缺少结尾。",
        "The file changed while it was read.": "读取过程中文件发生了变化。",
        "The file is damaged: the decoder reported an error (first: {}).": "文件已损坏：解码器报告了错误（{0}）。",
        "The file is damaged: the decoder reported {} errors (first: {}).": (
            "文件已损坏：解码器报告了 {0} 个错误（第一个：{1}）。"
        ),
        "The decoder was stopped by signal {} before the end of the file.": "解码器在文件结束之前被信号 {0} 终止。",
        "The decoder gave up before the end of the file (status {}).": "解码器在文件结束之前放弃了（状态 {0}）。",
        "The file declares {} of sound, but only {} could be decoded.": "文件声明有 {0} 的声音，实际只解码出 {1}。",
        "The file declares {} of sound, but {} came out; nothing is known to be missing.": (
            "文件声明有 {0} 的声音，实际解码出 {1}；没有发现缺失。"
        ),
        "it is damaged; move it away to start anew, finished recordings are not in it": (
            "它已损坏；把它移走即可重新开始，已完成的录音不在其中"
        ),
        "nothing answers at that address": "这个地址没有回应",
        "no answer in time": "没有及时回答",
        "the connection broke": "连接断了",
        "the answer could not be read": "回答无法读取",
        "the answer broke off": "回答中断了",
        "the answer is empty": "回答是空的",
        "a web page": "返回的是网页",
        "a web page came instead of an answer": "返回的是网页，不是回答",
        "the server names no model; name one with #model": "服务器没有给出模型名，请用 #model 指定",
        "what answers there is no model server": "那里的服务不是模型服务器",
        "it has been closed": "它已经关闭",
        "not enough memory on the device": "设备内存不足",
        "has no chat template": "没有对话模板",
        "no token for {} s": "{0} 秒没有输出",
        "its process cannot be started": "无法启动它的进程",
        "not ready after {} s: {}": "{0} 秒后仍未就绪：{1}",
        "its process ended with {} while loading: {}": "它的进程在加载时结束（{0}）：{1}",
        "cannot be read": "无法读取",
        "is no GGUF file of version 2 or 3": "不是第 2 或第 3 版的 GGUF 文件",
        "{} is not in this faster-whisper": "这个 faster-whisper 里没有 {0}",
        "encoding failed: {}": "编码失败：{0}",
        "decoding failed: {}": "解码失败：{0}",
        "aligning failed: {}": "对齐失败：{0}",
        "hearing the language failed: {}": "识别语言失败：{0}",
        "{} does not know it; choose another language, or a model that knows it such as {}": (
            "{0} 不认识这种语言，请换一种语言，或换用认识它的模型，例如 {1}"
        ),
        "{} only writes down English; choose a multilingual model": "{0} 只能转写英语，请换用多语言模型",
        "out of memory": "内存不足",
        "config.json: model_type is {}, not 'whisper'": "config.json 中的 model_type 是 {0}，不是 whisper",
        "no .safetensors file in {}{}": "{0} 中没有 .safetensors 文件{1}",
        "no tokenizer of Whisper's in {}": "{0} 中没有 Whisper 的分词器",
        "{}: not an object": "{0} 不是一个对象",
        "its channels were split; transcribe it again": "它的声道是分开识别的，请重新转写",
        "there is no {}": "没有 {0}",
        "{} is another file than the catalogue means": "{0} 不是目录中的那个文件",
        "{} is larger than it should be": "{0} 比应有的大",
        "the download stalled": "下载停滞",
        "{} MB are needed, {} MB are free": "需要 {0} MB，剩余 {1} MB",
        "no source has it": "没有来源提供它",
        "offline": "离线",
        "not an upload": "不是上传记录",
        "too many unfinished uploads": "未完成的上传太多",
        "the disk is nearly full": "磁盘快满了",
        "cannot listen there": "无法在那里监听",
        "its process is gone; start it again to continue": "它的进程已不在，重新启动即可继续",
        "choose one of {}": "可选 {0}",
        "write missed, suspect, all, or times such as 83.5-91,2:00-2:13": (
            "请写 missed、suspect、all，或时间段，例如 83.5-91,2:00-2:13"
        ),
        "the transcript does not have it": "文字中没有这处更正",
        "another speaker has this name; merge the two if they are one person": (
            "另一位说话人已经叫这个名字；如果是同一个人，请合并"
        ),
        "a name has at least one character": "名字至少要有一个字",
        "at most {} characters": "最多 {0} 个字符",
        "its weights cannot be read ({})": "无法读取它的权重（{0}）",
        "accept its terms and log in with the account that did": "请接受它的条款，并用接受条款的账号登录",
        "no .rttm and no {} in it, and no folder {}": "其中没有 .rttm，也没有 {0}，也没有文件夹 {1}",
        "{} names it": "{0} 里写着它",
        "no folder in it holds sound of a voice": "其中没有一个文件夹里有人声",
        "a speaker is merged into another one": "只能合并到另一位说话人",
        "the speakers are not known": "还没有区分说话人",
        "the speakers are {}": "说话人有：{0}",
        "nobody suggested it": "没有这条建议",
        "a range must end after it begins": "时间段的结束必须晚于开始",
        "ranges must not overlap": "时间段不能重叠",
        "the recording ends at {}": "录音到 {0} 结束",
        "the recording's sound is no longer on this machine": "这台机器上已没有这段录音的声音",
        "say who agreed and when; a voice is kept only with consent": "请写明谁在何时同意；声纹只在本人同意时保存",
        "another profile has this name; merge the two if they are one person": (
            "已有同名的声纹；如果是同一个人，请合并"
        ),
        "its profile is of another voice model; delete it and add it again": (
            "它的声纹来自另一个声纹模型，请删除后重新添加"
        ),
        "at least {} s of clear speech of one person are needed, {} s were found": (
            "需要至少 {0} 秒单人的清晰语音，只找到 {1} 秒"
        ),
        "more than one person seems to speak in it, or there is music or noise": (
            "其中似乎不止一个人在说话，或者有音乐、噪声"
        ),
        "it is not like the voice that is kept under this name; choose another name, or delete that one first": (
            "它与这个名字下保存的声音不像；请换个名字，或先删除原来的声纹"
        ),
        "its speakers were not told apart by their voices": "没有按声音区分这段录音的说话人",
        "No space left on device": "磁盘空间不足",
        "Disk quota exceeded": "磁盘配额已用完",
        "Permission denied": "没有权限",
        "Read-only file system": "文件系统是只读的",
        "No such file or directory": "没有这个文件或文件夹",
        "Input/output error": "读写出错",
    }
)
"""English template -> Chinese one: each `{}` is a value, `{0}` the first of them."""

_PATTERNS = tuple(
    (re.compile("(.+?)".join(map(re.escape, english.split("{}"))), re.DOTALL), chinese)
    for english, chinese in DETAILS.items()
)
_SENTENCES = re.compile(r"(?<=\.) (?=The )")


def chinese_detail(detail: str) -> str:
    """`detail` in Chinese as far as its parts are known; parts are joined by `; `, `: ` or as sentences."""
    for pattern, chinese in _PATTERNS:
        if match := pattern.fullmatch(detail):
            return chinese.format(*map(chinese_detail, match.groups()))
    for parts, joint in ((_SENTENCES.split(detail), ""), (detail.split("; "), "；")):
        if len(parts) > 1:
            return joint.join(map(chinese_detail, parts))
    head, _, rest = detail.partition(": ")
    known = chinese_detail(rest) if rest else ""
    return detail if known == rest else f"{head}：{known}"
