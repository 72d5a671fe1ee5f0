"""The data on the training device: uint8 from start to end, cut into batches there."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.datasets import Dataset
from fmnist_core.data.transforms import augment

VIEW_BATCH = 1000


class DeviceData:
    """Images uint8 [N, 28, 28] and labels int64 [N] of the three parts, on `device`."""

    def __init__(self, dataset: Dataset, device: torch.device) -> None:
        self.device = device
        self.train_images = _move(dataset.train_images, device)
        self.train_labels = _move(dataset.train_labels, device)
        self.validation_images = _move(dataset.validation_images, device)
        self.validation_labels = _move(dataset.validation_labels, device)
        self.test_images = _move(dataset.test_images, device)
        self.test_labels = _move(dataset.test_labels, device)


def _move(array: np.ndarray, device: torch.device) -> Tensor:
    return torch.from_numpy(np.array(array)).to(device)


class TrainBatches:
    """Augmented batches in an order that seed and epoch alone decide.

    Every step seeds torch's generator from (seed, epoch, step), so that a resume at any step
    needs no random state.
    """

    def __init__(
        self, data: DeviceData, *, batch_size: int, augmentation: Augmentation, seed: int
    ) -> None:
        self._data = data
        self._augmentation = augmentation
        self._seed = seed
        self.num_images = len(data.train_images)
        self.batch_size = min(batch_size, self.num_images)
        # The last, incomplete batch is left out: another few images in each epoch.
        self.steps_per_epoch = self.num_images // self.batch_size
        coins = torch.rand(self.num_images, generator=_generator(seed)) < 0.5
        self._first_mirrored = coins.to(data.device)
        self.stacks: Tensor | None = None
        """Instead of images augmented anew: fixed views of all of them, uint8 [K, N, 28, 28], or
        features of those views, float [K, N, F]. Epochs take the K in turns.
        """

    def epoch_batches(self, epoch: int, *, first_step: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """Images uint8 [B, 28, 28] (or features [B, F]) and labels [B] of `epoch`, from 0."""
        order = torch.randperm(self.num_images, generator=_generator(self._seed, epoch))
        order = order.to(self._data.device)
        for step in range(first_step, self.steps_per_epoch):
            chosen = order[step * self.batch_size : (step + 1) * self.batch_size]
            seed_device(self._data.device, _mix(self._seed, epoch, step))
            if self.stacks is None:
                images = self._augmented(chosen, odd=bool(epoch % 2))
            else:
                images = self.stacks[epoch % len(self.stacks)][chosen]
            yield images, self._data.train_labels[chosen]

    def _augmented(self, chosen: Tensor, *, odd: bool) -> Tensor:
        mirrored = self._first_mirrored[chosen] ^ odd
        return augment(self._data.train_images[chosen], self._augmentation, mirrored=mirrored)

    def views(self, number: int) -> Tensor:
        """Every training image changed at random `number` times, uint8 [number, N, 28, 28].

        What they are is decided by the seed alone.
        """
        if self._augmentation.is_identity:
            return self._data.train_images[None]
        places = torch.arange(self.num_images, device=self._data.device)
        views = []
        for view in range(number):
            for part, chosen in enumerate(places.split(VIEW_BATCH)):
                seed_device(self._data.device, _mix(self._seed, 0, view, part))
                views.append(self._augmented(chosen, odd=bool(view % 2)))
        return torch.cat(views).view(number, *self._data.train_images.shape)


def seed_device(device: torch.device, seed: int) -> None:
    """Seed the one generator that counts; `torch.manual_seed` seeds all, ten times as slowly."""
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)


def _generator(*parts: int) -> torch.Generator:
    return torch.Generator().manual_seed(_mix(*parts))


def _mix(*parts: int) -> int:
    """One seed from several numbers, each combination another."""
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> np.uint64(1))
