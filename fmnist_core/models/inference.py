"""Batched forward passes without gradients, and their loss and accuracy."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.transforms import to_inputs
from fmnist_core.fashion_mnist import IMAGE_SIZE
from fmnist_core.models.classifier import Classifier

EVALUATION_BATCH_SIZE = 1000
"""For images of 28×28 pixels; larger ones go through in smaller batches."""


def evaluation_batch_size(input_size: int) -> int:
    """Batch size that takes about the same memory at every input size."""
    return max(1, EVALUATION_BATCH_SIZE * IMAGE_SIZE**2 // input_size**2)


@torch.inference_mode()
def predict_probabilities(
    model: nn.Module,
    images: Tensor,
    *,
    input_spec: InputSpec | None = None,
    batch_size: int | None = None,
) -> Tensor:
    """Probabilities float32 [N, 10] for images uint8 [N, 28, 28], on their device.

    Without `input_spec`, `images` are passed to the model as they are. The model is left in
    evaluation mode.
    """
    model.eval()
    if batch_size is None:
        batch_size = evaluation_batch_size(input_spec.size if input_spec else IMAGE_SIZE)
    batches = images.split(batch_size)
    logits = [model(to_inputs(batch, input_spec) if input_spec else batch) for batch in batches]
    return torch.cat(logits).float().softmax(dim=1)


@torch.inference_mode()
def predict_with_features(
    model: Classifier, images: Tensor, *, input_spec: InputSpec
) -> tuple[Tensor, Tensor]:
    """Features float32 [N, F] and probabilities [N, 10] for images uint8 [N, 28, 28]."""
    model.eval()
    batches = []
    for batch in images.split(evaluation_batch_size(input_spec.size)):
        features = model.backbone(to_inputs(batch, input_spec))
        batches.append((features.float(), model.head(features).float().softmax(dim=1)))
    features, probabilities = (torch.cat(tensors) for tensors in zip(*batches, strict=True))
    return features, probabilities


def loss_and_accuracy(probabilities: Tensor, labels: Tensor) -> tuple[float, float]:
    """Mean cross-entropy in nats, and accuracy from 0 to 1."""
    loss = functional.nll_loss(probabilities.clamp_min(1e-12).log(), labels)
    num_correct = (probabilities.argmax(dim=1) == labels).sum()
    return loss.item(), num_correct.item() / len(labels)
