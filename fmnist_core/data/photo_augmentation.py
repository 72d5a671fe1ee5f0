"""Make images of garments look as photographs do once they are reduced to 28 × 28 pixels.

Real photographs differ from the data set's catalog pictures in what they show and in what finding
the garment leaves of them: clothes lie askew and stretched, sleeves point outward, cloth is creased
and printed, tones depend on the light, and the mask loses parts or keeps some of the background.
Whole batches are changed at once, on the device that holds them.
"""

import math
from functools import cache

import torch
from torch import Tensor
from torch.nn import functional

from fmnist_core.fashion_mnist import IMAGE_SIZE

GARMENT_THRESHOLD = 8
"""Gray level above which a pixel belongs to the garment."""
MAX_TILT = math.radians(15)
MAX_STRETCH = 0.35
"""Of width against height, either way, as a natural logarithm."""
MAX_BEND = 0.04
"""Of a random smooth displacement, as a fraction of half the frame: one standard deviation."""
SPLAY_PROBABILITY = 0.4
SPLAY_ASPECTS = (0.6, 1.15)
"""Widths per height of garments that may have sleeves, whose outer parts are turned outward."""
MAX_SPLAY = math.radians(60)
FILLING = (0.88, 1.04)
"""Length of the garment's longer side, as a fraction of the frame."""
MAX_OFFSET = 0.06
"""From the middle of the frame, as a fraction of half of it."""
CANVAS = 2.0
"""Half the edge of the canvas on which a garment out of shape is measured; its own is 1."""
OUTSIDE = 9.0
"""A coordinate where nothing is sampled."""
TARGET_TONE = 0.9
"""The brightest tones are scaled up to this (of 1), as the photo path does."""
LOSS_PROBABILITY = 0.1
"""That one side of the garment is cut off."""
PRINT_PROBABILITY = 0.25
PATTERN_PROBABILITY = 0.35
"""Of fine noise, stripes or checks all over."""
INVERSION_PROBABILITY = 0.2


def to_photo_look(images: Tensor) -> Tensor:
    """Make images uint8 [N, 28, 28] look like photographs, using torch's global generator."""
    tones = images.float().unsqueeze(1) / 255
    area = _close((images.unsqueeze(1) > GARMENT_THRESHOLD).float())
    warped = functional.grid_sample(
        torch.cat([tones, area], dim=1), _random_grid(area), align_corners=False
    )
    tones, area = warped.split(1, dim=1)
    mask = _random_mask(area)
    tones = _random_tones(tones / area.clamp(min=0.5), area)
    tones = _add_print(tones + _random_texture(area))
    covered = (area * 1.5).clamp(max=1)  # where the mask reaches beyond the garment, ground is seen
    tones = covered * tones + (1 - covered) * _uniform(area, 0, 0.8)
    tones = _scale_to_target(tones.clamp(0.02, 1) * mask)
    tones = _sharpen(tones, _uniform(area, -0.2, 0.8))
    return (255 * tones).round_().to(torch.uint8).squeeze(1)


