"""The closed word lists behind the notes: stop words, fillers, negations and surnames, Chinese and English.

Small on purpose: a word belongs here only if notes get worse without it.
"""


def words(text: str) -> frozenset[str]:
    """A list of words written as running text."""
    return frozenset(text.split())


ENGLISH_STOP = words(
    """a about above actually after again all also although always am an and any anything are as at back be because been
    before being below between both but by came can cannot come could couldn did didn do does doesn doing don done down
    during each either else even ever every everybody everyone everything few first for from further get gets getting
    go goes going gonna got gotta guys had hadn has hasn have haven having he her here hers herself him himself his how
    however i if in into is isn it its itself just kind know last least less let lets like little ll look lot lots made
    make makes many may maybe me mean might mine more most much must my myself need never new next no nor not nothing
    now of off oh ok okay on once one only onto or other others our ours ourselves out over own part people perhaps
    please pretty probably put quite rather re really right said same say saying says see seem seems shall she should
    shouldn so some somebody someone something sort still stuff such sure take tell than thank thanks that the their
    theirs them themselves then there these they thing things think this those though thought through to today too
    towards two um under until up upon us use used using ve very wanna want wants was wasn way we well went were weren
    what whatever when where whether which while who whole whom whose why will with within without won would wouldn
    yeah yep yes yet you your yours yourself yourselves uh hmm mm mhm basically literally"""
)
CHINESE_STOP = words(
    """我们 你们 他们 她们 它们 大家 咱们 自己 这个 那个 这些 那些 这样 那样 这么 那么 这里 那里 这边 那边 这种
    那种 什么 怎么 怎样 怎么样 如何 为什么 哪些 哪个 哪里 多少 几个 一个 一些 一下 一样 一直 一定 一起 一种
    一点 一共 总共 有点 有些 有的 没有 不是 就是 还是 或者 或是 而且 并且 但是 可是 不过 所以 因为 因此 如果 要是 虽然
    然后 于是 以及 以后 以前 之后 之前 的话 可能 可以 能够 应该 需要 必须 觉得 认为 知道 看到 说到 来说 来讲
    比如 比如说 例如 其实 实际上 基本上 当然 非常 特别 比较 更加 已经 正在 现在 时候 今天 刚才 刚刚 目前 最后
    首先 其次 第一 第二 第三 里面 上面 下面 外面 方面 东西 事情 问题 情况 部分 进行 通过 关于 对于 由于 根据
    按照 为了 作为 包括 以外 除了 之间 一方面 这是 那是 也是 都是 还有 也有 只是 只有 只要 不会 不能 不要 不用
    不行 会有 是不是 有没有 对不对 好不好 好的 对的 行吧 好吧 对吧 是吧 嗯嗯 谢谢 感谢 各位 那我 我觉得 我想
    你看 看看 想想 说说 讲讲 起来 出来 下来 过来 上来 出去 进去 一块 整个 所有 每个 各种 任何 其他 另外 同时
    真的 确实 肯定 反正 毕竟 到底 究竟 终于 马上 立刻 很多 许多 好多 不少 大概 左右 差不多 几乎 左边 右边
    接下来 接着 来看 来做 去做 做到 得到 成为 变成 以为 特别是 尤其 甚至 可 能 会 是 的 了 在 有 和 与"""
)
CHINESE_FILLERS = (
    "嗯", "呃", "额", "啊", "哎", "诶", "哦", "噢", "唉", "那个那个", "这个这个", "就是说", "然后呢", "怎么说呢",
    "对吧", "是吧", "对不对",
)  # fmt: skip
"""Sounds and tags that mean nothing where they stand alone between two punctuation marks or at a sentence's edge."""
ENGLISH_FILLERS = ("um", "uh", "erm", "hmm", "mm", "uh-huh", "you know", "i mean")
CHINESE_NEGATIONS = ("不", "没", "未", "别", "无法", "非")
ENGLISH_NEGATIONS = words(
    """not no never none nothing nobody cannot cant without neither nor isnt arent wasnt werent dont doesnt didnt wont
    wouldnt couldnt shouldnt hasnt havent hadnt"""
)
CHINESE_NOT_NEGATIONS = tuple(
    sorted(
        words(
            """不仅 不但 不只 不过 不少 不断 不同 不错 对不对 是不是 有没有 好不好 能不能 要不要 会不会 可不可以 差不多
            不管 不论 不然 特别 分别
            级别 类别 区别 个别 非常 除非 并非 未来 沉没 不好意思 没问题 没关系 要不 非洲 不得不
            说不定 不知不觉"""
        ),
        key=lambda word: (-len(word), word),
    )
)
"""Words that hold a negation sign without denying anything."""
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
TITLES = "总监|总裁|总|经理|老师|教授|博士|主任|主席|院长|校长|医生|律师|部长|局长|工程师|工|先生|女士|小姐|老板|同学"
ENGLISH_NOT_NAMES = words(
    """i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december ok okay english mr mrs ms dr i'm i'll i've i'd"""
)

OPPOSITES = (
    ("started", "finished"), ("started", "completed"), ("increase", "decrease"), ("raise", "lower"),
    ("accept", "reject"), ("agree", "disagree"), ("succeed", "fail"), ("buy", "sell"), ("open", "close"),
    ("add", "remove"), ("enable", "disable"), ("增加", "减少"), ("提高", "降低"), ("上涨", "下跌"), ("提前", "推迟"),
    ("上升", "下降"), ("增加", "下降"), ("增长", "下降"),
    ("rise", "fall"), ("rise", "drop"), ("increase", "drop"),
    ("同意", "反对"), ("开始", "完成"), ("成功", "失败"), ("接受", "拒绝"), ("支持", "反对"), ("扩大", "缩小"),
)  # fmt: skip
"""Words that small models swap; a line with one of them is not proved by a sentence with only the other."""
