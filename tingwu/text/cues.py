"""What a sentence does, told by its words: asks, promises, asks of somebody, decides, takes back, supposes.

Regular expressions in Chinese and English, written from how people talk in meetings. Whoever adds a cue adds a test
line for it, and one for the nearest sentence that must not match.
"""

import re

from tingwu.text.wordlists import SURNAMES

_ASKING_CHINESE = re.compile(
    r"[吗嘛][？?。，,]?$|(?:什么|怎么|怎样|为什么|为何|多少|多久|多大|哪[些个里儿位一]|(?<![有好这那十前后头])几[个点号位天次月年]|谁|"
    r"如何|是不是|有没有|能不能|"
    r"可不可以|要不要|会不会|行不行|好不好|对不对|是否)[^，。；]{0,22}[呢啊呀]?[？?。]?$|呢[？?]?$"
)
_ASKING_STATEMENT = re.compile(
    r"不知道|没什么|什么都|怎么都|谁都|无论|不管|不论|多少都|告诉你们?(?:什么|怎么)|(?:知道|明白|看到?|发现|讨论|"
    r"介绍|讲|说|决定|研究|取决于|考虑)"
    r"(?:一下|了)?[^，。]{0,6}(?:什么|怎么|多少|如何|哪|为什么|是否)|什么的[。]?$"
)
_WH = r"(?:what|why|how|when|where|who|which|whose)"
_AUX = (
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|shall|have|has|had|am|isn't|aren't|don't|"
    r"doesn't|didn't|can't|won't|wouldn't|couldn't|shouldn't|haven't|hasn't)"
)
_ASKING_ENGLISH = re.compile(
    rf"^(?:(?:so|and|but|ok|okay|well|right|then|now|yeah|um|uh|quick question|[A-Z]\w+)[\s,\-]+)*"
    rf"(?:{_WH}(?:'s|'re|\s+(?:about|if|{_AUX}|many|much|long|often|kind|sort|time|else|come)\b)|"
    rf"{_AUX}\s+(?:i|you|we|they|he|she|it|there|this|that|these|those|anyone|anybody|someone|the|our|your|my|"
    rf"all)\b)",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"^(?:(?:right|okay|ok|yeah|yes|no|really|huh|sorry|pardon|what|hello|is it|isn't it|you know|know what i mean|"
    r"does that make sense|do you know what i mean|all right|alright|any questions)\W*)+$|"
    r"^(?:对吧|是吧|好吗|行吗|对吗|是吗|对不对|是不是|好不好|明白吗|听得到吗|能听到吗|可以吗|真的吗|什么)[？?。]*$",
    re.IGNORECASE,
)

