"""The steps of a model: a tree that follows its modules, and what one image becomes at each.

Nothing is made for one model. A step is a layer of torch's, or a block: a module with steps of its
own, such as a residual block. Lists of modules are no steps but their entries are. Steps that
change nothing while a model predicts, such as dropout, are left out.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from fmnist_core.errors import ModelError
from fmnist_core.inspection.layouts import LayoutKind, choose_layout

ROOT = "backbone"
"""The part of a `Classifier` that is no block: its steps are the first ones of the model."""
NUM_KEPT = 6
"""Layers whose inputs and outputs are kept: the selected one, and those that may follow it."""
MAX_THUMBNAIL_EDGE = 32


@dataclass(frozen=True, kw_only=True)
class Node:
    """A module that is a step, with the steps inside it."""

    name: str
    """Dotted module name, as `Module.get_submodule` takes it."""
    module: nn.Module
    children: "tuple[Node, ...]" = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one image becomes in a step."""

    name: str
    kind: str
    """The module's class."""
    shape: tuple[int, ...]
    """Of the output, with its batch dimension of 1."""
    thumbnail: np.ndarray | None
    """One map of the output, float32 [H, W]; `None` in a block that is not open.

    It is the strongest one, or the same as before in a layer that pools, rescales or activates it.
    """
    channel: int | None
    """The number of that map; `None` if there is only one."""
    children: "tuple[Step, ...]" = ()


@dataclass(kw_only=True)
class Trace:
    """One image's way through a model."""

    inputs: Tensor
    """The model's input, [1, C, S, S]."""
    steps: tuple[Step, ...] = ()
    logits: Tensor = field(default_factory=lambda: torch.empty(0))
    """[10]."""
    values: dict[str, tuple[Tensor, Tensor]] = field(default_factory=dict)
    """Input and output of the selected step and of the `NUM_KEPT` layers from there on."""
    sources: dict[str, str] = field(default_factory=dict)
    """The layer whose output a layer takes as it is, by their names; a shortcut adds to it."""
    attention: dict[str, Tensor] = field(default_factory=dict)
    """Attention weights [B, heads, queries, keys] by the name of their module."""

    def path(self, name: str) -> list[Step]:
        """Return the blocks around a step, and the step; empty if no step has this name."""
        return _find_path(self.steps, name)


def find_steps(model: nn.Module, prefix: str = "") -> tuple[Node, ...]:
    """Return the steps of a module, in the order in which it holds them."""
    nodes: list[Node] = []
    for child_name, child in model.named_children():
        name = f"{prefix}{child_name}"
        if is_layer(child):
            nodes.append(Node(name=name, module=child))
        elif isinstance(child, nn.Sequential | nn.ModuleList) or name == ROOT:
            nodes += find_steps(child, f"{name}.")
        else:
            nodes.append(Node(name=name, module=child, children=find_steps(child, f"{name}.")))
    return tuple(nodes)


def is_layer(module: nn.Module) -> bool:
    """Whether a module is a layer of torch's, or derived from one, and so has no steps."""
    containers = ("torch.nn.modules.module", "torch.nn.modules.container")
    is_torchs = any(
        kind.__module__.startswith("torch.nn.modules") and kind.__module__ not in containers
        for kind in type(module).__mro__
    )
    return is_torchs or not any(module.children())


