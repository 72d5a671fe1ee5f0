"""Views: the ways in which a page shows what it is about, each loaded when it is opened."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar


@dataclass(frozen=True, kw_only=True)
class View:
    """One of a page's; a subclass says what its modules have to offer."""

    package: ClassVar[str]
    """Where they lie."""
    key: str
    title: str
    hint: str
    module: str

    def load(self) -> Any:
        return importlib.import_module(f"{self.package}.{self.module}")


V = TypeVar("V", bound=View)


def by_key(views: Iterable[V]) -> Mapping[str, V]:
    """The registry of a page, in the order in which they are offered."""
    return MappingProxyType({each.key: each for each in views})
