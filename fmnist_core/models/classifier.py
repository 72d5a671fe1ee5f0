"""The structure of every model: a backbone computes features, a head computes logits."""

from torch import Tensor, nn

from fmnist_core.models.head import Head

ACTIVATIONS = {"relu": nn.ReLU, "silu": nn.SiLU, "gelu": nn.GELU}


class Classifier(nn.Module):
    """Logits [N, 10] from inputs [N, C, H, W].

    `backbone` computes features [N, F]; `head` alone turns them into logits, so that a frozen
    backbone has to run only once per image.
    """

    def __init__(self, backbone: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.backbone, self.head = backbone, head

    def forward(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.head(self.backbone(inputs))
        return logits

    @property
    def num_features(self) -> int:
        """F, the number of features that the backbone computes."""
        return next(
            layer for layer in self.head.modules() if isinstance(layer, nn.Linear)
        ).in_features


def build_head(num_features: int, *, head: Head, dropout: float) -> nn.Sequential:
    """Build dropout and a linear layer for each layer of `head`, with activations in between."""
    layers: list[nn.Module] = []
    for in_features, out_features in head.layer_sizes(num_features):
        if layers:
            layers.append(ACTIVATIONS[head.activation]())
        layers += [nn.Dropout(dropout), nn.Linear(in_features, out_features)]
    return nn.Sequential(*layers)
