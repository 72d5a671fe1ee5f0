"""The registry of presets, which the page and the command line offer."""

from collections.abc import Mapping
from types import MappingProxyType

from fmnist_core.errors import RecipeError, unknown_key
from fmnist_core.training.coursework_presets import COURSEWORK_PRESETS
from fmnist_core.training.preset import Preset
from fmnist_core.training.recipe import Recipe
from fmnist_core.training.transfer_presets import TRANSFER_PRESETS

_CNN_QUICK = Recipe.parse(
    {
        "model": "cnn",
        "epochs": 6,
        "batch_size": 256,
        "optimizer": "muon",
        "learning_rate": 0.08,
        "label_smoothing": 0.1,
        "schedule": "one-cycle",
        "dropout": 0.0,
        "augmentation": {"flip": "alternating"},
    }
)
_CNN_LONG = _CNN_QUICK.changed(
    epochs=24, dropout=0.2, **{"augmentation.erasing": 0.2, "augmentation.drawings": 0.04}
)
_CNN_BEST = _CNN_QUICK.changed(
    model="cnn-deep", epochs=18, dropout=0.2, **{"augmentation.erasing": 0.2}
)
_CNN_DEEP_LONG = _CNN_BEST.changed(epochs=40, **{"augmentation.shift": 1})
_TRANSFORMER = Recipe.parse(
    {
        "model": "vit-tiny",
        "epochs": 5,
        "batch_size": 256,
        "optimizer": "muon",
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
        title="Quick MLP",
        summary="Almost 90% after only 8 epochs. A good first run.",
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
        title="Best MLP",
        summary="The best we got from an MLP: flips, dropout, some images made to look like "
        "photographs, and 60 epochs.",
        recipe=Recipe.parse(
            {
                "model": "mlp",
                "epochs": 60,
                "batch_size": 512,
                "optimizer": "muon",
                "learning_rate": 2e-3,
                "weight_decay": 0.05,
                "label_smoothing": 0.1,
                "schedule": "one-cycle",
                "dropout": 0.3,
                "augmentation": {"flip": "alternating", "photo": 0.2},
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
        title="Quick CNN",
        summary="A small CNN that learns fast: 6 epochs and a high learning rate.",
        recipe=_CNN_QUICK,
    ),
    Preset(
        key="cnn-patient",
        title="Longer CNN",
        summary="The quick preset with four times the epochs, random erasing, and some images "
        "turned into sketches.",
        recipe=_CNN_LONG,
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
        title="Deep CNN",
        summary="One more convolutional layer, trained for 18 epochs.",
        recipe=_CNN_BEST,
    ),
    Preset(
        key="cnn-deep",
        title="Longer Deep CNN",
        summary="40 epochs instead of 18, and random shifts too.",
        recipe=_CNN_DEEP_LONG,
    ),
    Preset(
        key="cnn-photographs",
        title="CNN for photos",
        summary="The longer Deep CNN, with a quarter of its images made to look like photographs "
        "and some like drawings: less accurate on the test set, more on what people photograph.",
        recipe=_CNN_DEEP_LONG.changed(
            **{"augmentation.drawings": 0.05, "augmentation.photo": 0.25}
        ),
    ),
    Preset(
        key="cnn-lite",
        title="CNN-lite",
        summary="Fewer than 100,000 parameters, trained for 20 epochs.",
        recipe=_CNN_QUICK.changed(model="cnn-lite", epochs=20),
    ),
    Preset(
        key="mobilenetv3-small",
        title="MobileNetV3-Small from scratch",
        summary="Trained from scratch at 28 × 28.",
        recipe=_CNN_QUICK.changed(
            model="mobilenetv3-small", epochs=20, learning_rate=0.06, dropout=0.2
        ),
    ),
    Preset(
        key="efficientnet-b0",
        title="EfficientNet-B0 from scratch",
        summary="Trained from scratch at 28 × 28.",
        recipe=_CNN_QUICK.changed(
            model="efficientnet-b0", epochs=10, learning_rate=0.06, dropout=0.2
        ),
    ),
    Preset(
        key="resnet50",
        title="ResNet50 from scratch",
        summary="Trained from scratch at 28 × 28.",
        recipe=_CNN_QUICK.changed(model="resnet50", epochs=6, batch_size=384, learning_rate=0.06),
    ),
    Preset(
        key="resnet50v2",
        title="ResNet50V2 from scratch",
        summary="Trained from scratch at 28 × 28.",
        recipe=_CNN_QUICK.changed(model="resnet50v2", epochs=6, batch_size=384, learning_rate=0.06),
    ),
    Preset(
        key="convnext-tiny",
        title="ConvNeXt-Tiny from scratch",
        summary="Trained from scratch at 32 × 32.",
        recipe=_TRANSFORMER.changed(model="convnext-tiny", batch_size=512),
    ),
    Preset(
        key="vit-tiny",
        title="ViT-Tiny from scratch",
        summary="49 patches of 4 × 4 pixels, half of them dropped at random in training. "
        "Transformers need more data than this to do well.",
        recipe=_TRANSFORMER,
    ),
    Preset(
        key="mobilevit-xxs",
        title="MobileViT-XXS from scratch",
        summary="Trained from scratch at 32 × 32.",
        recipe=_TRANSFORMER.changed(
            model="mobilevit-xxs",
            epochs=36,
            optimizer="adamw",
            learning_rate=4e-3,
            **{"augmentation.shift": 2, "augmentation.erasing": 0.2},
        ),
    ),
    *TRANSFER_PRESETS,
    *COURSEWORK_PRESETS,
)
PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _PRESETS})


def get_preset(key: str) -> Preset:
    """Look up a preset; raises `RecipeError` that lists the known keys."""
    try:
        return PRESETS[key]
    except KeyError:
        raise unknown_key(RecipeError, "recipe", key, PRESETS) from None


def matching_preset(recipe: Recipe) -> Preset | None:
    """Find the preset that a recipe follows, whatever its data, seed, device and precision."""
    ignored = {"data", "seed", "device", "precision", "workers"}
    canonical = recipe.canonical()
    for preset in PRESETS.values():
        if not preset.recipe.canonical().differences(canonical).keys() - ignored:
            return preset
    return None
