"""Dataclasses of the domain <-> JSON text. Stored text is checked when it comes back."""

from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from tingwu.errors import StoredDataInvalid

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: object, kind: Any = None) -> str:
    """`value` as compact JSON. `kind` is its type where the value alone does not tell, e.g. `tuple[Word, ...]`."""
    return _adapter(kind or type(value)).dump_json(value).decode()


def from_json(kind: type[T], text: str | bytes, *, source: str = "stored data") -> T:
    """The value that `to_json` wrote. Raises StoredDataInvalid, naming `source`, for anything else."""
    try:
        return _adapter(kind).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoredDataInvalid(source, f"{where}: {first['msg']}") from error
