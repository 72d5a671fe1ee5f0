"""Optimisers: PyTorch's own, and Muon for convolution filters."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim import Muon as MatrixMuon

from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.training.recipe import Recipe

MOMENTUM = 0.9
MUON_MOMENTUM = 0.6
MUON_COMPANION = 0.25
"""Rate of the SGD that takes what is no matrix, as a share of Muon's."""
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
NEWTON_SCHULZ_STEPS = 3


class Muon(Optimizer):
    """Momentum whose every step is made orthogonal, so that all directions move alike.

    From Keller Jordan's Muon and airbench (github.com/KellerJordan/cifar10-airbench): filters
    [out, in, h, w] count as matrices [out, in*h*w]; weights are kept at norm sqrt(out), which
    batch normalisation behind them makes harmless. `torch.optim.Muon` takes only
    matrices, and leaves their norms alone.
    """

    def __init__(self, params: Iterable[Tensor], *, lr: float, momentum: float) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One step from the gradients at hand."""
        del closure
        for group in self.param_groups:
            for weight in group["params"]:
                self._step_weight(weight, group["lr"], group["momentum"])

    def _step_weight(self, weight: Tensor, rate: float, momentum: float) -> None:
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        assert weight.grad is not None
        velocity = state["momentum"].mul_(momentum).add_(weight.grad)
        direction = torch.add(weight.grad, velocity, alpha=momentum)
        weight.mul_(len(weight) ** 0.5 / weight.norm().clamp_min(1e-7))
        weight.sub_(rate * orthogonal(direction.flatten(1)).view_as(direction))


def orthogonal(matrix: Tensor) -> Tensor:
    """The nearest matrix with singular values of about 1, by Newton–Schulz iteration."""
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    iterate: Tensor = matrix.T if tall else matrix
    iterate = iterate / (iterate.norm() + 1e-7)
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = iterate @ iterate.T
        iterate = a * iterate + (b * square + c * square @ square) @ iterate
    return iterate.T if tall else iterate


def build_optimizers(model: nn.Module, recipe: Recipe, *, rate: float) -> list[Optimizer]:
    """What steps the parameters that learn; each group remembers its full rate as `peak`."""
    optimisers = list(_build(model, recipe, rate))
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["peak"] = group["lr"]
    return optimisers


def _build(model: nn.Module, recipe: Recipe, rate: float) -> Iterator[Optimizer]:
    parameters = [weight for weight in model.parameters() if weight.requires_grad]
    decay = recipe.weight_decay
    match recipe.optimiser:
        case "adamw":
            yield AdamW(parameters, lr=rate, weight_decay=decay, fused=True)
        case "adam":
            yield Adam(parameters, lr=rate, weight_decay=decay, fused=True)
        case "sgd":
            yield _sgd(parameters, rate, decay)
        case "muon":
            yield from _muon(parameters, rate, decay, has_norm=_has_norm(model))


def _has_norm(model: nn.Module) -> bool:
    return any(isinstance(module, nn.BatchNorm2d) for module in model.modules())


def _muon(
    parameters: list[nn.Parameter], rate: float, decay: float, *, has_norm: bool
) -> Iterator[Optimizer]:
    """Ours for filters behind which batch normalisation stands, else PyTorch's for matrices.

    Without batch normalisation the size of a weight matters, and PyTorch's leaves it alone; the
    rest is AdamW's there, at the same rate, as Jordan and Moonshot (arXiv:2502.16982) do it.
    """
    ndim = 4 if has_norm else 2
    hidden = [weight for weight in parameters if weight.ndim == ndim and len(weight) > NUM_CLASSES]
    held = set(map(id, hidden))
    others = [weight for weight in parameters if id(weight) not in held]
    if has_norm:
        if hidden:
            yield Muon(hidden, lr=rate, momentum=MUON_MOMENTUM)
        yield _sgd(others, rate * MUON_COMPANION, decay)
        return
    if hidden:
        yield MatrixMuon(
            hidden,
            lr=rate,
            weight_decay=decay,
            ns_steps=NEWTON_SCHULZ_STEPS,
            adjust_lr_fn="match_rms_adamw",
        )
    yield AdamW(others, lr=rate, weight_decay=decay, fused=True)


def _sgd(parameters: list[nn.Parameter], rate: float, decay: float) -> Optimizer:
    return SGD(
        parameters, lr=rate, momentum=MOMENTUM, weight_decay=decay, nesterov=True, fused=True
    )