def walk(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield all steps, those inside a block after the block."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def first_weighted(model: nn.Module) -> str:
    """Return the name of the first layer with weights, where a look inside begins."""
    for node in walk(find_steps(model)):
        weight = getattr(node.module, "weight", None)
        if not node.children and weight is not None and weight.ndim > 1:
            return node.name
    raise ModelError("This model has no layer with weights.")


@torch.no_grad()
def trace(model: nn.Module, inputs: Tensor, *, selected: str) -> Trace:
    """Run a model on inputs [1, C, S, S], and record what its steps make of them.

    `selected` names the step whose values are kept, and whose block is open. The model is left in
    evaluation mode.
    """
    nodes = find_steps(model)
    result = Trace(inputs=inputs)
    recorder = _Recorder(model, nodes, result, selected=selected)
    with ExitStack() as hooks:
        for node in walk(nodes):
            hooks.callback(node.module.register_forward_pre_hook(recorder.enter(node)).remove)
            hooks.callback(node.module.register_forward_hook(recorder.leave(node)).remove)
        hooks.enter_context(visible_attention(model, result.attention))
        result.logits = model.eval()(inputs)[0].float().cpu()
    result.steps = recorder.collect(nodes)
    return result


class _Recorder:
    """Hooks that record the steps of one forward pass."""

    def __init__(
        self, model: nn.Module, nodes: Sequence[Node], result: Trace, *, selected: str
    ) -> None:
        self._result, self._selected = result, selected
        self._blocks = dict(_blocks_of(nodes))
        self._num_prefix = int(getattr(getattr(model, ROOT, None), "num_prefix_tokens", 0))
        self._order: dict[str, int] = {}
        self._done: dict[str, tuple[tuple[int, ...], np.ndarray | None, int | None]] = {}
        self._num_to_keep = 0
        self._last: tuple[str, Tensor, int] | None = None
        """The last layer with its output, and how often that had been changed in place."""

    def enter(self, node: Node) -> Callable[..., None]:
        def hook(_module: nn.Module, inputs: tuple[object, ...]) -> None:
            if node.name in self._order:
                return  # a module that is called again: its first call counts
            self._order[node.name] = len(self._order)
            if node.name == self._selected:
                self._num_to_keep = NUM_KEPT
            taken = inputs[0] if inputs else None
            if not isinstance(taken, Tensor):
                return
            if self._keeps(node):
                self._result.values[node.name] = taken.clone(), taken
            last = self._last
            if not node.children and last and taken is last[1] and taken._version == last[2]:
                self._result.sources[node.name] = last[0]

        return hook

    def leave(self, node: Node) -> Callable[..., None]:
        def hook(module: nn.Module, inputs: tuple[object, ...], output: object) -> None:
            if node.name in self._done or not isinstance(output, Tensor):
                return
            is_unchanged = bool(inputs) and output is inputs[0]
            if is_unchanged and not getattr(module, "inplace", False):
                self._result.values.pop(node.name, None)
                return
            if node.name in self._result.values:
                self._result.values[node.name] = self._result.values[node.name][0], output.clone()
                self._num_to_keep -= not node.children
            thumbnail, channel = None, None
            if self._is_visible(node.name):
                thumbnail, channel = self._thumbnail(output, self._inherited_channel(node))
            self._done[node.name] = tuple(output.shape), thumbnail, channel
            if not node.children:
                self._last = node.name, output, output._version

        return hook

    def collect(self, nodes: Sequence[Node]) -> tuple[Step, ...]:
        """Return the steps of the pass in the order in which they ran."""
        done = sorted(
            (node for node in nodes if node.name in self._done),
            key=lambda node: self._order[node.name],
        )
        return tuple(
            Step(
                name=node.name,
                kind=type(node.module).__name__,
                shape=self._done[node.name][0],
                thumbnail=self._done[node.name][1],
                channel=self._done[node.name][2],
                children=self.collect(node.children),
            )
            for node in done
        )

    def _keeps(self, node: Node) -> bool:
        if node.children:
            return node.name == self._selected
        return self._num_to_keep > 0

    def _is_visible(self, name: str) -> bool:
        """Whether a step is on the page: at the top, or in a block that is open."""
        block = self._blocks[name]
        return block is None or f"{self._selected}.".startswith(f"{block}.")

    def _inherited_channel(self, node: Node) -> int | None:
        """The channel that is drawn of the layer before, if this one keeps channels apart."""
        source = self._result.sources.get(node.name)
        has_own = isinstance(node.module, nn.Conv2d | nn.Linear | nn.Flatten)
        if source is None or has_own or source not in self._done:
            return None
        return self._done[source][2]

    def _thumbnail(self, output: Tensor, channel: int | None) -> tuple[np.ndarray, int | None]:
        """One map of the output, that of `channel` or the strongest, and its number."""
        layout = choose_layout(tuple(output.shape), num_prefix=self._num_prefix)
        match layout.kind:
            case LayoutKind.VALUES:
                map_, channel = layout.arrange(output)[0], None
            case LayoutKind.TOKENS:
                if channel is None:
                    patches = output[0, layout.num_prefix :]
                    channel = int(patches.var(dim=0, correction=0).argmax())
                map_ = layout.arrange(output)[channel]
            case _:  # arranging one map instead of all of them saves most of the time
                flat = output.reshape(layout.num_maps, layout.height, layout.width)
                if channel is None:
                    channel = int(flat.flatten(1).var(dim=1, correction=0).argmax())
                map_ = flat[channel].float().cpu().numpy()
        stride = -(-max(map_.shape) // MAX_THUMBNAIL_EDGE)
        return map_[::stride, ::stride].copy(), channel


def _blocks_of(nodes: Sequence[Node], block: str | None = None) -> Iterator[tuple[str, str | None]]:
    """Yield the name of each step, and that of the block around it."""
    for node in nodes:
        yield node.name, block
        yield from _blocks_of(node.children, node.name)


@contextmanager
def visible_attention(model: nn.Module, weights: dict[str, Tensor]) -> Iterator[None]:
    """Have timm's attention compute its weights step by step, and record them in `weights`.

    By default it runs torch's fused kernel, which never holds them as a tensor.
    """
    modules = {
        name: module
        for name, module in model.named_modules()
        if hasattr(module, "fused_attn") and hasattr(module, "attn_drop")
    }

    def record(name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            weights[name] = inputs[0].float().cpu()

        return hook

    before = {name: module.fused_attn for name, module in modules.items()}
    handles = [
        module.attn_drop.register_forward_pre_hook(record(name)) for name, module in modules.items()
    ]
    try:
        for module in modules.values():
            module.fused_attn = False
        yield
    finally:
        for handle in handles:
            handle.remove()
        for name, module in modules.items():
            module.fused_attn = before[name]


def _find_path(steps: Sequence[Step], name: str) -> list[Step]:
    for step in steps:
        if step.name == name:
            return [step]
        if inner := _find_path(step.children, name):
            return [step, *inner]
    return []
