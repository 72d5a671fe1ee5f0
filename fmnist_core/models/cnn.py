"""A plain convolutional network that halves its map early, where a processor is quick."""

from torch import Tensor, nn

from fmnist_core.data.classes import NUM_CLASSES


def convolution(inputs: int, outputs: int, *, pool: bool) -> nn.Sequential:
    """3×3 convolution, pooling if asked, batch normalisation and ReLU.

    Pooling comes before the other two, which then work on a quarter of the map.
    """
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)]
    if pool:
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.BatchNorm2d(outputs), nn.ReLU())


class CNN(nn.Module):
    """Logits [N, 10] from inputs [N, 1, 28, 28]; its maps are 28, 14, 7 and 3 pixels wide.

    `features` ends with 7×7; `extra` more convolutions work at that size.
    """

    def __init__(
        self,
        *,
        dropout: float,
        widths: tuple[int, int, int, int] = (32, 64, 128, 256),
        extra: int = 0,
    ) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.features = nn.Sequential(
            convolution(1, first, pool=True),
            convolution(first, second, pool=True),
            convolution(second, third, pool=False),
            *(convolution(third, third, pool=False) for _ in range(extra)),
        )
        self.head = nn.Sequential(
            nn.MaxPool2d(2),
            convolution(third, fourth, pool=False),
            nn.AvgPool2d(3),  # what is left is 3×3; several times as quick as the adaptive one
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(fourth, NUM_CLASSES),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.head(self.features(inputs))
        return logits
