"""Transfer learning as presets: one network in every regime, and its twin from scratch.

EfficientNet-Lite0's ImageNet weights come with an installed package, so these run offline. All use
ImageNet's statistics; a single channel would do, but three show what the network was made for.
"""

from fmnist_core.training.preset import Preset
from fmnist_core.training.recipe import Recipe

_SHARED = {
    "model": "efficientnet-lite0",
    "weights": "imagenet",
    "channels": 3,
    "statistics": "imagenet",
    "weight_decay": 0.05,
    "label_smoothing": 0.1,
    "schedule": "one-cycle",
}
_FROZEN = Recipe.parse(
    {
        **_SHARED,
        "input_size": 96,
        "trainable": "head",
        "fixed_views": 2,
        "head": {"widths": (512,), "activation": "silu"},
        "epochs": 12,
        "batch_size": 512,
        "learning_rate": 3e-3,
        "dropout": 0.2,
        "augmentation": {"flip": "alternating"},
    }
)
_FINE_TUNED = Recipe.parse(
    {
        **_SHARED,
        "input_size": 64,
        "earlier_phases": "head 1 0.003 cosine",
        "fixed_views": 1,
        "epochs": 8,
        "batch_size": 128,
        "learning_rate": 1e-3,
        "augmentation": {"flip": "alternating", "shift": 1, "photo": 0.2},
    }
)

TRANSFER_PRESETS = (
    Preset(
        key="efficientnet-lite0-frozen",
        title="Frozen EfficientNet-Lite0",
        summary="Only a new head learns; the backbone stays as ImageNet left it and sees each "
        "image only twice, once mirrored.",
        recipe=_FROZEN,
    ),
    Preset(
        key="efficientnet-lite0-last-layers",
        title="Last layers of EfficientNet-Lite0",
        summary="The head and the last 20 layers learn; the early layers, which see edges and "
        "textures, stay as ImageNet left them.",
        recipe=_FINE_TUNED.changed(trainable="last 20", epochs=6),
    ),
    Preset(
        key="efficientnet-lite0",
        title="Fine-tuned EfficientNet-Lite0",
        summary="From ImageNet weights: first a new head on the frozen backbone, then all layers.",
        recipe=_FINE_TUNED,
    ),
    Preset(
        key="efficientnet-lite0-scratch",
        title="EfficientNet-Lite0 from scratch",
        summary="The fine-tuned preset with random weights in place of ImageNet's: the difference "
        "between the two is what ImageNet is worth.",
        recipe=_FINE_TUNED.changed(weights="scratch"),
    ),
)
