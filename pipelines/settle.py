"""Settle: options in which `auto` is settled, and which the chosen model can fulfil. Nothing is loaded for that."""

from dataclasses import replace

from pipelines.backends import Backends
from pipelines.sound import TranscribeOptions
from pipelines.understand import UnderstandOptions
from tingwu.speech.glossary import read_glossary


def settle_transcribe(options: TranscribeOptions, backends: Backends) -> TranscribeOptions:
    """`options` with a model's name, and with the script and the glossary of the settings where they name none.

    Raises UnknownModel, and InvalidOption for what cannot work here or what the model does not know.
    """
    settings = backends.settings
    model = backends.choose_asr(options.model).name
    backends.check_languages(model, options.asr)
    script = settings.chinese_script if options.script == "auto" else options.script
    path = settings.glossary
    glossary = read_glossary(path) if path and options.glossary is None else options.glossary
    return replace(options, model=model, script=script, glossary=glossary)


def settle_notes(options: UnderstandOptions | None, backends: Backends) -> UnderstandOptions | None:
    """`options` with a language model's name; None stays None. Raises UnknownModel."""
    return replace(options, llm=backends.choose_llm(options.llm).name) if options else None
