"""Four published student projects as presets, each with the result that it reports.

Settings that a project does not report have usual values; the summary lists those it reports.
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
        "optimizer": "adam",
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
        "first layer adapted to one channel, AdamW with a schedule, flips and rotations, early "
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
        "new head on the frozen backbone, then all layers at a very low learning rate; rotations, "
        "shifts and flips, early stopping.",
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
                "optimizer": "adam",
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
        summary="The published ResNet50: ImageNet weights, 224 pixels, gray repeated in three "
        "channels, hidden layers of 256 and 128, Adam with exponential decay, only about the last "
        "ten layers trainable; flips, rotations and zoom.",
        recipe=_RESNET50,
        reported="91.75% validation",
    ),
    Preset(
        key="seed-resnet50-frozen",
        title="Frozen coursework ResNet50",
        summary="The published ResNet50 with a frozen backbone: only the layers on top are "
        "trained, with early stopping on validation accuracy.",
        recipe=_RESNET50.changed(
            trainable="head", schedule="constant", patience=3, augmentation={}
        ),
        reported="no accuracy",
    ),
)
