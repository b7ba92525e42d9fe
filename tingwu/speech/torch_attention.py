"""What Whisper's decoder looks at: attention of chosen heads over the sound, taken while torch runs.

The attention that transformers runs does not keep its weights, and the one that does is slow. So only the queries and
keys of the layers that matter are noted on their way, and the weights of the few wanted heads are computed from them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray


class AttentionWatch:
    """A context in which the cross-attention of `decoder` is noted. `heads` are (layer, head) pairs."""

    def __init__(self, decoder: Any, heads: Sequence[tuple[int, int]]) -> None:
        self._heads = heads
        self._layers = {layer: decoder.layers[layer].encoder_attn for layer in sorted({layer for layer, _ in heads})}
        self._seen: dict[tuple[int, str], torch.Tensor] = {}
        self._hooks: list[Any] = []

    def __enter__(self) -> "AttentionWatch":
        for layer, attention in self._layers.items():
            for name in ("q_proj", "k_proj"):
                self._hooks.append(getattr(attention, name).register_forward_hook(self._note(layer, name)))
        return self

    def __exit__(self, *_: object) -> None:
        for hook in self._hooks:
            hook.remove()

    def weights(self, row: int, tokens: int, steps: int) -> NDArray[np.float32]:
        """Attention `(heads, tokens, steps)` of one row of the batch over its sound; rows sum to 1."""
        return np.stack([self._head(layer, head, row, tokens, steps) for layer, head in self._heads])

    def _head(self, layer: int, head: int, row: int, tokens: int, steps: int) -> NDArray[np.float32]:
        size = self._layers[layer].head_dim
        part = slice(head * size, (head + 1) * size)
        queries = self._seen[layer, "q_proj"][row, :tokens, part].float()
        keys = self._seen[layer, "k_proj"][row, :steps, part].float()
        return torch.softmax(queries @ keys.T * size**-0.5, dim=-1).cpu().numpy()

    def _note(self, layer: int, name: str) -> Any:
        def note(module: Any, inputs: Any, output: torch.Tensor) -> None:
            self._seen[layer, name] = output

        return note