def _random_grid(area: Tensor) -> Tensor:
    """Sampling grid [N, 28, 28, 2] that fits each garment to the frame, askew and out of shape."""
    low, high = _bounding_box(area)
    center, reach = ((low + high) / 2)[:, None, None], ((high - low) / 2)[:, None, None]
    reach = reach.clamp(min=0.1)
    stretch = (MAX_STRETCH / 2 * _uniform(area, -1, 1)).exp()
    sides = torch.cat([stretch, 1 / stretch], dim=-1)
    angle = (MAX_TILT * _uniform(area, -1, 1)).squeeze(-1)
    aspects = reach[..., :1] / reach[..., 1:]
    is_splayed = (aspects > SPLAY_ASPECTS[0]) & (aspects < SPLAY_ASPECTS[1])
    is_splayed &= _uniform(area, 0, 1) < SPLAY_PROBABILITY
    splay = (is_splayed * _uniform(area, 0, MAX_SPLAY)).squeeze(-1)
    shoulder = _uniform(area, 0.45, 0.65).squeeze(-1)

    def to_source(points: Tensor) -> Tensor:
        """Where in the images a point [N, 28, 28, 2] of the garment out of shape comes from."""
        x, y = points.unbind(dim=-1)
        x, y = angle.cos() * x - angle.sin() * y, angle.sin() * x + angle.cos() * y
        x, y = (torch.stack([x, y], dim=-1) / (sides * reach)).unbind(dim=-1)
        # Beyond the shoulders turn outward: a point there comes from a sleeve that hangs down.
        right, down = x.abs() - shoulder, y + 0.75
        turned_right = splay.cos() * right - splay.sin() * down
        turned_down = splay.sin() * right + splay.cos() * down
        turned_right = torch.where(turned_right < 0, OUTSIDE, turned_right)
        is_outer = (right > 0) & (splay > 0)
        x = torch.where(is_outer, x.sign() * (turned_right + shoulder), x)
        y = torch.where(is_outer, turned_down - 0.75, y)
        return torch.stack([x, y], dim=-1) * reach + center

    points = _frame_points(area)
    canvas = functional.grid_sample(area, to_source(CANVAS * points), align_corners=False)
    low, high = _bounding_box((canvas > 0.5).float())
    longest = (high - low).amax(dim=1).clamp(min=0.2)[:, None, None, None] / 2
    points = points + MAX_OFFSET * (2 * torch.rand(len(area), 1, 1, 2, device=area.device) - 1)
    bend = torch.cat([_smooth_noise(area, 4), _smooth_noise(area, 4)], dim=1)
    points = points + MAX_BEND * _uniform(area, 0, 1) * bend.permute(0, 2, 3, 1)
    points = points * longest / _uniform(area, *FILLING)
    return to_source(CANVAS * (points + ((low + high) / 2)[:, None, None]))


def _random_mask(area: Tensor) -> Tensor:
    """What finding the garment gets of it: 0 or 1 [N, 1, 28, 28], with an uneven rim."""
    soft = functional.avg_pool2d(area, 3, stride=1, padding=1)
    unevenness = _uniform(area, 0, 0.25) * _smooth_noise(area, 9)
    mask = ((soft + unevenness) > 0.5).float()
    patches = _smooth_noise(area, 4) > _uniform(area, 2.0, 6.0)  # parts taken for the ground
    angle = _uniform(area, -math.pi, math.pi)
    x, y = _frame_points(area).unsqueeze(1).unbind(dim=-1)
    beyond = angle.cos() * x + angle.sin() * y > _uniform(area, 0.5, 0.9)
    lost = beyond & (_uniform(area, 0, 1) < LOSS_PROBABILITY)
    return mask * (~(patches | lost)).float()


def _random_tones(tones: Tensor, area: Tensor) -> Tensor:
    """Other light and other cloth: contrast, brightness, inversion, and shading across it."""
    mean = (tones * area).sum(dim=(2, 3), keepdim=True) / area.sum(dim=(2, 3), keepdim=True).clamp(
        min=1
    )
    contrast = _uniform(area, 0, 1)
    contrast = torch.where(_uniform(area, 0, 1) < INVERSION_PROBABILITY, -contrast, contrast)
    level = torch.where(_uniform(area, 0, 1) < 0.3, mean, _uniform(area, 0.4, 0.95))
    shading = 1 + _uniform(area, 0, 0.15) * _smooth_noise(area, 3)
    return (level + contrast * (tones - mean)) * shading


def _random_texture(area: Tensor) -> Tensor:
    """Folds, grain and patterns to add to the tones [N, 1, 28, 28]."""
    folds = _uniform(area, 0, 0.1) * _smooth_noise(area, 8)
    grain = _uniform(area, 0, 0.06) * _noise(area)
    angle = _uniform(area, -math.pi, math.pi)
    x, y = _frame_points(area).unsqueeze(1).unbind(dim=-1)
    along = angle.cos() * x + angle.sin() * y
    across = angle.cos() * y - angle.sin() * x
    frequency = _uniform(area, 8, 40)
    stripes = (frequency * along + _uniform(area, 0, 6)).sin()
    checks = stripes * (frequency * across).sin()
    kind = _uniform(area, 0, 4).floor()
    pattern = torch.where(kind == 0, stripes, torch.where(kind == 1, checks, _noise(area)))
    pattern = torch.where(kind == 3, 1.5 * _smooth_noise(area, 10).sign(), pattern)
    strength = _uniform(area, 0.02, 0.2) * (_uniform(area, 0, 1) < PATTERN_PROBABILITY)
    return folds + grain + strength * pattern


