"""Foreign options: what whisper, whisper-ctranslate2 and WhisperX take and tingwu has no use for, and why.

They are accepted, so that scripts written for those programs run, and said on stderr, so that nobody waits for an
effect. Options for things that tingwu is to do one day are not here: those are refused.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Foreign:
    """`reason` completes "--x does nothing here: ...". Without `takes_value` the option is a flag."""

    reason: str
    takes_value: bool = True


_PRECISION = "the number format follows the device; choose it with --compute_type"
_NO_SAMPLING = "decoding never samples, so that the same file gives the same text"
_NO_CARRY = "what was said is told to the windows behind it wherever the model was sure of it"
_OWN_LADDER = "windows that look wrong are done again by rules of their own"
_OWN_VAD = "speech is always found first, by a detector with fixed, measured settings"
_OWN_ALIGN = "word times come from the speech model itself"
_OWN_CUES = "lines break at phrases; see --max_line_width and its kin"
_NO_COLOURS = "results are files, not coloured text"
_NO_TOKEN = "models come from the catalogue and need no account"
_TOKENS = "all words that the model knows may be written"

FOREIGN: dict[str, Foreign] = {
    "fp16": Foreign(_PRECISION),
    "temperature": Foreign(_NO_SAMPLING),
    "temperature_increment_on_fallback": Foreign(_NO_SAMPLING),
    "best_of": Foreign(_NO_SAMPLING),
    "patience": Foreign("the beam ends when it is full"),
    "length_penalty": Foreign("hypotheses are compared by their mean probability"),
    "repetition_penalty": Foreign(_OWN_LADDER),
    "no_repeat_ngram_size": Foreign(_OWN_LADDER),
    "prompt_reset_on_temperature": Foreign(_NO_SAMPLING),
    "condition_on_previous_text": Foreign(_NO_CARRY),
    "carry_initial_prompt": Foreign("--initial_prompt always holds for every window"),
    "compression_ratio_threshold": Foreign(_OWN_LADDER),
    "logprob_threshold": Foreign(_OWN_LADDER),
    "no_speech_threshold": Foreign(_OWN_LADDER),
    "hallucination_silence_threshold": Foreign(_OWN_LADDER),
    "suppress_tokens": Foreign(_TOKENS),
    "suppress_blank": Foreign(_TOKENS),
    "suppress_numerals": Foreign(_TOKENS, takes_value=False),
    "prepend_punctuations": Foreign(_OWN_ALIGN),
    "append_punctuations": Foreign(_OWN_ALIGN),
    "align_model": Foreign(_OWN_ALIGN),
    "interpolate_method": Foreign(_OWN_ALIGN),
    "no_align": Foreign(_OWN_ALIGN, takes_value=False),
    "return_char_alignments": Foreign(_OWN_ALIGN, takes_value=False),
    "segment_resolution": Foreign(_OWN_CUES),
    "vad_threshold": Foreign(_OWN_VAD),
    "vad_min_speech_duration_ms": Foreign(_OWN_VAD),
    "vad_max_speech_duration_s": Foreign(_OWN_VAD),
    "vad_min_silence_duration_ms": Foreign(_OWN_VAD),
    "vad_speech_pad_ms": Foreign(_OWN_VAD),
    "vad_method": Foreign(_OWN_VAD),
    "vad_onset": Foreign(_OWN_VAD),
    "vad_offset": Foreign(_OWN_VAD),
    "chunk_size": Foreign(_OWN_VAD),
    "batched": Foreign("windows are always decoded in batches; see --batch_size"),
    "verbose": Foreign("see --quiet and --json_progress"),
    "print_progress": Foreign("progress is always shown; see --quiet", takes_value=False),
    "pretty_json": Foreign("JSON is always written to be read"),
    "print_colors": Foreign(_NO_COLOURS),
    "hf_token": Foreign(_NO_TOKEN),
    "multilingual": Foreign("the language is heard once per recording"),
    "language_detection_segments": Foreign("the language is heard at places all over the recording"),
    "language_detection_threshold": Foreign("the language is heard at places all over the recording"),
    "log_progress": Foreign("progress is always shown; see --quiet"),
}

ALIASES = {
    "--model_directory": "--model",
    "--cache_directory": "--model_dir",
    "--local_files_only": "--offline",
    "--model_cache_only": "--offline",
}
"""Options of theirs that have another name here."""
