"""Normalize and augment whole batches on the device that holds them."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.data.photo_augmentation import to_photo_look
from fmnist_core.fashion_mnist import IMAGE_SIZE

ERASING_AREA = (0.02, 0.2)
"""Range of the erased fraction of an image (Zhong et al. 2017, arXiv:1708.04896)."""
SKETCH_THRESHOLD = (10, 60)
"""Range of the random gray level above which a pixel belongs to the sketched garment."""
SKETCH_FILL_TONES = (0.5, 1.0)
"""Range of the tone of filled sketches; lines are white."""


def to_inputs(images: Tensor, input_spec: InputSpec) -> Tensor:
    """Normalize images uint8 [N, 28, 28] to a model's inputs float32 [N, C, S, S]."""
    inputs = images.float().sub(255 * input_spec.mean).mul(1 / (255 * input_spec.std)).unsqueeze(1)
    if input_spec.size != IMAGE_SIZE:
        inputs = functional.interpolate(
            inputs, size=(input_spec.size, input_spec.size), mode="bilinear", align_corners=False
        )
    if input_spec.channels == 1:
        return inputs
    channels = inputs.expand(-1, input_spec.channels, -1, -1)
    return channels.contiguous(memory_format=torch.channels_last)


def augment(images: Tensor, augmentation: Augmentation, *, mirrored: Tensor) -> Tensor:
    """Augment images uint8 [N, 28, 28] at random, using torch's global generator.

    `mirrored` bool [N] selects the images that the alternating flip mirrors this time. Pixels from
    outside an image are black, like the data set's background.
    """
    if augmentation.flip == "random":
        mirrored = torch.rand(len(images), device=images.device) < 0.5
    if augmentation.flip != "none":
        images = torch.where(mirrored[:, None, None], images.flip(-1), images)
    if augmentation.rotation or augmentation.zoom:
        images = random_affine(images, augmentation)
    elif augmentation.shift:
        images = random_shift(images, augmentation.shift)
    if augmentation.photo:
        photographed = torch.rand(len(images), device=images.device) < augmentation.photo
        images = images.clone()
        images[photographed] = to_photo_look(images[photographed])
    if augmentation.erasing:
        images = random_erasing(images, augmentation.erasing)
    if augmentation.drawings:
        sketched = torch.rand(len(images), device=images.device) < augmentation.drawings
        images = images.clone()
        images[sketched] = to_sketches(images[sketched])
    return images


def random_shift(images: Tensor, max_shift: int) -> Tensor:
    """Move each image by up to `max_shift` whole pixels, horizontally and vertically."""
    num_images, device = len(images), images.device
    offsets = torch.randint(-max_shift, max_shift + 1, (2, num_images, 1), device=device)
    rows, columns = torch.arange(IMAGE_SIZE, device=device) + offsets + max_shift
    padded = functional.pad(images, (max_shift, max_shift, max_shift, max_shift))
    indices = torch.arange(num_images, device=device)[:, None, None]
    return padded[indices, rows[:, :, None], columns[:, None, :]]


def random_affine(images: Tensor, augmentation: Augmentation) -> Tensor:
    """Rotate, zoom and shift each image in one affine map, resampled bilinearly once."""
    angles = math.radians(augmentation.rotation) * _uniform(images)
    scales = 1 / (1 + augmentation.zoom * _uniform(images))
    shifts = torch.stack([_uniform(images), _uniform(images)], dim=1)
    shifts = torch.round(shifts * (augmentation.shift + 0.5)).clamp(
        -augmentation.shift, augmentation.shift
    )
    cosines, sines = scales * torch.cos(angles), scales * torch.sin(angles)
    maps = torch.stack(
        [
            torch.stack([cosines, -sines, shifts[:, 0] * 2 / IMAGE_SIZE], dim=1),
            torch.stack([sines, cosines, shifts[:, 1] * 2 / IMAGE_SIZE], dim=1),
        ],
        dim=1,
    )
    shape = [len(images), 1, IMAGE_SIZE, IMAGE_SIZE]
    grid = functional.affine_grid(maps, shape, align_corners=False)
    resampled = functional.grid_sample(images.float().unsqueeze(1), grid, align_corners=False)
    return resampled.squeeze(1).round_().to(torch.uint8)


def random_erasing(images: Tensor, probability: float) -> Tensor:
    """Replace a random rectangle of some images by noise."""
    num_images, device = len(images), images.device
    low, high = ERASING_AREA
    areas = (low + (high - low) * torch.rand(num_images, device=device)) * IMAGE_SIZE**2
    ratios = torch.exp(math.log(3) * _uniform(images))
    heights = (areas * ratios).sqrt().clamp(1, IMAGE_SIZE)
    widths = (areas / ratios).sqrt().clamp(1, IMAGE_SIZE)
    rows = (
        _random_interval(heights) & (torch.rand(num_images, device=device) < probability)[:, None]
    )
    rectangles = rows[:, :, None] & _random_interval(widths)[:, None, :]
    noise = torch.randint(0, 256, images.shape, dtype=torch.uint8, device=device)
    return torch.where(rectangles, noise, images)


def to_sketches(images: Tensor) -> Tensor:
    """Turn each image into a sketch: a filled shape, a filled outline, or an outline alone."""
    num_images, device = len(images), images.device
    threshold = _random_between(*SKETCH_THRESHOLD, num_images, device)
    area = _fill_holes((images.unsqueeze(1) > threshold).float())
    padded = functional.pad(area, (1, 1, 1, 1))
    outline = area + functional.max_pool2d(-padded, 3, stride=1)  # the area less its erosion
    softness = 0.5 + 0.5 * functional.avg_pool2d(area, 3, stride=1, padding=1)
    filling = area * _random_between(*SKETCH_FILL_TONES, num_images, device)
    kind = torch.randint(0, 3, (num_images, 1, 1, 1), device=device)
    sketches = torch.where(
        kind == 0, filling, torch.where(kind == 1, filling.maximum(outline), outline)
    )
    return (255 * sketches * softness).round_().to(torch.uint8).squeeze(1)


def _random_between(low: float, high: float, num_images: int, device: torch.device) -> Tensor:
    """Uniform from `low` to `high`, float32 [N, 1, 1, 1]."""
    return low + (high - low) * torch.rand(num_images, 1, 1, 1, device=device)


def _fill_holes(area: Tensor) -> Tensor:
    """Fill holes, which a flood fill from the border does not reach: 0 or 1 [N, 1, H, W]."""
    free = functional.pad(1 - area, (1, 1, 1, 1), value=1.0)
    flooded = functional.pad(torch.zeros_like(area), (1, 1, 1, 1), value=1.0)
    for _ in range(IMAGE_SIZE):
        across = functional.max_pool2d(flooded, (1, 3), stride=1, padding=(0, 1))
        down = functional.max_pool2d(flooded, (3, 1), stride=1, padding=(1, 0))
        flooded = across.maximum(down) * free
    return 1 - flooded[..., 1:-1, 1:-1]


def _random_interval(lengths: Tensor) -> Tensor:
    """Mask of a randomly placed interval of about each length, bool [N, 28]."""
    starts = torch.rand(len(lengths), device=lengths.device) * (IMAGE_SIZE - lengths)
    centers = torch.arange(IMAGE_SIZE, device=lengths.device) + 0.5
    return (centers >= starts[:, None]) & (centers < (starts + lengths)[:, None])


def _uniform(images: Tensor) -> Tensor:
    """Uniform from -1 to 1, float32 [N]."""
    return torch.rand(len(images), device=images.device) * 2 - 1