def _add_print(tones: Tensor) -> Tensor:
    """Print something of another tone on some garments: a blob, or letters' worth of blots."""
    x, y = _frame_points(tones).unsqueeze(1).unbind(dim=-1)
    x = (x - _uniform(tones, -0.15, 0.15)) / _uniform(tones, 0.12, 0.5)
    y = (y - _uniform(tones, -0.4, 0.3)) / _uniform(tones, 0.1, 0.45)
    inside = (x**4 + y**4) < 1
    blots = _smooth_noise(tones, 9) > _uniform(tones, -1.5, 0.8)
    printed = inside & blots & (_uniform(tones, 0, 1) < PRINT_PROBABILITY)
    return torch.where(printed, _uniform(tones, 0, 1), tones)


def _scale_to_target(tones: Tensor) -> Tensor:
    """Scale up so that the brightest tones of a garment reach `TARGET_TONE`."""
    brightest = tones.flatten(1).kthvalue(int(0.98 * IMAGE_SIZE**2), dim=1).values
    factors = (TARGET_TONE / brightest.clamp(min=0.1)).clamp(min=1)
    return (tones * factors[:, None, None, None]).clamp(max=1)


def _sharpen(tones: Tensor, amount: Tensor) -> Tensor:
    """Add what differs from the surroundings; a negative amount blurs. The ground stays black."""
    blurred = functional.avg_pool2d(tones, 3, stride=1, padding=1)
    return (tones + amount * (tones - blurred)).clamp(0, 1)


def _close(area: Tensor) -> Tensor:
    """Fill holes of up to two pixels: 0 or 1 [N, 1, H, W]."""
    grown = functional.max_pool2d(area, 3, stride=1, padding=1)
    return -functional.max_pool2d(-grown, 3, stride=1, padding=1)


def _bounding_box(area: Tensor) -> tuple[Tensor, Tensor]:
    """Least and greatest x and y of each area, each [N, 2], from -1 to 1 across the frame."""
    edges = torch.arange(IMAGE_SIZE + 1, device=area.device) * (2 / IMAGE_SIZE) - 1
    lows, highs = [], []
    for axis in (2, 3):
        covered = area.amax(dim=axis).squeeze(1) > 0
        lows.append(torch.where(covered, edges[:-1], 1.0).amin(dim=1))
        highs.append(torch.where(covered, edges[1:], -1.0).amax(dim=1))
    low, high = torch.stack(lows, dim=1), torch.stack(highs, dim=1)
    return torch.minimum(low, high), torch.maximum(low, high)


def _frame_points(area: Tensor) -> Tensor:
    """Centers of the frame's pixels, x and y from -1 to 1: [1, 28, 28, 2]."""
    centers = (torch.arange(IMAGE_SIZE, device=area.device) + 0.5) * (2 / IMAGE_SIZE) - 1
    y, x = torch.meshgrid(centers, centers, indexing="ij")
    return torch.stack([x, y], dim=-1).unsqueeze(0)


def _noise(area: Tensor) -> Tensor:
    """Independent normal noise like `area`."""
    return torch.randn_like(area)


def _smooth_noise(area: Tensor, cells: int) -> Tensor:
    """Normal noise on a grid of `cells` × `cells`, enlarged smoothly to the frame."""
    noise = torch.randn(len(area), 1, cells, cells, device=area.device)
    basis = _enlargement(cells).to(area.device)
    return basis @ noise @ basis.T


@cache
def _enlargement(cells: int) -> Tensor:
    """Bicubic weights [28, cells] of the cells in each pixel of a row."""
    identity = torch.eye(cells)[None, None]
    weights = functional.interpolate(
        identity, size=(IMAGE_SIZE, cells), mode="bicubic", align_corners=False
    )
    return weights[0, 0]


def _uniform(area: Tensor, low: float, high: float) -> Tensor:
    """Uniform from `low` to `high`, one for each image: float32 [N, 1, 1, 1]."""
    return low + (high - low) * torch.rand(len(area), 1, 1, 1, device=area.device)
