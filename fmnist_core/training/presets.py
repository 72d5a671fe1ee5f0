"""Recipes that have a name: one entry each, offered by the page and the command line."""

from collections.abc import Mapping
from types import MappingProxyType

from fmnist_core.errors import RecipeError
from fmnist_core.training.coursework_presets import COURSEWORK_PRESETS
from fmnist_core.training.preset import Preset
from fmnist_core.training.recipe import Recipe

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
_CNN_BEST = _CNN_QUICK.changed(
    model="cnn-deep", epochs=18, dropout=0.2, **{"augmentation.erasing": 0.2}
)
_TRANSFORMER = Recipe.parse(
    {
        "model": "vit-tiny",
        "epochs": 5,
        "batch_size": 256,
        "optimiser": "muon",
        "learning_rate": 2e-3,
        "weight_decay": 0.05,
        "label_smoothing": 0.1,
        "schedule": "one-cycle",
        "augmentation": {"flip": "alternating"},
    }
)
_COURSEWORK = {
    "epochs": 10,
    "batch_size": 64,
    "learning_rate": 1e-3,
    "weight_decay": 0.01,
    "schedule": "cosine",
    "augmentation": {"flip": "random", "rotation": 10},
}

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
        key="mlp-best",
        title="MLP, best",
        summary="What a network without any notion of neighbours can come to: flips, dropout and "
        "patience.",
        recipe=Recipe.parse(
            {
                "model": "mlp",
                "epochs": 60,
                "batch_size": 512,
                "optimiser": "muon",
                "learning_rate": 2e-3,
                "weight_decay": 0.05,
                "label_smoothing": 0.1,
                "schedule": "one-cycle",
                "dropout": 0.3,
                "augmentation": {"flip": "alternating"},
            }
        ),
    ),
    Preset(
        key="seed-mlp",
        title="Coursework MLP",
        summary="The published MLP: two hidden layers with SiLU and dropout, AdamW, a "
        "learning-rate schedule, flips and rotations.",
        recipe=Recipe.parse({"model": "mlp", **_COURSEWORK}),
        reported="about 85%",
    ),
    Preset(
        key="cnn-quick",
        title="CNN, quick",
        summary="The best that a minute on two processor cores buys.",
        recipe=_CNN_QUICK,
    ),
    Preset(
        key="cnn-patient",
        title="CNN, patient",
        summary="The quick recipe with four times the epochs, parts of the pictures erased, and "
        "some of them shown as drawings.",
        recipe=_CNN_QUICK.changed(
            epochs=24,
            dropout=0.2,
            **{"augmentation.erasing": 0.2, "augmentation.drawings": 0.04},
        ),
    ),
    Preset(
        key="seed-cnn",
        title="Coursework CNN",
        summary="The published CNN: convolution, pooling and dropout, AdamW, a learning-rate "
        "schedule, flips and rotations.",
        recipe=Recipe.parse({"model": "cnn", **_COURSEWORK}),
        reported="about 88%",
    ),
    Preset(
        key="cnn-best",
        title="CNN, best",
        summary="One convolution more, and five minutes' patience.",
        recipe=_CNN_BEST,
    ),
    Preset(
        key="cnn-deep",
        title="CNN, deeper and patient",
        summary="More patience, and shifted pictures too.",
        recipe=_CNN_BEST.changed(epochs=40, **{"augmentation.shift": 1}),
    ),
    Preset(
        key="cnn-lite",
        title="CNN-lite",
        summary="Fewer than 100,000 parameters, trained with care.",
        recipe=_CNN_QUICK.changed(model="cnn-lite", epochs=20),
    ),
    Preset(
        key="mobilenetv3-small",
        title="MobileNetV3-Small from scratch",
        summary="At the pictures' own size, without ImageNet.",
        recipe=_CNN_QUICK.changed(
            model="mobilenetv3-small", epochs=20, learning_rate=0.06, dropout=0.2
        ),
    ),
    Preset(
        key="efficientnet-b0",
        title="EfficientNet-B0 from scratch",
        summary="At the pictures' own size, without ImageNet.",
        recipe=_CNN_QUICK.changed(
            model="efficientnet-b0", epochs=10, learning_rate=0.06, dropout=0.2
        ),
    ),
    Preset(
        key="resnet50",
        title="ResNet50 from scratch",
        summary="At the pictures' own size, without ImageNet.",
        recipe=_CNN_QUICK.changed(model="resnet50", epochs=6, batch_size=384, learning_rate=0.06),
    ),
    Preset(
        key="resnet50v2",
        title="ResNet50V2 from scratch",
        summary="At the pictures' own size, without ImageNet.",
        recipe=_CNN_QUICK.changed(model="resnet50v2", epochs=6, batch_size=384, learning_rate=0.06),
    ),
    Preset(
        key="convnext-tiny",
        title="ConvNeXt-Tiny from scratch",
        summary="At 32 pixels, without ImageNet.",
        recipe=_TRANSFORMER.changed(model="convnext-tiny", batch_size=512),
    ),
    Preset(
        key="vit-tiny",
        title="ViT-Tiny from scratch",
        summary="Forty-nine patches of 4 pixels, every second one left out in training; "
        "transformers want more data than this.",
        recipe=_TRANSFORMER,
    ),
    Preset(
        key="mobilevit-xxs",
        title="MobileViT-XXS from scratch",
        summary="At 32 pixels, without ImageNet.",
        recipe=_TRANSFORMER.changed(
            model="mobilevit-xxs",
            epochs=36,
            optimiser="adamw",
            learning_rate=4e-3,
            **{"augmentation.shift": 2, "augmentation.erasing": 0.2},
        ),
    ),
    *COURSEWORK_PRESETS,
)
PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _PRESETS})


def get_preset(key: str) -> Preset:
    """The preset of `key`; raises `RecipeError` naming the known ones."""
    try:
        return PRESETS[key]
    except KeyError:
        raise RecipeError(f"No recipe '{key}'. Known: {', '.join(PRESETS)}.") from None


def matching_preset(recipe: Recipe) -> Preset | None:
    """The preset that a recipe follows in everything that decides what is learned.

    Data, seed, device and precision may be others.
    """
    own, learned = {"data", "seed", "device", "precision"}, recipe.learned()
    for known in PRESETS.values():
        if not known.recipe.learned().differences(learned).keys() - own:
            return known
    return None
