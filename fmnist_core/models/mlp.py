"""The multilayer perceptron of the published coursework: two hidden layers, SiLU, dropout."""

from torch import Tensor, nn

from fmnist_core.data.classes import IMAGE_SIZE, NUM_CLASSES


class MLP(nn.Sequential):
    """Logits [N, 10] from inputs [N, 1, 28, 28]."""

    def __init__(self, *, dropout: float, widths: tuple[int, int] = (512, 256)) -> None:
        first, second = widths
        super().__init__(
            nn.Flatten(),
            nn.Linear(IMAGE_SIZE * IMAGE_SIZE, first),
            nn.SiLU(),
            nn.Dropout(dropout),
            nn.Linear(first, second),
            nn.SiLU(),
            nn.Dropout(dropout),
            nn.Linear(second, NUM_CLASSES),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        return super().forward(inputs)
