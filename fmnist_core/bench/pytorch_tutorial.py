"""The loop that the PyTorch tutorial teaches, as what a user would write instead of ours.

https://docs.pytorch.org/tutorials/beginner/basics/quickstart_tutorial.html: torchvision's
FashionMNIST, ToTensor, a DataLoader with batches of 64, float32, SGD at 0.001 without shuffling.
`tuned` is the same loop with what any course adds next: shuffling and Adam.
"""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST

from fmnist_core.data import idx, sources

BATCH_SIZE = 64


def lay_out(folder: Path) -> Path:
    """The data set as torchvision wants to find it; returns its root."""
    images, labels = sources.load_images()
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    split = idx.TRAIN_IMAGES.num_items
    contents = (images[:split], labels[:split], images[split:], labels[split:])
    for idx_file, items in zip(idx.IDX_FILES, contents, strict=True):
        (raw / idx_file.name).write_bytes(idx_file.header + items.tobytes())
    return folder


def train(model: nn.Module, root: Path, *, tuned: bool) -> Iterator[int]:
    """Train without end; yields the number of images after each step."""
    data = FashionMNIST(str(root), train=True, transform=transforms.ToTensor())
    loader = DataLoader(data, batch_size=BATCH_SIZE, shuffle=tuned)
    loss_of = nn.CrossEntropyLoss()
    optimiser: torch.optim.Optimizer = (
        torch.optim.Adam(model.parameters())
        if tuned
        else torch.optim.SGD(model.parameters(), lr=1e-3)
    )
    while True:
        for inputs, labels in loader:
            model.train()
            loss = loss_of(model(inputs), labels)
            loss.backward()
            optimiser.step()
            optimiser.zero_grad()
            yield len(inputs)


@torch.no_grad()
def test_accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Share of images uint8 [N, 28, 28] that it gets right, in a batch at a time."""
    model.eval()
    batches = zip(images.split(1000), labels.split(1000), strict=True)
    right = sum(
        int((model(batch.unsqueeze(1) / 255).argmax(dim=1) == truth).sum())
        for batch, truth in batches
    )
    return right / len(labels)
