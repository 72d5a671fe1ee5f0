"""A plain convolutional network that halves its map early, where a processor is quick."""

from torch import Tensor, nn


def convolution(inputs: int, outputs: int, *, pool: bool) -> nn.Sequential:
    """3×3 convolution, pooling if asked, batch normalisation and ReLU.

    Pooling comes before the other two, which then work on a quarter of the map.
    """
    layers: list[nn.Module] = [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)]
    if pool:
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.BatchNorm2d(outputs), nn.ReLU())


class CNN(nn.Module):
    """Features [N, F] from inputs [N, C, S, S]; at 28 its maps are 28, 14, 7 and 3 pixels wide.

    `features` ends with 7×7; `extra` more convolutions work at that size.
    """

    def __init__(
        self,
        *,
        input_size: int,
        channels: int,
        dropout: float,
        widths: tuple[int, int, int, int] = (32, 64, 128, 256),
        extra: int = 0,
    ) -> None:
        super().__init__()
        del dropout  # the head's
        first, second, third, fourth = widths
        self.num_features = fourth
        self.features = nn.Sequential(
            convolution(channels, first, pool=True),
            convolution(first, second, pool=True),
            convolution(second, third, pool=False),
            *(convolution(third, third, pool=False) for _ in range(extra)),
        )
        self.summary = nn.Sequential(
            nn.MaxPool2d(2),
            convolution(third, fourth, pool=False),
            nn.AvgPool2d(input_size // 8),  # all that is left; quicker than the adaptive one
            nn.Flatten(),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        features: Tensor = self.summary(self.features(inputs))
        return features
