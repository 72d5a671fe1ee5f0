"""Normalisation and augmentation of whole batches, on the device where the images lie."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.input_spec import InputSpec
from fmnist_core.fashion_mnist import IMAGE_SIZE

ERASING_AREA = (0.02, 0.2)
"""Random erasing covers this share of the image (Zhong et al. 2017, arXiv:1708.04896)."""
SKETCH_THRESHOLD = (10, 60)
"""Where in an image's greys its garment begins when a drawing is made of it; at random between."""
SKETCH_FILL_TONES = (0.5, 1.0)
"""Of a drawing that is filled in; its line is white."""


def to_inputs(images: Tensor, input_spec: InputSpec) -> Tensor:
    """Inputs float32 [N, C, S, S] from images uint8 [N, 28, 28], on their device."""
    inputs = images.float().sub(255 * input_spec.mean).mul(1 / (255 * input_spec.std)).unsqueeze(1)
    if input_spec.size != IMAGE_SIZE:
        inputs = functional.interpolate(
            inputs, size=(input_spec.size, input_spec.size), mode="bilinear", align_corners=False
        )
    if input_spec.channels == 1:
        return inputs
    coloured = inputs.expand(-1, input_spec.channels, -1, -1)
    return coloured.contiguous(memory_format=torch.channels_last)


def augment(images: Tensor, augmentation: Augmentation, *, mirrored: Tensor) -> Tensor:
    """Images uint8 [N, 28, 28] changed at random; draws from torch's global generator.

    `mirrored` bool [N] says which the alternating flip mirrors this time. Pixels that come into
    view are black, as the data set's background is.
    """
    if augmentation.flip == "random":
        mirrored = torch.rand(len(images), device=images.device) < 0.5
    if augmentation.flip != "none":
        images = torch.where(mirrored[:, None, None], images.flip(-1), images)
    if augmentation.rotation or augmentation.zoom:
        images = random_affine(images, augmentation)
    elif augmentation.shift:
        images = random_shift(images, augmentation.shift)
    if augmentation.erasing:
        images = random_erasing(images, augmentation.erasing)
    if augmentation.drawings:
        chosen = torch.rand(len(images), device=images.device) < augmentation.drawings
        images = images.clone()
        images[chosen] = to_sketches(images[chosen])
    return images


def random_shift(images: Tensor, most: int) -> Tensor:
    """Each image moved by up to `most` whole pixels in both directions."""
    num_images, device = len(images), images.device
    moves = torch.randint(-most, most + 1, (2, num_images, 1), device=device)
    places = torch.arange(IMAGE_SIZE, device=device) + moves + most
    padded = functional.pad(images, (most, most, most, most))
    each = torch.arange(num_images, device=device)[:, None, None]
    return padded[each, places[0][:, :, None], places[1][:, None, :]]


def random_affine(images: Tensor, augmentation: Augmentation) -> Tensor:
    """All three as one affine map, resampled bilinearly once."""
    angles = math.radians(augmentation.rotation) * _spread(images)
    scales = 1 / (1 + augmentation.zoom * _spread(images))
    moves = torch.stack([_spread(images), _spread(images)], dim=1)
    moves = torch.round(moves * (augmentation.shift + 0.5)).clamp(
        -augmentation.shift, augmentation.shift
    )
    cosines, sines = scales * torch.cos(angles), scales * torch.sin(angles)
    maps = torch.stack(
        [
            torch.stack([cosines, -sines, moves[:, 0] * 2 / IMAGE_SIZE], dim=1),
            torch.stack([sines, cosines, moves[:, 1] * 2 / IMAGE_SIZE], dim=1),
        ],
        dim=1,
    )
    shape = [len(images), 1, IMAGE_SIZE, IMAGE_SIZE]
    grid = functional.affine_grid(maps, shape, align_corners=False)
    moved = functional.grid_sample(images.float().unsqueeze(1), grid, align_corners=False)
    return moved.squeeze(1).round_().to(torch.uint8)


def random_erasing(images: Tensor, chance: float) -> Tensor:
    """A random rectangle of some images painted with random greys."""
    num_images, device = len(images), images.device
    least, most = ERASING_AREA
    areas = (least + (most - least) * torch.rand(num_images, device=device)) * IMAGE_SIZE**2
    ratios = torch.exp(math.log(3) * _spread(images))
    heights = (areas * ratios).sqrt().clamp(1, IMAGE_SIZE)
    widths = (areas / ratios).sqrt().clamp(1, IMAGE_SIZE)
    rows = _strip(heights) & (torch.rand(num_images, device=device) < chance)[:, None]
    inside = rows[:, :, None] & _strip(widths)[:, None, :]
    noise = torch.randint(0, 256, images.shape, dtype=torch.uint8, device=device)
    return torch.where(inside, noise, images)


def to_sketches(images: Tensor) -> Tensor:
    """Each garment as a hand would draw it: an area, an area in a line, or a line alone."""
    num_images, device = len(images), images.device
    least = _between(*SKETCH_THRESHOLD, num_images, device)
    area = _without_holes((images.unsqueeze(1) > least).float())
    roomy = functional.pad(area, (1, 1, 1, 1))
    line = area + functional.max_pool2d(-roomy, 3, stride=1)
    soft = 0.5 + 0.5 * functional.avg_pool2d(area, 3, stride=1, padding=1)
    cloth = area * _between(*SKETCH_FILL_TONES, num_images, device)
    kind = torch.randint(0, 3, (num_images, 1, 1, 1), device=device)
    drawn = torch.where(kind == 0, cloth, torch.where(kind == 1, cloth.maximum(line), line))
    return (255 * drawn * soft).round_().to(torch.uint8).squeeze(1)


def _between(low: float, high: float, num_images: int, device: torch.device) -> Tensor:
    return low + (high - low) * torch.rand(num_images, 1, 1, 1, device=device)


def _without_holes(area: Tensor) -> Tensor:
    """Float 0 or 1 [N, 1, H, W]: all that a flood from outside does not reach is area too."""
    free = functional.pad(1 - area, (1, 1, 1, 1), value=1.0)
    water = functional.pad(torch.zeros_like(area), (1, 1, 1, 1), value=1.0)
    for _ in range(IMAGE_SIZE):
        across = functional.max_pool2d(water, (1, 3), stride=1, padding=(0, 1))
        down = functional.max_pool2d(water, (3, 1), stride=1, padding=(1, 0))
        water = across.maximum(down) * free
    return 1 - water[..., 1:-1, 1:-1]


def _strip(lengths: Tensor) -> Tensor:
    """Bool [N, 28]: a run of about each length, somewhere."""
    starts = torch.rand(len(lengths), device=lengths.device) * (IMAGE_SIZE - lengths)
    places = torch.arange(IMAGE_SIZE, device=lengths.device) + 0.5
    return (places >= starts[:, None]) & (places < (starts + lengths)[:, None])


def _spread(images: Tensor) -> Tensor:
    """Uniform from -1 to 1, float32 [N]."""
    return torch.rand(len(images), device=images.device) * 2 - 1
