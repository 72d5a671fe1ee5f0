"""The data set on the training device: uint8 throughout, cut into batches there."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.datasets import Dataset
from fmnist_core.data.transforms import augment
from fmnist_core.training.data_parallel import WorkerGroup

VIEW_BATCH_SIZE = 1000
VIEWS_SEED = 0


class DeviceData:
    """Images uint8 [N, 28, 28] and labels int64 [N] of the three splits, on `device`."""

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
    """Augmented batches in an order that depends only on seed and epoch.

    Every step seeds torch's generator from (seed, epoch, step), so that training can resume at
    any step without a stored random state. Of several workers, each yields its share.
    """

    def __init__(
        self,
        data: DeviceData,
        *,
        batch_size: int,
        augmentation: Augmentation,
        seed: int,
        workers: WorkerGroup | None = None,
    ) -> None:
        self._data = data
        self._workers = workers or WorkerGroup()
        self._augmentation = augmentation
        self._seed = seed
        self.num_images = len(data.train_images)
        self.batch_size = min(batch_size, self.num_images)
        # The last, incomplete batch is left out: a few images, different ones in each epoch.
        self.steps_per_epoch = self.num_images // self.batch_size
        self.share_size = self._workers.share_size(self.batch_size)
        self.share_weight = self._workers.size * self.share_size / self.batch_size
        """Of this worker's part in the mean over all workers: 1 if all parts are equal."""
        self._flipped_first = self._flip_coins(seed)
        self.cached_inputs: Tensor | None = None
        """Used instead of newly augmented images: fixed views of all images, uint8
        [K, N, 28, 28], or the features of those views, float [K, N, F]. Epochs cycle through K.
        """

    def epoch_batches(self, epoch: int, *, first_step: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield images uint8 [B, 28, 28] (or features [B, F]) and labels [B] of `epoch`, from 0.

        All workers draw the same batch; each then has random numbers of its own, for dropout.
        """
        workers = self._workers
        order = torch.randperm(self.num_images, generator=_generator(self._seed, epoch))
        order = order.to(self._data.device)
        for step in range(first_step, self.steps_per_epoch):
            indices = order[step * self.batch_size : (step + 1) * self.batch_size]
            seed_device(self._data.device, _combine_seeds(self._seed, epoch, step))
            if self.cached_inputs is None:
                mirrored = self._flipped_first[indices] ^ bool(epoch % 2)
                images = self._augment(indices, mirrored)
            else:
                images = self.cached_inputs[epoch % len(self.cached_inputs)][indices]
            if workers.rank:
                seed_device(
                    self._data.device, _combine_seeds(self._seed, epoch, step, workers.rank)
                )
            yield workers.share(images), workers.share(self._data.train_labels[indices])

    def _flip_coins(self, seed: int) -> Tensor:
        coins = torch.rand(self.num_images, generator=_generator(seed)) < 0.5
        return coins.to(self._data.device)

    def _augment(self, indices: Tensor, mirrored: Tensor) -> Tensor:
        return augment(self._data.train_images[indices], self._augmentation, mirrored=mirrored)

    def augmented_views(self, num_views: int) -> Tensor:
        """Augment every training image `num_views` times, uint8 [num_views, N, 28, 28].

        The same for all runs, whatever their own seed, so that a class that trains heads with
        different seeds computes the features of a backbone once. Without augmentation there is a
        single view.
        """
        if self._augmentation.is_identity:
            return self._data.train_images[None]
        indices = torch.arange(self.num_images, device=self._data.device)
        flipped_first = self._flip_coins(VIEWS_SEED)
        views = []
        for view in range(num_views):
            for number, batch in enumerate(indices.split(VIEW_BATCH_SIZE)):
                seed_device(self._data.device, _combine_seeds(VIEWS_SEED, 0, view, number))
                views.append(self._augment(batch, flipped_first[batch] ^ bool(view % 2)))
        return torch.cat(views).view(num_views, *self._data.train_images.shape)


def seed_device(device: torch.device, seed: int) -> None:
    """Seed only this device's generator; `torch.manual_seed` seeds all, ten times more slowly."""
    if device.type == "cuda":
        torch.cuda.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)


def _generator(*seeds: int) -> torch.Generator:
    return torch.Generator().manual_seed(_combine_seeds(*seeds))


def _combine_seeds(*seeds: int) -> int:
    """Combine several numbers into one seed that differs for each combination."""
    return int(np.random.SeedSequence(seeds).generate_state(1, np.uint64)[0] >> np.uint64(1))
