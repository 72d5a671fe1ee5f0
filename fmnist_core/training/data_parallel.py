"""Data-parallel training: several processes train one model, each on its share of every batch.

Every worker draws the same batch, trains on its share, and torch's `DistributedDataParallel` (Li et
al. 2020, arXiv:2006.15704) averages the gradients, so that all take the same steps as one process
would with the whole batch. Models with batch normalization see the statistics of a share.

`fit` finds the process group by itself; whoever starts the workers initializes it before.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TypeVar

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from fmnist_core.training.fit_options import FitControl

Value = TypeVar("Value")


@dataclass
class AgreedControl(FitControl):
    """The control of the first worker, as of the last time all agreed on it.

    A worker that read a newer value than the others would take another step than they do.
    """

    source: FitControl = field(default_factory=FitControl)


@dataclass
class WorkerGroup:
    """The processes that train one model together, as one of them sees them; usually it is alone.

    The methods that communicate must be called by all workers in the same order.
    """

    rank: int = 0
    """The first one yields the events that count."""
    size: int = 1
    replicas: dict[nn.Module, DistributedDataParallel] = field(default_factory=dict)

    @classmethod
    def current(cls) -> "WorkerGroup":
        """Torch's process group if this process belongs to one, else this process alone."""
        if not (distributed.is_available() and distributed.is_initialized()):
            return cls()
        return cls(rank=distributed.get_rank(), size=distributed.get_world_size())

    def share(self, batch: Tensor) -> Tensor:
        """This worker's part of a batch [B, ...]; the parts differ by at most one element."""
        return batch.tensor_split(self.size)[self.rank]

    def share_size(self, batch_size: int) -> int:
        """How many elements `share` takes of a batch."""
        return len(range(self.rank, batch_size, self.size))

    def replica(self, module: nn.Module) -> nn.Module:
        """The module to train with: `module`, or its wrapper that averages the gradients."""
        if self.size == 1:
            return module
        if module not in self.replicas:
            self.replicas[module] = DistributedDataParallel(module)
        return self.replicas[module]

    def forget_replicas(self) -> None:
        """Wrap modules anew, as after a change of what is trainable."""
        self.replicas.clear()

    def averaging(self, module: nn.Module, *, is_last: bool) -> AbstractContextManager[None]:
        """Context of a step's part; gradients add up and are averaged after the last one."""
        replica = self.replica(module)
        if is_last or not isinstance(replica, DistributedDataParallel):
            return nullcontext()
        return replica.no_sync()

    def average(self, *tensors: Tensor) -> None:
        """Replace each tensor by its mean over all workers."""
        if self.size > 1:
            for tensor in tensors:
                distributed.all_reduce(tensor)
                tensor.div_(self.size)

    def own_parts(self, num_parts: int) -> range:
        """The numbers of the parts of a task that this worker does; all, if there are too few."""
        return range(num_parts) if num_parts < self.size else range(self.rank, num_parts, self.size)

    def complete(self, parts: Mapping[int, Tensor], sizes: Sequence[int]) -> list[Tensor]:
        """All parts [size, ...], from what each worker has computed of them."""
        if len(parts) == len(sizes):
            return [parts[number] for number in range(len(sizes))]
        example = next(iter(parts.values()))
        completed = [
            parts[number] if number in parts else example.new_zeros(size, *example.shape[1:])
            for number, size in enumerate(sizes)
        ]
        for part in completed:
            distributed.all_reduce(part)
        return completed

    def any_true(self, value: bool) -> bool:
        """Whether the value is true in any worker."""
        flag = torch.tensor([float(value)])
        self.average(flag)
        return bool(flag[0] > 0)

    def first_computes(
        self, compute: Callable[[], Tensor], *, shape: tuple[int, ...], device: torch.device
    ) -> Tensor:
        """What `compute` returns in the first worker: float32 of this shape, on the device."""
        if self.size == 1:
            return compute()
        result = compute().clone() if self.rank == 0 else torch.empty(shape, device=device)
        distributed.broadcast(result, 0)
        return result

    def first_decides(self, decide: Callable[[], Value]) -> Value:
        """What `decide` returns in the first worker, an object that can be pickled."""
        if self.size == 1:
            return decide()
        values = [decide() if self.rank == 0 else None]
        distributed.broadcast_object_list(values, 0)
        return values[0]  # type: ignore[return-value]

    def follow(self, control: FitControl) -> FitControl:
        """The control that all workers obey: that of the first one, from `agree` to `agree`."""
        return control if self.size == 1 else AgreedControl(source=control)

    def agree(self, control: FitControl, *, is_due: bool = False) -> bool:
        """Update `control` from the first worker's; return whether there a report is due."""
        if not isinstance(control, AgreedControl):
            return is_due
        source = control.source
        values = torch.tensor(
            [source.learning_rate_factor, source.stop, is_due], dtype=torch.float64
        )
        distributed.broadcast(values, 0)
        control.learning_rate_factor = float(values[0])
        control.stop = bool(values[1])
        return bool(values[2])
