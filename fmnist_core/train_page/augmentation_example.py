"""What a recipe's augmentation makes of training images, as a strip below its settings."""

import numpy as np
import streamlit as st

from fmnist_core.data import datasets
from fmnist_core.data.augmentation import Augmentation
from fmnist_core.data.datasets import DatasetKey
from fmnist_core.errors import DataError
from fmnist_core.fashion_mnist import IMAGE_SIZE, NUM_CLASSES
from fmnist_core.html_snippets import data_url
from fmnist_core.synthetic.garments import draw_garment
from fmnist_core.training.recipe import Recipe
from fmnist_core.ui import dataset_status

NUM_ROWS = 3
"""How often each image is augmented."""
GAP = 2
"""Between images, in their pixels."""
GAP_GRAY = 128
SEED = 1
CAPTION = (
    "First row: a training image of each class. Below: the same images as the model may see them. "
    "They are changed anew every time."
)


def draw_example(recipe: Recipe) -> None:
    """Draw the strip, if the recipe augments its images and they are on this machine."""
    if recipe.augmentation.is_identity or not dataset_status.is_available(recipe.data):
        return
    try:
        url = _strip_url(recipe.data, recipe.augmentation.model_dump_json())
    except DataError:
        return  # what is wrong with the data is said beside the Train button
    st.html(f'<img class="augmentation-example" src="{url}" alt="Augmented training images">')
    st.caption(CAPTION)


@st.cache_data(max_entries=100, show_spinner=False)
def _strip_url(data: DatasetKey, augmentation: str) -> str:
    """The strip for the JSON of an `Augmentation`, as a data URL; raises `DataError`."""
    images = class_images(data)
    rows = [images, *augment_rows(images, Augmentation.model_validate_json(augmentation))]
    return data_url(arrange(np.stack(rows)))


def class_images(data: DatasetKey) -> np.ndarray:
    """One training image of each class, uint8 [10, 28, 28]; raises `DataError`."""
    if data == "drawn":  # without generating the rest of them
        return np.stack([draw_garment(label, seed=SEED) for label in range(NUM_CLASSES)])
    images, labels = datasets.load_arrays(data)
    return np.stack([images[np.argmax(labels == label)] for label in range(NUM_CLASSES)])


def augment_rows(images: np.ndarray, augmentation: Augmentation) -> np.ndarray:
    """Augment images uint8 [N, 28, 28] several times, [R, N, 28, 28]; the same ones every time."""
    import torch

    from fmnist_core.data.transforms import augment

    batch = torch.from_numpy(images.copy())
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(SEED)
        rows = [
            augment(batch, augmentation, mirrored=torch.full([len(batch)], row % 2 == 0))
            for row in range(NUM_ROWS)
        ]
    return torch.stack(rows).numpy()


def arrange(rows: np.ndarray) -> np.ndarray:
    """Put images uint8 [R, N, 28, 28] into rows with gaps between them, [H, W]."""
    num_rows, num_columns = rows.shape[:2]
    pitch = IMAGE_SIZE + GAP
    strip = np.full((num_rows * pitch - GAP, num_columns * pitch - GAP), GAP_GRAY, np.uint8)
    for row in range(num_rows):
        for column in range(num_columns):
            top, left = row * pitch, column * pitch
            strip[top : top + IMAGE_SIZE, left : left + IMAGE_SIZE] = rows[row, column]
    return strip
