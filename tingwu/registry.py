"""Registry: a name -> a backend, imported only when it is used.

A registry is a literal dict in the module that owns the Protocol, so that all choices can be read in one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Generic, TypeVar, cast

from tingwu.errors import BackendNotInstalled, InvalidOption

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Registry(Generic[T]):
    """Named backends of one kind.

    `kind` is what an error calls the option ("asr backend"); `targets` maps a name to `"module:attribute"`;
    `extras` names, for backends with optional packages, the extra that installs them.
    """

    kind: str
    targets: Mapping[str, str]
    extras: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def names(self) -> tuple[str, ...]:
        """All names, in the order in which they are listed."""
        return tuple(self.targets)

    def get(self, name: str) -> T:
        """The backend called `name`.

        Raises InvalidOption for an unknown name and BackendNotInstalled if its packages are missing.
        """
        if name not in self.targets:
            raise InvalidOption(self.kind, name, f"choose one of {', '.join(self.names())}")
        module_name, _, attribute = self.targets[name].partition(":")
        try:
            module = import_module(module_name)
        except ModuleNotFoundError as error:
            if name in self.extras:
                raise BackendNotInstalled(name, self.extras[name]) from error
            raise
        return cast(T, getattr(module, attribute))
