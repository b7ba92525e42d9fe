"""PackedTexts: texts of windows that wait, compressed; the words of ten hours take more memory than hearing them."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tingwu.speech.asr import WindowText
from tingwu.store.codec import from_json, to_json


@dataclass(frozen=True, slots=True)
class PackedTexts:
    """Texts in order, each unpacked anew whenever its turn comes, so that no more than one need be there at once."""

    _packed: tuple[bytes, ...] = ()

    def __iter__(self) -> Iterator[WindowText]:
        """Each text."""
        for packed in self._packed:
            yield from_json(WindowText, zlib.decompress(packed))

    def with_more(self, texts: Iterable[WindowText]) -> "PackedTexts":
        """These, and `texts` behind them."""
        return PackedTexts((*self._packed, *map(_pack, texts)))

    def with_others(self, others: Mapping[int, WindowText]) -> "PackedTexts":
        """These, with `others` at their positions."""
        packed = {at: _pack(text) for at, text in others.items()}
        return PackedTexts(tuple(packed.get(at, old) for at, old in enumerate(self._packed)))


def _pack(text: WindowText) -> bytes:
    return zlib.compress(to_json(text).encode())
