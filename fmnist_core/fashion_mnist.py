"""Facts about Fashion-MNIST: class names in label order, image size, mean and standard deviation.

Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747, table 2.
"""

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
PLURALS = (
    "T-shirts",
    "trousers",
    "pullovers",
    "dresses",
    "coats",
    "sandals",
    "shirts",
    "sneakers",
    "bags",
    "ankle boots",
)
"""The classes as a sentence names them."""
NUM_CLASSES = len(CLASSES)
IMAGE_SIZE = 28
"""Height and width of an image in pixels."""

PIXEL_MEAN = 0.2860
PIXEL_STD = 0.3530
"""Mean and standard deviation of the 60,000 training images, with pixels from 0 to 1."""


def class_index(name: str) -> int:
    """Return the index of the class called `name`."""
    return CLASSES.index(name)
