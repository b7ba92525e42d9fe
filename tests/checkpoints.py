"""A Hugging Face checkpoint made of a CTranslate2 model: the same weights for both engines, without a download."""

import json
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from safetensors.numpy import save_file

_TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
"""CTranslate2's numbers of data types."""
_OUTSIDE = {
    "embeddings/weight": "embed_tokens.weight",
    "position_encodings/encodings": "embed_positions.weight",
    "conv1/weight": "conv1.weight",
    "conv1/bias": "conv1.bias",
    "conv2/weight": "conv2.weight",
    "conv2/bias": "conv2.bias",
    "layer_norm/gamma": "layer_norm.weight",
    "layer_norm/beta": "layer_norm.bias",
}
_NORMS = {"self_attention": "self_attn_layer_norm", "attention": "encoder_attn_layer_norm", "ffn": "final_layer_norm"}
_JOINED = {
    ("self_attention", "linear_0"): ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    ("self_attention", "linear_1"): ("self_attn.out_proj",),
    ("attention", "linear_0"): ("encoder_attn.q_proj",),
    ("attention", "linear_1"): ("encoder_attn.k_proj", "encoder_attn.v_proj"),
    ("attention", "linear_2"): ("encoder_attn.out_proj",),
    ("ffn", "linear_0"): ("fc1",),
    ("ffn", "linear_1"): ("fc2",),
}
"""CTranslate2 keeps queries, keys and values of one input in one matrix."""


def to_hugging_face(source: Path, target: Path, *, alignment_heads: bool = True) -> Path:
    """Write the checkpoint of the CTranslate2 folder `source` to `target`: float32 safetensors, configs, tokenizer."""
    target.mkdir(parents=True, exist_ok=True)
    weights = dict(_variables(source / "model.bin"))
    tensors = {name: np.ascontiguousarray(value, np.float32) for name, value in _renamed(weights)}
    save_file(tensors, target / "model.safetensors", metadata={"format": "pt"})
    shutil.copy(source / "tokenizer.json", target)
    said = json.loads((source / "config.json").read_text("utf-8"))
    generation = {"suppress_tokens": said["suppress_ids"], "begin_suppress_tokens": said["suppress_ids_begin"]}
    if alignment_heads:
        generation["alignment_heads"] = said["alignment_heads"]
    (target / "generation_config.json").write_text(json.dumps(generation), "utf-8")
    (target / "config.json").write_text(json.dumps(_config(weights)), "utf-8")
    return target


def _config(weights: dict[str, np.ndarray]) -> dict[str, object]:
    vocabulary, width = weights["decoder/embeddings/weight"].shape
    heads = int(weights["decoder/num_heads"])
    inner = weights["encoder/layer_0/ffn/linear_0/bias"].shape[0]
    one_a_layer = [name.partition("/")[0] for name in weights if name.endswith("ffn/linear_0/bias")]
    return {
        "model_type": "whisper",
        "architectures": ["WhisperForConditionalGeneration"],
        "vocab_size": vocabulary,
        "d_model": width,
        "num_mel_bins": weights["encoder/conv1/weight"].shape[1],
        "encoder_layers": one_a_layer.count("encoder"),
        "decoder_layers": one_a_layer.count("decoder"),
        "encoder_attention_heads": heads,
        "decoder_attention_heads": heads,
        "encoder_ffn_dim": inner,
        "decoder_ffn_dim": inner,
        "max_source_positions": weights["encoder/position_encodings/encodings"].shape[0],
        "max_target_positions": weights["decoder/position_encodings/encodings"].shape[0],
        "pad_token_id": 0,
        "bos_token_id": 0,
        "eos_token_id": 0,
        "decoder_start_token_id": 0,
    }


def _variables(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    """Names and values of a model.bin of version 6."""
    with path.open("rb") as file:
        assert _number(file, "<I") == 6
        _text(file)
        _number(file, "<I")
        for _ in range(_number(file, "<I")):
            name = _text(file)
            shape = tuple(_number(file, "<I") for _ in range(_number(file, "<B")))
            kind = _TYPES[_number(file, "<B")]
            yield name, np.frombuffer(file.read(_number(file, "<I")), kind).reshape(shape)


def _number(file: BinaryIO, form: str) -> int:
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]


def _text(file: BinaryIO) -> str:
    return file.read(_number(file, "<H"))[:-1].decode()


def _renamed(weights: dict[str, np.ndarray]) -> Iterator[tuple[str, np.ndarray]]:
    for name, value in weights.items():
        side, _, rest = name.partition("/")
        if rest in _OUTSIDE:
            yield f"model.{side}.{_OUTSIDE[rest]}", value
        elif rest.startswith("layer_"):
            number, _, part = rest.removeprefix("layer_").partition("/")
            yield from ((f"model.{side}.layers.{number}.{new}", one) for new, one in _layer(part, value))


def _layer(part: str, value: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    block, what, kind = part.split("/")
    if what == "layer_norm":
        yield f"{_NORMS[block]}.{'weight' if kind == 'gamma' else 'bias'}", value
        return
    names = _JOINED[block, what]
    for name, one in zip(names, np.split(value, len(names)), strict=True):
        if not (name.endswith("k_proj") and kind == "bias"):  # Whisper has none; CTranslate2 fills in zeros
            yield f"{name}.{kind}", one
