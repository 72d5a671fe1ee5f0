"""A plain convolutional network that spends its work at 14×14 and 7×7, where a CPU is quick."""

from torch import Tensor, nn

from fmnist_core.data.classes import NUM_CLASSES


def convolution(inputs: int, outputs: int, *, size: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class CNN(nn.Module):
    """Logits [N, 10] from inputs [N, 1, 28, 28]; `features` ends with a 7×7 map."""

    def __init__(self, *, dropout: float, widths: tuple[int, int, int] = (32, 64, 128)) -> None:
        super().__init__()
        first, second, third = widths
        self.features = nn.Sequential(
            convolution(1, first, size=5, stride=2),
            convolution(first, second),
            nn.MaxPool2d(2),
            convolution(second, third),
            convolution(third, third),
        )
        self.head = nn.Sequential(
            nn.AdaptiveMaxPool2d(1),
            nn.Flatten(),
            nn.Dropout(dropout),
            nn.Linear(third, NUM_CLASSES),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.head(self.features(inputs))
        return logits