PROMISE = re.compile(
    r"\b(?:i'?ll|i will|i'm going to|i am going to|i'm gonna|i need to|i have to|i've got to|we'?ll|we will|we "
    r"need to|i can (?:take|do|handle|send|prepare|"
    r"write|check|look|follow|set|share|draft|update|fix|talk|ask|make|get)|let me (?:take|follow|check with|"
    r"send|set up)|\w+ will|\w+'s going to)\b|"
    r"我(?:来(?!自|到|了|过|说)|会(?!觉得|认为|想|有|是)|去(?!年|过|了)|负责|要去|需要去?|这边(?:会|来|去)|"
    r"待会儿?|马上|明天|后天|今天|下周|回头|尽快|争取|先去?|"
    r"再去?)|我们(?:会|来|要|需要|尽快|下周|明天|这边(?:会|来))|"
    r"(?:交给我|包在我身上|我的任务)",
    re.IGNORECASE,
)
REQUEST = re.compile(
    r"\b(?:can|could|would|will) you\b|\bplease\b|\byou (?:need to|should|have to|'ll need to|will need to)\b|"
    r"\byou're (?:responsible|in charge)|"
    r"\bassigned to\b|\baction item\b|\bmake sure (?:that )?(?:you|to|we)\b|"
    r"\bi(?:'d| would) like you to\b|\bi need you to\b|"
    r"\w+ (?:is responsible for|takes care of|to take care of|needs to|has to)\b|"
    r"你(?:来|负责|去|把|要|需要|先|再|记得|这边|跟进|帮)|麻烦(?:你|您|大家|各位|[小老][^，。的]|"
    r"[^，。的]{1,3}(?=帮|把|去|在|跟进|整理|准备|发|联系|确认|处理|安排|查|看))|请(?:你|您|"
    r"[^，。问]{1,4}(?:把|在|负责|跟进|提供|准备|整理|完成|发))|"
    r"由[^，。]{1,8}(?:负责|来|跟进|完成|整理|准备)|"
    r"(?:让|请|叫|安排)[^，。]{1,6}(?:去|来|负责|跟进|准备|整理|处理|联系)|[^，。]{1,6}负责(?!人|任)|帮(?:我|忙|"
    r"我们)[^，。]*(?:一下|发|做|写|查|看|整理|准备)|"
    r"(?:务必|(?<![我他她你们])记得(?![^，。]*次)|别忘了)|[^，。]{1,4}跟进(?:一下)?",
    re.IGNORECASE,
)
DECISION = re.compile(
    r"\b(?:we|team|i think we|so we)(?:'ve| have|'re)? (?:all )?(?:decided|agreed|settled|chose|chosen|"
    r"concluded|approved)\b|\b(?:it's|it is|that's) (?:decided|settled|agreed|final)\b|"
    r"\blet'?s (?:go with|go for|stick with|settle on|use|do|keep|make it|postpone|drop|take|move forward|"
    r"proceed|aim for|target)\b|\bthe decision is\b|\bdecision:|"
    r"\bwe(?:'re| are) going (?:to go )?with\b|\bwe(?:'ll| will) (?:go with|go for|stick with|use|keep|launch|"
    r"ship)\b|\bfinal decision\b|\bso we agree\b|\bagreed[,:] (?:we|let)|\bdecided to\b|"
    r"(?:我们|咱们|大家|会议|公司|团队|最后|最终|已经|一致|那就|，|^)(?:也|就|还是|已经|最后|最终|一致|共同|今天|"
    r"现在)*决定(?!于|权|性|因素|了|着)|就这么定|就这样定|那就这[么样]|定下来|(?<![决肯一确规稳固])定了|敲定|拍板|"
    r"达成(?:一致|共识)|"
    r"一致(?:同意|认为|通过)|最终(?:选择|采用|确定|方案)|(?:我们|最终|最后)就?确定(?:为|用|"
    r"采用|下来|了)|"
    r"就(?:定(?![义期位性时论])|改成|改为|定为|这么决定|这样决定)|(?:那|那么)(?:我们)?就(?:用|按|选|采用|改|定|"
    r"推迟|放|先|从)|我们(?:就)?(?:采用|选择|统一用|改用)|不(?:做|用|"
    r"上|要)了[，。]?(?:就|改)",
    re.IGNORECASE,
)
HYPOTHETICAL = re.compile(
    r"\b(?:if (?:i|we|you|they|he|she|it|there)|suppose|imagine|hypothetically|in theory|would have|could have|"
    r"should have|might|may(?:be)?|perhaps|i wish|unless)\b|"
    r"如果|要是|假如|假设|万一|倘若|本来(?:想|要|应该)|原本|或许|也许|说不定|可能会|想象一下|的话",
    re.IGNORECASE,
)
PAST = re.compile(
    r"\b(?:yesterday|last (?:week|month|year|time|night)|ago|already|i (?:did|sent|finished|completed|wrote|"
    r"made|had|was|decided)|previously|in the past|used to|back then)\b|"
    r"昨天|前天|上周|上个?月|上次|去年|之前(?:已经|我们?|他们?)|当时|已经(?!决定|定)|曾经|以前|那会儿|那时候|"
    r"(?:做|写|发|改|完成|提交|整理|准备|看|处理|联系)[过完了]+(?![吧没])",
    re.IGNORECASE,
)
RETRACTION = re.compile(
    r"\b(?:never ?mind|scratch that|forget (?:it|that|about)|cancel (?:that|it|the)|no need|don'?t (?:bother|"
    r"worry about|need to)|not (?:any ?more|needed)|on second thought|"
    r"take that back|i can't (?:do|make)|we won'?t)\b|不用了|不用(?:你|再|管|做|去|发|[^，。]{1,4}了)|算了|取消|"
    r"不需要了|"
    r"先不(?:做|弄|管|发)|别(?:做|弄|发|"
    r"管)了|收回|不必了|作废|当我没说",
    re.IGNORECASE,
)
REFUSAL = re.compile(
    r"^(?:sorry|no|nope|i can'?t|i don'?t think i can|unfortunately|i'm afraid)\b|^(?:不行|不好意思|我(?:没时间|"
    r"做不了|不方便|"
    r"去不了)|恐怕不|不太行|没空)",
    re.IGNORECASE,
)
CONSENT = re.compile(
    r"^(?:sure|ok(?:ay)?|yes|yeah|yep|will do|of course|no problem|got it|absolutely|definitely|i'?ll|i will|"
    r"already on it|sounds good|happy to|i can|done|perfect)\b|"
    r"^(?:好|行|可以|没问题|收到|明白|嗯|我来|我会|OK|ok)(?!的?是)",
    re.IGNORECASE,
)


INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget) (?:all |any )?(?:of )?(?:the |your |my )?(?:previous|prior|earlier|above) "
    r"(?:instructions?|prompts?|rules)|"
    r"\b(?:system prompt|as an ai (?:language )?model)\b|"
    r"(?:忽略|无视|忘记|忘掉)(?:掉)?(?:之前|以前|前面|以上|上面|上述|先前)的?(?:所有|全部)?的?(?:指令|指示|要求|"
    r"提示|规则)|系统提示词",
    re.IGNORECASE,
)
"""Words meant for a language model, not for the people in the room."""
DEFERRED = re.compile(
    r"\b(?:get back to you|come back to (?:that|this)|take (?:that|this|it) offline|(?:can't|cannot) answer "
    r"(?:that|this))\b|"
    r"回答不了|没法回答|先放一放|(?:下次|以后|会后)(?:开会)?再(?:说|讨论|议|定)",
    re.IGNORECASE,
)
"""Words that put an answer off."""
CLOSING = re.compile(
    r"\b(?:meeting adjourned|that'?s all|thanks?,? everyone|thank you all|see you|goodbye|bye)\b|"
    r"到这里|到此结束|散会|谢谢大家|谢谢各位|再见",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"^(?i:(?:so|and|well|okay|ok|um|right|yes)\W+)*(?i:good (?:morning|afternoon|evening)\b|welcome\b|hello\b|hi\b|"
    r"hey\b)|\b(?i:my name is|my guests? (?:today|this|is|are)|(?:thanks|thank you)(?: so much| all)? for "
    r"(?:joining|coming|having|being here|tuning in|listening)|(?:on )?(?:today's|our) agenda|"
    r"(?:today|in this (?:meeting|episode|lecture|call)),? (?:we(?:'ll| will|'re going to| are going to)|"
    r"i(?:'ll| will|'m going to)|i want to|i'd like to|let's) (?:talk|discuss|look|go (?:over|through)|cover))\b|"
    r"(?:^|[,.!?] |\b[Aa]nd )I(?:'|’| a)m [A-Z][a-z]+(?: [A-Z][a-z]+\b|[,.]| from\b| and I\b)|"
    r"^(?:大家|各位|[^，。]{0,8}们)?(?:早上|上午|下午|晚上|中午)?好[，。！!,]|(?:大家|各位[^，。]{0,4})好(?:[，。！!,]|$)|"
    rf"我(?:是|叫)[^，。]{{0,6}}?[{SURNAMES}][\u3400-\u9fff]{{1,2}}(?:[，。！!,]|$)|我叫|我的名字|自我介绍|"
    r"欢迎(?:大家|各位|来到|收听|收看|参加)|由我(?:来)?主持|我是(?:今天的|本次)?主持人|"
    r"^(?:那么?|好[的，]*)?今天(?:的(?:会议|议题|议程|主题|嘉宾)|(?:我们)?(?:会议)?(?:主要|要|来|将|想)*"
    r"(?:讨论|聊|谈谈?|讲|开)[^，。]{0,10}(?:会|[几两三四五六]个|一下))"
)
"""Greetings, who speaks, and what will be talked about: true, and not what was said about it."""


def is_question(text: str) -> bool:
    """Whether a sentence asks, with or without a question mark. Tags such as "right?" count."""
    plain = text.strip()
    if plain.endswith(("?", "？")):
        return True
    if _ASKING_CHINESE.search(plain):
        return not _ASKING_STATEMENT.search(plain)
    return not plain.endswith(("!", "！")) and not plain.endswith(".") and _ASKING_ENGLISH.match(plain) is not None


def is_tag(text: str) -> bool:
    """Whether a question only keeps the talk going: "right?", "好吗？"."""
    return _TAG.match(text.strip()) is not None
