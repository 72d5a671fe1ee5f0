"""Every model of the lab: a backbone that makes features, and a head that makes ten logits."""

from torch import Tensor, nn

from fmnist_core.models.head import Head

ACTIVATIONS = {"relu": nn.ReLU, "silu": nn.SiLU, "gelu": nn.GELU}


class Classifier(nn.Module):
    """Logits [N, 10] from inputs [N, C, H, W].

    `backbone` gives features [N, F]; `head` alone turns them into logits, so that a frozen
    backbone has to run only once over an image.
    """

    def __init__(self, backbone: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.backbone, self.head = backbone, head

    def forward(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.head(self.backbone(inputs))
        return logits


def build_head(num_features: int, *, head: Head, dropout: float) -> nn.Sequential:
    """Dropout and a linear layer, repeated with the activation between."""
    layers: list[nn.Module] = []
    for inputs, outputs in head.sizes(num_features):
        if layers:
            layers.append(ACTIVATIONS[head.activation]())
        layers += [nn.Dropout(dropout), nn.Linear(inputs, outputs)]
    return nn.Sequential(*layers)
