"""The multilayer perceptron of the published coursework: two hidden layers, SiLU and dropout."""

from torch import nn


class MLP(nn.Sequential):
    """Features [N, 256] from inputs [N, C, S, S]."""

    def __init__(
        self,
        *,
        input_size: int,
        channels: int,
        dropout: float,
        widths: tuple[int, int] = (512, 256),
    ) -> None:
        first, second = widths
        super().__init__(
            nn.Flatten(),
            nn.Linear(channels * input_size * input_size, first),
            nn.SiLU(),
            nn.Dropout(dropout),
            nn.Linear(first, second),
            nn.SiLU(),
        )
        self.num_features = second
