"""A plain convolutional network that reduces its feature maps early, which is fast on a CPU."""

from torch import Tensor, nn


def convolution(in_channels: int, out_channels: int, *, pool: bool) -> nn.Sequential:
    """Build a 3×3 convolution, optional pooling, batch normalization and ReLU.

    Pooling comes before the last two, which then process a quarter of the feature map.
    """
    layers: list[nn.Module] = [nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)]
    if pool:
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.BatchNorm2d(out_channels), nn.ReLU())


class CNN(nn.Module):
    """Features [N, F] from inputs [N, C, S, S]; for S = 28 the maps are 28, 14, 7 and 3 wide.

    `features` ends at 7×7, the resolution of the `extra` convolutions.
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
        del dropout  # the head applies it
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
            nn.AvgPool2d(input_size // 8),  # the whole map; faster than adaptive pooling
            nn.Flatten(),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        features: Tensor = self.summary(self.features(inputs))
        return features
