"""Published weights into a network of ours: read as data only, and all of them or none."""

import pickle
import struct
from collections.abc import Mapping
from typing import Any, cast

import torch
from torch import nn

from tingwu.errors import ModelUnusable

_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
    struct.error,
)
"""A damaged file sends its reader anywhere."""


def load_weights(network: nn.Module, path: str, *, name: str, part: str = "") -> None:
    """Fill `network` from the state dict in the file `path` (its entry `part`, if named) and set it to inference.

    Raises ModelUnusable, naming `name`, for a file that is missing, damaged or of another network.
    """
    try:
        stored: Any = torch.load(path, map_location="cpu", weights_only=True)
        named = part and isinstance(stored, Mapping)  # what is no mapping is refused by the network
        network.load_state_dict(cast(dict[str, Any], stored[part] if named else stored))
    except _DAMAGE as error:
        raise ModelUnusable(name, f"its weights cannot be read ({type(error).__name__})") from error
    network.eval()
    network.requires_grad_(False)
