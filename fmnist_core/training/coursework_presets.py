"""Four published student projects as recipes, each with the figure that it reports.

Where they leave a number out, it is a usual one, and its summary says what they do say.
"""

from fmnist_core.training.preset import Preset
from fmnist_core.training.recipe import Recipe

_RESNET50 = Recipe.parse(
    {
        "model": "resnet50",
        "weights": "imagenet",
        "input_size": 224,
        "channels": 3,
        "statistics": "imagenet",
        "head": {"widths": (256, 128), "activation": "relu"},
        "trainable": "last 10",
        "epochs": 10,
        "batch_size": 16,
        "optimiser": "adam",
        "learning_rate": 1e-3,
        "schedule": "exponential",
        "augmentation": {"flip": "random", "rotation": 10, "zoom": 0.1},
    }
)

COURSEWORK_PRESETS = (
    Preset(
        key="seed-convnext-tiny",
        title="Coursework ConvNeXt-Tiny",
        summary="The published ConvNeXt-Tiny: ImageNet weights, 224 pixels, ImageNet statistics, "
        "first layer folded to one channel, AdamW with a schedule, flips and rotations, early "
        "stopping.",
        recipe=Recipe.parse(
            {
                "model": "convnext-tiny",
                "weights": "imagenet",
                "input_size": 224,
                "channels": 1,
                "statistics": "imagenet",
                "epochs": 10,
                "batch_size": 32,
                "learning_rate": 1e-4,
                "weight_decay": 0.05,
                "schedule": "cosine",
                "augmentation": {"flip": "random", "rotation": 10},
                "patience": 3,
            }
        ),
        reported="95% test",
    ),
    Preset(
        key="seed-resnet50v2",
        title="Coursework ResNet50V2",
        summary="The published ResNet50V2: ImageNet weights, 85 pixels, three channels; first a "
        "new head on the frozen backbone, then everything at a very low learning rate; rotation, "
        "shift and flip, early stopping.",
        recipe=Recipe.parse(
            {
                "model": "resnet50v2",
                "weights": "imagenet",
                "input_size": 85,
                "channels": 3,
                "statistics": "imagenet",
                "earlier_phases": "head 10 0.001 constant",
                "epochs": 10,
                "batch_size": 32,
                "optimiser": "adam",
                "learning_rate": 1e-5,
                "schedule": "constant",
                "augmentation": {"flip": "random", "rotation": 10, "shift": 2},
                "patience": 3,
            }
        ),
        reported="94% test, loss 0.1826",
    ),
    Preset(
        key="seed-resnet50",
        title="Coursework ResNet50",
        summary="The published ResNet50: ImageNet weights, 224 pixels, grey stacked to three "
        "channels, dense layers of 256 and 128, Adam with exponential decay, only about the last "
        "ten layers unfrozen; flips, rotation and zoom.",
        recipe=_RESNET50,
        reported="91.75% validation",
    ),
    Preset(
        key="seed-resnet50-frozen",
        title="Coursework ResNet50, frozen",
        summary="The published ResNet50 with its base frozen: dense layers are trained on top "
        "while validation is watched.",
        recipe=_RESNET50.changed(
            trainable="head", schedule="constant", patience=3, augmentation={}
        ),
        reported="nothing: its project gives no figure",
    ),
)
