"""Chinese surnames: the common ones, and is this such a name? In simplified characters."""

from tingwu.chinese_words import chinese_words
from tingwu.text.wordlists import TITLES, words

COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤萧常温康施文牛樊"
    "葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆"
    "蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿"
    "桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝"
)
"""The common ones, by how common they are, roughly."""
COMPOUND = words(
    """上官 东方 令狐 公孙 南宫 司徒 司马 呼延 夏侯 太史 宇文 尉迟 慕容 欧阳 澹台 独孤 申屠 皇甫 端木 西门 诸葛 轩辕
    长孙 闻人"""
)
_WORDS = frozenset("于任时应何向和连全单管常成方关解简项边查明华安文易古尤左从党司师商万")
"""Surnames that are common words too: with one character behind them they are a name only if the dictionary says so."""
_NOT_GIVEN = frozenset(
    "的了是在也就都和跟不要说会有去把被从我你他她它这那很还吧吗呢啊哦嗯总董个们什么没得地着过给让叫做对为但因所如"
)
"""Characters of grammar: hardly a name has one."""
_NO_NAMES = words(
    """丁克 万能 史上 司仪 周期 和尚 和平 孔子 小时 小明 小白 小米 师傅 师兄 师姐 常客 康复 康熙 文明 施工 明星 明白
    易拉罐 曹操 沙发 熊猫 牛逼 白领 童鞋 米粉 老师 荣幸 谢谢 陆军 陈述 雷同 顾客 顾问 马仔 马后炮
    高人 高知 高管 鲁迅 黄牛"""
)
"""Words that look like names, where the dictionary does not say that they are none."""
_PERSON_ENDINGS = frozenset("生员人师者手领迷粉控党族商客户")
_NAMES = ("nr", "nz")
"""Tags of people's names and of other ones, which are often people's."""


def is_surname(name: str) -> bool:
    """Whether `name` is a surname alone."""
    return name in COMMON or name in COMPOUND


def is_person(name: str) -> bool:
    """Whether `name` is a surname and a given name of one or two characters, and no word of the language."""
    surname = name[:2] if name[:2] in COMPOUND else name[:1]
    given = name[len(surname) :]
    if not 1 <= len(given) <= 2 or (len(surname) == 1 and surname not in COMMON):
        return False
    if name in _NO_NAMES or name[:2] in _NO_NAMES or _NOT_GIVEN & set(given):
        return False
    return len(surname) > 1 or not _is_word(name, surname, given)


def is_called(name: str) -> bool:
    """Whether `name` is what colleagues call somebody: a surname with a title (`王老师`) or after 小 (`小李`)."""
    if name in _NO_NAMES:
        return False
    if name[:1] in ("小", "老", "阿"):
        return len(name) == 2 and name[1] in COMMON
    surname = name[:2] if name[:2] in COMPOUND else name[:1]
    return (surname in COMPOUND or surname in COMMON) and name[len(surname) :] in TITLES.split("|")


def _is_word(name: str, surname: str, given: str) -> bool:
    """Whether the dictionary knows `name`, or what it begins with, as something else."""
    known = chinese_words()
    tag = known.tag(name)
    if tag.startswith("nr"):
        return name[-1] in _PERSON_ENDINGS
    parts = (name, name[:2], given) if surname in _WORDS else (name, name[:2])
    if any(known.tag(part) and not known.tag(part).startswith(_NAMES) for part in parts):
        return True
    return surname in _WORDS and len(given) == 1
