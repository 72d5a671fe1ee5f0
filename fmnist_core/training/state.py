"""The state of a training run, with saving to and restoring from a snapshot."""

import time
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from fmnist_core.data.transforms import to_inputs
from fmnist_core.models.classifier import Classifier
from fmnist_core.models.inference import evaluation_batch_size
from fmnist_core.training import devices
from fmnist_core.training.batches import DeviceData, TrainBatches, seed_device
from fmnist_core.training.data_parallel import WorkerGroup
from fmnist_core.training.events import Epoch, Snapshot
from fmnist_core.training.fit_options import InitialWeights, Teacher
from fmnist_core.training.freezing import freeze, set_training_mode
from fmnist_core.training.optimizers import build_optimizers
from fmnist_core.training.phases import Phase
from fmnist_core.training.recipe import Recipe

MOVING_AVERAGE_DECAY = 0.95
"""Decay of the moving averages of loss and accuracy: they cover about 20 steps."""


class Stopwatch:
    """Seconds of training; stopped while the caller handles an event."""

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
    """Model, optimizers, counters and metrics of one training run."""

    def __init__(
        self,
        recipe: Recipe,
        data: DeviceData,
        *,
        precision: str,
        initial: InitialWeights | None = None,
        teacher: Teacher | None = None,
    ) -> None:
        self.recipe, self.data, self.precision = recipe, data, precision
        self.device, self.input_spec = data.device, recipe.input_spec
        self.workers = WorkerGroup.current()
        self.batches = TrainBatches(
            data,
            batch_size=recipe.batch_size,
            augmentation=recipe.augmentation,
            seed=recipe.seed,
            workers=self.workers,
        )
        self.model = build_model(recipe, self.device, initial=initial)
        self.teacher = teacher
        if teacher is not None:
            teacher.model.to(self.device).eval()
        self.started_from = initial.started_from if initial else "scratch"
        self.micro_batch_size = self.batches.share_size
        self.epoch = 0
        self.step_in_epoch = 0
        # Loss and accuracy: moving averages, and sums over the epoch.
        self.moving_averages = torch.zeros(2, device=self.device)
        self.epoch_sums = torch.zeros(2, device=self.device)
        self.learning_rate_factor = 1.0
        self.has_warned = False
        self.used_cached_features = False
        self.best: dict[str, Tensor] = {}
        self.best_epoch = 0
        self.best_validation = (-1.0, 0.0)
        self.stopwatch = Stopwatch()
        self.enter_phase(0)

    def enter_phase(self, number: int) -> None:
        """Train the layers of phase `number`, from 0, with new optimizers."""
        self.phase_number, self.phase_start_epoch = number, self.epoch
        self.phase_start_seconds = self.stopwatch.seconds
        freeze(self.model, self.phase)
        self.workers.forget_replicas()
        self.set_training_mode()
        self.optimizers = build_optimizers(
            self.model, self.recipe, learning_rate=self.phase.learning_rate
        )
        self.batches.cached_inputs = None
        self.validation_features: Tensor | None = None
        """[N, F], if the backbone is frozen and has computed the features of all images."""

    @property
    def phase(self) -> Phase:
        return self.recipe.phases[self.phase_number]

    @property
    def is_last_phase(self) -> bool:
        return self.phase_number + 1 == len(self.recipe.phases)

    @property
    def phase_ended(self) -> bool:
        """Whether all epochs of the phase are done, or early stopping ends it."""
        epochs_done = self.epoch - self.phase_start_epoch
        return epochs_done >= self.phase.epochs or self.should_stop_early()

    def should_stop_early(self) -> bool:
        """Early stopping: whether the phase's last `patience` epochs brought no improvement."""
        patience = self.recipe.patience
        epochs_since_best = self.epoch - max(self.best_epoch, self.phase_start_epoch)
        return patience is not None and epochs_since_best >= patience

    @property
    def num_views(self) -> int | None:
        """How many fixed augmentations of each image this phase uses; `None`: new each epoch."""
        if self.phase.trainable != "head" or self.teacher is not None:
            return None  # a teacher needs the images themselves
        return 1 if self.recipe.augmentation.is_identity else self.recipe.fixed_views

    @property
    def evaluation_batch_size(self) -> int:
        """Smaller than usual if training has to split its batches for lack of memory."""
        usual_size = evaluation_batch_size(self.input_spec.size)
        if self.micro_batch_size >= self.batches.share_size:
            return usual_size
        return min(usual_size, 2 * self.micro_batch_size)

    def set_training_mode(self) -> None:
        """Set what is trained to training mode and what is frozen to evaluation mode."""
        set_training_mode(self.model, self.phase)

    @property
    def trained_module(self) -> nn.Module:
        """What a step computes: the model, or only its head if the features are cached."""
        return self.model if self.validation_features is None else self.model.head

    def forward(self, batch: Tensor) -> Tensor:
        """Logits [B, 10] from images uint8 [B, 28, 28] or from features [B, F]."""
        with self.autocast():
            is_features = self.validation_features is not None
            inputs = batch if is_features else to_inputs(batch, self.input_spec)
            logits: Tensor = self.workers.replica(self.trained_module)(inputs)
        return logits

    @torch.no_grad()
    def teacher_logits(self, images: Tensor) -> Tensor:
        """The teacher's logits [B, 10] for images uint8 [B, 28, 28]."""
        assert self.teacher is not None
        with self.autocast():
            logits: Tensor = self.teacher.model(to_inputs(images, self.teacher.input_spec))
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
        return self.step - self.phase_start_epoch * self.steps_per_epoch

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
        return sum(parameter.numel() for parameter in self.model.parameters())

    @property
    def num_trainable_parameters(self) -> int:
        """Of this phase."""
        return sum(
            parameter.numel() for parameter in self.model.parameters() if parameter.requires_grad
        )

    def autocast(self) -> torch.autocast:
        """Context that runs the model in this run's precision."""
        return devices.autocast(self.device, self.precision)

    def record_step(self, metrics: Tensor) -> None:
        """Add a step's loss and accuracy [2], without waiting for the device."""
        self.moving_averages.lerp_(metrics, 1 - MOVING_AVERAGE_DECAY)
        self.epoch_sums += metrics

    def average_over_workers(self) -> None:
        """Replace this worker's metrics by those of all; before anybody reads them."""
        self.workers.average(self.moving_averages, self.epoch_sums)

    def average_metrics(self) -> tuple[float, float]:
        """Moving averages of loss and accuracy, corrected for their start at 0."""
        self.average_over_workers()
        loss, accuracy = (self.moving_averages / (1 - MOVING_AVERAGE_DECAY**self.step)).tolist()
        return loss, accuracy

    def record_epoch(self, epoch: Epoch) -> None:
        """Keep the weights if they are the best so far."""
        if epoch.best:
            self.best = {
                name: tensor.detach().clone() for name, tensor in self.model.state_dict().items()
            }
            self.best_epoch = epoch.epoch
            self.best_validation = (epoch.validation_accuracy, -epoch.validation_loss)

    def snapshot(self) -> Snapshot:
        """Everything needed to resume; the names and keys are the format of snapshot files."""
        self.average_over_workers()
        tensors = {"running": self.moving_averages, "totals": self.epoch_sums}
        tensors |= _add_prefix("model", self.model.state_dict())
        tensors |= _add_prefix("best", self.best)
        for number, optimizer in enumerate(self.optimizers):
            for index, parameter_state in optimizer.state_dict()["state"].items():
                tensors |= _add_prefix(f"optimiser.{number}.{index}", parameter_state)
        values = {
            "epoch": self.epoch,
            "phase_number": self.phase_number,
            "phase_start": self.phase_start_epoch,
            "phase_start_seconds": self.phase_start_seconds,
            "started_from": self.started_from,
            "has_cached": self.used_cached_features,
            "step_in_epoch": self.step_in_epoch,
            "learning_rate_factor": self.learning_rate_factor,
            "has_warned": self.has_warned,
            "best_epoch": self.best_epoch,
            "best_validation": self.best_validation,
            "seconds": self.stopwatch.seconds,
            "precision": self.precision,
        }
        return Snapshot(step=self.step, tensors=tensors, values=values)

    def restore(self, snapshot: Snapshot) -> None:
        """Continue from a snapshot exactly as if training had never stopped."""
        values, tensors = snapshot.values, snapshot.tensors
        self.stopwatch = Stopwatch(values["seconds"])
        self.epoch, self.step_in_epoch = values["epoch"], values["step_in_epoch"]
        self.enter_phase(values["phase_number"])
        self.phase_start_epoch = values["phase_start"]
        self.phase_start_seconds = values["phase_start_seconds"]
        self.started_from = values["started_from"]
        self.used_cached_features = values["has_cached"]
        self.learning_rate_factor = values["learning_rate_factor"]
        self.has_warned = values["has_warned"]
        self.best_epoch = values["best_epoch"]
        self.best_validation = tuple(values["best_validation"])
        self.moving_averages.copy_(tensors["running"])
        self.epoch_sums.copy_(tensors["totals"])
        self.model.load_state_dict(_with_prefix("model", tensors))
        best = _with_prefix("best", tensors)
        self.best = {name: tensor.to(self.device) for name, tensor in best.items()}
        for number, optimizer in enumerate(self.optimizers):
            _restore_optimizer(optimizer, _with_prefix(f"optimiser.{number}", tensors))


def build_model(
    recipe: Recipe, device: torch.device, *, initial: InitialWeights | None = None
) -> Classifier:
    """Build the recipe's model, initialized with its seed, channels-last, on `device`.

    `initial` replaces the random weights that it has values for.
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
        unexpected = model.load_state_dict(initial.weights, strict=False).unexpected_keys
        assert not unexpected, unexpected
    return model.to(device).to(memory_format=torch.channels_last)


def _restore_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    for group in optimizer.param_groups:
        for index, weight in enumerate(group["params"]):
            for name, tensor in _with_prefix(str(index), tensors).items():
                # In the weight's own memory layout, so that sums are added in the same order.
                copy = torch.empty_like(weight) if tensor.shape == weight.shape else tensor.clone()
                optimizer.state[weight][name] = copy.copy_(tensor)


def _add_prefix(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": tensor for name, tensor in tensors.items()}


def _with_prefix(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors whose names start with `prefix`, without it."""
    start = prefix + "."
    return {
        name.removeprefix(start): tensor
        for name, tensor in tensors.items()
        if name.startswith(start)
    }
