"""What a model answers, and how right it is."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.fashion_mnist import IMAGE_SIZE, NUM_CLASSES
from fmnist_core.models.classifier import Classifier


@torch.inference_mode()
def predict(
    model: nn.Module,
    images: Tensor,
    *,
    input_spec: InputSpec | None = None,
    at_once: int | None = None,
) -> Tensor:
    """Probabilities float32 [N, 10] for images uint8 [N, 28, 28], on their device.

    Without a form they are inputs already. The model is left in evaluation mode. `at_once` are
    the images in memory at a time.
    """
    model.eval()
    at_once = at_once or (evaluation_batch_size(input_spec.size) if input_spec else EVALUATION_BATCH_SIZE)
    batches = images.split(at_once)
    logits = [model(to_inputs(batch, input_spec) if input_spec else batch) for batch in batches]
    return torch.cat(logits).float().softmax(dim=1)


@torch.inference_mode()
def predict_with_features(
    model: Classifier, images: Tensor, *, input_spec: InputSpec
) -> tuple[Tensor, Tensor]:
    """Features float32 [N, F] and probabilities [N, 10] for images uint8 [N, 28, 28]."""
    model.eval()
    parts = []
    for batch in images.split(evaluation_batch_size(input_spec.size)):
        features = model.backbone(to_inputs(batch, input_spec))
        parts.append((features.float(), model.head(features).float().softmax(dim=1)))
    features, probabilities = (torch.cat(part) for part in zip(*parts, strict=True))
    return features, probabilities


def loss_and_accuracy(probabilities: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy in nats, and accuracy."""
    loss = functional.nll_loss(probabilities.clamp_min(1e-12).log(), labels)
    num_right = (probabilities.argmax(dim=1) == labels).sum()
    return loss.item(), num_right.item() / len(labels)


def confusion(labels: Tensor, answers: Tensor) -> list[list[int]]:
    """Counts [true class][answer]."""
    pairs = labels * NUM_CLASSES + answers
    counts = torch.bincount(pairs, minlength=NUM_CLASSES**2)
    rows: list[list[int]] = counts.reshape(NUM_CLASSES, NUM_CLASSES).tolist()
    return rows


EVALUATION_BATCH_SIZE = 1000
"""Images of 28×28 at a time; fewer of larger ones."""


def evaluation_batch_size(input_size: int) -> int:
    """Images at a time without gradients, so that inputs of any size take alike."""
    return max(1, EVALUATION_BATCH_SIZE * IMAGE_SIZE**2 // input_size**2)
