"""Bilingual: a text in English and in Chinese, kept together until it is known who reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """The same text twice. A template has places `{0}`, `{1}` ... in both."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The Chinese text for readers of Chinese, else the English one. `language` as in `is_chinese`."""
        return self.zh if is_chinese(language) else self.en

    def filled(self, *values: "str | Bilingual") -> "Bilingual":
        """The template with `values` in its places; a plain value is the same in both languages."""
        return Bilingual(
            en=self.en.format(*(value if isinstance(value, str) else value.en for value in values)),
            zh=self.zh.format(*(value if isinstance(value, str) else value.zh for value in values)),
        )


def is_chinese(language: str) -> bool:
    """Whether `language` (`zh`, `zh-CN`, `yue` ...) is written in Chinese."""
    return language.lower().replace("_", "-").partition("-")[0] in ("zh", "yue")
