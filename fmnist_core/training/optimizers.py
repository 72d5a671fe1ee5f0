"""Optimizers: PyTorch's own, and Muon for convolution filters."""

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer
from torch.optim import Muon as MatrixMuon

from fmnist_core.fashion_mnist import NUM_CLASSES
from fmnist_core.training.recipe import Recipe

MOMENTUM = 0.9
MUON_MOMENTUM = 0.6
SGD_RATE_BESIDE_MUON = 0.25
"""Learning rate of SGD for parameters that are not matrices, relative to Muon's."""
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
NEWTON_SCHULZ_STEPS = 3


class Muon(Optimizer):
    """Momentum with orthogonalized updates, so that all directions change at the same rate.

    From Keller Jordan's Muon and airbench (github.com/KellerJordan/cifar10-airbench): filters
    [out, in, h, w] are treated as matrices [out, in*h*w]; weights are rescaled to norm sqrt(out),
    which is harmless before batch normalization. `torch.optim.Muon` accepts only matrices, and
    does not rescale them.
    """

    def __init__(self, params: Iterable[Tensor], *, lr: float, momentum: float) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update all weights from their gradients."""
        del closure
        for group in self.param_groups:
            for weight in group["params"]:
                self._step_weight(weight, group["lr"], group["momentum"])

    def _step_weight(self, weight: Tensor, learning_rate: float, momentum: float) -> None:
        state = self.state[weight]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(weight)
        assert weight.grad is not None
        velocity = state["momentum"].mul_(momentum).add_(weight.grad)
        direction = torch.add(weight.grad, velocity, alpha=momentum)
        weight.mul_(len(weight) ** 0.5 / weight.norm().clamp_min(1e-7))
        weight.sub_(learning_rate * orthogonalize(direction.flatten(1)).view_as(direction))


def orthogonalize(matrix: Tensor) -> Tensor:
    """Approximate the nearest matrix with singular values of 1, by Newton–Schulz iteration."""
    a, b, c = NEWTON_SCHULZ
    is_tall = matrix.shape[0] > matrix.shape[1]
    iterate: Tensor = matrix.T if is_tall else matrix
    iterate = iterate / (iterate.norm() + 1e-7)
    for _ in range(NEWTON_SCHULZ_STEPS):
        square = iterate @ iterate.T
        iterate = a * iterate + (b * square + c * square @ square) @ iterate
    return iterate.T if is_tall else iterate


def build_optimizers(model: nn.Module, recipe: Recipe, *, learning_rate: float) -> list[Optimizer]:
    """Build optimizers for all trainable parameters; `peak_lr` is the full rate of each group."""
    optimizers = list(_build(model, recipe, learning_rate))
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["peak_lr"] = group["lr"]
    return optimizers


def _build(model: nn.Module, recipe: Recipe, rate: float) -> Iterator[Optimizer]:
    parameters = [weight for weight in model.parameters() if weight.requires_grad]
    decay = recipe.weight_decay
    match recipe.optimizer:
        case "adamw":
            yield AdamW(parameters, lr=rate, weight_decay=decay, fused=True)
        case "adam":
            yield Adam(parameters, lr=rate, weight_decay=decay, fused=True)
        case "sgd":
            yield _sgd(parameters, rate, decay)
        case "muon":
            yield from _muon(parameters, rate, decay, has_batch_norm=_has_batch_norm(model))


def _has_batch_norm(model: nn.Module) -> bool:
    return any(isinstance(module, nn.BatchNorm2d) for module in model.modules())


def _muon(
    parameters: list[nn.Parameter], rate: float, decay: float, *, has_batch_norm: bool
) -> Iterator[Optimizer]:
    """Our Muon for convolutions with batch normalization, else PyTorch's Muon for matrices.

    Without batch normalization the norm of a weight matters, and PyTorch's Muon does not change
    it. There, AdamW trains the other parameters at the same learning rate, as Jordan and Moonshot
    (arXiv:2502.16982) do it.
    """
    ndim = 4 if has_batch_norm else 2
    hidden = [weight for weight in parameters if weight.ndim == ndim and len(weight) > NUM_CLASSES]
    hidden_ids = set(map(id, hidden))
    others = [weight for weight in parameters if id(weight) not in hidden_ids]
    if has_batch_norm:
        if hidden:
            yield Muon(hidden, lr=rate, momentum=MUON_MOMENTUM)
        yield _sgd(others, rate * SGD_RATE_BESIDE_MUON, decay)
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
