"""Everything that changes while a model trains, and how it is taken down and put back."""

import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from fmnist_core.data.transforms import to_inputs
from fmnist_core.models.classifier import Classifier
from fmnist_core.models.inference import evaluation_batch_size
from fmnist_core.training import devices
from fmnist_core.training.batches import DeviceData, TrainBatches, seed_device
from fmnist_core.training.events import Epoch, Snapshot
from fmnist_core.training.fit_options import InitialWeights
from fmnist_core.training.freezing import freeze, set_training_mode
from fmnist_core.training.optimizers import build_optimizers
from fmnist_core.training.phases import Phase
from fmnist_core.training.recipe import Recipe

RUNNING_MEAN_DECAY = 0.95
"""Weight of the past in the running loss: it looks back about 20 steps."""


class Stopwatch:
    """Seconds of training; it stands still while the consumer of the events is at work."""

    def __init__(self, seconds: float = 0.0) -> None:
        self._before = seconds
        self._since: float | None = None

    def start(self) -> None:
        self._since = time.perf_counter()

    def stop(self) -> None:
        self._before, self._since = self.seconds, None

    @property
    def seconds(self) -> float:
        running = 0.0 if self._since is None else time.perf_counter() - self._since
        return self._before + running


class TrainingState:
    """Model, optimisers, counters and running figures of one training."""

    def __init__(
        self,
        recipe: Recipe,
        data: DeviceData,
        *,
        precision: str,
        initial: InitialWeights | None = None,
    ) -> None:
        self.recipe, self.data, self.precision = recipe, data, precision
        self.device, self.input_spec = data.device, recipe.input_spec
        self.batches = TrainBatches(
            data,
            batch_size=recipe.batch_size,
            augmentation=recipe.augmentation,
            seed=recipe.seed,
        )
        self.model = build_model(recipe, self.device, initial=initial)
        self.started_from = initial.started_from if initial else "scratch"
        self.micro_batch = self.batches.batch_size
        self.epoch = 0
        self.step_in_epoch = 0
        self.running = torch.zeros(2, device=self.device)
        self.totals = torch.zeros(2, device=self.device)
        self.learning_rate_factor = 1.0
        self.has_warned = False
        self.has_cached = False
        self.best: dict[str, Tensor] = {}
        self.best_epoch = 0
        self.best_validation = (-1.0, 0.0)
        self.watch = Stopwatch()
        self.enter_phase(0)

    def enter_phase(self, number: int) -> None:
        """From here on phase `number`, from 0, learns what it names, with fresh optimisers."""
        self.phase_number, self.phase_start = number, self.epoch
        self.phase_start_seconds = self.watch.seconds
        freeze(self.model, self.phase)
        self.set_training()
        self.optimisers = build_optimizers(self.model, self.recipe, rate=self.phase.learning_rate)
        self.batches.stacks = None
        self.validation_features: Tensor | None = None
        """[N, F], where the backbone is frozen and has been run over all images once."""

    @property
    def phase(self) -> Phase:
        return self.recipe.phases[self.phase_number]

    @property
    def is_last_phase(self) -> bool:
        return self.phase_number + 1 == len(self.recipe.phases)

    @property
    def phase_ended(self) -> bool:
        """Whether it had its epochs, or validation has not improved for as long as we wait."""
        if self.epoch - self.phase_start >= self.phase.epochs:
            return True
        patience = self.recipe.patience
        since = self.epoch - max(self.best_epoch, self.phase_start)
        return patience is not None and since >= patience

    @property
    def num_views(self) -> int | None:
        """How many fixed versions of each image this phase trains on; `None`: ever new ones."""
        if self.phase.trainable != "head":
            return None
        return 1 if self.recipe.augmentation.is_identity else self.recipe.fixed_views

    @property
    def at_once(self) -> int:
        """Images to evaluate at a time: fewer where training has to split its batches."""
        most = evaluation_batch_size(self.input_spec.size)
        whole = self.micro_batch >= self.batches.batch_size
        return most if whole else min(most, 2 * self.micro_batch)

    def set_training(self) -> None:
        """Training mode for what learns; what is frozen stays as it is."""
        set_training_mode(self.model, self.phase)

    def forward(self, batch: Tensor) -> Tensor:
        """Logits [B, 10] from images uint8 [B, 28, 28] or from features [B, F]."""
        with self.autocast():
            if self.validation_features is not None:
                logits: Tensor = self.model.head(batch)
            else:
                logits = self.model(to_inputs(batch, self.input_spec))
        return logits

    @property
    def steps_per_epoch(self) -> int:
        return self.batches.steps_per_epoch

    @property
    def phase_steps(self) -> int:
        """Of this phase, without early stopping."""
        return self.phase.epochs * self.steps_per_epoch

    @property
    def step_in_phase(self) -> int:
        return self.step - self.phase_start * self.steps_per_epoch

    @property
    def step(self) -> int:
        """Steps done."""
        return self.epoch * self.steps_per_epoch + self.step_in_epoch

    @property
    def epochs_done(self) -> float:
        """With a fraction."""
        return self.step / self.steps_per_epoch

    @property
    def num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.model.parameters())

    @property
    def num_learning(self) -> int:
        """Parameters that this phase trains."""
        return sum(each.numel() for each in self.model.parameters() if each.requires_grad)

    def autocast(self) -> torch.autocast:
        """Runs the model in bfloat16 where that was chosen."""
        return devices.autocast(self.device, self.precision)

    def count(self, figures: Tensor) -> None:
        """Take a step's loss and accuracy into the running figures, without waiting for them."""
        self.running.lerp_(figures, 1 - RUNNING_MEAN_DECAY)
        self.totals += figures

    def running_figures(self) -> tuple[float, float]:
        """Running loss and accuracy; the first steps are not pulled towards their start at 0."""
        loss, accuracy = (self.running / (1 - RUNNING_MEAN_DECAY**self.step)).tolist()
        return loss, accuracy

    def note_epoch(self, epoch: Epoch) -> None:
        """Keep the weights if they are the best so far."""
        if epoch.best:
            self.best = {
                name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()
            }
            self.best_epoch = epoch.epoch
            self.best_validation = (epoch.validation_accuracy, -epoch.validation_loss)

    def snapshot(self) -> Snapshot:
        """Everything that a resume needs."""
        tensors = {"running": self.running, "totals": self.totals}
        tensors |= _prefixed("model", self.model.state_dict())
        tensors |= _prefixed("best", self.best)
        for number, optimiser in enumerate(self.optimisers):
            for place, memory in optimiser.state_dict()["state"].items():
                tensors |= _prefixed(f"optimiser.{number}.{place}", memory)
        values = {
            "epoch": self.epoch,
            "phase_number": self.phase_number,
            "phase_start": self.phase_start,
            "phase_start_seconds": self.phase_start_seconds,
            "started_from": self.started_from,
            "has_cached": self.has_cached,
            "step_in_epoch": self.step_in_epoch,
            "learning_rate_factor": self.learning_rate_factor,
            "has_warned": self.has_warned,
            "best_epoch": self.best_epoch,
            "best_validation": self.best_validation,
            "seconds": self.watch.seconds,
            "precision": self.precision,
        }
        return Snapshot(step=self.step, tensors=tensors, values=values)

    def restore(self, snapshot: Snapshot) -> None:
        """Go on from a snapshot as if nothing had happened."""
        values, tensors = snapshot.values, snapshot.tensors
        self.watch = Stopwatch(values["seconds"])
        self.epoch, self.step_in_epoch = values["epoch"], values["step_in_epoch"]
        self.enter_phase(values["phase_number"])
        self.phase_start = values["phase_start"]
        self.phase_start_seconds = values["phase_start_seconds"]
        self.started_from, self.has_cached = values["started_from"], values["has_cached"]
        self.learning_rate_factor = values["learning_rate_factor"]
        self.has_warned = values["has_warned"]
        self.best_epoch = values["best_epoch"]
        self.best_validation = tuple(values["best_validation"])
        self.running.copy_(tensors["running"])
        self.totals.copy_(tensors["totals"])
        self.model.load_state_dict(_under("model", tensors))
        best = _under("best", tensors)
        self.best = {name: tensor.to(self.device) for name, tensor in best.items()}
        for number, optimiser in enumerate(self.optimisers):
            _restore_optimiser(optimiser, _under(f"optimiser.{number}", tensors))


def build_model(
    recipe: Recipe, device: torch.device, *, initial: InitialWeights | None = None
) -> Classifier:
    """The recipe's model, initialised by its seed, channels-last, on `device`.

    What `initial` brings takes the place of random numbers.
    """
    seed_device(torch.device("cpu"), recipe.seed)
    input_spec = recipe.input_spec
    model = recipe.spec.build(
        input_size=input_spec.size,
        channels=input_spec.channels,
        dropout=recipe.dropout,
        head=recipe.head,
    )
    if initial is not None:
        unknown = model.load_state_dict(initial.weights, strict=False).unexpected_keys
        assert not unknown, unknown
    return model.to(device).to(memory_format=torch.channels_last)


def _restore_optimiser(optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    for group in optimiser.param_groups:
        for place, weight in enumerate(group["params"]):
            for name, tensor in _under(str(place), tensors).items():
                # In the weight's own memory layout, so that sums are added in the same order.
                alike = torch.empty_like(weight) if tensor.shape == weight.shape else tensor.clone()
                optimiser.state[weight][name] = alike.copy_(tensor)


def _prefixed(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    start = prefix + "."
    return {
        name.removeprefix(start): tensor
        for name, tensor in tensors.items()
        if name.startswith(start)
    }
