"""What a run asks of a node: processor cores, or a GPU or a part of one."""

from dataclasses import dataclass

from fmnist_core.training.recipe import Recipe

SMALL_MODEL_SHARE = 0.25
"""Of a GPU. The models without ImageNet weights are small: one alone keeps a GPU busy for a
fraction of the time, as most of a step is the start of its kernels.
"""
SMALL_IMAGE_SHARE = 0.5
"""Of a GPU, for a larger model on images of up to `SMALL_IMAGE` pixels."""
SMALL_IMAGE = 64


@dataclass(frozen=True, kw_only=True)
class Resources:
    """Processor cores and GPUs, in Ray's sense: what is reserved, not what is used."""

    num_cpus: float = 0.0
    num_gpus: float = 0.0

    def holds(self, other: "Resources", *, times: int = 1) -> bool:
        """Whether others of this size fit in here, so many at once."""
        return times * other.num_cpus <= self.num_cpus and times * other.num_gpus <= self.num_gpus

    @property
    def bundle(self) -> dict[str, float]:
        """As a bundle of a placement group, which names no resource of which it needs none."""
        amounts = {"CPU": self.num_cpus, "GPU": self.num_gpus}
        return {name: amount for name, amount in amounts.items() if amount}

    def __str__(self) -> str:
        amount, noun = (self.num_gpus, "GPU") if self.num_gpus else (self.num_cpus, "core")
        return f"{amount:g} {noun}{'' if amount == 1 else 's'}"


def resources_for(recipe: Recipe, *, has_gpus: bool, cpus_per_run: int) -> Resources:
    """What each worker of a run reserves on its node.

    `has_gpus` says whether any node of the cluster has a GPU: then a run whose device is chosen
    automatically waits for one. A run on a GPU reserves no core, as a node has enough of them.
    """
    if recipe.device.startswith("cuda") or (recipe.device == "auto" and has_gpus):
        return Resources(num_gpus=gpu_share(recipe) if recipe.workers == 1 else 1.0)
    return Resources(num_cpus=float(cpus_per_run))


def gpu_share(recipe: Recipe) -> float:
    """The part of a GPU that one run reserves; others share the rest."""
    if recipe.spec.pretrained is None:
        return SMALL_MODEL_SHARE
    return SMALL_IMAGE_SHARE if recipe.input_spec.size <= SMALL_IMAGE else 1.0
