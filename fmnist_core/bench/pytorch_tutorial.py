"""The training loop of the PyTorch tutorial, as a baseline.

https://docs.pytorch.org/tutorials/beginner/basics/quickstart_tutorial.html: torchvision's
FashionMNIST, ToTensor, a DataLoader with batches of 64, float32, SGD at 0.001 without shuffling.
`tuned` adds what any course teaches next: shuffling and Adam.
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


def write_data_set(folder: Path) -> Path:
    """Write the data set in torchvision's layout; returns its root."""
    images, labels = sources.load_images()
    raw = folder / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    split = idx.TRAIN_IMAGES.num_items
    arrays = (images[:split], labels[:split], images[split:], labels[split:])
    for idx_file, items in zip(idx.IDX_FILES, arrays, strict=True):
        (raw / idx_file.name).write_bytes(idx_file.header + items.tobytes())
    return folder


def train(model: nn.Module, root: Path, *, tuned: bool) -> Iterator[int]:
    """Train endlessly; yields the number of images of each step."""
    data = FashionMNIST(str(root), train=True, transform=transforms.ToTensor())
    loader = DataLoader(data, batch_size=BATCH_SIZE, shuffle=tuned)
    loss_function = nn.CrossEntropyLoss()
    optimizer: torch.optim.Optimizer = (
        torch.optim.Adam(model.parameters())
        if tuned
        else torch.optim.SGD(model.parameters(), lr=1e-3)
    )
    while True:
        for inputs, labels in loader:
            model.train()
            loss = loss_function(model(inputs), labels)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            yield len(inputs)


@torch.no_grad()
def test_accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """Fraction of images uint8 [N, 28, 28] that are classified correctly."""
    model.eval()
    batches = zip(images.split(1000), labels.split(1000), strict=True)
    num_correct = sum(
        int((model(batch.unsqueeze(1) / 255).argmax(dim=1) == batch_labels).sum())
        for batch, batch_labels in batches
    )
    return num_correct / len(labels)
