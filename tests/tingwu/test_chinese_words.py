"""jieba's dictionary: what it knows, and that a process reads it once."""

import subprocess
import sys

from tingwu.chinese_words import chinese_words

USE_EVERYWHERE = """
import sys
opened = []
sys.addaudithook(lambda event, values: event == "open" and opened.append(str(values[0])))

from concurrent.futures import ThreadPoolExecutor
from tingwu.chinese_words import chinese_words
from tingwu.speech.lexicon import chinese_lexicon
from tingwu.text.terms import content_terms
from tingwu.writers.phrasers import phraser_for

asks = (
    chinese_words,
    chinese_lexicon,
    lambda: content_terms("区块链技术的应用"),
    lambda: phraser_for("区块链技术的应用", "zh").edges("区块链技术的应用"),
)
with ThreadPoolExecutor(8) as pool:
    for answer in [pool.submit(ask) for ask in asks * 4]:
        answer.result()
print(sum(name.endswith("dict.txt") for name in opened), sum("jieba.cache" in name for name in opened))
"""


def test_words_are_cut_tagged_and_counted() -> None:
    words = chinese_words()
    assert words.cut("区块链技术可以用在保险行业") == ("区块", "链", "技术", "可以", "用", "在", "保险行业")
    assert words.tag("保险行业") == "n"
    assert words.tag("醋销") == ""
    assert words.frequencies["促销"] > 0
    assert words.frequencies["保险行"] == 0, "only the beginning of a word"


def test_threads_of_all_stages_read_the_dictionary_once_and_no_cache_file() -> None:
    done = subprocess.run([sys.executable, "-c", USE_EVERYWHERE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0"]
