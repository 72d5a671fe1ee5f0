"""Recipes that have a name: one entry each, offered by the page and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fmnist_core.errors import RecipeError
from fmnist_core.training.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named recipe and why one would choose it."""

    key: str
    title: str
    summary: str
    recipe: Recipe
    reported: str | None = None
    """What a published project reports for it, as it says it."""


_CNN_QUICK = Recipe.parse(
    {
        "model": "cnn",
        "epochs": 6,
        "batch_size": 256,
        "optimiser": "muon",
        "learning_rate": 0.08,
        "label_smoothing": 0.1,
        "schedule": "one-cycle",
        "dropout": 0.0,
        "augmentation": {"flip": "alternating"},
    }
)

_PRESETS = (
    Preset(
        key="mlp-quick",
        title="MLP, quick",
        summary="Nearly nine in ten right within seconds: the first thing to show.",
        recipe=Recipe.parse(
            {
                "model": "mlp",
                "epochs": 8,
                "batch_size": 512,
                "learning_rate": 4e-3,
                "schedule": "one-cycle",
            }
        ),
    ),
    Preset(
        key="cnn-quick",
        title="CNN, quick",
        summary="The best that a minute on two processor cores buys.",
        recipe=_CNN_QUICK,
    ),
    Preset(
        key="cnn-best",
        title="CNN, best",
        summary="One convolution more, and five minutes' patience.",
        recipe=_CNN_QUICK.changed(
            model="cnn-deep", epochs=18, dropout=0.2, **{"augmentation.erasing": 0.2}
        ),
    ),
    Preset(
        key="seed-mlp",
        title="Coursework MLP",
        summary="The published MLP: two hidden layers with SiLU and dropout, AdamW, a "
        "learning-rate schedule, flips and rotations.",
        recipe=Recipe.parse(
            {
                "model": "mlp",
                "epochs": 10,
                "batch_size": 64,
                "learning_rate": 1e-3,
                "weight_decay": 0.01,
                "schedule": "cosine",
                "augmentation": {"flip": "random", "rotation": 10},
            }
        ),
        reported="about 85%",
    ),
    Preset(
        key="seed-cnn",
        title="Coursework CNN",
        summary="The published CNN: convolution, pooling and dropout, AdamW, a learning-rate "
        "schedule, flips and rotations.",
        recipe=Recipe.parse(
            {
                "model": "cnn",
                "epochs": 10,
                "batch_size": 64,
                "learning_rate": 1e-3,
                "weight_decay": 0.01,
                "schedule": "cosine",
                "augmentation": {"flip": "random", "rotation": 10},
            }
        ),
        reported="about 88%",
    ),
)
PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _PRESETS})


def preset(key: str) -> Preset:
    """The preset of `key`; raises `RecipeError` naming the known ones."""
    try:
        return PRESETS[key]
    except KeyError:
        raise RecipeError(f"No recipe '{key}'. Known: {', '.join(PRESETS)}.") from None
