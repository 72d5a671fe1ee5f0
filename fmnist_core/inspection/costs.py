"""What each step of a model costs: parameters and floating-point operations."""

import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.inspection.steps import find_steps, visible_attention, walk
from fmnist_core.serving.predictor import Predictor


@dataclass(frozen=True, kw_only=True)
class StepCost:
    """What a step costs, with all that is in it."""

    parameters: int
    flops: int
    """Of one image's forward pass; a multiply-add counts as two.

    Those of convolutions and matrix products, also of attention: torch's counter does not know the
    fused kernel that attention runs on a CPU (torch 2.14), so it is switched off meanwhile.
    """


_costs: WeakKeyDictionary[Predictor, Mapping[str, StepCost]] = WeakKeyDictionary()
_lock = threading.Lock()


def get_costs(predictor: Predictor) -> Mapping[str, StepCost]:
    """Return the cost of each step by its name; measured once per loaded model."""
    with _lock:
        costs = _costs.get(predictor)
    if costs is None:
        with predictor.lock:
            costs = measure_costs(predictor.model, predictor.input_spec)
        with _lock:
            _costs[predictor] = costs
    return costs


@torch.no_grad()
def measure_costs(model: nn.Module, input_spec: InputSpec) -> dict[str, StepCost]:
    """Count the parameters and operations of each step, in one forward pass."""
    device = next(model.parameters()).device
    inputs = torch.zeros(1, input_spec.channels, input_spec.size, input_spec.size, device=device)
    before: dict[str, int] = {}
    flops: dict[str, int] = {}
    with ExitStack() as hooks, FlopCounterMode(display=False) as counter:

        def enter(name: str) -> Callable[..., None]:
            def hook(*_: object) -> None:
                before.setdefault(name, counter.get_total_flops())

            return hook

        def leave(name: str) -> Callable[..., None]:
            def hook(*_: object) -> None:
                flops.setdefault(name, counter.get_total_flops() - before[name])

            return hook

        nodes = list(walk(find_steps(model)))
        for node in nodes:
            hooks.callback(node.module.register_forward_pre_hook(enter(node.name)).remove)
            hooks.callback(node.module.register_forward_hook(leave(node.name)).remove)
        with visible_attention(model, {}):
            model.eval()(inputs)
    return {
        node.name: StepCost(
            parameters=sum(parameter.numel() for parameter in node.module.parameters()),
            flops=flops[node.name],
        )
        for node in nodes
        if node.name in flops
    }
