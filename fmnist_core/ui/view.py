"""Views of a page: the tabs of Compare and Explain, each loaded when it is opened."""

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar


@dataclass(frozen=True, kw_only=True)
class View:
    """A registry entry: frozen data, so that listing the views of a page imports none of them."""

    key: str
    title: str
    hint: str
    draw: str
    """The function that draws the view, as "module:function"."""

    def load_draw(self) -> Callable[[Any], None]:
        function: Callable[[Any], None] = pkgutil.resolve_name(self.draw)
        return function


V = TypeVar("V", bound=View)


def index_views(views: Iterable[V]) -> Mapping[str, V]:
    """Return a page's registry of views, in the order in which its tabs show them."""
    return MappingProxyType({view.key: view for view in views})
